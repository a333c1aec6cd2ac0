// Numbers as text.

/// Numbers with a fixed number of decimals, the same on every system and in every locale.
public enum DecimalText {
  /// A number with as many decimals as it needs, at most six.
  public static func short(_ value: Double) -> String {
    var text = fixed(value, digits: 6)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// A number with a fixed number of decimals.
  public static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "nan" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int(scaled)
    let (units, decimals) = whole.quotientAndRemainder(dividingBy: Int(scale))
    let sign = value < 0 && whole != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(units)" }
    let text = String(decimals)
    return "\(sign)\(units)." + String(repeating: "0", count: digits - text.count) + text
  }
}
