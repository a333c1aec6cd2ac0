// Finds the lines of keys in TOML text, which the TOML library does not give.

/// The keys and section headers of a TOML text with their lines.
///
/// A scanner, not a parser: it never fails. In text that is not valid TOML it goes on with the next
/// line after whatever it does not understand.
struct KeyLines {
  struct Entry: Equatable {
    enum Kind { case section, sectionInList, key }
    let path: [String]
    let line: Int
    let kind: Kind
  }

  struct Breakage: Equatable {
    let line: Int
    /// Where the header or assignment begins, in the UTF-8 text.
    let start: Int
    let problem: String
  }

  /// Every header and every key, in the order of the text.
  let entries: [Entry]
  /// The first syntax error of the kinds that make the TOML library abort the process.
  let breakage: Breakage?
  private let firstLine: [[String]: Int]

  init(_ text: String) {
    var scanner = KeyScanner(text)
    entries = scanner.scan()
    breakage = scanner.breakage
    firstLine = Dictionary(entries.map { ($0.path, $0.line) }, uniquingKeysWith: { first, _ in first })
  }

  /// The line where a key or section is first written; for a section without a header, its first key.
  func line(of path: [String]) -> Int? {
    firstLine[path] ?? entries.first { $0.path.starts(with: path) }?.line
  }

  /// Keys that are set, and sections that are opened, a second time, with the line of the first.
  var duplicates: [(entry: Entry, first: Int)] {
    var seen: [[String]: Entry] = [:]
    var found: [(entry: Entry, first: Int)] = []
    for entry in entries where entry.kind != .sectionInList {
      if let first = seen[entry.path], first.kind == entry.kind {
        found.append((entry, first.line))
      } else if seen[entry.path] == nil {
        seen[entry.path] = entry
      }
    }
    return found
  }
}

private struct KeyScanner {
  /// The TOML library refuses deeper nesting.
  private static let deepest = 256
  /// More parts than any key has. The library recurses over them, without a limit of its own.
  private static let longestPath = 64

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var entries: [KeyLines.Entry] = []
  private(set) var breakage: KeyLines.Breakage?
  /// Where the current header or assignment begins.
  private var start = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
  }

  private func isAt(_ text: StaticString) -> Bool {
    guard bytes.count - position >= text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { bytes[position..<position + $0.count].elementsEqual($0) }
  }

  mutating func scan() -> [KeyLines.Entry] {
    var section: [String] = []
    while true {
      skipBlank()
      guard let next = byte else { return entries }
      start = position
      if next == UInt8(ascii: "[") {
        section = scanHeader() ?? section
      } else {
        scanAssignment(in: section, depth: 0)
      }
      skipLine()
    }
  }

  private mutating func scanHeader() -> [String]? {
    let first = line
    advance()
    skipSpaces()
    let isList = byte == UInt8(ascii: "[")
    if isList { advance() }
    skipSpaces()
    guard let next = byte, Self.isBare(next) || Self.isQuote(next) else {
      noteBreakage("the name of a section must follow '['")
      return nil
    }
    guard let path = scanPath() else { return nil }
    checkLength(path.count)
    entries.append(.init(path: path, line: first, kind: isList ? .sectionInList : .section))
    return path
  }

  private mutating func noteBreakage(_ problem: String) {
    if breakage == nil { breakage = .init(line: line, start: start, problem: problem) }
  }

  private mutating func checkLength(_ count: Int) {
    if count > Self.longestPath { noteBreakage("a key may have at most \(Self.longestPath) parts") }
  }

  private mutating func scanAssignment(in section: [String], depth: Int) {
    let first = line
    guard let path = scanPath(), byte == UInt8(ascii: "=") else { return }
    advance()
    checkLength(section.count + path.count)
    entries.append(.init(path: section + path, line: first, kind: .key))
    skipValue(of: section + path, depth: depth + 1)
  }
}

// MARK: - Keys

extension KeyScanner {
  /// A bare, quoted or dotted key and the blanks around it; nil where there is none.
  private mutating func scanPath() -> [String]? {
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

  private mutating func scanPart() -> String? {
    if let quote = byte, Self.isQuote(quote) {
      return scanQuotedPart(quote)
    }
    let start = position
    while let next = byte, Self.isBare(next) { advance() }
    return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }

  private static func isBare(_ byte: UInt8) -> Bool {
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

// MARK: - Everything that is skipped

extension KeyScanner {
  private mutating func skipSpaces() {
    while let next = byte, next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { advance() }
  }

  private mutating func skipLine() {
    while let next = byte, next != UInt8(ascii: "\n") { advance() }
  }

  /// Blanks, line ends and comments.
  private mutating func skipBlank() {
    while let next = byte {
      switch next {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
      case UInt8(ascii: "#"): skipLine()
      default: return
      }
    }
  }

  private mutating func skipValue(of path: [String], depth: Int) {
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
