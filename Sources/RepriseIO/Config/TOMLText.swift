// Values as TOML text, so that they are read back exactly.

enum TOMLText {
  /// The shortest text that gives the same number; whole numbers without a decimal point.
  static func number(_ value: Double) -> String {
    guard value == value.rounded(), abs(value) < 1e15, value.sign == .plus || value != 0 else {
      return "\(value)"
    }
    return "\(Int(value))"
  }

  /// A quoted string.
  static func string(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
        let digits = String(scalar.value, radix: 16, uppercase: true)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  /// A list in one line, or in lines of ten where it is long.
  static func list(_ elements: [String]) -> String {
    guard elements.count > 10 else { return "[\(elements.joined(separator: ", "))]" }
    let rows = stride(from: 0, to: elements.count, by: 10).map { start in
      "  " + elements[start..<min(start + 10, elements.count)].joined(separator: ", ")
    }
    return "[\n\(rows.joined(separator: ",\n")),\n]"
  }
}
