// The recurrent connections that learn.

/// Rows are the neurons that learn; all have the same number of inputs.
public struct PlasticConnections: Sendable, Equatable {
  /// The neurons that learn: any of a network.
  public let neurons: NeuronSubset
  public let inputsPerNeuron: Int
  /// Shape [row, input]: presynaptic neurons, ascending within a class where Reprise has drawn them.
  /// Where connections are given, ``Parameters/silentSource`` stands for inputs that are missing.
  public let presynaptic: [UInt32]
  /// The same shape, current x ms; empty where start weights follow from parameters.
  public let startWeights: [Float]

  public init(neurons: NeuronSubset, inputsPerNeuron: Int, presynaptic: [UInt32], startWeights: [Float] = []) {
    precondition(presynaptic.count == neurons.count * inputsPerNeuron, "a row of inputs for each neuron that learns")
    precondition(startWeights.isEmpty || startWeights.count == presynaptic.count, "a weight for each input")
    self.startWeights = startWeights
    self.neurons = neurons
    self.inputsPerNeuron = inputsPerNeuron
    self.presynaptic = presynaptic
  }

  /// Inputs of neurons 0, 1, ...
  public init(inputsPerNeuron: Int, presynaptic: [UInt32]) {
    self.init(
      neurons: .first(presynaptic.count / max(inputsPerNeuron, 1)), inputsPerNeuron: inputsPerNeuron,
      presynaptic: presynaptic)
  }

  /// No neuron learns.
  public static let none = PlasticConnections(neurons: .none, inputsPerNeuron: 0, presynaptic: [])

  /// Presynaptic neuron, or ``Parameters/silentSource``, of recurrent input 0 ..< `inputsPerNeuron` of a row.
  public func presynapticNeuron(row: Int, input: Int) -> Int { Int(presynaptic[row * inputsPerNeuron + input]) }

  /// The same of a neuron that learns.
  public func presynapticNeuron(of neuron: Int, input: Int) -> Int {
    guard let row = neurons.row(of: neuron) else { preconditionFailure("neuron \(neuron) does not learn") }
    return presynapticNeuron(row: row, input: input)
  }
}
