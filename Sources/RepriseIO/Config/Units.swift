// Units that a quantity may be written in. Every unit is a power of ten of its dimension's first unit, so
// that a conversion moves the decimal point of the written number and is exact.

/// A unit with its dimension.
struct ConfigUnit: Equatable, Sendable {
  enum Dimension: String, Sendable {
    case time, rate
    case rateNoise = "rate per square root of time"
    case noise = "inverse square root of time"
    case penalty = "inverse square of time"
  }

  let symbol: String
  let dimension: Dimension
  /// Power of ten of the dimension's reference: s for times, Hz for rates.
  let exponent: Int

  private init(_ symbol: String, _ dimension: Dimension, _ exponent: Int) {
    self.symbol = symbol
    self.dimension = dimension
    self.exponent = exponent
  }

  static let milliseconds = ConfigUnit("ms", .time, -3)
  static let hertz = ConfigUnit("Hz", .rate, 0)
  static let perMillisecond = ConfigUnit("/ms", .rate, 3)
  static let hertzPerRootMillisecond = ConfigUnit("Hz/sqrt(ms)", .rateNoise, 0)
  static let perRootMillisecond = ConfigUnit("/sqrt(ms)", .noise, 0)
  static let perSquareMillisecond = ConfigUnit("/ms^2", .penalty, 0)

  /// Every unit, by the symbol that messages use.
  static let all: [ConfigUnit] = [
    ConfigUnit("ns", .time, -9), ConfigUnit("us", .time, -6), milliseconds, ConfigUnit("s", .time, 0),
    hertz, ConfigUnit("kHz", .rate, 3), ConfigUnit("MHz", .rate, 6), perMillisecond, ConfigUnit("/s", .rate, 0),
    hertzPerRootMillisecond, perRootMillisecond, perSquareMillisecond,
  ]

  /// The unit with a symbol, also as `µs` (with either of its two characters) or `1/ms`.
  static func named(_ symbol: String) -> ConfigUnit? {
    var plain = symbol
    if plain == "\u{B5}s" || plain == "\u{3BC}s" { plain = "us" }
    if plain.hasPrefix("1/") { plain.removeFirst() }
    return all.first { $0.symbol == plain }
  }

  /// What a quantity in this unit may be.
  var allowed: String {
    let symbols = Self.all.filter { $0.dimension == dimension }.map(\.symbol)
    guard symbols.count > 1, let last = symbols.last else { return "a number in \(symbol)" }
    let listed = "\(symbols.dropLast().joined(separator: ", ")) or \(last)"
    return "a number in \(symbol), or a string with a number and \(listed)"
  }
}

/// A number as written, not yet converted: "100 us".
struct WrittenQuantity {
  /// Digits with sign and decimal point.
  let digits: String
  let exponent: Int
  let unit: String

  /// Splits a text; nil where it does not begin with a number.
  init?(_ text: String) {
    var rest = Substring(text).drop(while: \.isWhitespace)
    var digits = ""
    if let sign = rest.first, sign == "-" || sign == "+" {
      if sign == "-" { digits = "-" }
      rest.removeFirst()
    }
    let whole = Self.takeDigits(&rest)
    var fraction = ""
    if rest.first == "." {
      rest.removeFirst()
      fraction = Self.takeDigits(&rest)
      if fraction.isEmpty { return nil }
    }
    guard !whole.isEmpty else { return nil }
    digits += fraction.isEmpty ? whole : "\(whole).\(fraction)"
    self.digits = digits
    exponent = Self.takeExponent(&rest)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    unit = String(rest.drop(while: \.isWhitespace))
  }

  private static func takeDigits(_ rest: inout Substring) -> String {
    let digits = rest.prefix { "0" <= $0 && $0 <= "9" && $0.isASCII }
    rest.removeFirst(digits.count)
    return String(digits)
  }

  /// An exponent only where digits follow, so that a unit may begin with e.
  private static func takeExponent(_ rest: inout Substring) -> Int {
    guard let mark = rest.first, mark == "e" || mark == "E" else { return 0 }
    var tail = rest.dropFirst()
    var isNegative = false
    if let sign = tail.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      tail = tail.dropFirst()
    }
    let digits = takeDigits(&tail)
    guard !digits.isEmpty else { return 0 }
    rest = tail
    // Any exponent beyond this gives zero or infinity.
    let size = min(Int(digits) ?? 100_000, 100_000)
    return isNegative ? -size : size
  }

  /// The number in another unit.
  func value(from unit: ConfigUnit, to target: ConfigUnit) -> Double? {
    Double("\(digits)e\(exponent + unit.exponent - target.exponent)")
  }
}

extension ConfigValue {
  /// Reads a quantity: a number in the given unit, or a string with a unit; plain numbers where there is none.
  func quantity(_ unit: ConfigUnit?) throws(ConfigProblem) -> Double {
    let allowed = unit?.allowed ?? "a number"
    let value: Double
    switch self {
    case .integer(let integer): value = Double(integer)
    case .number(let number): value = number
    case .string(let text):
      guard let unit else { throw ConfigProblem(self, mustBe: "a number, without quotes and without a unit") }
      value = try quantity(text, unit)
    default: throw ConfigProblem(self, mustBe: allowed)
    }
    guard value.isFinite else { throw ConfigProblem(self, mustBe: "a finite number") }
    return value
  }

  private func quantity(_ text: String, _ target: ConfigUnit) throws(ConfigProblem) -> Double {
    guard let written = WrittenQuantity(text) else { throw ConfigProblem(self, mustBe: target.allowed) }
    if written.unit.isEmpty {
      throw ConfigProblem("= \(found) has no unit; it must be \(target.allowed).")
    }
    guard let unit = ConfigUnit.named(written.unit) else {
      throw ConfigProblem(
        "= \(found) has the unknown unit \(TOMLText.string(written.unit)); it must be \(target.allowed).")
    }
    guard unit.dimension == target.dimension else {
      throw ConfigProblem("= \(found) is a \(unit.dimension.rawValue); it must be \(target.allowed).")
    }
    guard let value = written.value(from: unit, to: target) else {
      throw ConfigProblem(self, mustBe: target.allowed)
    }
    return value
  }
}
