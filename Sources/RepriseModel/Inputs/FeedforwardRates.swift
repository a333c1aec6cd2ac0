// Rates of the feed-forward Poisson neurons during the learning window.
internal import RepriseCore

/// Rates over time, the same in every trial of a task.
public struct FeedforwardRates: Sendable, Equatable {
  /// 1 where all tasks have the same rates.
  public let taskCount: Int
  public let stepCount: Int
  public let neuronCount: Int
  /// Shape [task, step, neuron], Hz; step 0 is the first step after the stimulus.
  public let values: [Float]

  public init(taskCount: Int = 1, stepCount: Int, neuronCount: Int, values: [Float]) {
    self.taskCount = taskCount
    self.stepCount = stepCount
    self.neuronCount = neuronCount
    self.values = values
  }

  /// Rates that were given: rows of time, for the tasks of the targets or for all tasks alike.
  ///
  /// - Throws: ``GivenError``.
  public init(_ given: TaskValues, _ parameters: Parameters, taskCount: Int, source: String) throws(GivenError) {
    let count = parameters.feedforward.count
    try given.checkShape(source, tasks: [1, taskCount], columns: count, "feedforward.L_X")
    let clock = parameters.clock
    let steps = clock.lastStep - clock.stimulusOffStep
    let each = try given.stepsPerRow(source, steps: steps, "of trial.train_duration", timeStep: clock.timeStep)
    try given.checkNumbers(source, isRate: true)
    var values: [Float] = []
    values.reserveCapacity(given.taskCount * steps * count)
    for row in 0..<(given.taskCount * given.rowCount) {
      for _ in 0..<each { values += given.values[(row * count)..<((row + 1) * count)] }
    }
    self.init(taskCount: given.taskCount, stepCount: steps, neuronCount: count, values: values)
  }

  /// Where the rates of a task begin in `values`.
  public func start(task: Int) -> Int { taskCount > 1 ? task * stepCount * neuronCount : 0 }

  public static let none = FeedforwardRates(stepCount: 0, neuronCount: 0, values: [])

  /// Ornstein-Uhlenbeck processes, smoothed by a running mean and clamped at 0 (docs/equations.md, E9).
  public static func ornsteinUhlenbeck(_ parameters: Parameters, threads: Int) -> FeedforwardRates {
    let count = parameters.feedforwardCount
    guard count > 0 else { return .none }
    let clock = parameters.clock
    let steps = clock.lastStep - clock.stimulusOffStep
    var values = [Float](repeating: 0, count: steps * count)
    values.withUnsafeMutableBufferPointer { buffer in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(count, threads: threads) { neurons in
        for neuron in neurons {
          // Neurons of different tasks may share their rates.
          let owner = parameters.feedforward.rates == .shared ? neuron % parameters.feedforward.count : neuron
          let rates = smoothedRate(parameters, neuron: owner, steps: steps)
          for step in 0..<steps { out[step * count + neuron] = Float(max(0, rates[step])) }
        }
      }
    }
    return FeedforwardRates(stepCount: steps, neuronCount: count, values: values)
  }

  private static func smoothedRate(_ parameters: Parameters, neuron: Int, steps: Int) -> [Double] {
    let feedforward = parameters.feedforward
    let dt = parameters.trial.timeStep
    var stream = RandomStream(seed: parameters.network.seed, purpose: .feedforwardRates, index: neuron)
    let halfWidth = StepClock.steps(for: feedforward.smoothing, timeStep: dt)
    var sums = [0.0]
    var rate = feedforward.meanRate
    for _ in 0..<steps {
      sums.append(sums.last! + rate)
      rate +=
        feedforward.relaxation * (feedforward.meanRate - rate) * dt + feedforward.sigma * dt.squareRoot()
        * stream.normal()
    }
    return (0..<steps).map { step in
      let low = max(0, step - halfWidth)
      let high = min(steps, step + halfWidth + 1)
      return (sums[high] - sums[low]) / Double(high - low)
    }
  }
}
