// Expressions of a cell model, by precedence: or, and, not, comparisons, + -, * /, signs.

/// What an expression came to.
private enum CellTerm {
  case number(CellExpression)
  case condition(CellCondition)
}

extension CellParser {
  /// A number.
  mutating func expression() throws(CellModelError) -> CellExpression {
    operations = 0
    let token = next
    return try number(disjunction(), token)
  }

  /// A number that is the same in all steps.
  mutating func fixedExpression() throws(CellModelError) -> CellExpression {
    let token = next
    let expression = try expression()
    var moves = false
    expression.forEachVariable {
      switch $0 {
      case .fixed, .timeStep: break
      default: moves = true
      }
    }
    if moves { throw CellModelError(token, "this is computed once: it may have parameters, constants and dt only.") }
    return expression
  }

  mutating func condition() throws(CellModelError) -> CellCondition {
    operations = 0
    let token = next
    return try condition(disjunction(), token)
  }

  // MARK: Kinds

  private func number(_ term: CellTerm, _ token: CellToken) throws(CellModelError) -> CellExpression {
    guard case .number(let expression) = term else {
      throw CellModelError(token, "what begins here is true or false, but a number is needed: use if(condition, a, b).")
    }
    return expression
  }

  private func condition(_ term: CellTerm, _ token: CellToken) throws(CellModelError) -> CellCondition {
    guard case .condition(let condition) = term else {
      throw CellModelError(token, "what begins here is a number, but a condition such as v > 1 is needed.")
    }
    return condition
  }

  private mutating func count(_ token: CellToken) throws(CellModelError) {
    operations += 1
    allOperations += 1
    if operations > Self.mostOperations {
      throw CellModelError(token, "the expression is too long: give parts of it names, in lines of their own.")
    }
    if allOperations > Self.mostOperationsInAll {
      throw CellModelError(token, "the text has more than \(Self.mostOperationsInAll) operations.")
    }
  }

  // MARK: Precedence

  private mutating func disjunction() throws(CellModelError) -> CellTerm {
    let token = next
    var left = try conjunction()
    while next.isName("or") {
      try count(take())
      let place = next
      left = .condition(.or(try condition(left, token), try condition(conjunction(), place)))
    }
    return left
  }

  private mutating func conjunction() throws(CellModelError) -> CellTerm {
    let token = next
    var left = try negation()
    while next.isName("and") {
      try count(take())
      let place = next
      left = .condition(.and(try condition(left, token), try condition(negation(), place)))
    }
    return left
  }

  private mutating func negation() throws(CellModelError) -> CellTerm {
    guard next.isName("not") else { return try comparison() }
    try count(take())
    try deepen()
    defer { depth -= 1 }
    let place = next
    return .condition(.not(try condition(negation(), place)))
  }

  private mutating func comparison() throws(CellModelError) -> CellTerm {
    let token = next
    let left = try sum()
    guard case .symbol(let symbol) = next.kind, ["<", ">", "<=", ">=", "==", "!="].contains(symbol) else { return left }
    try count(take())
    let a = try number(left, token)
    let place = next
    let b = try number(sum(), place)
    if case .symbol(let another) = next.kind, ["<", ">", "<=", ">=", "==", "!="].contains(another) {
      throw CellModelError(next, "comparisons do not follow one another: write a < b and b < c.")
    }
    switch symbol {
    case "<": return .condition(.greater(b, a))
    case ">": return .condition(.greater(a, b))
    case "<=": return .condition(.atLeast(b, a))
    case ">=": return .condition(.atLeast(a, b))
    case "==": return .condition(.equal(a, b))
    default: return .condition(.not(.equal(a, b)))
    }
  }

  private mutating func sum() throws(CellModelError) -> CellTerm {
    try chain([.add, .subtract]) { (parser) throws(CellModelError) in try parser.product() }
  }

  private mutating func product() throws(CellModelError) -> CellTerm {
    try chain([.multiply, .divide]) { (parser) throws(CellModelError) in try parser.signed() }
  }

  /// From left to right.
  private mutating func chain(
    _ operators: [CellOperator], _ part: (inout CellParser) throws(CellModelError) -> CellTerm
  ) throws(CellModelError) -> CellTerm {
    let token = next
    var left = try part(&self)
    while case .symbol(let symbol) = next.kind, let combine = operators.first(where: { $0.rawValue == symbol }) {
      try count(take())
      let place = next
      left = .number(.combine(combine, try number(left, token), try number(part(&self), place)))
    }
    return left
  }

  private mutating func signed() throws(CellModelError) -> CellTerm {
    guard next.isSymbol("-") || next.isSymbol("+") else { return try primary() }
    let sign = take()
    try count(sign)
    try deepen()
    defer { depth -= 1 }
    let place = next
    let operand = try number(signed(), place)
    return .number(sign.isSymbol("-") ? .apply(.negate, operand) : operand)
  }

  private mutating func deepen() throws(CellModelError) {
    depth += 1
    if depth > Self.deepest { throw CellModelError(next, "brackets and signs are more than \(Self.deepest) deep.") }
  }

  private mutating func primary() throws(CellModelError) -> CellTerm {
    let token = take()
    switch token.kind {
    case .number(let number): return .number(.number(number))
    case .symbol("("):
      try deepen()
      let inner = try disjunction()
      depth -= 1
      try take(symbol: ")", "')' or an operator")
      return inner
    case .name(let name):
      if next.isSymbol("("), let call = try call(name, token) { return .number(call) }
      return .number(.variable(try variable(token, name)))
    default: throw CellModelError(token, needed: "a number, a name or '('")
    }
  }

  // MARK: Functions

  /// - Returns: nil where the name is no function.
  private mutating func call(_ name: String, _ token: CellToken) throws(CellModelError) -> CellExpression? {
    if let function = CellFunction(rawValue: name) {
      let arguments = try arguments(1, token, name)
      return .apply(function, arguments[0])
    }
    if let combine = CellOperator(rawValue: name) {
      let arguments = try arguments(2, token, name)
      return .combine(combine, arguments[0], arguments[1])
    }
    if name == "if" { return try choice(token) }
    let functions = "exp, log, sqrt, abs, min, max and if"
    throw CellModelError(token, "there is no function '\(name.prefix(40))'; there are \(functions).")
  }

  private mutating func arguments(
    _ count: Int, _ token: CellToken, _ name: String
  ) throws(CellModelError) -> [CellExpression] {
    position += 1
    try self.count(token)
    try deepen()
    defer { depth -= 1 }
    var found: [CellExpression] = []
    while found.count < count {
      if !found.isEmpty { try take(symbol: ",", "',' and another number, for \(name)") }
      let place = next
      found.append(try number(disjunction(), place))
    }
    try take(symbol: ")", "')', after \(count) number\(count == 1 ? "" : "s") for \(name),")
    return found
  }

  private mutating func choice(_ token: CellToken) throws(CellModelError) -> CellExpression {
    position += 1
    try count(token)
    try deepen()
    defer { depth -= 1 }
    let place = next
    let test = try condition(disjunction(), place)
    try take(symbol: ",", "',' and the number where the condition holds")
    let first = next
    let yes = try number(disjunction(), first)
    try take(symbol: ",", "',' and the number where it does not hold")
    let second = next
    let no = try number(disjunction(), second)
    try take(symbol: ")", "')'")
    return .choose(test, yes, no)
  }
}
