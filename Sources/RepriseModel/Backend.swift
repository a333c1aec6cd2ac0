// What training code asks of a device, and what it gets back.
public import RepriseCore

/// Runs one network. Training code reaches the state of a network only through this.
///
/// A trial is `beginTrial`, then `advance` and `learn` in the order of `Trial.run`, then `finishTrial`.
/// Calls are coarse: the steps between two updates go in one call.
public protocol Backend: AnyObject {
  static var name: String { get }
  var network: Network { get }
  /// What this backend computes with, in words, such as "avx512 kernels, 2 threads".
  var summary: String { get }
  /// Threads that work on a trial, and may on what follows from it.
  var threadCount: Int { get }
  /// The numbers that hold the inverse correlation matrices.
  var precision: LearningParameters.Precision { get }
  /// Neurons that share an inverse correlation matrix.
  var groups: PresynapticGroups { get }

  /// Resets potentials, currents and filtered spikes. Weights and inverse correlation matrices stay.
  func beginTrial(_ request: TrialRequest)
  /// Simulates all steps up to and including `step`.
  func advance(through step: Int)
  /// One update of all plastic weights towards target row 1, 2, ...; the next step must be `step(ofRow: row)`.
  func learn(row: Int)
  func finishTrial() -> TrialResult

  /// Plastic weights, shape [neuron, input], current x ms.
  func readWeights(_ neurons: Range<Int>) -> [Double]
  func writeWeights(_ weights: [Double], _ neurons: Range<Int>)
  /// What learning remembers besides weights: P of some groups, or the history that stands for it.
  func readCorrelation(_ groups: Range<Int>) -> CorrelationMatrices
  /// Values of another precision are rounded to this backend's.
  func writeCorrelation(_ matrices: CorrelationMatrices, _ groups: Range<Int>)
  /// Filtered spikes at the last updates; nil where P is kept.
  var history: SpikeHistory? { get set }

  /// What went wrong with the device, if anything did: all that was asked for since is worthless. Look at it before
  /// results are used or kept.
  var failure: (any Error)? { get }
}

extension Backend {
  /// Backends on the processor do not fail.
  public var failure: (any Error)? { nil }

  /// - Throws: ``failure``.
  public func requireNoFailure() throws {
    if let failure { throw failure }
  }
}

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

  public init(_ kind: Kind, index: Int, task: Int = 0) {
    self.kind = kind
    self.index = index
    self.task = task
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

/// How well the currents of one trial follow the targets of its task.
public struct TargetFit: Sendable {
  /// Pearson correlation of each neuron's mean current with its target over the rows (docs/equations.md, M2); nan where
  /// the current or the target is constant.
  public let correlations: [Double]
  /// False if a current is no number.
  public let isFinite: Bool

  public init(correlations: [Double], isFinite: Bool) {
    self.correlations = correlations
    self.isFinite = isFinite
  }
}

/// What one trial left behind.
public struct TrialResult: Sendable {
  /// Per neuron.
  public var spikeCounts: [UInt32]
  /// Sums of currents; nil if not asked for, or if `fit` is here.
  public var binSums: BinSums?
  /// Where windows were asked for and the backend averages itself.
  public var fit: TargetFit?
  /// Sorted by step, then neuron; empty if not asked for.
  public var spikes = SpikeTrain()
  public var traces: [CurrentTrace] = []

  public init(spikeCounts: [UInt32]) { self.spikeCounts = spikeCounts }

  /// Mean rate of some neurons over a trial of the given length, Hz.
  public func meanRate(_ neurons: Range<Int>, milliseconds: Double) -> Double {
    guard !neurons.isEmpty else { return 0 }
    let spikes = spikeCounts[neurons].reduce(0) { $0 + Int($1) }
    return Double(spikes) / Double(neurons.count) / milliseconds * 1000
  }
}

/// Spikes as parallel lists.
public struct SpikeTrain: Sendable, Equatable {
  public var steps: [Int32] = []
  public var neurons: [UInt32] = []
  public init() {}

  public mutating func append(step: Int, neuron: Int) {
    steps.append(Int32(step))
    neurons.append(UInt32(neuron))
  }
}

/// Filtered currents of one neuron, without noise, one value per sample (whole ms, from the first).
public struct CurrentTrace: Sendable, Equatable {
  public var excitatory: [Float] = []
  public var inhibitory: [Float] = []
  public var plastic: [Float] = []
  public init() {}

  public var total: [Float] { plastic.indices.map { excitatory[$0] + inhibitory[$0] + plastic[$0] } }
}

