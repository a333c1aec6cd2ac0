// How well currents follow their targets.
internal import RepriseCore
public import RepriseModel

/// How the currents of one trial fit the targets of a task.
public struct TargetFit: Sendable {
  /// Pearson correlation of each neuron's mean current with its target over the rows (docs/equations.md, M2); nan where
  /// the current or the target is constant.
  public let correlations: [Double]
  /// False if a current is no number.
  public let isFinite: Bool

  public init(_ sums: BinSums, _ window: WindowedCurrent, _ targets: Targets, task: Int, threads: Int) {
    self.init(targets, task: task, threads: threads) { neuron, means in window.means(of: neuron, sums, into: &means) }
  }

  /// - Parameter fillMeans: Writes a neuron's mean current at every row.
  init(
    _ targets: Targets, task: Int, threads: Int, fillMeans: @Sendable (_ neuron: Int, _ means: inout [Float]) -> Void
  ) {
    let count = targets.neuronCount
    let troubles = Counter()
    correlations = [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(count, threads: threads) { neurons in
        var means = [Float](repeating: 0, count: targets.rowCount)
        for neuron in neurons {
          fillMeans(neuron, &means)
          var moments = CorrelationSums()
          for row in means.indices {
            moments.add(Double(means[row]), Double(targets.value(task: task, row: row + 1, neuron: neuron)))
          }
          if !means.allSatisfy(\.isFinite) { troubles.increment() }
          out[neuron] = moments.correlation
        }
      }
      initialized = count
    }
    isFinite = troubles.count == 0
  }
}

/// Pearson correlation of two lists of equal length; nan where one is constant.
public func correlation(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double {
  var sums = CorrelationSums()
  for (x, y) in zip(a, b) { sums.add(x, y) }
  return sums.correlation
}

/// Mean of the numbers that are not nan; nan without any.
public func meanOfNumbers(_ values: [Double]) -> Double {
  let numbers = values.filter { !$0.isNaN }
  return numbers.isEmpty ? .nan : numbers.reduce(0, +) / Double(numbers.count)
}

/// Running moments of pairs, centred as they come (Welford 1962), so that large means cost no digits.
struct CorrelationSums {
  private var count = 0.0
  private var meanX = 0.0, meanY = 0.0
  private var xx = 0.0, yy = 0.0, xy = 0.0

  mutating func add(_ x: Double, _ y: Double) {
    count += 1
    let dx = x - meanX
    let dy = y - meanY
    meanX += dx / count
    meanY += dy / count
    xx += dx * (x - meanX)
    yy += dy * (y - meanY)
    xy += dx * (y - meanY)
  }

  var correlation: Double {
    let scale = (xx * yy).squareRoot()
    return scale > 0 ? xy / scale : .nan
  }
}
