// What a trial is asked for.
public import RepriseCore

/// What kind of trial to run, and what to keep of it.
public struct TrialRequest: Sendable {
  public enum Kind: Sendable {
    /// Static connections, drive and noise alone: no stimulus, no plastic input.
    case untrained
    case training
    /// As training, with other random numbers.
    case test
  }

  public var kind: Kind
  /// Number of the trial, from 1; random numbers of the trial depend on it.
  public var index: Int
  public var task: Int
  /// Sums of currents over time to keep; nil: none.
  public var bins: SampleBins?
  /// Windows of `bins`, one for each row of the targets: with these a backend may return correlations with the targets
  /// in place of the sums.
  public var windows: [SampleWindow] = []
  public var recordsSpikes = false
  /// Neurons whose currents are kept at every sample.
  public var tracedNeurons: [Int] = []
  /// Spikes to use in place of the neurons' own, by step (element i: step i); for comparing backends.
  public var imposedSpikes: [[Int]]?

  /// Seed of potentials, noise and feed-forward spikes; nil: that of the network.
  public var seed: UInt64?
  /// False leaves out the noise of `noise.model`.
  public var hasNoise = true
  public var perturbation: Perturbation?

  public init(_ kind: Kind, index: Int, task: Int = 0) {
    self.kind = kind
    self.index = index
    self.task = task
  }

  /// Seed of the random numbers of the trial; the stimulus belongs to the task and has that of the network.
  public func trialSeed(_ parameters: Parameters) -> UInt64 { seed ?? parameters.network.seed }

  public func noiseModel(_ parameters: Parameters) -> NoiseParameters.Model {
    hasNoise ? parameters.noise.model : .none
  }

  public var noisePurpose: RandomPurpose {
    switch kind {
    case .untrained: .untrainedNoise
    case .training: .trainingNoise
    case .test: .testNoise
    }
  }

  public var potentialPurpose: RandomPurpose {
    switch kind {
    case .untrained: .untrainedPotential
    case .training: .initialPotential
    case .test: .testPotential
    }
  }

  public var feedforwardPurpose: RandomPurpose { kind == .test ? .testFeedforwardSpikes : .feedforwardSpikes }
}

/// Intervals of equal length in which the current, sampled at whole ms, is summed.
public struct SampleBins: Sendable, Equatable {
  public enum Quantity: Sendable { case totalCurrent, plasticCurrent }

  public let quantity: Quantity
  /// Bin b holds samples of steps `start + b width` ..< `start + (b + 1) width`.
  public let start: Int
  public let width: Int
  public let count: Int

  public init(_ quantity: Quantity, start: Int, width: Int, count: Int) {
    self.quantity = quantity
    self.start = start
    self.width = width
    self.count = count
  }

  /// The bin of a step; nil outside all bins.
  public func bin(ofStep step: Int) -> Int? {
    guard step >= start else { return nil }
    let bin = (step - start) / width
    return bin < count ? bin : nil
  }
}

/// Bins in which the current of a neuron is averaged.
public struct SampleWindow: Sendable, Equatable {
  public let bins: Range<Int>
  /// How many samples are in them.
  public let samples: Double

  public init(bins: Range<Int>, samples: Double) {
    self.bins = bins
    self.samples = samples
  }
}
