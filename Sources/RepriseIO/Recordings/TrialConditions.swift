// Which trials are of the same condition.

/// The conditions of all sources, in the order of the results, and the condition of every trial.
struct TrialConditions: Sendable {
  let names: [String]
  /// The columns of trials that make the conditions, each with its value in each condition; empty for named ones.
  let columns: [RecordingTable.Column]
  /// For each source, the condition of each trial; -1: none.
  let ofTrial: [[Int]]
  /// True where they were chosen here.
  let areChosen: Bool

  /// - Parameters:
  ///   - requested: Columns, or conditions with a name as in `left: contrast_left > contrast_right`; not both. Empty:
  ///     all columns of texts or few numbers whose combinations have enough trials, else one condition of all trials.
  ///   - isUsed: For each source, whether each trial counts at all.
  /// - Throws: ``RecordingError``.
  init(_ requested: [String], sources: [RecordingSource], isUsed: [[Bool]]) throws {
    let named = requested.filter { $0.contains(":") }
    guard named.isEmpty || named.count == requested.count else {
      throw RecordingError(
        "--condition",
        """
        is given as \(listed(requested.map { "\"\($0)\"" })); give columns, or conditions with a name as in \
        "left: side == L", not both.
        """, isUsage: true)
    }
    if !named.isEmpty {
      self = try Self.named(named, sources, isUsed)
    } else if !requested.isEmpty {
      self = try Self.combinations(of: requested, sources, isUsed, areChosen: false)
    } else {
      self = try Self.chosen(sources, isUsed)
    }
  }

  private init(names: [String], columns: [RecordingTable.Column], ofTrial: [[Int]], areChosen: Bool) {
    self.names = names
    self.columns = columns
    self.ofTrial = ofTrial
    self.areChosen = areChosen
  }

  // MARK: With names

  private static func named(
    _ texts: [String], _ sources: [RecordingSource], _ isUsed: [[Bool]]
  ) throws -> TrialConditions {
    let parts = texts.map { $0.split(separator: ":", maxSplits: 1).map { String($0).trimmed } }
    if let bad = parts.firstIndex(where: { $0.count < 2 || $0[0].isEmpty || $0[1].isEmpty }) {
      throw RecordingError(
        "--condition", "is \"\(texts[bad])\"; a name and a condition are needed, as in \"left: side == L\".",
        isUsage: true)
    }
    let names = parts.map { $0[0] }
    var ofTrial = isUsed.map { [Int](repeating: -1, count: $0.count) }
    for (index, part) in parts.enumerated() {
      var isEmpty = true
      for (number, source) in sources.enumerated() {
        let rows = try source.trials.rows(fulfilling: [part[1]], option: "--condition", noun: "trial")
        for trial in rows.indices where rows[trial] && isUsed[number][trial] {
          let other = ofTrial[number][trial]
          guard other < 0 else {
            throw RecordingError(
              source.trials.place,
              """
              has trial \(trial) (counted from 0) in two conditions, \(names[other]) and \(part[0]); make them exclude \
              each other.
              """)
          }
          ofTrial[number][trial] = index
          isEmpty = false
        }
      }
      guard !isEmpty else {
        throw RecordingError(
          "--condition", "\"\(texts[index])\" fits no trial. Change it, or leave it out.")
      }
    }
    return TrialConditions(names: names, columns: [], ofTrial: ofTrial, areChosen: false)
  }

  // MARK: From columns

  private static func combinations(
    of names: [String], _ sources: [RecordingSource], _ isUsed: [[Bool]], areChosen: Bool
  ) throws -> TrialConditions {
    let columns = try sources.map { source in
      try names.map { try source.trials.column($0, option: "--condition", noun: "trial") }
    }
    var keys: Set<ConditionKey> = []
    let keyOfTrial = sources.indices.map { number in
      let rows = isUsed[number].indices.map { trial -> ConditionKey? in
        guard isUsed[number][trial] else { return nil }
        return ConditionKey(columns[number], row: trial)
      }
      keys.formUnion(rows.compactMap { $0 })
      return rows
    }
    guard !keys.isEmpty else {
      throw RecordingError(
        sources[0].trials.place, "has no trial with a value of \(names.joined(separator: " and ")) left to use.")
    }
    let sorted = keys.sorted()
    try checkKinds(sorted, names)
    let indices = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    let values = names.indices.map { position in
      RecordingTable.Column(name: names[position], values: ConditionKey.values(sorted.map { $0.parts[position] }))
    }
    return TrialConditions(
      names: sorted.map { $0.name(names) }, columns: values,
      ofTrial: keyOfTrial.map { $0.map { $0.flatMap { indices[$0] } ?? -1 } }, areChosen: areChosen)
  }

  /// Files may not disagree on whether a column is text.
  private static func checkKinds(_ keys: [ConditionKey], _ names: [String]) throws {
    for (position, name) in names.enumerated() where Set(keys.map { $0.parts[position].isText }).count > 1 {
      throw RecordingError(
        "--condition", "\(name) is a number in one file and text in another; make them the same.")
    }
  }

  /// Fewer trials than this in a combination mean that its columns are no conditions.
  private static let fewestTrials = 5

  private static func chosen(_ sources: [RecordingSource], _ isUsed: [[Bool]]) throws -> TrialConditions {
    let candidates = sources[0].trials.columns.filter { column in
      guard column.name != "session" else { return false }
      return sources.allSatisfy { $0.trials.column(column.name).map(mayBeCondition) ?? false }
    }.map { $0.name }
    if !candidates.isEmpty,
      let conditions = try? combinations(of: candidates, sources, isUsed, areChosen: true),
      conditions.names.count > 1, hasEnough(conditions, sources)
    {
      return conditions
    }
    return TrialConditions(
      names: ["all"], columns: [], ofTrial: isUsed.map { $0.map { $0 ? 0 : -1 } }, areChosen: true)
  }

  private static func mayBeCondition(_ column: RecordingTable.Column) -> Bool {
    switch column.values {
    case .texts(let texts): return (2...32).contains(Set(texts).count)
    case .numbers(let numbers):
      return (2...16).contains(Set(numbers.filter { !$0.isNaN }).count) && !numbers.allSatisfy { $0.isNaN }
    }
  }

  private static func hasEnough(_ conditions: TrialConditions, _ sources: [RecordingSource]) -> Bool {
    zip(sources, conditions.ofTrial).allSatisfy { source, ofTrial in
      var counts = [Int](repeating: 0, count: source.sessions.count * conditions.names.count)
      for trial in ofTrial.indices where ofTrial[trial] >= 0 {
        counts[source.sessions.ofTrial[trial] * conditions.names.count + ofTrial[trial]] += 1
      }
      return counts.allSatisfy { $0 >= fewestTrials }
    }
  }
}

/// The values of the columns of conditions in one trial.
struct ConditionKey: Hashable, Comparable {
  enum Part: Hashable, Comparable {
    case number(Double)
    case text(String)

    var isText: Bool { if case .text = self { true } else { false } }
  }

  let parts: [Part]

  /// Nil where a value is missing.
  init?(_ columns: [RecordingTable.Column], row: Int) {
    var parts: [Part] = []
    for column in columns {
      switch column.values {
      case .numbers(let numbers) where !numbers[row].isNaN: parts.append(.number(numbers[row]))
      case .texts(let texts) where !texts[row].isEmpty: parts.append(.text(texts[row]))
      default: return nil
      }
    }
    self.parts = parts
  }

  static func < (left: ConditionKey, right: ConditionKey) -> Bool {
    left.parts.lexicographicallyPrecedes(right.parts)
  }

  func name(_ columns: [String]) -> String {
    zip(columns, parts).map { column, part in
      switch part {
      case .number(let number): "\(column)=\(formatNumber(number))"
      case .text(let text): "\(column)=\(text)"
      }
    }.joined(separator: ", ")
  }

  static func values(_ parts: [Part]) -> RecordingTable.Values {
    let numbers = parts.compactMap { part -> Double? in if case .number(let number) = part { number } else { nil } }
    guard numbers.count < parts.count else { return .numbers(numbers) }
    return .texts(parts.compactMap { part in if case .text(let text) = part { text } else { nil } })
  }
}

extension String {
  /// Without space at both ends.
  var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
