// How well currents follow their targets.
internal import RepriseCore
public import RepriseModel

extension TargetFit {
  public init(_ sums: BinSums, _ window: WindowedCurrent, _ targets: Targets, task: Int, threads: Int) {
    self.init(targets, neuronCount: sums.layout.neuronCount, task: task, threads: threads) { neuron, means in
      window.means(of: neuron, sums, into: &means)
    }
  }

  /// - Parameter fillMeans: Writes a neuron's mean current at every row.
  init(
    _ targets: Targets, neuronCount: Int, task: Int, threads: Int,
    fillMeans: @Sendable (_ neuron: Int, _ means: inout [Float]) -> Void
  ) {
    let count = targets.neuronCount
    let troubles = Counter()
    let correlations = [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(count, threads: threads) { columns in
        var means = [Float](repeating: 0, count: targets.rowCount)
        for column in columns {
          fillMeans(targets.neurons[column], &means)
          var moments = CorrelationSums()
          for row in means.indices {
            moments.add(Double(means[row]), Double(targets.value(task: task, row: row + 1, column: column)))
          }
          if !means.allSatisfy(\.isFinite) { troubles.increment() }
          out[column] = moments.correlation
        }
      }
      initialized = count
    }
    self.init(
      correlations: targets.byNeuron(correlations, neuronCount: neuronCount), isFinite: troubles.count == 0)
  }
}

extension TrialResult {
  /// What the backend found, or what follows from the sums; nil where neither was asked for.
  func fit(_ window: WindowedCurrent, _ targets: Targets, task: Int, threads: Int) -> TargetFit? {
    fit ?? binSums.map { TargetFit($0, window, targets, task: task, threads: threads) }
  }
}

/// Pearson correlation of two lists of equal length; nan where one is constant.
public func correlation(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double {
  var sums = CorrelationSums()
  for (x, y) in zip(a, b) { sums.add(x, y) }
  return sums.correlation
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
