// The scalar expressions of a cell model, as trees.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A number that a cell has. Indices are those of ``CellModel``.
public enum CellVariable: Sendable, Hashable {
  /// A parameter, or a constant that follows from parameters.
  case fixed(Int)
  /// 0 is the potential v.
  case state(Int)
  /// What `update` or `reset` has assigned to a name of its own.
  case local(Int)
  /// I, all that comes in: X + u of docs/equations.md (E4).
  case input
  /// dt, ms.
  case timeStep
}

/// A function of one number.
public enum CellFunction: String, Sendable, CaseIterable {
  case negate = "-"
  case abs, sqrt, exp, log

  public func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .negate: -x
    case .abs: Swift.abs(x)
    case .sqrt: x.squareRoot()
    case .exp: exponential(x)
    case .log: logarithm(x)
    }
  }
}

// Within the type, the names are those of its cases.
private func exponential(_ x: Double) -> Double { exp(x) }
private func logarithm(_ x: Double) -> Double { log(x) }

/// A function of two numbers.
public enum CellOperator: String, Sendable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case min, max

  public func callAsFunction(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    // As kernels do it, numbers that are none included.
    case .min: b > a ? a : b
    case .max: a > b ? a : b
    }
  }
}

/// A number that follows from others.
public indirect enum CellExpression: Sendable, Equatable {
  case number(Double)
  case variable(CellVariable)
  case apply(CellFunction, CellExpression)
  case combine(CellOperator, CellExpression, CellExpression)
  case choose(CellCondition, CellExpression, CellExpression)

  /// Its value in double precision.
  public func value(_ values: (CellVariable) -> Double) -> Double {
    switch self {
    case .number(let number): number
    case .variable(let variable): values(variable)
    case .apply(let function, let x): function(x.value(values))
    case .combine(let combine, let a, let b): combine(a.value(values), b.value(values))
    case .choose(let condition, let a, let b): condition.holds(values) ? a.value(values) : b.value(values)
    }
  }

  /// Calls `body` with each variable that occurs.
  public func forEachVariable(_ body: (CellVariable) -> Void) {
    switch self {
    case .number: break
    case .variable(let variable): body(variable)
    case .apply(_, let x): x.forEachVariable(body)
    case .combine(_, let a, let b):
      a.forEachVariable(body)
      b.forEachVariable(body)
    case .choose(let condition, let a, let b):
      condition.forEachVariable(body)
      a.forEachVariable(body)
      b.forEachVariable(body)
    }
  }
}

/// What is true or not.
public indirect enum CellCondition: Sendable, Equatable {
  case greater(CellExpression, CellExpression)
  case atLeast(CellExpression, CellExpression)
  case equal(CellExpression, CellExpression)
  case not(CellCondition)
  case and(CellCondition, CellCondition)
  case or(CellCondition, CellCondition)

  public func holds(_ values: (CellVariable) -> Double) -> Bool {
    switch self {
    case .greater(let a, let b): a.value(values) > b.value(values)
    case .atLeast(let a, let b): a.value(values) >= b.value(values)
    case .equal(let a, let b): a.value(values) == b.value(values)
    case .not(let a): !a.holds(values)
    case .and(let a, let b): a.holds(values) && b.holds(values)
    case .or(let a, let b): a.holds(values) || b.holds(values)
    }
  }

  public func forEachVariable(_ body: (CellVariable) -> Void) {
    switch self {
    case .greater(let a, let b), .atLeast(let a, let b), .equal(let a, let b):
      a.forEachVariable(body)
      b.forEachVariable(body)
    case .not(let a): a.forEachVariable(body)
    case .and(let a, let b), .or(let a, let b):
      a.forEachVariable(body)
      b.forEachVariable(body)
    }
  }
}
