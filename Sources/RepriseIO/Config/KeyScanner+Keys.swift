// Keys, bare, quoted and dotted.

extension KeyScanner {
  /// A bare, quoted or dotted key and the blanks around it; nil where there is none.
  mutating func scanPath() -> [String]? {
    var path: [String] = []
    while true {
      skipSpaces()
      guard let part = scanPart() else { return nil }
      path.append(part)
      skipSpaces()
      guard byte == UInt8(ascii: ".") else { return path }
      advance()
    }
  }

  mutating func scanPart() -> String? {
    if let quote = byte, Self.isQuote(quote) {
      return scanQuotedPart(quote)
    }
    let start = position
    while let next = byte, Self.isBare(next) { advance() }
    return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
  }

  static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }

  static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private mutating func scanQuotedPart(_ quote: UInt8) -> String? {
    advance()
    var part: [UInt8] = []
    while let next = byte, next != UInt8(ascii: "\n") {
      advance()
      if next == quote { return String(decoding: part, as: UTF8.self) }
      if next == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        part += scanEscape()
      } else {
        part.append(next)
      }
    }
    return nil
  }

  private mutating func scanEscape() -> [UInt8] {
    guard let kind = byte else { return [] }
    advance()
    switch kind {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "u"): return scanScalar(digits: 4)
    case UInt8(ascii: "U"): return scanScalar(digits: 8)
    default: return [kind]
    }
  }

  private mutating func scanScalar(digits: Int) -> [UInt8] {
    let text = String(decoding: bytes[position..<min(position + digits, bytes.count)], as: UTF8.self)
    guard let code = UInt32(text, radix: 16), let scalar = Unicode.Scalar(code) else { return [] }
    advance(digits)
    return Array(String(scalar).utf8)
  }
}
