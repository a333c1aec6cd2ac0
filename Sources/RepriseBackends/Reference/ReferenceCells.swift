// Neurons that a text describes, in double precision: its trees, evaluated as they are.
internal import RepriseCore
internal import RepriseModel

/// What a cell model does in a step (D2, D3).
final class ReferenceCells {
  let neurons: [CellNeuron]
  private let model: CellModel
  private let timeStep: Double
  /// Names that `update` assigned and `reset` may use, shape [neuron][local].
  @exclusivity(unchecked) private var locals: [[Double]]

  /// - Returns: nil for neurons that are built in.
  init?(_ parameters: Parameters) {
    guard parameters.neuron.model == .custom, let model = parameters.cell.model else { return nil }
    self.model = model
    timeStep = parameters.trial.timeStep
    neurons = (0..<parameters.neuronCount).map(parameters.cellNeuron)
    locals = Array(repeating: Array(repeating: 0, count: model.localCount), count: neurons.count)
  }

  /// The state at the start of a trial, but for v.
  func begin(_ neuron: Int, _ state: inout ReferenceState) {
    for (index, start) in neurons[neuron].starts.enumerated() { state.cells[index][neuron] = start }
  }

  /// - Returns: True where the threshold holds afterwards.
  func advance(_ neuron: Int, _ state: inout ReferenceState, input: Double) -> Bool {
    for assignment in model.update { assign(assignment, neuron, &state, input: input) }
    return model.threshold.holds { value($0, neuron, state, input: input) }
  }

  func reset(_ neuron: Int, _ state: inout ReferenceState, input: Double) {
    for assignment in model.reset { assign(assignment, neuron, &state, input: input) }
  }

  private func assign(
    _ assignment: CellModel.Assignment, _ neuron: Int, _ state: inout ReferenceState, input: Double
  ) {
    let found = assignment.value.value { value($0, neuron, state, input: input) }
    switch assignment.target {
    case .state(0): state.potential[neuron] = found
    case .state(let index): state.cells[index - 1][neuron] = found
    case .local(let index): locals[neuron][index] = found
    default: preconditionFailure("only states and locals are assigned to")
    }
  }

  private func value(_ variable: CellVariable, _ neuron: Int, _ state: ReferenceState, input: Double) -> Double {
    switch variable {
    case .fixed(let index): neurons[neuron].fixed[index]
    case .state(0): state.potential[neuron]
    case .state(let index): state.cells[index - 1][neuron]
    case .local(let index): locals[neuron][index]
    case .input: input
    case .timeStep: timeStep
    }
  }
}
