// Conditions on the attributes of recorded units, such as `split_half_r > 0.5 and mouse == "Cori"`.

/// Comparisons that must all hold.
struct UnitCondition: Equatable {
  enum Comparison: String, CaseIterable {
    // Longer ones first, so that ">=" is not read as ">".
    case atLeast = ">="
    case atMost = "<="
    case equal = "=="
    case different = "!="
    case above = ">"
    case below = "<"

    func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
      switch self {
      case .atLeast: left >= right
      case .atMost: left <= right
      case .equal: left == right
      case .different: left != right
      case .above: left > right
      case .below: left < right
      }
    }
  }

  struct Term: Equatable {
    let attribute: String
    let comparison: Comparison
    /// The value as it was written, without quotation marks.
    let text: String
    /// The value as a number; `true` and `false` are 1 and 0.
    let number: Double?
  }

  /// What is wrong with the text of a condition.
  struct ParseError: Error, Equatable {
    let reason: String
  }

  let terms: [Term]

  init(parsing text: String) throws(ParseError) {
    var scanner = ConditionScanner(text)
    var terms = [try scanner.term()]
    while let word = scanner.word() {
      guard word == "and" else {
        let advice = word == "or" || word == "||" ? "only \"and\" joins comparisons" : "put text with spaces in quotes"
        throw ParseError(reason: "\"and\" is needed instead of \"\(word)\"; \(advice)")
      }
      terms.append(try scanner.term())
    }
    self.terms = terms
  }
}

extension UnitCondition.Term {
  /// The indices whose number fulfils the term; a NaN fulfils only `!=`.
  func matches(_ numbers: [Double]) -> [Bool]? {
    guard let number else { return nil }
    return numbers.map { comparison.holds($0, number) }
  }

  /// The indices whose text fulfils the term; texts have no order.
  func matches(_ texts: [String]) -> [Bool]? {
    guard comparison == .equal || comparison == .different else { return nil }
    return texts.map { comparison.holds($0, text) }
  }
}

/// Reads a condition from left to right.
private struct ConditionScanner {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  mutating func term() throws(UnitCondition.ParseError) -> UnitCondition.Term {
    skipSpace()
    let name = rest.prefix { !$0.isWhitespace && !"<>=!\"'".contains($0) }
    guard !name.isEmpty else { throw .init(reason: "the name of an attribute is missing") }
    rest = rest.dropFirst(name.count)
    skipSpace()
    guard let comparison = UnitCondition.Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
      let advice = rest.hasPrefix("=") ? " (equality is ==)" : ""
      throw .init(reason: "one of > >= < <= == != is needed after \(name)\(advice)")
    }
    rest = rest.dropFirst(comparison.rawValue.count)
    skipSpace()
    let (text, isQuoted) = try value(after: "\(name) \(comparison.rawValue)")
    let truth: [String: Double] = ["true": 1, "false": 0]
    let number = isQuoted ? nil : truth[text] ?? Double(text)
    return UnitCondition.Term(attribute: String(name), comparison: comparison, text: text, number: number)
  }

  /// The next word up to a space; nil at the end.
  mutating func word() -> String? {
    skipSpace()
    let word = rest.prefix { !$0.isWhitespace }
    rest = rest.dropFirst(word.count)
    return word.isEmpty ? nil : String(word)
  }

  private mutating func value(
    after start: String
  ) throws(UnitCondition.ParseError) -> (text: String, isQuoted: Bool) {
    guard let quote = rest.first, quote == "\"" || quote == "'" else {
      guard let word = word() else { throw .init(reason: "a value is needed after \(start)") }
      return (word, false)
    }
    rest = rest.dropFirst()
    guard let end = rest.firstIndex(of: quote) else {
      throw .init(reason: "the closing quotation mark is missing after \(start)")
    }
    defer { rest = rest[rest.index(after: end)...] }
    return (String(rest[..<end]), true)
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0.isWhitespace }
  }
}
