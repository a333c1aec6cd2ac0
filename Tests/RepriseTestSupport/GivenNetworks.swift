// Small networks with parts that no rule of Reprise makes.
internal import RepriseBackends
internal import RepriseCore
public import RepriseModel
internal import RepriseTraining

/// A part as a file would give it.
public func givenPart<Value>(_ value: Value) -> GivenPart<Value> { GivenPart(source: "test") { value } }

/// Connections of random weights, those of a neuron of both signs, and some neurons without any.
public func randomEdges(_ parameters: Parameters, probability: Double, scale: Double) -> EdgeList {
  var stream = RandomStream(seed: 5, purpose: .synthetic, index: 0)
  var edges = EdgeList()
  for pre in 0..<parameters.neuronCount where pre % 10 != 3 {
    for post in 0..<parameters.neuronCount where pre != post && stream.uniform() < probability {
      let sign = stream.uniform() < 0.1 ? -1.0 : 1.0
      let size = scale * (0.5 + stream.uniform())
      edges.append(from: pre, to: post, weight: parameters.neuronClass(pre) == .excitatory ? sign * size : -sign * size)
    }
  }
  return edges
}

/// What the small network of tests is given.
public func givenSources(_ parameters: Parameters) -> NetworkSources {
  var given = NetworkSources()
  given.staticEdges = givenPart(randomEdges(parameters, probability: 0.2, scale: 3))
  given.stimulus = givenPart(
    TaskValues(tasks: 2, rows: 4, columns: parameters.neuronCount) { task, row, neuron in
      (row + task) % 2 == 0 ? 0.01 * Double(neuron % 50) : -0.3
    })
  given.feedforwardRates = givenPart(
    TaskValues(tasks: 2, rows: 4, columns: parameters.feedforward.count) { task, row, neuron in
      Double(30 * task + 20 * row + neuron)
    })
  given.feedforwardWeights = givenPart(
    TaskValues(tasks: 1, rows: parameters.neuronCount, columns: parameters.feedforward.count) { _, neuron, x in
      0.01 * Double(neuron % 20) - 0.1 * Double(x)
    })
  given.schedule = givenPart([1, 1, 0])
  return given
}

/// Parameters for ``givenSources(_:)``: two tasks, a short trial.
public func givenParameters(model: LIFParameters.Model = .lif) -> Parameters {
  var parameters = smallParameters()
  parameters.neuron.model = model
  parameters.trial.stimulusOn = 20
  parameters.trial.stimulusOff = 60
  parameters.trial.trainDuration = 100
  parameters.targets.taskCount = 2
  parameters.feedforward.count = 3
  // `isGiven` is what backends and plans look at.
  parameters.staticSynapses.given.file = "edges.h5"
  return parameters
}

/// The network of ``givenSources(_:)``.
public func makeGivenNetwork(_ parameters: Parameters, _ given: NetworkSources? = nil) throws -> Network {
  try Initializer.makeNetwork(
    parameters, recorded: nil, given: given ?? givenSources(parameters), threads: 1
  ) { network in
    try CPUBackend(network: network, threads: 1, learns: false)
  }
}
