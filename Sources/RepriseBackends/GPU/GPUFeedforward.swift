// Feed-forward neurons: few, and drawn on the host, so that a device needs no double precision for their rates.
internal import RepriseCore
internal import RepriseModel

/// Spikes and filtered spikes of the feed-forward neurons in one trial.
struct GPUFeedforward {
  /// As `CPUState.filteredSpikes` has them, with the same sums.
  private(set) var filtered: [Float]
  /// What they gained in this learning interval, as `CPUState.gained` has it.
  private(set) var gained: [Float]
  private let spikes: FeedforwardSpikes
  private let weights: FilteredSpikeWeights
  private let interval, firstStep: Int
  private var latest: [UInt32] = []

  init(_ network: Network, _ request: TrialRequest, _ weights: FilteredSpikeWeights) {
    filtered = Array(repeating: 0, count: network.feedforwardCount)
    gained = filtered
    spikes = FeedforwardSpikes(network, purpose: request.feedforwardPurpose, trial: request.index)
    self.weights = weights
    interval = network.parameters.clock.learningIntervalSteps
    firstStep = network.parameters.clock.stimulusOffStep + 1
  }

  /// The neurons that spike in a step; steps come one after the other.
  mutating func advance(to step: Int) -> [UInt32] {
    if step % interval == 0 {
      for x in filtered.indices { (filtered[x], gained[x]) = (filtered[x] * weights.feedforwardDecay, 0) }
      for x in latest { add(weights.feedforwardWeight(age: interval - 1), x) }
    }
    latest = step < firstStep ? [] : filtered.indices.filter { spikes.spikes($0, step: step) }.map { UInt32($0) }
    let age = interval - step % interval - 2
    if age >= 0 {
      for x in latest { add(weights.feedforwardWeight(age: age), x) }
    }
    return latest
  }

  private mutating func add(_ weight: Float, _ neuron: UInt32) {
    filtered[Int(neuron)] += weight
    gained[Int(neuron)] += weight
  }
}
