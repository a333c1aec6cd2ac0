// `reprise init`: builds the network and runs it untrained.
internal import RepriseBackends
internal import RepriseCore
internal import RepriseIO
public import RepriseModel
internal import RepriseTraining

/// What `init` made.
public struct InitReport: Sendable {
  public let network: Network
  public let networkPath: String
  /// Hz.
  public let excitatoryRate: Double
  public let inhibitoryRate: Double
  public let seconds: Double
  /// What training will need.
  public let plan: Plan
}

extension Project {
  /// Builds the network of `reprise.toml`, runs it untrained, makes its targets and writes `network.h5`.
  ///
  /// - Parameters:
  ///   - backend: Where the untrained network runs. On devices the network is the one that `cpu` makes.
  ///   - device: Number of the device, for backends on devices; nil: the first.
  ///   - plugins: Those that `reprise.toml` may name.
  public func initialize(
    overrides: [String] = [], threads: ThreadChoice, backend: BackendChoice = .cpu, device: Int? = nil,
    plugins: PluginList = PluginList()
  ) throws -> InitReport {
    let started = ContinuousClock.now
    try backend.check(device: device)
    var parameters = try parameters(overrides: overrides).countingGiven()
    try parameters.takeCell(from: plugins)
    let sources = try NetworkSources(parameters, plugins)
    let recorded = try recordedActivity(parameters)
    let threads = threads.count(neurons: parameters.neuronCount)
    let plan = Plan(
      parameters, taskCount: recorded?.taskCount ?? parameters.targets.taskCount, threads: threads, folder: folder,
      backend: backend, device: try backend.description(device: device))
    try plan.requireMemoryToInitialize()
    let network = try Initializer.makeNetwork(
      parameters, recorded: recorded, given: sources, threads: threads
    ) { network in
      try backend.make(network, device: device, threads: threads, learns: false)
    }
    let origin = NetworkOrigin(
      configuration: try configurationText(), overrides: overrides.filter(Parameters.isStructural(override:)))
    try store(network, origin)
    let rates = network.untrained.rates
    func mean(_ neurons: Range<Int>) -> Double {
      neurons.isEmpty ? 0 : rates[neurons].reduce(0, +) / Double(neurons.count)
    }
    return InitReport(
      network: network, networkPath: networkPath, excitatoryRate: mean(0..<parameters.excitatoryCount),
      inhibitoryRate: mean(parameters.excitatoryCount..<parameters.neuronCount), seconds: started.secondsSince,
      plan: plan)
  }

  /// The recorded values that targets are made of; nil for sinusoids.
  func recordedActivity(_ parameters: Parameters) throws -> RecordedActivity? {
    guard let request = RecordedMatrix.Request(parameters.targets) else { return nil }
    return try recordedActivity(request, parameters)
  }

  /// The values that a request finds, for as many units as the network has neurons for.
  func recordedActivity(_ request: RecordedMatrix.Request, _ parameters: Parameters) throws -> RecordedActivity {
    let matrix = try RecordedMatrix.read(
      request, expecting: .init(parameters, unitCount: parameters.trainedCount / max(parameters.targets.copies, 1)))
    if let problem = parameters.unitProblem(unitCount: matrix.neuronCount) {
      throw ProjectError.unfitRecording("\(request.file):\(matrix.datasetPath) \(problem)")
    }
    return RecordedActivity(
      taskCount: matrix.taskCount, rowCount: matrix.rowCount, unitCount: matrix.neuronCount, values: matrix.values,
      unitAttributes: matrix.unitAttributes)
  }
}

extension ContinuousClock.Instant {
  /// Seconds from this moment to now.
  var secondsSince: Double {
    let elapsed = duration(to: .now).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
