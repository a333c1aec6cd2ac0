// From the tokens of a text to a cell model: statements. Expressions are in CellParser+Expressions.swift.

struct CellParser {
  /// Most states, and most parameters and constants together.
  static let mostStates = 64
  static let mostFixed = 256
  /// Most operations of one expression, and of all of them; and how deep brackets may be.
  static let mostOperations = 200
  static let mostOperationsInAll = 2000
  static let deepest = 40

  private static let functions = ["exp", "log", "sqrt", "abs", "min", "max", "if"]
  private static let keywords = [
    "parameter", "constant", "state", "capacitance", "resistance", "refractory", "update", "threshold", "reset",
  ]
  private static let words = ["and", "or", "not", "to"]

  private enum Section { case update, reset }

  var model: CellModel
  let tokens: [CellToken]
  var position = 0
  /// Of the expression that is being read, and of all.
  var operations = 0, allOperations = 0
  var depth = 0
  /// What names mean at this place of the text.
  private(set) var names: [String: CellVariable] = ["I": .input, "dt": .timeStep]
  private var section: Section?
  private var seen: Set<String> = []

  init(_ model: CellModel, _ tokens: [CellToken]) { (self.model, self.tokens) = (model, tokens) }

  var next: CellToken { tokens[position] }

  mutating func take() -> CellToken {
    let token = tokens[position]
    if position < tokens.count - 1 { position += 1 }
    return token
  }

  mutating func take(symbol: String, _ needed: String) throws(CellModelError) {
    guard next.isSymbol(symbol) else { throw CellModelError(next, needed: needed) }
    position += 1
  }

  // MARK: Statements

  mutating func parse() throws(CellModelError) -> CellModel {
    // v is state 0 wherever it is declared.
    model.states = [CellModel.State(name: "v", start: .number(0), unit: nil)]
    while next.kind != .end {
      if next.kind == .newline {
        position += 1
      } else {
        try parseStatement()
      }
    }
    for keyword in ["update", "threshold", "reset"] where !seen.contains(keyword) {
      throw CellModelError(next, "the text has no '\(keyword)', which every cell model needs.")
    }
    guard names["v"] != nil else {
      throw CellModelError(
        next, "the text does not declare the potential: it needs a line such as 'state v = V_reset to V_th'.")
    }
    return model
  }

  private mutating func parseStatement() throws(CellModelError) {
    let token = next
    guard case .name(let word) = token.kind else {
      throw CellModelError(token, needed: "a statement, which begins with a word,")
    }
    guard Self.keywords.contains(word) else { return try parseAssignment() }
    position += 1
    switch word {
    case "parameter": try parseParameter()
    case "constant": try parseConstant()
    case "state": try parseState()
    default:
      guard seen.insert(word).inserted else {
        throw CellModelError(token, "there is a '\(word)' before: one is needed.")
      }
      try parse(part: word, token)
    }
    try endStatement()
  }

  private mutating func parse(part word: String, _ token: CellToken) throws(CellModelError) {
    switch word {
    case "capacitance": model.capacitance = try fixedExpression()
    case "resistance": model.resistance = try fixedExpression()
    case "refractory": model.refractoryPeriod = try fixedExpression()
    case "update": section = .update
    default:
      guard seen.contains("update") else { throw CellModelError(token, "'\(word)' must come after 'update'.") }
      if word == "reset" { section = .reset } else { model.threshold = try condition() }
      if word == "threshold" { section = nil }
    }
    skipUnit()
  }

  private mutating func endStatement() throws(CellModelError) {
    guard next.kind == .newline || next.kind == .end else {
      throw CellModelError(next, needed: "an operator or the end of the line")
    }
  }

  private mutating func skipUnit() { _ = takeUnit() }

  private mutating func takeUnit() -> String? {
    guard case .unit(let unit) = next.kind else { return nil }
    position += 1
    return unit
  }

  /// A name that nothing has yet.
  private mutating func newName() throws(CellModelError) -> String {
    let token = next
    guard case .name(let name) = token.kind else { throw CellModelError(token, needed: "a name") }
    if Self.keywords.contains(name) || Self.functions.contains(name) || Self.words.contains(name) {
      throw CellModelError(token, "'\(name)' is a word of the language: another name is needed.")
    }
    if names[name] != nil { throw CellModelError(token, "'\(name)' is there before: another name is needed.") }
    position += 1
    return name
  }

  private mutating func parseParameter() throws(CellModelError) {
    let place = next
    let name = try newName()
    var value: Double?
    if next.isSymbol("=") {
      position += 1
      let isNegative = next.isSymbol("-")
      if isNegative { position += 1 }
      guard case .number(let number) = next.kind else {
        throw CellModelError(next, needed: "a number, or 'constant' in place of 'parameter',")
      }
      position += 1
      value = isNegative ? -number : number
    }
    guard model.constants.isEmpty else {
      throw CellModelError(place, "the parameter '\(name)' must come before the first constant.")
    }
    try declareFixed(name, place)
    model.parameters.append(CellModel.Parameter(name: name, defaultValue: value, unit: takeUnit()))
  }

  private mutating func parseConstant() throws(CellModelError) {
    let place = next
    let name = try newName()
    try take(symbol: "=", "'=' and what the constant is")
    let value = try fixedExpression()
    skipUnit()
    try declareFixed(name, place)
    model.constants.append(CellModel.Constant(name: name, value: value))
  }

  private mutating func declareFixed(_ name: String, _ place: CellToken) throws(CellModelError) {
    guard model.fixedCount < Self.mostFixed else {
      throw CellModelError(place, "there are more than \(Self.mostFixed) parameters and constants.")
    }
    names[name] = .fixed(model.fixedCount)
  }

  private mutating func parseState() throws(CellModelError) {
    let place = next
    let name = try newName()
    try take(symbol: "=", "'=' and the value at the start of a trial")
    let start = try fixedExpression()
    let isPotential = name == "v"
    if isPotential {
      model.startHigh = start
      if next.isName("to") {
        position += 1
        model.startHigh = try fixedExpression()
      }
    }
    let state = CellModel.State(name: name, start: start, unit: takeUnit())
    guard model.states.count < Self.mostStates else {
      throw CellModelError(place, "there are more than \(Self.mostStates) states.")
    }
    names[name] = .state(isPotential ? 0 : model.states.count)
    if isPotential { model.states[0] = state } else { model.states.append(state) }
  }

  private mutating func parseAssignment() throws(CellModelError) {
    let token = next
    guard case .name(let name) = token.kind else { throw CellModelError(token, needed: "a name") }
    guard let section else {
      let advice = seen.contains("threshold") ? "only 'update' and 'reset' have" : "a line with 'update' comes before"
      throw CellModelError(
        token,
        "found \(token.found), but \(advice) assignments; other lines begin with "
          + "\(Self.keywords.joined(separator: ", ")).")
    }
    let target: CellVariable
    switch names[name] {
    case .state(let index): target = .state(index)
    case .local(let index): target = .local(index)
    case nil:
      _ = try newName()
      position -= 1
      target = .local(model.localCount)
    default:
      throw CellModelError(token, "'\(name)' is no state: only states and new names can be assigned to.")
    }
    position += 1
    try take(symbol: "=", "'=' and a value")
    let assignment = CellModel.Assignment(target: target, value: try expression())
    if names[name] == nil {
      names[name] = target
      model.localCount += 1
    }
    switch section {
    case .update: model.update.append(assignment)
    case .reset: model.reset.append(assignment)
    }
    try endStatement()
  }

  /// What a name means here.
  func variable(_ token: CellToken, _ name: String) throws(CellModelError) -> CellVariable {
    if let variable = names[name] { return variable }
    if Self.keywords.contains(name) || Self.words.contains(name) {
      throw CellModelError(token, needed: "a number, a name or '('")
    }
    if Self.functions.contains(name) { throw CellModelError(token, "'\(name)' is a function: it needs '(' behind it.") }
    let known = names.keys.sorted().joined(separator: ", ")
    throw CellModelError(token, "'\(name.prefix(40))' is not known here; known are \(known.prefix(200)).")
  }
}
