// Recursive least squares in double precision: the textbook, one neuron after the other.
public import RepriseModel

/// Weights and inverse correlation matrices of all neurons.
struct ReferenceLearning {
  /// Shape [neuron][input].
  var weights: [[Double]]
  /// Shape [neuron][input * n + input], full symmetric matrices.
  var correlation: [[Double]]
  let inputCount: Int

  init(_ network: Network) {
    let n = network.inputCount
    inputCount = n
    weights = (0..<network.neuronCount).map { neuron in
      (0..<n).map { network.startWeight(neuron: neuron, input: $0) }
    }
    correlation = weights.map { startWeights in
      let start = StartCorrelation(
        network.parameters.learning, feedforwardCount: network.feedforwardCount, startWeights: startWeights)
      return (0..<(n * n)).map { start[$0 / n, $0 % n] }
    }
  }

  /// One update of every neuron. `drive` gives a neuron's static current and target.
  mutating func update(
    _ network: Network, filteredSpikes: [Double], feedforward: [Double],
    drive: (Int) -> (staticCurrent: Double, target: Double)
  ) {
    let learning = network.parameters.learning
    for neuron in weights.indices {
      var z = feedforward
      for input in 0..<network.plasticConnections.inputsPerNeuron {
        z.append(filteredSpikes[network.plasticConnections.presynapticNeuron(of: neuron, input: input)])
      }
      let (staticCurrent, target) = drive(neuron)
      var w = weights[neuron]
      recursiveLeastSquares(
        weights: &w, correlation: &correlation[neuron], regressors: z, offset: staticCurrent - target,
        gain: learning.gain)
      if !learning.isFrozen { weights[neuron] = w }
    }
  }
}

/// One step of recursive least squares (docs/equations.md, E10 to E13):
///
///     k = P z        den = 1 / (1 + z.k)        e = w.z + offset
///     P <- P - den k k^T        w <- w - e den k
///
/// With `gain == .prior` the weights change by e k instead.
///
/// Source: Sussillo and Abbott 2009, Neuron 63:544; Arthur et al. 2023, Front. Neuroinform. 17:1099510.
///
/// - Parameters:
///   - weights: w, shape [n], current x ms.
///   - correlation: P, shape [n * n], symmetric, ms^2.
///   - regressors: z, shape [n], 1/ms.
///   - offset: Static current minus target.
/// - Returns: The error e before the update.
@discardableResult
func recursiveLeastSquares(
  weights: inout [Double], correlation: inout [Double], regressors z: [Double], offset: Double,
  gain: LearningParameters.Gain
) -> Double {
  let n = z.count
  var k = [Double](repeating: 0, count: n)
  for i in 0..<n {
    for j in 0..<n { k[i] += correlation[i * n + j] * z[j] }
  }
  var quadratic = 0.0
  var error = offset
  for i in 0..<n {
    quadratic += z[i] * k[i]
    error += weights[i] * z[i]
  }
  let denominator = 1 / (1 + quadratic)
  for i in 0..<n {
    // In this order P stays symmetric to the last bit, so that its lower triangle is all of it.
    for j in 0..<n { correlation[i * n + j] -= denominator * (k[i] * k[j]) }
    weights[i] -= error * (gain == .posterior ? denominator : 1) * k[i]
  }
  return error
}

extension ReferenceBackend {
  public func readWeights(_ neurons: Range<Int>) -> [Double] {
    neurons.flatMap { learning.weights[$0] }
  }

  public func writeWeights(_ weights: [Double], _ neurons: Range<Int>) {
    let n = learning.inputCount
    for (row, neuron) in neurons.enumerated() {
      learning.weights[neuron] = Array(weights[(row * n)..<((row + 1) * n)])
    }
  }

  public func readCorrelation(_ range: Range<Int>) -> CorrelationMatrices {
    let n = learning.inputCount
    let triangles = range.flatMap { group in
      let matrix = learning.correlation[Int(groups.members[Int(groups.starts[group])])]
      return (0..<n).flatMap { i in matrix[(i * n)..<(i * n + i + 1)] }
    }
    return .float64(triangles)
  }

  public func writeCorrelation(_ matrices: CorrelationMatrices, _ range: Range<Int>) {
    let n = learning.inputCount
    let values = matrices.values(size: n)
    for (row, group) in range.enumerated() {
      var position = row * n * (n + 1) / 2
      var matrix = [Double](repeating: 0, count: n * n)
      for i in 0..<n {
        for j in 0...i {
          matrix[i * n + j] = values[position]
          matrix[j * n + i] = values[position]
          position += 1
        }
      }
      for member in groups.members(of: group) { learning.correlation[Int(member)] = matrix }
    }
  }

  public var history: SpikeHistory? {
    get { nil }
    set {}
  }
}
