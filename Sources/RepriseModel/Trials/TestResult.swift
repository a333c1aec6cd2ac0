// What test trials leave behind.

/// What test trials recorded.
public struct TestResult: Sendable {
  public let trialCount: Int
  public let tracedNeurons: [Int]
  /// Index task * trialCount + trial.
  public var trials: [TestTrial]
  /// Windowed currents (M1), means over the trials of each task, shape [task, neuron, row]; empty where they were not
  /// kept.
  public var windowedCurrents: [Float] = []

  public init(trialCount: Int, tracedNeurons: [Int], trials: [TestTrial]) {
    self.trialCount = trialCount
    self.tracedNeurons = tracedNeurons
    self.trials = trials
  }

  public func trial(_ trial: Int, task: Int) -> TestTrial { trials[task * trialCount + trial] }
}

/// One test trial.
public struct TestTrial: Sendable {
  public let task: Int
  public let spikes: SpikeTrain
  /// Per traced neuron.
  public let traces: [CurrentTrace]
  /// Hz.
  public let rate: Double
  /// Per neuron; nan where there is no target.
  public let correlations: [Double]
  /// nil where all neurons learn.
  public let subset: SubsetRecord?

  public init(
    task: Int, spikes: SpikeTrain, traces: [CurrentTrace], rate: Double, correlations: [Double],
    subset: SubsetRecord? = nil
  ) {
    self.task = task
    self.spikes = spikes
    self.traces = traces
    self.rate = rate
    self.correlations = correlations
    self.subset = subset
  }
}
