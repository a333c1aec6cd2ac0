// Spikes of the feed-forward Poisson neurons.
public import RepriseCore

/// Which feed-forward neurons spike in a step of one trial; the same on every backend.
public struct FeedforwardSpikes: Sendable {
  /// The neurons of the trial's task: others are silent.
  public let neurons: Range<Int>
  private let rates: FeedforwardRates
  private let draws: UniformDraws
  private let firstStep: Int
  private let timeStep: Double
  /// Of the rates of the task.
  private let start: Int

  /// - Parameter seed: nil: that of the network.
  public init(_ network: Network, purpose: RandomPurpose, trial: Int, task: Int = 0, seed: UInt64? = nil) {
    neurons = network.parameters.feedforwardNeurons(ofTask: task)
    rates = network.feedforwardRates
    start = rates.start(task: task)
    draws = UniformDraws(seed: seed ?? network.parameters.network.seed, purpose: purpose, trial: trial)
    firstStep = network.parameters.clock.stimulusOffStep + 1
    timeStep = network.parameters.trial.timeStep
  }

  /// True if neuron `x` spikes in `step`, which must lie in the learning window.
  public func spikes(_ x: Int, step: Int) -> Bool {
    guard neurons.contains(x) else { return false }
    let rate = rates.values[start + (step - firstStep) * rates.neuronCount + x]
    let threshold = Self.threshold(rate: rate, timeStep: timeStep)
    return draws.word(index: x, step: step) < threshold || threshold == .max
  }

  /// A neuron spikes where its 32 random bits of the step, as a number, are less than this: with U those bits times
  /// 2^-32, where U < rate dt (E9). The largest threshold stands for a spike in every step.
  ///
  /// - Parameters:
  ///   - rate: Hz.
  ///   - timeStep: dt, ms.
  public static func threshold(rate: Float, timeStep: Double) -> UInt32 {
    let probability = Double(rate) * (timeStep / 1000)
    guard probability > 0 else { return 0 }
    // Exact, since a power of two only moves the exponent: word < x and word < ceil(x) are the same for whole words.
    return UInt32(min(Double(UInt32.max), (probability * 0x1p32).rounded(.up)))
  }
}

extension Parameters {
  /// tau_P of feed-forward synapses: the shared one, or the mean where neurons differ.
  public var feedforwardTimeConstant: Double {
    switch plastic.timeConstant {
    case .shared(let value): value
    case .each(let values): values.reduce(0, +) / Double(max(values.count, 1))
    }
  }
}
