import Testing

@testable import RepriseIO

@Suite struct UnitConditionTests {
  typealias Term = UnitCondition.Term

  @Test func conditionsAreRead() throws {
    #expect(
      try UnitCondition(parsing: "split_half_r > 0.5").terms == [
        Term(attribute: "split_half_r", comparison: .above, text: "0.5", number: 0.5)
      ])
    #expect(
      try UnitCondition(parsing: "  r>=-1e-3   and area=='Primary visual' and good == true ").terms == [
        Term(attribute: "r", comparison: .atLeast, text: "-1e-3", number: -1e-3),
        Term(attribute: "area", comparison: .equal, text: "Primary visual", number: nil),
        Term(attribute: "good", comparison: .equal, text: "true", number: 1),
      ])
    // Quotation marks make a text of a number, and keep "and" apart.
    #expect(
      try UnitCondition(parsing: "units/name != \"5 and 6\"").terms == [
        Term(attribute: "units/name", comparison: .different, text: "5 and 6", number: nil)
      ])
  }

  @Test(arguments: [
    ("", "the name of an attribute is missing"),
    ("r", "one of > >= < <= == != is needed after r"),
    ("r = 1", "one of > >= < <= == != is needed after r (equality is ==)"),
    ("r >", "a value is needed after r >"),
    ("area == 'VISp", "the closing quotation mark is missing after area =="),
    ("r > 1 and", "the name of an attribute is missing"),
    ("r > 1 or r < 0", "\"and\" is needed instead of \"or\"; only \"and\" joins comparisons"),
    ("area == Primary visual", "\"and\" is needed instead of \"visual\"; put text with spaces in quotes"),
  ])
  func mistakesAreNamed(text: String, reason: String) {
    #expect(throws: UnitCondition.ParseError(reason: reason)) { try UnitCondition(parsing: text) }
  }

  @Test func comparisons() throws {
    func matches(_ text: String, _ numbers: [Double]) throws -> [Bool]? {
      try UnitCondition(parsing: text).terms[0].matches(numbers)
    }
    let numbers = [1, 2, 3, .nan]
    #expect(try matches("x > 2", numbers) == [false, false, true, false])
    #expect(try matches("x >= 2", numbers) == [false, true, true, false])
    #expect(try matches("x < 2", numbers) == [true, false, false, false])
    #expect(try matches("x <= 2", numbers) == [true, true, false, false])
    #expect(try matches("x == 2", numbers) == [false, true, false, false])
    #expect(try matches("x != 2", numbers) == [true, false, true, true])
    #expect(try matches("x == a", numbers) == nil)
    let term = try UnitCondition(parsing: "x > a").terms[0]
    #expect(term.matches(["a"]) == nil)
  }

  @Test func anyTextGivesAConditionOrAReason() {
    var generator = SeededGenerator(seed: 3)
    let letters = Array("ab_ /.<>=!\"'and or 01-e\u{301}\n")
    for _ in 0..<2000 {
      let length = Int.random(in: 0..<24, using: &generator)
      let text = String((0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
      _ = try? UnitCondition(parsing: text)
    }
  }
}
