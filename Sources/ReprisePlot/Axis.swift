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
  /// Tick labels are in units of this power of ten; nil for plain numbers.
  var exponent: Int?
  /// Ticks without text, where the panel below shows the same axis.
  var hidesLabels = false
  /// Room kept for tick labels in mm, so that titles of panels above each other line up.
  var reservedLabelWidth = 0.0

  /// An axis that covers all finite values and ends on ticks; if `isTight`, it ends at the data unless a tick is near.
  ///
  /// `isWhole` is for counts: there are no ticks between whole numbers.
  static func covering(
    _ values: [Double], title: String, includesZero: Bool = false, isTight: Bool = false, isWhole: Bool = false,
    tickCount: Int = 4
  ) -> Axis {
    var (lower, upper) = bounds(of: values)
    if includesZero {
      lower = min(lower, 0)
      upper = max(upper, 0)
    }
    // Narrower than this, neighbouring ticks would print the same digits.
    if upper - lower <= max(1e-6 * max(abs(lower), abs(upper)), 1e-30) {
      let margin = isWhole ? 1 : abs(lower) < 1e-30 ? 0.5 : abs(lower) * 0.1
      (lower, upper) = includesZero && abs(lower) < 1e-30 ? (0, 1) : (lower - margin, upper + margin)
    }
    let step = max(niceStep((upper - lower) / Double(tickCount)), isWhole ? 1 : 0)
    let outerLower = (lower / step + 1e-9).rounded(.down) * step
    let outerUpper = (upper / step - 1e-9).rounded(.up) * step
    // 0 to 299 loops, or -1 to 1.98 s, look unfinished without the tick that almost fits.
    let tolerance = isTight ? 0.03 * (upper - lower) : .infinity
    if lower - outerLower <= tolerance { lower = outerLower }
    if outerUpper - upper <= tolerance { upper = outerUpper }
    let largest = max(abs(lower), abs(upper))
    let isExtreme = largest >= (isWhole ? 1e6 : 1e5) || step < 1e-3
    let exponent = isExtreme ? Int((log10(largest) + 1e-9).rounded(.down)) : nil
    return Axis(
      title: title, lower: lower, upper: upper,
      ticks: ticks(from: lower, to: upper, step: step, unit: pow(10, Double(exponent ?? 0))), exponent: exponent)
  }

  /// Correlations: always up to 1, from 0 or from the lowest value below it.
  static func correlation(_ values: [Double], title: String, isCoarse: Bool = false) -> Axis {
    let lowest = values.lazy.filter(\.isFinite).min() ?? 0
    let step = isCoarse ? 0.5 : 0.2
    let lower = lowest >= 0 ? 0 : max(-1, (lowest / step).rounded(.down) * step)
    return Axis(title: title, lower: lower, upper: 1, ticks: ticks(from: lower, to: 1, step: step, unit: 1))
  }

  /// From 1, 2 or 5 times a power of ten below all positive values to the same above, over at least one decade and at
  /// most `decadeLimit` below the largest value.
  static func logarithmic(_ values: [Double], title: String, decadeLimit: Double = 4) -> Axis {
    let positive = values.filter { $0.isFinite && $0 > 0 }.map { min(max($0, 1e-30), 1e30) }
    var upper = outward(positive.max() ?? 10, .up)
    var lower = max(outward(positive.min() ?? 1, .down), upper / pow(10, decadeLimit))
    let decades = (lower: log10(lower), upper: log10(upper))
    // With one labelled tick nobody can read the scale.
    if (decades.upper + 1e-9).rounded(.down) - (decades.lower - 1e-9).rounded(.up) < 1 {
      lower = pow(10, decades.lower.rounded(.down))
      upper = max(pow(10, decades.upper.rounded(.up)), lower * 10)
    }
    var ticks: [Tick] = []
    for exponent in Int(log10(lower).rounded(.down))...Int(log10(upper).rounded(.up)) {
      let decade = pow(10, Double(exponent))
      ticks += (1...9).map { Tick(position: decade * Double($0), label: $0 == 1 ? decadeLabel(exponent) : "") }
    }
    ticks = ticks.filter { $0.position >= lower * (1 - 1e-9) && $0.position <= upper * (1 + 1e-9) }
    return Axis(title: title, lower: lower, upper: upper, ticks: ticks, isLogarithmic: true)
  }

  private static func outward(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    let decade = pow(10, log10(value).rounded(.down))
    let digits = [1.0, 2, 5, 10]
    let ratio = value / decade
    let digit = rule == .up ? digits.first { $0 >= ratio - 1e-9 } : digits.last { $0 <= ratio + 1e-9 }
    return (digit ?? 1) * decade
  }

  /// Width of the widest tick label in mm.
  var labelWidth: Double {
    guard !hidesLabels else { return 0 }
    return ticks.map { tick in
      Style.width(of: tick.label.filter { !"^{}".contains($0) }, size: Style.tickFontSize)
    }.max() ?? 0
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

  /// Ticks at multiples of `step`, labelled in multiples of `unit`.
  private static func ticks(from lower: Double, to upper: Double, step: Double, unit: Double) -> [Tick] {
    let first = (lower / step - 1e-6).rounded(.up)
    let last = (upper / step + 1e-6).rounded(.down)
    guard last >= first, last - first < 50 else { return [] }
    return stride(from: first, through: last, by: 1).map { multiple in
      let value = multiple == 0 ? 0 : multiple * step
      return Tick(position: value, label: fixed(value / unit, step: step / unit))
    }
  }

  private static func fixed(_ value: Double, step: Double) -> String {
    guard value != 0 else { return "0" }
    // 0.25 needs one more digit than its decade.
    let decade = Int(log10(step).rounded(.down))
    let scaled = step / pow(10, Double(decade))
    let decimals = min(max(0, -decade + (abs(scaled - scaled.rounded()) > 1e-6 ? 1 : 0)), 9)
    return Number.fixed(value, decimals: decimals)
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
