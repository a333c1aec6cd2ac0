// Ranges and ticks of axes, chosen here and not by gnuplot, so that any data (none, one point, all equal, gaps) give an
// axis that can be drawn.

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

struct Axis {
  struct Tick: Equatable {
    var position: Double
    /// Markup of gnuplot; empty for a minor tick.
    var label: String
  }

  /// What is shown, with its unit; empty for no title.
  var title: String
  var lower: Double
  var upper: Double
  var ticks: [Tick]
  var isLogarithmic = false
  /// Ticks without text, where the panel below shows the same axis.
  var hidesLabels = false

  /// An axis that covers all finite values and ends on ticks, or exactly at the data if `isTight`.
  static func covering(
    _ values: [Double], title: String, includesZero: Bool = false, isTight: Bool = false, tickCount: Int = 4
  ) -> Axis {
    var (lower, upper) = bounds(of: values)
    if includesZero {
      lower = min(lower, 0)
      upper = max(upper, 0)
    }
    // Narrower than this, neighbouring ticks would print the same digits.
    if upper - lower <= 1e-6 * max(abs(lower), abs(upper)) {
      let margin = lower == 0 ? 0.5 : abs(lower) * 0.1
      (lower, upper) = includesZero && lower == 0 ? (0, 1) : (lower - margin, upper + margin)
    }
    let step = niceStep((upper - lower) / Double(tickCount))
    if !isTight {
      lower = (lower / step + 1e-9).rounded(.down) * step
      upper = (upper / step - 1e-9).rounded(.up) * step
    }
    return Axis(title: title, lower: lower, upper: upper, ticks: ticks(from: lower, to: upper, step: step))
  }

  /// Correlations: always up to 1, from 0 or from the lowest value below it.
  static func correlation(_ values: [Double], title: String) -> Axis {
    let lowest = values.lazy.filter(\.isFinite).min() ?? 0
    let lower = lowest >= 0 ? 0 : max(-1, (lowest / 0.5).rounded(.down) * 0.5)
    return Axis(title: title, lower: lower, upper: 1, ticks: ticks(from: lower, to: 1, step: lower < 0 ? 0.5 : 0.25))
  }

  /// Whole decades around all positive values, at most `decadeLimit` of them below the largest.
  static func logarithmic(_ values: [Double], title: String, decadeLimit: Int = 4) -> Axis {
    let positive = values.filter { $0.isFinite && $0 > 0 }.map { min(max($0, 1e-30), 1e30) }
    let high = positive.max().map { log10($0).rounded(.up) } ?? 1
    var low = positive.min().map { log10($0).rounded(.down) } ?? 0
    low = min(max(low, high - Double(decadeLimit)), high - 1)
    var ticks: [Tick] = []
    for exponent in Int(low)...Int(high) {
      let decade = pow(10, Double(exponent))
      ticks.append(Tick(position: decade, label: decadeLabel(exponent)))
      guard exponent < Int(high) else { break }
      ticks += (2...9).map { Tick(position: decade * Double($0), label: "") }
    }
    return Axis(title: title, lower: pow(10, low), upper: pow(10, high), ticks: ticks, isLogarithmic: true)
  }

  /// Positions along the axis, from 0 at its lower end to 1.
  func fraction(of value: Double) -> Double {
    isLogarithmic
      ? (log10(value) - log10(lower)) / (log10(upper) - log10(lower))
      : (value - lower) / (upper - lower)
  }

  /// Width of the widest tick label in mm.
  var labelWidth: Double {
    guard !hidesLabels else { return 0 }
    return ticks.map { Style.width(of: $0.label.filter { !"^{}".contains($0) }, size: Style.tickFontSize) }.max() ?? 0
  }

  // MARK: - Choice of ticks

  /// Smallest and largest finite value; 0 to 1 without any.
  static func bounds(of values: [Double]) -> (Double, Double) {
    var lower = Double.infinity
    var upper = -Double.infinity
    for value in values where value.isFinite {
      lower = min(lower, value)
      upper = max(upper, value)
    }
    guard lower <= upper else { return (0, 1) }
    // Beyond single precision gnuplot loses its arithmetic; such values are errors of the data anyway.
    return (max(lower, -1e30), min(upper, 1e30))
  }

  /// The largest of 1, 2 and 5 times a power of ten that is close to `rough`.
  static func niceStep(_ rough: Double) -> Double {
    let decade = pow(10, log10(rough).rounded(.down))
    switch rough / decade {
    case ..<1.5: return decade
    case ..<3.5: return 2 * decade
    case ..<7.5: return 5 * decade
    default: return 10 * decade
    }
  }

  static func ticks(from lower: Double, to upper: Double, step: Double) -> [Tick] {
    let first = (lower / step - 1e-6).rounded(.up)
    let last = (upper / step + 1e-6).rounded(.down)
    guard last >= first, last - first < 50 else { return [] }
    let isExtreme = max(abs(lower), abs(upper)) >= 1e5 || step < 1e-3
    return stride(from: first, through: last, by: 1).map { multiple in
      let value = multiple == 0 ? 0 : multiple * step
      return Tick(position: value, label: isExtreme ? scientific(value) : fixed(value, step: step))
    }
  }

  private static func fixed(_ value: Double, step: Double) -> String {
    // 0.25 needs one more digit than its decade.
    let decade = Int(log10(step).rounded(.down))
    let scaled = step / pow(10, Double(decade))
    let decimals = max(0, -decade + (abs(scaled - scaled.rounded()) > 1e-6 ? 1 : 0))
    return Number.fixed(value, decimals: decimals)
  }

  private static func scientific(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let exponent = Int((log10(abs(value)) + 1e-9).rounded(.down))
    let mantissa = value / pow(10, Double(exponent))
    let decimals = [0, 1, 2, 3].first { digits in
      let scale = pow(10, Double(digits))
      return abs((mantissa * scale).rounded() / scale - mantissa) < 1e-6
    }
    return "\(Number.fixed(mantissa, decimals: decimals ?? 3))×10^{\(Number.integer(exponent))}"
  }

  private static func decadeLabel(_ exponent: Int) -> String {
    (-2...3).contains(exponent)
      ? Number.fixed(pow(10, Double(exponent)), decimals: max(0, -exponent)) : "10^{\(Number.integer(exponent))}"
  }
}

/// Numbers as they are printed in figures, with a true minus sign.
enum Number {
  static func integer(_ value: Int) -> String { value < 0 ? "−\(value.magnitude)" : "\(value)" }

  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value.isNaN ? "n/a" : "\(value)" }
    let scale = pow(10, Double(decimals))
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 && scaled != 0 ? "−" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    let unit = Int(scale)
    let digits = String(scaled % unit)
    return "\(sign)\(scaled / unit).\(String(repeating: "0", count: decimals - digits.count))\(digits)"
  }
}
