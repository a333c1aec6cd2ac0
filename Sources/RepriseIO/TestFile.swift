// test.h5: spikes of all test trials in SONATA layout, and the currents of chosen neurons.
internal import RepriseCore
public import RepriseModel

/// Writes and reads `test.h5` (layout in docs/file-formats.md).
public enum TestFile {
  /// Name of the one population of neurons.
  public static let population = "neurons"

  /// - Parameter experiment: What perturbed the trials of `result`, and what it changed; nil: nothing did.
  public static func write(
    _ result: TestResult, _ network: Network, loopsDone: Int, _ conditions: TestConditions = TestConditions(),
    experiment: Experiment? = nil, metrics: NeuronMetrics? = nil, to path: String
  ) throws {
    let clock = network.parameters.clock
    try HDF5File.writeAtomically(to: path) { file in
      try FileFormat.test.mark(file, fingerprint: network.fingerprint)
      try SonataSpikes.mark(file)
      try file.setAttribute("loops_done", to: Int64(loopsDone))
      try ParameterStorage.write(network.parameters, to: file)
      try writeSpikes(result, clock, to: file)
      try file.write(result.trials.map { Int64($0.task) }, to: "/trials/task")
      try file.write(result.trials.indices.map { Int64($0 % result.trialCount) }, to: "/trials/repeat")
      try file.write(result.trials.map(\.rate), to: "/trials/rate_hz")
      try file.write(
        result.trials.flatMap { $0.correlations.map(Float.init) }, to: "/trials/correlation",
        shape: [result.trials.count, network.neuronCount])
      try SubsetStorage.write(result.trials.map(\.subset), in: "/trials", to: file)
      if network.learners.count < network.neuronCount {
        let isTrained = (0..<network.neuronCount).map { Int8(network.isTrained($0) ? 1 : 0) }
        try file.write(isTrained, to: "/neurons/is_trained")
      }
      try writeCurrents(result, clock, to: file)
      let noise = conditions.hasNoise ? network.parameters.noise.model : .none
      try file.setAttribute("seed", of: "/trials", to: conditions.seed ?? network.parameters.network.seed)
      try file.setAttribute("noise", of: "/trials", to: noise.rawValue)
      if let metrics { try MetricsFile.write(metrics, to: file) }
      if let experiment { try ExperimentStorage.write(experiment, to: file) }
    }
  }

  /// What perturbed the trials of a test, and what it changed; nil where nothing did.
  public static func readExperiment(_ path: String, _ network: Network) throws -> Experiment? {
    let file = try HDF5File(reading: path)
    try FileFormat.test.check(file)
    return try ExperimentStorage.read(from: file, neuronCount: network.neuronCount)
  }

  private static func writeSpikes(_ result: TestResult, _ clock: StepClock, to file: HDF5File) throws {
    let group = "/spikes/\(population)"
    try file.write(
      result.trials.flatMap { $0.spikes.steps.map { clock.milliseconds(Int($0)) } }, to: group + "/timestamps")
    try file.write(result.trials.flatMap { $0.spikes.neurons.map(UInt64.init) }, to: group + "/node_ids")
    try file.write(
      result.trials.enumerated().flatMap { index, trial in
        [UInt32](repeating: UInt32(index), count: trial.spikes.steps.count)
      }, to: group + "/trial_ids")
    try file.setAttribute("units", of: group + "/timestamps", to: "milliseconds")
    try SonataSpikes.setSorting(.none, of: group, in: file)
  }

  private static func writeCurrents(_ result: TestResult, _ clock: StepClock, to file: HDF5File) throws {
    let samples = clock.lastStep / clock.sampleSteps
    let shape = [result.trials.count, result.tracedNeurons.count, samples]
    try file.write(result.tracedNeurons.map(Int64.init), to: "/currents/neuron")
    try file.write((0..<samples).map { clock.milliseconds(($0 + 1) * clock.sampleSteps) }, to: "/currents/time_ms")
    let parts: [(String, KeyPath<CurrentTrace, [Float]>)] = [
      ("excitatory", \.excitatory), ("inhibitory", \.inhibitory), ("plastic", \.plastic),
    ]
    for (name, part) in parts {
      let values = result.trials.flatMap { trial in trial.traces.flatMap { $0[keyPath: part] } }
      try file.write(values, to: "/currents/\(name)", shape: shape)
    }
  }

  /// Metrics of a test; nil where it has none.
  public static func readMetrics(_ path: String, _ network: Network) throws -> NeuronMetrics? {
    let file = try HDF5File(reading: path)
    try FileFormat.test.check(file)
    return try MetricsFile.read(from: file, network)
  }

  /// Reads what ``write(_:_:loopsDone:_:experiment:metrics:to:)`` wrote for the same network.
  public static func read(_ path: String, _ network: Network, networkFile: String) throws -> TestResult {
    let file = try HDF5File(reading: path)
    try FileFormat.test.check(file)
    let fingerprint: UInt64? = try file.attribute("fingerprint")
    guard fingerprint == network.fingerprint else {
      throw StoredFileError(path, .otherNetwork(networkFile: networkFile))
    }
    let tasks: [Int64] = try file.dataset("/trials/task").read()
    let rates: [Double] = try file.dataset("/trials/rate_hz").read()
    let correlations: [Float] = try file.dataset("/trials/correlation").read()
    let traced: [Int64] = try file.dataset("/currents/neuron").read()
    let count = network.neuronCount
    let taskCount = network.targets.taskCount
    let trialCount = tasks.count / max(taskCount, 1)
    guard rates.count == tasks.count, correlations.count == tasks.count * count, !tasks.isEmpty,
      tasks == (0..<taskCount).flatMap({ [Int64](repeating: Int64($0), count: trialCount) })
    else { throw StoredFileError(path, .inconsistent("/trials does not fit the network")) }
    guard traced.allSatisfy({ 0 <= $0 && $0 < count }) else {
      throw StoredFileError(path, .inconsistent("/currents/neuron names neurons that do not exist"))
    }
    let spikes = try readSpikes(file, trialCount: tasks.count, network)
    let traces = try readTraces(file, trialCount: tasks.count, tracedCount: traced.count)
    let subsets = try SubsetStorage.read(file, "/trials", count: tasks.count)
    let trials = tasks.indices.map { index in
      TestTrial(
        task: Int(tasks[index]), spikes: spikes[index], traces: traces[index], rate: rates[index],
        correlations: correlations[(index * count)..<((index + 1) * count)].map(Double.init), subset: subsets[index])
    }
    return TestResult(
      trialCount: trialCount, tracedNeurons: traced.map { Int($0) }, trials: trials)
  }

  /// Loops of training before the test.
  package static func loopsDone(_ path: String) throws -> Int {
    let file = try HDF5File(reading: path)
    try FileFormat.test.check(file)
    return Int(clamping: try file.attribute("loops_done", as: Int64.self) ?? 0)
  }

  private static func readSpikes(_ file: HDF5File, trialCount: Int, _ network: Network) throws -> [SpikeTrain] {
    let group = "/spikes/\(population)"
    let clock = network.parameters.clock
    let lastTime = clock.milliseconds(clock.lastStep)
    let times: [Double] = try file.dataset(group + "/timestamps").read()
    let nodes: [UInt64] = try file.dataset(group + "/node_ids").read()
    let trials: [UInt32] = try file.dataset(group + "/trial_ids").read()
    guard times.count == nodes.count, times.count == trials.count, trials.allSatisfy({ $0 < trialCount }),
      nodes.allSatisfy({ $0 < network.neuronCount }),
      times.allSatisfy({ $0 >= 0 && $0 <= lastTime })
    else { throw StoredFileError(file.path, .inconsistent("\(group) does not fit the network")) }
    var trains = [SpikeTrain](repeating: SpikeTrain(), count: trialCount)
    let dt = network.parameters.trial.timeStep
    for spike in times.indices {
      trains[Int(trials[spike])].append(
        step: StepClock.steps(for: times[spike], timeStep: dt), neuron: Int(nodes[spike]))
    }
    return trains
  }

  private static func readTraces(_ file: HDF5File, trialCount: Int, tracedCount: Int) throws -> [[CurrentTrace]] {
    var traces = [[CurrentTrace]](
      repeating: Array(repeating: CurrentTrace(), count: tracedCount), count: trialCount)
    let parts: [(String, WritableKeyPath<CurrentTrace, [Float]>)] = [
      ("excitatory", \.excitatory), ("inhibitory", \.inhibitory), ("plastic", \.plastic),
    ]
    for (name, part) in parts {
      let dataset = try file.dataset("/currents/\(name)")
      let values: [Float] = try dataset.read()
      guard dataset.shape.count == 3, dataset.shape[0] == trialCount, dataset.shape[1] == tracedCount else {
        throw StoredFileError(file.path, .inconsistent("\(dataset.path) does not fit /trials"))
      }
      let samples = dataset.shape[2]
      for trial in 0..<trialCount {
        for neuron in 0..<tracedCount {
          let start = (trial * tracedCount + neuron) * samples
          traces[trial][neuron][keyPath: part] = Array(values[start..<(start + samples)])
        }
      }
    }
    return traces
  }
}
