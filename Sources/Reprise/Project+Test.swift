// `reprise test`: trials with frozen weights.
internal import RepriseBackends
internal import RepriseCore
internal import RepriseIO
public import RepriseModel
internal import RepriseTraining

public struct TestOptions: Sendable {
  /// Trials of each task.
  public var trials: Int
  public var threads: ThreadChoice
  public var backend = BackendChoice.cpu
  /// Devices that share the trials, for backends on devices.
  public var devices = DeviceChoice.first
  /// Neurons whose currents are kept; nil: 16 spread over the network.
  public var neurons: [Int]?
  /// Checkpoint to test; nil: the latest.
  public var checkpoint: String?
  public var overrides: [String] = []
  /// Seed of potentials, noise and feed-forward spikes; nil: that of the network.
  public var seed: UInt64?
  /// False leaves out the noise of `noise.model`.
  public var hasNoise = true
  public var experiment = ExperimentOptions()
  public var groups = GroupOptions()
  /// File to write; nil: `test.h5` in the folder.
  public var output: String?

  public init(trials: Int, threads: ThreadChoice) {
    self.trials = trials
    self.threads = threads
  }

  /// - Throws: ``ProjectError`` if a number is out of range.
  public func check() throws(ProjectError) {
    try backend.check(devices: devices)
    guard trials >= 1 else { throw .invalidOption("--trials is \(trials), but must be at least 1.") }
    try experiment.check()
  }
}

/// What the test found.
public struct TestReport: Sendable {
  public struct Task: Sendable {
    public let task: Int
    /// Mean over neurons that learn and trials.
    public let correlation: Double
    /// Hz.
    public let rate: Double
    /// Means over trials; nil where all neurons learn.
    public let subset: SubsetRecord?
  }
  public let path: String
  public let checkpoint: String
  public let loopsDone: Int
  public let tasks: [Task]
  /// Fraction of the recurrent weights whose sign is not that of the sender's class; nil without any.
  public let wrongSigns: Double?
  /// What silencing and stimulation changed; nil where nobody was.
  public let experiment: Experiment?
  public let metrics: NeuronMetrics
  public let metricsPath: String
  /// Groups to report.
  public let groups: [NeuronGroup]
}

/// Test trials on some backends.
private struct TestRun {
  let backends: [any Backend]
  let options: TestOptions
  /// Neurons whose currents are kept.
  let neurons: [Int]

  var conditions: TestConditions {
    var conditions = TestConditions()
    (conditions.seed, conditions.hasNoise) = (options.seed, options.hasNoise)
    return conditions
  }

  func trials(
    _ perturbation: Perturbation? = nil, progress: @escaping @Sendable (Int) -> Void
  ) throws -> TestResult {
    var conditions = conditions
    conditions.perturbation = perturbation
    return try Tester.run(
      on: backends, trialCount: options.trials, tracedNeurons: neurons, conditions, progress: progress)
  }
}

extension Project {
  /// Runs `options.trials` trials of every task and writes `test.h5`; where neurons are silenced or stimulated, the same
  /// trials without come first.
  ///
  /// - Parameter progress: Called from any thread with the number of finished trials and the number of all.
  public func test(_ options: TestOptions, progress: @escaping @Sendable (Int, Int) -> Void) throws -> TestReport {
    try options.check()
    let network = try network(overrides: options.overrides)
    let neurons = options.neurons ?? Self.spreadNeurons(network.parameters)
    if let unknown = neurons.first(where: { $0 < 0 || $0 >= network.neuronCount }) {
      throw ProjectError.invalidOption(
        "--neurons names neuron \(unknown), but the network has neurons 0 to \(network.neuronCount - 1).")
    }
    let groups = NeuronGroups(network, networkFile: networkPath)
    let plan = try ExperimentPlan(options.experiment, groups, network)
    let reported = try options.groups.groups(groups)
    let heldOut = try heldOutRates(network.parameters)
    guard let checkpoint = options.checkpoint ?? latestCheckpoint() else { throw ProjectError.noCheckpoint(folder) }
    let contents = try CheckpointFile.readContents(checkpoint)
    let total = options.trials * network.targets.taskCount
    let backends = try testBackends(options, network, count: min(options.threads.count(trials: total), total))
    // Backends on processors share their weights, and devices have some each.
    for backend in options.backend.isDevice ? backends : [backends[0]] {
      try CheckpointFile.restore(checkpoint, to: backend, networkFile: networkPath, includingCorrelation: false)
    }
    let run = TestRun(backends: backends, options: options, neurons: neurons)
    let all = plan == nil ? total : 2 * total
    var result = try run.trials { progress($0, all) }
    var experiment: Experiment?
    var conditions = run.conditions
    if let plan {
      let unperturbed = result
      conditions.perturbation = plan.perturbation
      result = try run.trials(plan.perturbation) { progress(total + $0, all) }
      experiment = Experiment(
        actions: plan.actions, plan.perturbation, groups: plan.groups(reported), network,
        unperturbed: unperturbed, perturbed: result)
    }
    let metrics = NeuronMetrics(result, network, heldOut: heldOut, threads: options.threads.count(trials: total))
    let path = options.output ?? testPath
    try TestFile.write(
      result, network, loopsDone: contents.loopsDone, conditions, experiment: experiment, metrics: metrics, to: path)
    try MetricsFile.write(metrics, network.parameters, to: metricsPath(besides: path))
    return TestReport(
      path: path, checkpoint: checkpoint, loopsDone: contents.loopsDone,
      tasks: (0..<network.targets.taskCount).map { Self.summary(result, network, task: $0) },
      wrongSigns: network.wrongSignFraction { backends[0].readWeights($0) }, experiment: experiment,
      metrics: metrics, metricsPath: metricsPath(besides: path), groups: reported)
  }

  /// `metrics.csv` besides `test.h5`, and `NAME-metrics.csv` besides `NAME.h5`.
  private func metricsPath(besides test: String) -> String {
    guard test != testPath else { return metricsPath }
    return (test.hasSuffix(".h5") ? String(test.dropLast(3)) : test) + "-metrics.csv"
  }

  /// One single-threaded backend per thread over the same connections and weights, or one per device, which runs one
  /// trial at a time.
  private func testBackends(_ options: TestOptions, _ network: Network, count: Int) throws -> [any Backend] {
    if options.backend == .cpu {
      let first = try CPUBackend(network: network, threads: 1, learns: false)
      return [first] + (1..<max(count, 1)).map { _ in first.sibling() }
    }
    let total = options.trials * network.targets.taskCount
    return try options.backend.numbers(options.devices).prefix(total).map {
      try options.backend.make(network, device: $0, threads: 1, learns: false)
    }
  }

  private static func summary(_ result: TestResult, _ network: Network, task: Int) -> TestReport.Task {
    let trials = (0..<result.trialCount).map { result.trial($0, task: task) }
    return TestReport.Task(
      task: task, correlation: meanOfNumbers(trials.map { network.trainedCorrelation($0.correlations) }),
      rate: trials.map(\.rate).reduce(0, +) / Double(trials.count), subset: SubsetRecord(trials.compactMap(\.subset)))
  }

  /// Neurons evenly spread over both classes.
  static func spreadNeurons(_ parameters: Parameters, count: Int = 16) -> [Int] {
    let count = min(count, parameters.neuronCount)
    return (0..<count).map { $0 * parameters.neuronCount / count }
  }
}
