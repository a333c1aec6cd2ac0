// Tables of units and trials: columns of numbers or texts with one value for each row.

/// A table whose rows are units or trials.
struct RecordingTable: Sendable {
  enum Values: Equatable, Sendable {
    /// NaN where a value is missing.
    case numbers([Double])
    /// Empty where a value is missing.
    case texts([String])

    var count: Int {
      switch self {
      case .numbers(let numbers): numbers.count
      case .texts(let texts): texts.count
      }
    }
  }

  struct Column: Sendable {
    let name: String
    let values: Values
    /// Attribute `units` of the dataset.
    var unit: String?
  }

  /// Datasets beside the columns of trials that are none.
  static let noTrialColumns: Set<String> = ["id", "window_ms"]

  /// The file and group, or file alone, for messages.
  let place: String
  let rowCount: Int
  let columns: [Column]

  var names: [String] { columns.map { $0.name } }

  func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// - Parameter noun: What a row is: trial or unit.
  /// - Throws: ``RecordingError`` where there is no column of this name.
  func column(_ name: String, option: String, noun: String) throws -> Column {
    if let column = column(name) { return column }
    guard !columns.isEmpty else {
      throw RecordingError(
        place, "has no column \(name) of its \(noun)s, nor any other. Leave out \(option) \(name).")
    }
    throw RecordingError(
      place,
      "has no column \(name) of its \(noun)s, for \(option). There is \(listed(names))."
        + (Suggestions.closest(to: name, among: names).map { " Did you mean \($0)?" } ?? ""))
  }

  /// Reads the datasets of a group that have one dimension.
  ///
  /// - Parameters:
  ///   - expected: Number of rows, and what says so, as in `counts has 12 trials`; nil: that of most columns.
  ///   - ignoring: Names that are no columns.
  /// - Throws: ``HDF5Error``, or ``RecordingError`` where columns differ in length.
  static func read(
    _ file: HDF5File, _ group: String, expected: (count: Int, reason: String)? = nil, ignoring: Set<String> = []
  ) throws -> RecordingTable {
    let children = try file.children(of: group).filter { $0.kind == .dataset }
    let names = Set(children.map { $0.name })
    let datasets = try children.filter { child in
      // NAME_index says which elements of NAME belong to a row: lists of any length, which are no columns.
      let isRagged = child.name.hasSuffix("_index") || names.contains(child.name + "_index")
      return !isRagged && !ignoring.contains(child.name)
    }.map { try file.dataset($0.path) }.filter {
      $0.shape.count == 1 && ($0.elementType == .string || $0.elementType.isNumeric)
    }
    let count = expected?.count ?? mostFrequent(datasets.map { $0.rowCount }) ?? 0
    if let odd = datasets.first(where: { $0.rowCount != count }) {
      let reason = expected?.reason ?? "the other columns of \(group) have \(count)"
      throw RecordingError(
        "\(file.path):\(odd.path)",
        "has \(counted(odd.rowCount, "row")), but \(reason); correct it, or remove it from the file.")
    }
    let columns = try datasets.map { dataset in
      Column(
        name: dataset.path.split(separator: "/").last.map { String($0) } ?? dataset.path,
        values: dataset.elementType == .string
          ? .texts(try dataset.readTexts()) : .numbers(try dataset.read(as: Double.self)),
        unit: try? file.textAttribute("units", of: dataset.path))
    }
    return RecordingTable(place: "\(file.path):\(group)", rowCount: count, columns: columns)
  }

  /// The value that occurs most often, and the larger of two that do.
  private static func mostFrequent(_ counts: [Int]) -> Int? {
    var frequency: [Int: Int] = [:]
    for count in counts { frequency[count, default: 0] += 1 }
    return frequency.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }

}

extension RecordingTable.Column {
  /// The value of a row as people write it; nil where it is missing.
  func text(_ row: Int) -> String? {
    switch values {
    case .numbers(let numbers): numbers[row].isNaN ? nil : formatNumber(numbers[row])
    case .texts(let texts): texts[row].isEmpty ? nil : texts[row]
    }
  }
}

extension RecordingTable {
  /// The rows that fulfil conditions such as `area == "VISp"` or, for short, `area=VISp`; a value may also be the
  /// name of another column.
  ///
  /// - Throws: ``RecordingError``.
  func rows(fulfilling conditions: [String], option: String, noun: String) throws -> [Bool] {
    var isFulfilled = [Bool](repeating: true, count: rowCount)
    for text in conditions {
      let condition: UnitCondition
      do throws(UnitCondition.ParseError) {
        condition = try UnitCondition(parsing: Self.withDoubledEquals(text))
      } catch {
        throw RecordingError(
          option, "\"\(text)\" cannot be understood: \(error.reason). A condition is like: area == VISp and snr > 2.",
          isUsage: true)
      }
      for term in condition.terms {
        let matches = try rows(fulfilling: term, text, option: option, noun: noun)
        for row in matches.indices where !matches[row] { isFulfilled[row] = false }
      }
    }
    return isFulfilled
  }

  private func rows(
    fulfilling term: UnitCondition.Term, _ text: String, option: String, noun: String
  ) throws -> [Bool] {
    let column = try column(term.attribute, option: option, noun: noun)
    if term.number == nil, let other = self.column(term.text) {
      switch (column.values, other.values) {
      case (.numbers(let left), .numbers(let right)): return zip(left, right).map { term.comparison.holds($0, $1) }
      case (.texts(let left), .texts(let right)): return zip(left, right).map { term.comparison.holds($0, $1) }
      default: throw RecordingError(place, "cannot be filtered by \"\(text)\": one column is text, the other a number.")
      }
    }
    let matches: [Bool]? =
      switch column.values {
      case .numbers(let numbers): term.matches(numbers)
      case .texts(let texts): term.matches(texts)
      }
    guard let matches else {
      let isText = if case .texts = column.values { true } else { false }
      throw RecordingError(
        place,
        "cannot be filtered by \"\(text)\": \(term.attribute) is "
          + (isText
            ? "text, which can be compared by == and != only." : "a number and must be compared with a number."))
    }
    return matches
  }

  /// A single "=" outside of quotation marks means "==".
  static func withDoubledEquals(_ text: String) -> String {
    var result = ""
    var quote: Character?
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      result.append(character)
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      if character == "\"" || character == "'" { quote = character }
      let before = index > 0 ? characters[index - 1] : " "
      let after = index + 1 < characters.count ? characters[index + 1] : " "
      if character == "=", !"<>=!".contains(before), after != "=" { result.append("=") }
    }
    return result
  }
}
