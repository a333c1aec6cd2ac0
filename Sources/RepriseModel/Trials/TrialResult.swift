// What a trial leaves behind.

/// How well the currents of one trial follow the targets of its task.
public struct TargetFit: Sendable {
  /// Pearson correlation of each neuron's mean current with its target over the rows (docs/equations.md, M2); nan where
  /// the current or the target is constant, or there is no target.
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
  public func meanRate(_ neurons: some Collection<Int>, milliseconds: Double) -> Double {
    guard !neurons.isEmpty else { return 0 }
    let spikes = neurons.reduce(0) { $0 + Int(spikeCounts[$1]) }
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
