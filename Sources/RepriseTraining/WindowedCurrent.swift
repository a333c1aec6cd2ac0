// The running mean of a neuron's current that is compared with its target.
internal import RepriseCore
public import RepriseModel

/// Mean current around each target row: over samples at whole ms in [t_j - w, t_j + w), cut at the ends of the
/// learning window (docs/equations.md, M1). Backends sum samples in bins; a window is a whole number of bins.
///
/// A window shorter than 1 ms is the one sample in [t_j, t_j + 1 ms), or the last one of the trial.
public struct WindowedCurrent: Sendable {
  public let bins: SampleBins
  /// By row of the targets.
  public let rows: [SampleWindow]

  public init(_ network: Network) {
    let clock = network.parameters.clock
    let (interval, duration) = (clock.learningIntervalSteps, clock.lastStep - clock.stimulusOffStep)
    let (sample, window) = (clock.sampleSteps, clock.windowSteps)
    // Where rows fall on samples, window ends between two samples may move to one without a change: bins are then
    // never narrower than the distance of samples, which an odd window would make them otherwise.
    let isAligned = interval % sample == 0 && clock.stimulusOffStep % sample == 0
    let before = isAligned ? window / sample * sample : window
    let after = max(sample, isAligned ? (window + sample - 1) / sample * sample : window)
    let width = [interval, before, after].reduce(duration, Self.greatestCommonDivisor)
    let bins = SampleBins(
      network.staticConnections.isEmpty ? .plasticCurrent : .totalCurrent, start: clock.stimulusOffStep, width: width,
      count: duration / width + 1)
    self.bins = bins
    let sampleCounts = (0..<bins.count).map { Self.sampleCount(bins, bin: $0, clock) }
    rows = stride(from: 1, through: clock.rowCount, by: 1).map {
      Self.row($0, bins, interval: interval, before: before, after: after, sampleCounts)
    }
  }

  /// The mean of one neuron at every row.
  ///
  /// - Parameter means: Room for one value per row.
  func means(of neuron: Int, _ sums: BinSums, into means: inout [Float]) {
    // The window slides: each bin is added once and taken away once.
    var total = 0.0
    var held = 0..<0
    let slot = sums.layout.slot(neuron)
    for row in rows.indices {
      let window = rows[row].bins
      for bin in window where !held.contains(bin) { total += Double(sums.bin(bin)[slot]) }
      for bin in held where !window.contains(bin) { total -= Double(sums.bin(bin)[slot]) }
      held = window
      means[row] = Float(total / rows[row].samples)
    }
  }

  /// Means of all neurons, shape [row, neuron].
  public func means(_ sums: BinSums) -> [Float] {
    let count = sums.layout.neuronCount
    var all = [Float](repeating: 0, count: rows.count * count)
    var one = [Float](repeating: 0, count: rows.count)
    for neuron in 0..<count {
      means(of: neuron, sums, into: &one)
      for row in rows.indices { all[row * count + neuron] = one[row] }
    }
    return all
  }

  private static func row(
    _ row: Int, _ bins: SampleBins, interval: Int, before: Int, after: Int, _ sampleCounts: [Int]
  ) -> SampleWindow {
    let center = row * interval / bins.width
    let upper = min(bins.count, center + after / bins.width)
    var lower = max(0, center - before / bins.width)
    while lower > 0, sampleCounts[lower..<upper].allSatisfy({ $0 == 0 }) { lower -= 1 }
    return SampleWindow(bins: lower..<upper, samples: Double(sampleCounts[lower..<upper].reduce(0, +)))
  }

  /// Samples that a bin holds: whole ms, t = stim_off included, without t = 0 and without what lies beyond the trial.
  private static func sampleCount(_ bins: SampleBins, bin: Int, _ clock: StepClock) -> Int {
    let first = bins.start + bin * bins.width
    return (first..<(first + bins.width)).count {
      $0 > 0 && $0 <= clock.lastStep && $0 % clock.sampleSteps == 0
    }
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}
