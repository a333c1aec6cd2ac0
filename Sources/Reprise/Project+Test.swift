// `reprise test`: trials with frozen weights.
internal import RepriseBackends
internal import RepriseCore
internal import RepriseIO
internal import RepriseModel
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

  public init(trials: Int, threads: ThreadChoice) {
    self.trials = trials
    self.threads = threads
  }

  /// - Throws: ``ProjectError`` if a number is out of range.
  public func check() throws(ProjectError) {
    try backend.check(devices: devices)
    guard trials >= 1 else { throw .invalidOption("--trials is \(trials), but must be at least 1.") }
  }
}

/// What the test found.
public struct TestReport: Sendable {
  public struct Task: Sendable {
    public let task: Int
    /// Mean over neurons and trials.
    public let correlation: Double
    /// Hz.
    public let rate: Double
  }
  public let path: String
  public let checkpoint: String
  public let loopsDone: Int
  public let tasks: [Task]
}

extension Project {
  /// Runs `options.trials` trials of every task and writes `test.h5`.
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
    guard let checkpoint = options.checkpoint ?? latestCheckpoint() else { throw ProjectError.noCheckpoint(folder) }
    let contents = try CheckpointFile.readContents(checkpoint)
    let total = options.trials * network.targets.taskCount
    let backends = try testBackends(options, network, count: min(options.threads.count(trials: total), total))
    // Backends on processors share their weights, and devices have some each.
    for backend in options.backend.isDevice ? backends : [backends[0]] {
      try CheckpointFile.restore(checkpoint, to: backend, networkFile: networkPath, includingCorrelation: false)
    }
    let result = try Tester.run(on: backends, trialCount: options.trials, tracedNeurons: neurons) {
      progress($0, total)
    }
    try TestFile.write(result, network, loopsDone: contents.loopsDone, to: testPath)
    return TestReport(
      path: testPath, checkpoint: checkpoint, loopsDone: contents.loopsDone,
      tasks: (0..<network.targets.taskCount).map { Self.summary(result, task: $0) })
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

  private static func summary(_ result: TestResult, task: Int) -> TestReport.Task {
    let trials = (0..<result.trialCount).map { result.trial($0, task: task) }
    return TestReport.Task(
      task: task, correlation: meanOfNumbers(trials.map { meanOfNumbers($0.correlations) }),
      rate: trials.map(\.rate).reduce(0, +) / Double(trials.count))
  }

  /// Neurons evenly spread over both classes.
  static func spreadNeurons(_ parameters: Parameters, count: Int = 16) -> [Int] {
    let count = min(count, parameters.neuronCount)
    return (0..<count).map { $0 * parameters.neuronCount / count }
  }
}
