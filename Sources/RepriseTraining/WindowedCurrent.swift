// The running mean of a neuron's current that is compared with its target.
internal import RepriseCore
public import RepriseModel

/// Mean current around each target row: over samples at whole ms in [t_j - w, t_j + w), cut at the ends of the
/// learning window (docs/equations.md, M1). Backends sum samples in bins; a window is a whole number of bins.
public struct WindowedCurrent: Sendable {
  public let bins: SampleBins
  private let clock: StepClock

  public init(_ network: Network) {
    clock = network.parameters.clock
    let width = Self.greatestCommonDivisor(
      Self.greatestCommonDivisor(clock.learningIntervalSteps, clock.windowSteps),
      clock.lastStep - clock.stimulusOffStep)
    bins = SampleBins(
      network.staticConnections.isEmpty ? .plasticCurrent : .totalCurrent, start: clock.stimulusOffStep, width: width,
      count: (clock.lastStep - clock.stimulusOffStep) / width + 1)
  }

  /// Means, shape [row, neuron], of bin sums of shape [bin, neuron].
  public func means(_ sums: [Float], neuronCount: Int) -> [Float] {
    var means = [Float](repeating: 0, count: clock.rowCount * neuronCount)
    var total = [Double](repeating: 0, count: neuronCount)
    for row in stride(from: 1, through: clock.rowCount, by: 1) {
      let range = self.bins(ofRow: row)
      for neuron in 0..<neuronCount { total[neuron] = 0 }
      for bin in range {
        for neuron in 0..<neuronCount { total[neuron] += Double(sums[bin * neuronCount + neuron]) }
      }
      let samples = Double(range.reduce(0) { $0 + sampleCount(bin: $1) })
      for neuron in 0..<neuronCount { means[(row - 1) * neuronCount + neuron] = Float(total[neuron] / samples) }
    }
    return means
  }

  private func bins(ofRow row: Int) -> Range<Int> {
    let center = row * clock.learningIntervalSteps / bins.width
    let half = clock.windowSteps / bins.width
    // A window of no width is the sample at the row itself.
    return max(0, center - half)..<min(bins.count, max(center + half, center + 1))
  }

  /// Samples that a bin holds: whole ms, without t = stim_off and without what lies beyond the trial.
  private func sampleCount(bin: Int) -> Int {
    let first = bins.start + bin * bins.width
    return (first..<(first + bins.width)).count {
      $0 > clock.stimulusOffStep && $0 <= clock.lastStep && $0 % clock.sampleSteps == 0
    }
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}
