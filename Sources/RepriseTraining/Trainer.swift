// The training loop.
internal import RepriseCore
public import RepriseModel

/// Trains one network on one backend, loop by loop.
public struct Trainer {
  public let backend: any Backend
  /// Loops done so far, over all runs.
  public private(set) var loopsDone: Int
  private let schedule: TaskSchedule
  private let window: WindowedCurrent

  public init(_ backend: any Backend, loopsDone: Int = 0) {
    self.backend = backend
    self.loopsDone = loopsDone
    schedule = TaskSchedule(backend.network)
    window = WindowedCurrent(backend.network)
  }

  /// One trial with learning.
  ///
  /// - Throws: ``TrainingError/diverged(loop:)`` if weights or currents are no longer numbers, or what went wrong with
  ///   the device. Weights are then useless.
  public mutating func runLoop(measuringCorrelation: Bool) throws -> LoopRecord {
    let started = ContinuousClock.now
    let network = backend.network
    let loop = loopsDone + 1
    let task = schedule.task(ofLoop: loop)
    var request = TrialRequest(.training, index: loop, task: task)
    if measuringCorrelation { (request.bins, request.windows) = (window.bins, window.rows) }
    let result = Trial.run(request, on: backend, learns: true)
    var correlation: Double?
    var correlations: [Double]?
    // Currents alone do not show it: a backend that sums inputs as integers makes numbers of weights that are none.
    let isFinite = weightsAreFinite()
    try backend.requireNoFailure()
    guard isFinite else { throw TrainingError.diverged(loop: loop) }
    if let fit = result.fit(window, network.targets, task: task, threads: backend.threadCount) {
      guard fit.isFinite else { throw TrainingError.diverged(loop: loop) }
      correlations = fit.correlations
      let mean = network.trainedCorrelation(fit.correlations)
      // Constant currents or targets have no correlation.
      correlation = mean.isNaN ? nil : mean
    }
    loopsDone = loop
    let elapsed = started.duration(to: .now).components
    return LoopRecord(
      loop: loop, task: task, seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18,
      rate: result.meanRate(0..<network.neuronCount, milliseconds: network.parameters.trialDuration),
      correlation: correlation, subset: network.subsetRecord(result, correlations: correlations))
  }

  /// A look at some 256 neurons that learn, other ones in every loop.
  private func weightsAreFinite() -> Bool {
    let count = backend.network.learners.count
    let stride = max(1, count / 256)
    return Swift.stride(from: loopsDone % stride, to: count, by: stride).allSatisfy { row in
      backend.readWeights(row..<(row + 1)).allSatisfy(\.isFinite)
    }
  }
}

public enum TrainingError: Error, Equatable, CustomStringConvertible {
  case diverged(loop: Int)
  /// Rates cannot become currents (F1).
  case noFluctuations

  public var description: String {
    switch self {
    case .diverged(let loop):
      """
      Training diverged in loop \(loop): currents are no longer numbers. Use gain = "posterior", or a larger \
      learning.lambda, and start again from an earlier checkpoint.
      """
    case .noFluctuations:
      """
      targets.source = "rates" needs input that fluctuates to turn rates into currents, but that of the untrained \
      network hardly does: its neurons are silent. Raise static.X_E and static.X_I, or network.g, or set static.K = 0 \
      and noise.sigma.
      """
    }
  }
}
