// The parts of a network that may be given, in the order in which they are made.
internal import RepriseModel

/// Makes parts by the rules of Reprise, or takes those that are given.
struct GivenParts {
  /// With the number of connections and values that were given.
  private(set) var parameters: Parameters
  private let given: NetworkSources
  /// Known after the untrained run.
  var untrained = UntrainedActivity.none
  /// Known with the targets.
  var taskCount = 0 {
    didSet { if parameters.targets.source != .sinusoids { parameters.targets.recordedTaskCount = taskCount } }
  }

  init(_ parameters: Parameters, _ given: NetworkSources) { (self.parameters, self.given) = (parameters, given) }

  mutating func staticConnections() throws -> StaticConnections {
    guard let part = given.staticEdges else { return .erdosRenyi(parameters) }
    let connections = try StaticConnections(value(part), parameters, source: part.source)
    parameters.staticSynapses.given.valueCount = connections.count
    return connections
  }

  mutating func plasticConnections(threads: Int) throws -> PlasticConnections {
    guard let part = given.plasticEdges else {
      return .erdosRenyi(parameters, untrainedRates: untrained.rates, threads: threads)
    }
    let connections = try PlasticConnections(value(part), parameters, source: part.source)
    parameters.plastic.given.valueCount = connections.inputsPerNeuron
    if connections.neurons.count < parameters.neuronCount {
      parameters.plastic.trained = .listed(connections.neurons.neurons.map { Int($0) })
    }
    return connections
  }

  func targets() throws -> Targets {
    guard let part = given.targets else { preconditionFailure("targets.source = plugin comes with a plug-in") }
    return try Targets(value(part), parameters, source: part.source)
  }

  mutating func feedforwardRates(threads: Int) throws -> FeedforwardRates {
    guard let part = given.feedforwardRates else { return .ornsteinUhlenbeck(parameters, threads: threads) }
    let rates = try FeedforwardRates(value(part), parameters, taskCount: taskCount, source: part.source)
    parameters.feedforward.given.valueCount = rates.values.count
    return rates
  }

  func feedforwardWeights() throws -> [Float]? {
    guard let part = given.feedforwardWeights else { return nil }
    return try value(part).feedforwardWeights(parameters, source: part.source)
  }

  mutating func stimulus() throws -> StimulusCurrents? {
    guard let part = given.stimulus else { return nil }
    let stimulus = try StimulusCurrents(value(part), parameters, taskCount: taskCount, source: part.source)
    parameters.stimulus.given.valueCount = stimulus.values.count
    return stimulus
  }

  func schedule() throws -> [Int]? { try given.schedule.map { try value($0) } }

  private func value<Value>(_ part: GivenPart<Value>) throws -> Value {
    try part.value(parameters, untrained: untrained, taskCount: taskCount)
  }
}
