// What is wrong with the text of a cell model, and where.

/// A mistake in the text of a cell model.
public struct CellModelError: Error, Equatable, CustomStringConvertible {
  /// From 1 on.
  public let line, column: Int
  /// What was found and what is needed, a sentence.
  public let problem: String

  init(_ line: Int, _ column: Int, _ problem: String) {
    (self.line, self.column, self.problem) = (line, column, problem)
  }

  init(_ token: CellToken, _ problem: String) { self.init(token.line, token.column, problem) }

  /// "found X, but Y is needed."
  init(_ token: CellToken, needed: String) { self.init(token, "found \(token.found), but \(needed) is needed.") }

  public var description: String { "line \(line), column \(column): \(problem)" }
}
