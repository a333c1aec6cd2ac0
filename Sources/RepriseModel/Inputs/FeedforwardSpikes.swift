// Spikes of the feed-forward Poisson neurons.
public import RepriseCore

/// Which feed-forward neurons spike in a step of one trial; the same on every backend.
public struct FeedforwardSpikes: Sendable {
  private let rates: FeedforwardRates
  private let draws: UniformDraws
  private let firstStep: Int
  /// Probability of a spike in one step per Hz.
  private let probabilityPerHertz: Double

  public init(_ network: Network, purpose: RandomPurpose, trial: Int) {
    rates = network.feedforwardRates
    draws = UniformDraws(seed: network.parameters.network.seed, purpose: purpose, trial: trial)
    firstStep = network.parameters.clock.stimulusOffStep + 1
    probabilityPerHertz = network.parameters.trial.timeStep / 1000
  }

  /// True if neuron `x` spikes in `step`, which must lie in the learning window.
  public func spikes(_ x: Int, step: Int) -> Bool {
    let rate = Double(rates.values[(step - firstStep) * rates.neuronCount + x])
    return draws.sample(index: x, step: step) < rate * probabilityPerHertz
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
