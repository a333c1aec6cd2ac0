// How well currents follow their targets.
internal import RepriseCore
public import RepriseModel

/// Pearson correlation of each neuron's mean current with its target over the rows (docs/equations.md, M2).
///
/// - Parameter means: Shape [row, neuron].
/// - Returns: Per neuron; nan where the current or the target is constant.
public func targetCorrelations(_ means: [Float], _ targets: Targets, task: Int) -> [Double] {
  let (rows, count) = (targets.rowCount, targets.neuronCount)
  var sums = [CorrelationSums](repeating: CorrelationSums(), count: count)
  for row in 0..<rows {
    let offset = (task * rows + row) * count
    for neuron in 0..<count {
      sums[neuron].add(Double(means[row * count + neuron]), Double(targets.values[offset + neuron]))
    }
  }
  return sums.map(\.correlation)
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
