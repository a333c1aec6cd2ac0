// The text of a cell model as tokens.

struct CellToken: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    case name(String)
    case number(Double)
    /// An operator, a bracket, a comma.
    case symbol(String)
    /// What stands in square brackets.
    case unit(String)
    case newline, end
  }

  let kind: Kind
  let line, column: Int

  /// As messages show it.
  var found: String {
    switch kind {
    case .name(let name): "'\(name.count > 40 ? "\(name.prefix(36)) ..." : name)'"
    case .number(let number): "the number \(number)"
    case .symbol(let symbol): "'\(symbol)'"
    case .unit: "a unit in brackets"
    case .newline: "the end of the line"
    case .end: "the end of the text"
    }
  }

  func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }
  func isName(_ name: String) -> Bool { kind == .name(name) }
}

/// Cuts a text into tokens. Lines end a statement, but not within round brackets.
struct CellScanner {
  /// Bytes of the longest text.
  static let largestText = 1 << 16

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var lineStart = 0
  private var openBrackets = 0
  private var tokens: [CellToken] = []

  static func tokens(of text: String) throws(CellModelError) -> [CellToken] {
    guard text.utf8.count <= largestText else {
      throw CellModelError(1, 1, "the text has \(text.utf8.count) bytes, but may have \(largestText) at most.")
    }
    var scanner = CellScanner(bytes: Array(text.utf8))
    while scanner.position < scanner.bytes.count { try scanner.scan() }
    scanner.add(.newline)
    scanner.add(.end)
    return scanner.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// From 1 on, in characters.
  private var column: Int { 1 + bytes[lineStart..<position].count { $0 & 0xC0 != 0x80 } }

  private mutating func add(_ kind: CellToken.Kind) { tokens.append(CellToken(kind: kind, line: line, column: column)) }

  private mutating func scan() throws(CellModelError) {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\n"): endLine()
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
    case UInt8(ascii: "#"): skip { $0 != UInt8(ascii: "\n") }
    case UInt8(ascii: "["): try scanUnit()
    case _ where Self.beginsName(byte): scanName()
    case _ where Self.isDigit(byte) || byte == UInt8(ascii: ".") && isDigit(at: position + 1): try scanNumber()
    default: try scanSymbol()
    }
  }

  private mutating func endLine() {
    if openBrackets == 0 { add(.newline) }
    position += 1
    line += 1
    lineStart = position
  }

  private mutating func skip(while isWanted: (UInt8) -> Bool) {
    while position < bytes.count, isWanted(bytes[position]) { position += 1 }
  }

  private mutating func scanName() {
    let start = position
    let place = (line, column)
    skip { Self.beginsName($0) || Self.isDigit($0) }
    let name = String(decoding: bytes[start..<position], as: UTF8.self)
    tokens.append(CellToken(kind: .name(name), line: place.0, column: place.1))
  }

  private mutating func scanNumber() throws(CellModelError) {
    let start = position
    let place = (line, column)
    skip(while: Self.isDigit)
    if at(".") {
      position += 1
      skip(while: Self.isDigit)
    }
    if at("e") || at("E") {
      let sign = position + 1 < bytes.count && "+-".utf8.contains(bytes[position + 1]) ? 1 : 0
      if isDigit(at: position + 1 + sign) {
        position += 1 + sign
        skip(while: Self.isDigit)
      }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // Kernels compute in single precision.
    guard let number = Double(text), Float(number).isFinite else {
      throw CellModelError(place.0, place.1, "the number \(text.prefix(40)) is too large: at most 3e38 is possible.")
    }
    tokens.append(CellToken(kind: .number(number), line: place.0, column: place.1))
  }

  private mutating func scanUnit() throws(CellModelError) {
    let start = position
    let place = (line, column)
    skip { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "\n") }
    guard at("]") else {
      throw CellModelError(place.0, place.1, "found '[', but no ']' in the same line that ends the unit.")
    }
    let unit = String(decoding: bytes[(start + 1)..<position], as: UTF8.self)
    position += 1
    tokens.append(CellToken(kind: .unit(unit), line: place.0, column: place.1))
  }

  private mutating func scanSymbol() throws(CellModelError) {
    for symbol in ["<=", ">=", "==", "!=", "+", "-", "*", "/", "(", ")", ",", "=", "<", ">"]
    where bytes[position...].starts(with: symbol.utf8) {
      add(.symbol(symbol))
      if symbol == "(" { openBrackets += 1 }
      if symbol == ")" { openBrackets = max(0, openBrackets - 1) }
      position += symbol.utf8.count
      return
    }
    if at("^") { throw CellModelError(line, column, "there are no powers: write x * x, or exp(y * log(x)).") }
    let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
    let scalar = rest.unicodeScalars.first ?? " "
    let shown = scalar.value < 0x20 || scalar.value == 0x7F ? "a control character" : "'\(scalar)'"
    throw CellModelError(line, column, "found \(shown), which no cell model has.")
  }

  private func at(_ character: Unicode.Scalar) -> Bool {
    position < bytes.count && bytes[position] == UInt8(ascii: character)
  }

  private func isDigit(at position: Int) -> Bool { position < bytes.count && Self.isDigit(bytes[position]) }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func beginsName(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte >= UInt8(ascii: "A")
      || byte == UInt8(ascii: "_")
  }
}
