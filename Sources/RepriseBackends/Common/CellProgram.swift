// A cell model as straight-line instructions, from which processors and devices do the same operations in the same order.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What a cell model does in a step: first for all neurons, then where some neuron spikes.
///
/// Each result has a number of its own. An assignment of a model names a result; states take their new values at the end of
/// each part, so that whatever reads them before has the old ones.
struct CellProgram {
  /// What an instruction works on.
  enum Operand: Hashable {
    /// A result of an instruction before.
    case result(Int)
    /// A number that all neurons of a class share.
    case uniform(Int)
    /// A row of constants.
    case row(Int)
    /// As it was before this part; 0 is v.
    case state(Int)
    case input
    case ready, spiking
  }

  enum Target: Hashable {
    case result(Int)
    case state(Int)
    case spiking
  }

  struct Instruction {
    let operation: Int
    let target: Target
    let operands: [Operand]
  }

  /// What neurons of a class share.
  enum Uniform: Hashable {
    case number(UInt32)
    case fixed(Int)
    case timeStep
  }

  private(set) var step: [Instruction] = []
  private(set) var reset: [Instruction] = []
  private(set) var uniforms: [Uniform] = []
  /// Fixed numbers in rows, behind those that all models have.
  private(set) var rowsOfFixed: [Int] = []
  private(set) var resultCount = 0
  let stateCount: Int
  private let varies: [Bool]
  private var places: [Uniform: Int] = [:]
  private var states: [Int: Operand] = [:]
  private var locals: [Int: Operand] = [:]

  /// - Returns: nil for neurons that are built in.
  init?(_ parameters: Parameters) {
    guard parameters.neuron.model == .custom, let model = parameters.cell.model else { return nil }
    stateCount = model.states.count
    varies = model.variesByNeuron(parameters.cell.hasEach)
    build(model)
  }

  var rowCount: Int { Int(RP_TEXT_STARTS) + stateCount - 1 + rowsOfFixed.count }

  /// True where results depend on how quotients and roots are rounded.
  var divides: Bool {
    (step + reset).contains { [RP_CELL_DIVIDE, RP_CELL_SQRT, RP_CELL_LOG].contains($0.operation) }
  }

  // MARK: Values

  /// Constants of all neurons.
  func rows(_ network: Network) -> CellRows {
    var rows = CellRows(network, count: rowCount)
    let parameters = network.parameters
    for neuron in 0..<network.neuronCount {
      let (slot, cell) = (network.layout.slot(neuron), parameters.cellNeuron(neuron))
      rows.setRefractorySteps(
        slot, StepClock.stepsBeyond(cell.refractoryPeriod, timeStep: parameters.trial.timeStep))
      rows.set(RP_TEXT_START_LOW, slot, cell.startLow)
      rows.set(RP_TEXT_START_HIGH, slot, cell.startHigh)
      for (index, start) in cell.starts.enumerated() { rows.set(Int(RP_TEXT_STARTS) + index, slot, start) }
      let first = Int(RP_TEXT_STARTS) + cell.starts.count
      for (index, fixed) in rowsOfFixed.enumerated() { rows.set(first + index, slot, cell.fixed[fixed]) }
    }
    return rows
  }

  /// What neurons of a class share; nothing that could be read where the class is empty.
  func uniformValues(_ parameters: Parameters, _ c: NeuronClass) -> [Float] {
    let first = c == .excitatory ? 0 : parameters.excitatoryCount
    let isEmpty = first >= parameters.neuronCount || parameters.neuronClass(first) != c
    let cell = parameters.cellNeuron(isEmpty ? 0 : first)
    return uniforms.map { uniform in
      switch uniform {
      case .number(let bits): Float(bitPattern: bits)
      case .fixed(let index): Float(cell.fixed[index])
      case .timeStep: Float(parameters.trial.timeStep)
      }
    }
  }

  // MARK: Building

  private mutating func build(_ model: CellModel) {
    var main = part(model.update)
    let threshold = condition(model.threshold, &main)
    // Whoever is not ready keeps what it has.
    commit(.ready, &main)
    main.append(Instruction(operation: RP_CELL_AND, target: .spiking, operands: [.ready, threshold]))
    // What `update` made of the states is what `reset` finds, without a way through memory.
    reading = states
    states = [:]
    var after = part(model.reset)
    commit(.spiking, &after)
    (step, reset) = (main, after)
  }

  /// What reads of a state give that this part has not assigned to.
  private var reading: [Int: Operand] = [:]

  private mutating func part(_ assignments: [CellModel.Assignment]) -> [Instruction] {
    var out: [Instruction] = []
    for assignment in assignments {
      var value = operand(assignment.value, &out)
      // A state will change, what it was when it was read will not.
      if case .state = value { value = add(RP_CELL_COPY, [value], &out) }
      switch assignment.target {
      case .state(let index): states[index] = value
      case .local(let index): locals[index] = value
      default: preconditionFailure("only states and locals are assigned to")
      }
    }
    return out
  }

  /// States take their new values where a condition holds.
  private func commit(_ condition: Operand, _ out: inout [Instruction]) {
    for (index, value) in states.sorted(by: { $0.key < $1.key }) {
      out.append(
        Instruction(operation: RP_CELL_SELECT, target: .state(index), operands: [condition, value, .state(index)]))
    }
  }

  private mutating func add(_ operation: Int, _ operands: [Operand], _ out: inout [Instruction]) -> Operand {
    out.append(Instruction(operation: operation, target: .result(resultCount), operands: operands))
    resultCount += 1
    return .result(resultCount - 1)
  }

  private mutating func shared(_ uniform: Uniform) -> Operand {
    if let place = places[uniform] { return .uniform(place) }
    places[uniform] = uniforms.count
    uniforms.append(uniform)
    return .uniform(uniforms.count - 1)
  }

  private mutating func operand(_ expression: CellExpression, _ out: inout [Instruction]) -> Operand {
    switch expression {
    case .number(let number): return shared(.number(Float(number).bitPattern))
    case .variable(let variable): return operand(variable)
    case .apply(let function, let x):
      let x = operand(x, &out)
      return add(function.operation, [x], &out)
    case .combine(let combine, let a, let b):
      let (a, b) = (operand(a, &out), operand(b, &out))
      return add(combine.operation, [a, b], &out)
    case .choose(let test, let a, let b):
      let test = condition(test, &out)
      let (a, b) = (operand(a, &out), operand(b, &out))
      return add(RP_CELL_SELECT, [test, a, b], &out)
    }
  }

  private mutating func operand(_ variable: CellVariable) -> Operand {
    switch variable {
    case .fixed(let index) where varies[index]:
      let place = rowsOfFixed.firstIndex(of: index) ?? rowsOfFixed.count
      if place == rowsOfFixed.count { rowsOfFixed.append(index) }
      return .row(Int(RP_TEXT_STARTS) + stateCount - 1 + place)
    case .fixed(let index): return shared(.fixed(index))
    case .state(let index): return states[index] ?? reading[index] ?? .state(index)
    case .local(let index): return locals[index]!
    case .input: return .input
    case .timeStep: return shared(.timeStep)
    }
  }

  private mutating func condition(_ test: CellCondition, _ out: inout [Instruction]) -> Operand {
    switch test {
    case .greater(let a, let b): return comparison(RP_CELL_GREATER, a, b, &out)
    case .atLeast(let a, let b): return comparison(RP_CELL_AT_LEAST, a, b, &out)
    case .equal(let a, let b): return comparison(RP_CELL_EQUAL, a, b, &out)
    case .not(let a):
      let a = condition(a, &out)
      return add(RP_CELL_NOT, [a], &out)
    case .and(let a, let b):
      let (a, b) = (condition(a, &out), condition(b, &out))
      return add(RP_CELL_AND, [a, b], &out)
    case .or(let a, let b):
      let (a, b) = (condition(a, &out), condition(b, &out))
      return add(RP_CELL_OR, [a, b], &out)
    }
  }

  private mutating func comparison(
    _ operation: Int, _ a: CellExpression, _ b: CellExpression, _ out: inout [Instruction]
  ) -> Operand {
    let (a, b) = (operand(a, &out), operand(b, &out))
    return add(operation, [a, b], &out)
  }
}

extension CellFunction {
  fileprivate var operation: Int {
    switch self {
    case .negate: RP_CELL_NEGATE
    case .abs: RP_CELL_ABS
    case .sqrt: RP_CELL_SQRT
    case .exp: RP_CELL_EXP
    case .log: RP_CELL_LOG
    }
  }
}

extension CellOperator {
  fileprivate var operation: Int {
    switch self {
    case .add: RP_CELL_ADD
    case .subtract: RP_CELL_SUBTRACT
    case .multiply: RP_CELL_MULTIPLY
    case .divide: RP_CELL_DIVIDE
    case .min: RP_CELL_MIN
    case .max: RP_CELL_MAX
    }
  }
}
