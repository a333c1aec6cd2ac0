// The running mean of a neuron's current that is compared with its target.
internal import RepriseCore
public import RepriseModel

/// Mean current around each target row: over samples at whole ms in [t_j - w, t_j + w), cut at the ends of the
/// learning window (docs/equations.md, M1). Backends sum samples in bins; a window is a whole number of bins.
///
/// A window shorter than 1 ms is the one sample in [t_j, t_j + 1 ms), or the last one of the trial.
public struct WindowedCurrent: Sendable {
  public let bins: SampleBins
  private let clock: StepClock
  /// Steps before and after a row that its window reaches.
  private let before, after: Int
  /// Samples in each bin.
  private let sampleCounts: [Int]

  public init(_ network: Network) {
    let clock = network.parameters.clock
    self.clock = clock
    let (interval, duration) = (clock.learningIntervalSteps, clock.lastStep - clock.stimulusOffStep)
    let (sample, window) = (clock.sampleSteps, clock.windowSteps)
    // Where rows fall on samples, window ends between two samples may move to one without a change: bins are then
    // never narrower than the distance of samples, which an odd window would make them otherwise.
    let isAligned = interval % sample == 0 && clock.stimulusOffStep % sample == 0
    before = isAligned ? window / sample * sample : window
    after = max(sample, isAligned ? (window + sample - 1) / sample * sample : window)
    let width = [interval, before, after].reduce(duration, Self.greatestCommonDivisor)
    let bins = SampleBins(
      network.staticConnections.isEmpty ? .plasticCurrent : .totalCurrent, start: clock.stimulusOffStep, width: width,
      count: duration / width + 1)
    self.bins = bins
    sampleCounts = (0..<bins.count).map { Self.sampleCount(bins, bin: $0, clock) }
  }

  /// Means, shape [row, neuron], of bin sums of shape [bin, neuron].
  public func means(_ sums: [Float], neuronCount: Int) -> [Float] {
    var means = [Float](repeating: 0, count: clock.rowCount * neuronCount)
    var total = [Double](repeating: 0, count: neuronCount)
    // The window slides: each bin is added once and taken away once.
    var held = 0..<0
    for row in stride(from: 1, through: clock.rowCount, by: 1) {
      let range = self.bins(ofRow: row)
      for bin in range where !held.contains(bin) { Self.add(sums, bin: bin, to: &total, sign: 1) }
      for bin in held where !range.contains(bin) { Self.add(sums, bin: bin, to: &total, sign: -1) }
      held = range
      let samples = Double(sampleCounts[range].reduce(0, +))
      for neuron in 0..<neuronCount { means[(row - 1) * neuronCount + neuron] = Float(total[neuron] / samples) }
    }
    return means
  }

  private static func add(_ sums: [Float], bin: Int, to total: inout [Double], sign: Double) {
    let offset = bin * total.count
    for neuron in total.indices { total[neuron] += sign * Double(sums[offset + neuron]) }
  }

  private func bins(ofRow row: Int) -> Range<Int> {
    let center = row * clock.learningIntervalSteps / bins.width
    let upper = min(bins.count, center + after / bins.width)
    var lower = max(0, center - before / bins.width)
    while lower > 0, sampleCounts[lower..<upper].allSatisfy({ $0 == 0 }) { lower -= 1 }
    return lower..<upper
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
