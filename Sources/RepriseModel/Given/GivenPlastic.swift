// Plastic connections that are given: any number of inputs for each neuron.

extension Parameters {
  /// Stands for an input that no neuron feeds, where neurons have fewer inputs than others. It never fires.
  public var silentSource: Int { neuronCount + feedforward.count }
}

extension PlasticConnections {
  /// Connections one by one. The neurons that they reach learn; those with fewer inputs than others have silent inputs
  /// besides, which change nothing: z and the weight are 0 there, and P does not couple them.
  ///
  /// - Parameters:
  ///   - edges: Neurons in any order, and start weights, current x ms, or none for those of `plastic.weight`.
  ///   - source: Who gave them, for messages.
  /// - Throws: ``GivenError``.
  public init(_ edges: EdgeList, _ parameters: Parameters, source: String) throws(GivenError) {
    var rules = EdgeRules(neuronCount: parameters.neuronCount)
    rules.allowsAutapses = parameters.plastic.autapses
    (rules.needsWeights, rules.section) = (false, "plastic")
    let sorted = try edges.byPostsynaptic(rules, source: source)
    let starts = sorted.rowStarts
    let learners = (0..<parameters.neuronCount).filter { starts[$0] < starts[$0 + 1] }
    let width = learners.map { starts[$0 + 1] - starts[$0] }.max() ?? 0
    let silent = UInt32(parameters.silentSource)
    var (presynaptic, weights): ([UInt32], [Float]) = ([], [])
    for neuron in learners {
      let row = starts[neuron]..<starts[neuron + 1]
      presynaptic += sorted.others[row] + Array(repeating: silent, count: width - row.count)
      guard !sorted.weights.isEmpty else { continue }
      weights += sorted.weights[row].map { Float($0) } + Array(repeating: 0, count: width - row.count)
    }
    self.init(
      neurons: NeuronSubset(learners), inputsPerNeuron: width, presynaptic: presynaptic, startWeights: weights)
  }
}

extension Network {
  /// Plastic connections between neurons, without silent inputs.
  public var plasticCount: Int { plasticConnections.presynaptic.count { $0 < neuronCount } }

  /// The same with those from feed-forward neurons.
  public var plasticSynapseCount: Int { plasticCount + learners.count * feedforwardCount }

  /// True where some neurons have fewer inputs than others.
  public var hasSilentInputs: Bool { plasticConnections.presynaptic.contains { $0 >= neuronCount } }

  /// Which recurrent inputs of a row P_0 couples (docs/equations.md, E14): those of one sign of the start weight, or
  /// where start weights are given, of one class; silent inputs are coupled with none.
  public func startSigns(row: Int) -> [StartCorrelation.Sign] {
    (0..<inputCount).map { input in
      guard input >= feedforwardCount else { return .zero }
      let presynaptic = plasticConnections.presynapticNeuron(row: row, input: input - feedforwardCount)
      guard presynaptic < neuronCount else { return .alone }
      guard plasticConnections.startWeights.isEmpty else {
        return parameters.neuronClass(presynaptic) == .excitatory ? .positive : .negative
      }
      return StartCorrelation.Sign(startWeight(row: row, input: input))
    }
  }

  /// True where all recurrent inputs start at 0, so that P_0 couples both classes.
  public var startsSilent: Bool { parameters.plastic.weightScale == 0 && plasticConnections.startWeights.isEmpty }

  /// Refuses what a network that was given cannot do with the parameters that may change.
  ///
  /// - Throws: ``GivenError``.
  public func requireUsable() throws(GivenError) {
    try requireSchedule()
    guard parameters.learning.memory == .history, hasSilentInputs else { return }
    throw GivenError(
      parameters.plastic.given.description ?? "plastic connections",
      "neurons have different numbers of plastic inputs, which learning.memory = \"history\" cannot have: use "
        + "\"matrix\", or give all neurons as many.")
  }
}
