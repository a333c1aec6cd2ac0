// A table of trials in a file of its own: CSV, or a group of an HDF5 file.

enum TrialTableFile {
  /// Groups that are looked for in an HDF5 file.
  static let usualGroups = ["/intervals/trials", "/trials"]

  /// - Parameter path: `FILE` or `FILE:/group`.
  /// - Throws: ``HDF5Error`` or ``RecordingError``.
  static func read(_ path: String) throws -> RecordingTable {
    let (name, group) = RecordedMatrix.Request.split(path)
    let file: HDF5File
    do throws(HDF5Error) {
      file = try HDF5File(reading: name)
    } catch {
      guard error.problem == .notHDF5, group == nil else { throw error }
      return try parse(try text(of: name), place: name)
    }
    guard let found = group ?? usualGroups.first(where: { file.contains($0) }) else {
      throw RecordingError(
        name, "has no group \(usualGroups.joined(separator: " or ")). Name the group of trials as \(name):/GROUP.")
    }
    return try RecordingTable.read(file, HDF5File.absolute(found), ignoring: RecordingTable.noTrialColumns)
  }

  private static func text(of path: String) throws -> String {
    do throws(ConfigMistake) {
      let text = try ConfigSource.text(of: path)
      return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    } catch {
      throw RecordingError(path, "cannot be read as a table of trials: \(error.problem)")
    }
  }

  /// Reads a header and one line for each trial, with commas or tabs.
  static func parse(_ text: String, place: String) throws -> RecordingTable {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    let isWritten = { (line: Substring) in line.contains { !$0.isWhitespace } }
    guard let header = lines.first(where: isWritten) else {
      throw RecordingError(place, "is empty; a line with the names of columns and one for each trial are needed.")
    }
    let separator: Character = header.contains("\t") ? "\t" : ","
    let names = fields(header, separator)
    if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
      throw RecordingError(place, "has two columns named \"\(twice)\"; give each a name of its own.")
    }
    var rows: [[String]] = []
    for (number, line) in lines.enumerated() where isWritten(line) && line.startIndex != header.startIndex {
      let row = fields(line, separator)
      guard row.count == names.count else {
        throw RecordingError(
          "\(place):\(number + 1)",
          "has \(counted(row.count, "field")), but the header has \(names.count); correct this line.")
      }
      rows.append(row)
    }
    let columns = names.indices.map { index in
      RecordingTable.Column(name: names[index], values: values(rows.map { $0[index] }))
    }
    return RecordingTable(place: place, rowCount: rows.count, columns: columns)
  }

  /// Numbers where every field is one or empty, else texts.
  private static func values(_ fields: [String]) -> RecordingTable.Values {
    let numbers = fields.map { $0.isEmpty ? Double.nan : Double($0) }
    guard !fields.allSatisfy({ $0.isEmpty }), numbers.allSatisfy({ $0 != nil }) else { return .texts(fields) }
    return .numbers(numbers.map { $0 ?? .nan })
  }

  /// Splits a line; a field in quotation marks may hold separators, and "" for a quotation mark.
  private static func fields(_ line: Substring, _ separator: Character) -> [String] {
    var fields = [""]
    var isQuoted = false
    var previous: Character = " "
    for character in line {
      if character == "\"" {
        if !isQuoted, previous == "\"" { fields[fields.count - 1].append(character) }
        isQuoted.toggle()
      } else if character == separator, !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
      previous = character
    }
    return fields.map { $0.trimmed }
  }
}
