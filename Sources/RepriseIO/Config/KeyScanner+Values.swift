// Values, blanks and comments: all that is skipped, but for keys of inline tables.

extension KeyScanner {
  mutating func skipSpaces() {
    while let next = byte, next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { advance() }
  }

  mutating func skipLine() {
    while let next = byte, next != UInt8(ascii: "\n") { advance() }
  }

  /// Blanks, line ends and comments.
  mutating func skipBlank() {
    while let next = byte {
      switch next {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
      case UInt8(ascii: "#"): skipLine()
      default: return
      }
    }
  }

  mutating func skipValue(of path: [String], depth: Int) {
    skipSpaces()
    guard depth < Self.deepest else { return skipLine() }
    if isAt("\"\"\"") {
      skipLongString(UInt8(ascii: "\""))
    } else if isAt("'''") {
      skipLongString(UInt8(ascii: "'"))
    } else if let quote = byte, Self.isQuote(quote) {
      _ = scanPart()
    } else if byte == UInt8(ascii: "[") {
      skipList(of: path, depth: depth)
    } else if byte == UInt8(ascii: "{") {
      scanInlineTable(of: path, depth: depth)
    } else {
      skipPlainValue()
    }
  }

  private mutating func skipPlainValue() {
    let first = position
    while let next = byte, !Self.endsPlainValue(next) { advance() }
    if Self.isDateOrTime(bytes[first..<position]) {
      noteBreakage("a number or a text in quotes is needed here; no key takes a date or time")
    }
  }

  private static func endsPlainValue(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "\n"): true
    default: false
    }
  }

  /// True where the TOML library sees a date or time: it begins like a number, and has a `:`, or a `-` that
  /// belongs to no exponent.
  private static func isDateOrTime(_ value: ArraySlice<UInt8>) -> Bool {
    guard let first = value.first,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || first == UInt8(ascii: "+")
        || first == UInt8(ascii: "-")
    else { return false }
    return zip(value, value.dropFirst()).contains { before, byte in
      byte == UInt8(ascii: ":")
        || byte == UInt8(ascii: "-") && before != UInt8(ascii: "e") && before != UInt8(ascii: "E")
    }
  }

  private mutating func skipLongString(_ quote: UInt8) {
    advance(3)
    while let next = byte {
      if next == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        advance(2)
      } else if quote == UInt8(ascii: "\"") ? isAt("\"\"\"") : isAt("'''") {
        advance(3)
        // Up to two more quotes belong to the string.
        for _ in 0..<2 where byte == quote { advance() }
        return
      } else {
        advance()
      }
    }
  }

  private mutating func skipList(of path: [String], depth: Int) {
    advance()
    while true {
      skipBlank()
      guard let next = byte else { return }
      if next == UInt8(ascii: "]") { return advance() }
      if next == UInt8(ascii: "}") { noteBreakage("a list must end with ']', not '}'") }
      let before = position
      if next != UInt8(ascii: ",") {
        // Keys of tables in a list have no path of their own.
        let known = entries.count
        skipValue(of: path, depth: depth + 1)
        entries.removeSubrange(known...)
      }
      if position == before { advance() }
    }
  }

  private mutating func scanInlineTable(of path: [String], depth: Int) {
    advance()
    while true {
      skipBlank()
      guard let next = byte else { return }
      if next == UInt8(ascii: "}") { return advance() }
      let before = position
      if next != UInt8(ascii: ",") { scanAssignment(in: path, depth: depth) }
      if position == before { advance() }
    }
  }
}
