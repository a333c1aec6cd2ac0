// `reprise train`: loops with learning, the learning curve, checkpoints.
internal import RepriseBackends
internal import RepriseIO
public import RepriseModel
internal import RepriseTraining

public struct TrainOptions: Sendable {
  public enum Start: Sendable, Equatable {
    case anew
    /// From the checkpoint with most loops.
    case resume
    case checkpoint(String)
  }

  public var loops: Int
  public var threads: ThreadChoice
  public var backend = BackendChoice.cpu
  /// Number of the device, for backends on devices; nil: the first.
  public var device: Int?
  public var start = Start.anew
  /// Measure the correlation in every loop whose number this divides, and in the last one.
  public var correlationEvery = 1
  /// Write a checkpoint after every loop whose number this divides, and after the last one; 0: after the last only.
  public var checkpointEvery = 0
  /// Keep the checkpoint with the best correlation, averaged over the last loop of every task, as `best.h5`; one of
  /// the same training that is there already stays until it is surpassed. Several tasks need `correlationEvery` = 1.
  public var savesBest = false
  /// Replace checkpoints of an earlier training, instead of refusing to start.
  public var overwrites = false
  /// Time between rows of `resources.csv`, ms; nil: no such file.
  public var monitorInterval: Double?
  public var overrides: [String] = []

  public init(loops: Int, threads: ThreadChoice) {
    self.loops = loops
    self.threads = threads
  }
}

/// What training did.
public struct TrainReport: Sendable {
  public let curve: [LoopRecord]
  public let checkpointPath: String
  /// Fraction of the recurrent weights whose sign is not that of the sender's class; nil without any.
  public let wrongSigns: Double?
  public let wasInterrupted: Bool
}

/// What training tells while it runs.
public protocol TrainingObserver {
  func trainingStarts(_ network: Network, backend: String, firstLoop: Int, lastLoop: Int)
  func loopFinished(_ record: LoopRecord)
  func checkpointWritten(_ path: String)
  /// Something beside training failed, in a sentence.
  func warn(_ sentence: String)
  /// Asked after each loop; true ends training after a checkpoint.
  func shouldStop() -> Bool
}

extension TrainingObserver {
  public func warn(_ sentence: String) {}
}

extension Project {
  /// Trains for `options.loops` loops more.
  ///
  /// With `options.overwrites`, checkpoints of an earlier training are removed when the first new one is complete.
  ///
  /// - Throws: ``ProjectError/earlierTraining(checkpoint:folder:continuing:)`` if there are such checkpoints otherwise.
  public func train(_ options: TrainOptions, observer: some TrainingObserver) throws -> TrainReport {
    try options.check()
    let plan = try plan(options)
    if options.backend != .reference { try plan.requireRoomToTrain() }
    let network = try network(overrides: options.overrides)
    try options.check(taskCount: network.targets.taskCount)
    try network.requireUsable()
    try checkEarlierTraining(options)
    let start = try startingCheckpoint(options.start)
    let (backend, contents) = try plan.explaining {
      let backend = try options.backend.make(
        network, device: options.device, threads: plan.threads, learns: true)
      let contents = try start.map { path in
        try CheckpointFile.restore(path, to: backend, networkFile: networkPath, includingCorrelation: true)
        return try CheckpointFile.readContents(path)
      }
      return (backend, contents)
    }
    let done = contents?.loopsDone ?? 0
    try createFolder(checkpointsFolder)
    var session = try TrainingSession(
      project: self, options: options, trainer: Trainer(backend, loopsDone: done), curve: contents?.curve ?? [],
      start: start)
    let monitor = startMonitor(options, loop: done + 1, observer)
    defer { monitor?.stop(warning: observer) }
    session.monitor = monitor
    observer.trainingStarts(network, backend: backend.summary, firstLoop: done + 1, lastLoop: done + options.loops)
    do {
      return try plan.explaining { try session.run(observer) }
    } catch  where backend.failure != nil && !(backend.failure is CellStateError) {
      throw ProjectError.deviceFailed("\(error)", goOn: session.wayToGoOn)
    }
  }
}

extension TrainOptions {
  /// - Throws: ``ProjectError`` if a number is out of range.
  public func check() throws(ProjectError) {
    try backend.check(device: device)
    guard loops >= 1 else { throw .invalidOption("--loops is \(loops), but must be at least 1.") }
    guard correlationEvery >= 1 else {
      throw .invalidOption("--correlation-every is \(correlationEvery), but must be at least 1.")
    }
    guard checkpointEvery >= 0 else {
      throw .invalidOption("--checkpoint-every is \(checkpointEvery), but must be at least 0.")
    }
    if let monitorInterval, !(monitorInterval >= 100) {
      throw .invalidOption(
        "--monitor is \(trimmed(monitorInterval)) ms, but must be at least 100 ms. Give a time as in 5s or \"500 ms\".")
    }
  }

  /// Refuses to compare correlations of some tasks with those of others.
  func check(taskCount: Int) throws(ProjectError) {
    guard savesBest, correlationEvery > 1, taskCount > 1 else { return }
    throw .invalidOption(
      """
      --save-best compares the mean of all \(taskCount) tasks, so every loop must be measured, but --correlation-every \
      is \(correlationEvery). Leave one of the two out.
      """)
  }
}

/// One call of `train`.
private struct TrainingSession {
  let project: Project
  let options: TrainOptions
  var trainer: Trainer
  var curve: [LoopRecord]
  var monitor: ResourceMonitor?
  private var bestCorrelation: Double
  /// The checkpoint that holds most of this training.
  private var lastCheckpoint: String?
  /// Checkpoints of an earlier training; they stay until this one has its first.
  private var replaced: [String]

  /// - Parameter start: The checkpoint that training goes on from.
  init(project: Project, options: TrainOptions, trainer: Trainer, curve: [LoopRecord], start: String?) throws {
    self.project = project
    self.options = options
    self.trainer = trainer
    self.curve = curve
    lastCheckpoint = start
    replaced = try project.replacedCheckpoints(options)
    let taskCount = trainer.backend.network.targets.taskCount
    bestCorrelation =
      options.savesBest ? try project.bestCorrelation(taskCount: taskCount, ignoring: replaced) : -.infinity
  }

  mutating func run(_ observer: some TrainingObserver) throws -> TrainReport {
    let last = trainer.loopsDone + options.loops
    var isStopping = false
    var path = ""
    while trainer.loopsDone < last && !isStopping {
      let loop = trainer.loopsDone + 1
      monitor?.loopStarts(loop)
      let record = try trainer.runLoop(
        measuringCorrelation: loop % options.correlationEvery == 0 || loop == last)
      curve.append(record)
      try LearningCurveFile.write(curve, to: project.learningCurvePath)
      observer.loopFinished(record)
      monitor?.tellFailure(observer)
      try keepBest()
      isStopping = observer.shouldStop()
      let isDue = options.checkpointEvery > 0 && loop % options.checkpointEvery == 0
      if isDue || isStopping || loop == last {
        path = project.checkpointPath(loop: loop)
        try writeCheckpoint(path)
        observer.checkpointWritten(path)
      }
    }
    let backend = trainer.backend
    let wrongSigns = backend.network.wrongSignFraction { backend.readWeights($0) }
    return TrainReport(
      curve: curve, checkpointPath: path, wrongSigns: wrongSigns,
      wasInterrupted: isStopping && trainer.loopsDone < last)
  }

  private mutating func writeCheckpoint(_ path: String) throws {
    try CheckpointFile.write(trainer.backend, curve: curve, loopsDone: trainer.loopsDone, to: path)
    lastCheckpoint = path
    // Older ones with more loops would pass for the latest.
    for old in replaced where old != path { try project.removeFile(old) }
    replaced = []
  }

  /// What to do after a failure: a sentence.
  var wayToGoOn: String {
    guard let lastCheckpoint else {
      return "There is no checkpoint to go on from: --checkpoint-every writes some on the way."
    }
    // Only numbered checkpoints can be resumed.
    let continuing = lastCheckpoint == project.latestCheckpoint() ? "--resume" : "--from \(lastCheckpoint)"
    return "Go on from \(lastCheckpoint) with `reprise train \(project.folder) \(continuing)`, on any backend."
  }

  private mutating func keepBest() throws {
    let taskCount = trainer.backend.network.targets.taskCount
    guard options.savesBest, let mean = curve.meanCorrelation(taskCount: taskCount), mean > bestCorrelation else {
      return
    }
    bestCorrelation = mean
    try writeCheckpoint(project.bestCheckpointPath)
  }
}
