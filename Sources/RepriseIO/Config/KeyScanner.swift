// The scanner of KeyLines: headers and assignments.

/// Goes through TOML text once. Keys are in KeyScanner+Keys.swift, values in KeyScanner+Values.swift.
struct KeyScanner {
  /// The TOML library refuses deeper nesting.
  static let deepest = 256
  /// More parts than any key has. The library recurses over them, without a limit of its own.
  private static let longestPath = 64

  let bytes: [UInt8]
  private(set) var position = 0
  private var line = 1
  var entries: [KeyLines.Entry] = []
  private(set) var breakage: KeyLines.Breakage?
  /// Where the current header or assignment begins.
  private var start = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
  }

  func isAt(_ text: StaticString) -> Bool {
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

  mutating func noteBreakage(_ problem: String) {
    if breakage == nil { breakage = .init(line: line, start: start, problem: problem) }
  }

  private mutating func checkLength(_ count: Int) {
    if count > Self.longestPath { noteBreakage("a key may have at most \(Self.longestPath) parts") }
  }

  mutating func scanAssignment(in section: [String], depth: Int) {
    let first = line
    guard let path = scanPath(), byte == UInt8(ascii: "=") else { return }
    advance()
    checkLength(section.count + path.count)
    entries.append(.init(path: section + path, line: first, kind: .key))
    skipValue(of: section + path, depth: depth + 1)
  }
}
