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
