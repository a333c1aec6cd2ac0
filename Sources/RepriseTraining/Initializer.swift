// From parameters to a network: connections, the untrained run, targets.
internal import RepriseCore
public import RepriseModel

/// Builds a network and runs it untrained.
public enum Initializer {
  /// Where currents of the untrained run begin to count, ms; half the trial where it is shorter.
  static let untrainedStart = 1000.0
  /// Neurons whose currents give the temporal deviation.
  static let deviationNeurons = 1000

  /// - Parameters:
  ///   - recorded: Values of the targets' file; needed unless targets are sinusoids.
  ///   - given: Parts that files and plug-ins give.
  ///   - makeBackend: Makes the backend for the untrained run.
  /// - Throws: ``GivenError`` where a part that is given cannot be used, among others.
  public static func makeNetwork(
    _ parameters: Parameters, recorded: RecordedActivity?, given: NetworkSources = NetworkSources(), threads: Int,
    makeBackend: (Network) throws -> any Backend
  ) throws -> Network {
    try parameters.requireValid()
    var parts = GivenParts(parameters, given)
    let connections = try parts.staticConnections()
    var network = Network(parameters: parts.parameters, staticConnections: connections)
    let backend = try makeBackend(network)
    parts.untrained = untrainedActivity(on: backend)
    network.untrained = parts.untrained
    try backend.requireNoFailure()
    guard parameters.targets.source != .rates || network.fluctuatesEnough else { throw TrainingError.noFluctuations }
    network.unitAttributes = recorded?.unitAttributes ?? []
    network.plasticConnections = try parts.plasticConnections(threads: threads)
    network.targets = try targets(parts, network.learners, recorded, threads: threads)
    parts.taskCount = network.targets.taskCount
    network.feedforwardRates = try parts.feedforwardRates(threads: threads)
    network.feedforwardWeights = try parts.feedforwardWeights()
    network.stimulus = try parts.stimulus()
    network.schedule = try parts.schedule()
    network = network.with(parts.parameters)
    try network.requireUsable()
    return network
  }

  private static func targets(
    _ parts: GivenParts, _ learners: NeuronSubset, _ recorded: RecordedActivity?, threads: Int
  ) throws -> Targets {
    let (parameters, untrained) = (parts.parameters, parts.untrained)
    if parameters.targets.source == .plugin { return try parts.targets() }
    guard parameters.targets.source != .sinusoids, let recorded else {
      return .sinusoids(parameters, meanCurrents: untrained.meanCurrents, threads: threads)
    }
    let map = UnitMap(
      parameters, learners: learners, unitMeans: recorded.unitMeans, untrainedRates: untrained.rates)
    return parameters.targets.source == .currents
      ? .currents(recorded, map, threads: threads)
      : .rates(recorded, map, parameters, currentDeviation: untrained.currentDeviation, threads: threads)
  }

  /// Rates over the whole trial, and currents from `untrainedStart` on.
  static func untrainedActivity(on backend: any Backend) -> UntrainedActivity {
    let network = backend.network
    let clock = network.parameters.clock
    let start = min(StepClock.steps(for: untrainedStart, timeStep: clock.timeStep), clock.lastStep / 2)
    var request = TrialRequest(.untrained, index: 0)
    request.bins = SampleBins(.totalCurrent, start: start + 1, width: clock.lastStep - start, count: 1)
    request.tracedNeurons = Array(0..<min(deviationNeurons, network.neuronCount))
    let result = Trial.run(request, on: backend, learns: false)
    let duration = network.parameters.trialDuration
    let samples = Double(clock.lastStep / clock.sampleSteps - start / clock.sampleSteps)
    return UntrainedActivity(
      rates: result.spikeCounts.map { Double($0) / duration * 1000 },
      meanCurrents: (result.binSums?.values ?? []).map { Double($0) / samples },
      currentDeviation: meanDeviation(result.traces, from: start / clock.sampleSteps))
  }

  /// Mean over neurons of the standard deviation over time.
  private static func meanDeviation(_ traces: [CurrentTrace], from sample: Int) -> Double {
    let deviations = traces.map { trace in
      let values = trace.total.dropFirst(sample).map(Double.init)
      let mean = values.reduce(0, +) / Double(max(values.count, 1))
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(max(values.count - 1, 1))).squareRoot()
    }
    return deviations.reduce(0, +) / Double(max(deviations.count, 1))
  }
}
