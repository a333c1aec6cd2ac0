// Recursive least squares in double precision: the textbook, one neuron after the other.
public import RepriseModel

/// Weights of all neurons that learn, and what stands for their inverse correlation matrices.
struct ReferenceLearning {
  /// Shape [row][input].
  var weights: [[Double]]
  /// Shape [row][input * n + input], full symmetric matrices; empty in history mode.
  var correlation: [[Double]] = []
  let inputCount: Int
  /// P_0 of each row.
  private let start: [StartCorrelation]
  /// The last updates, oldest first, from this trial and those before; history mode alone.
  fileprivate var frames: [Frame] = []

  /// The filtered spikes of all sources at one update.
  fileprivate struct Frame {
    let feedforward, filteredSpikes: [Double]

    /// z of a row.
    func regressors(ofRow row: Int, _ network: Network) -> [Double] {
      let connections = network.plasticConnections
      return feedforward
        + (0..<connections.inputsPerNeuron).map {
          let presynaptic = connections.presynapticNeuron(row: row, input: $0)
          return presynaptic < filteredSpikes.count ? filteredSpikes[presynaptic] : 0
        }
    }
  }

  init(_ network: Network) {
    let n = network.inputCount
    let learning = network.parameters.learning
    inputCount = n
    weights = (0..<network.learners.count).map { row in
      (0..<n).map { network.startWeight(row: row, input: $0) }
    }
    start = (0..<network.learners.count).map { row in
      StartCorrelation(learning, feedforwardCount: network.feedforwardCount, signs: network.startSigns(row: row))
    }
    if learning.memory == .matrix {
      correlation = start.map { start in (0..<(n * n)).map { start[$0 / n, $0 % n] } }
    }
  }

  /// One update of every neuron that learns. `drive` gives a neuron's static current and target.
  mutating func update(
    _ network: Network, filteredSpikes: [Double], feedforward: [Double],
    drive: (Int) -> (staticCurrent: Double, target: Double)
  ) {
    let learning = network.parameters.learning
    let frame = Frame(feedforward: feedforward, filteredSpikes: filteredSpikes)
    for row in weights.indices {
      let z = frame.regressors(ofRow: row, network)
      let (staticCurrent, target) = drive(network.learners[row])
      let offset = staticCurrent - target
      var w = weights[row]
      switch learning.memory {
      case .matrix:
        recursiveLeastSquares(
          weights: &w, correlation: &correlation[row], regressors: z, offset: offset, gain: learning.gain)
      case .history:
        let history = frames.map { $0.regressors(ofRow: row, network) }
        let k = historyGain(start: start[row], history: history, regressors: z)
        learn(weights: &w, gainVector: k, regressors: z, offset: offset, gain: learning.gain)
      }
      if learning.keepsSigns { network.keepSigns(&w, row: row) }
      if !learning.isFrozen { weights[row] = w }
    }
    guard learning.memory == .history else { return }
    frames.append(frame)
    if frames.count > network.parameters.historyFrames { frames.removeFirst() }
  }
}

extension ReferenceLearning {
  /// The frames of as many updates as there may be; those that have not been are 0.
  func history(_ network: Network) -> SpikeHistory {
    let (count, sources) = (network.parameters.historyFrames, network.neuronCount + network.feedforwardCount)
    let missing = [Double](repeating: 0, count: (count - frames.count) * sources)
    return SpikeHistory(
      frameCount: count, sourceCount: sources, values: missing + frames.flatMap { $0.filteredSpikes + $0.feedforward })
  }

  mutating func setHistory(_ history: SpikeHistory, _ network: Network) {
    let (count, sources) = (network.neuronCount, history.sourceCount)
    precondition(sources == count + network.feedforwardCount, "a history of this network")
    frames = (0..<history.frameCount).map { frame in
      let values = history.values[(frame * sources)..<((frame + 1) * sources)]
      return Frame(feedforward: Array(values.dropFirst(count)), filteredSpikes: Array(values.prefix(count)))
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
  let (error, denominator) = learn(weights: &weights, gainVector: k, regressors: z, offset: offset, gain: gain)
  for i in 0..<n {
    // In this order P stays symmetric to the last bit, so that its lower triangle is all of it.
    for j in 0..<n { correlation[i * n + j] -= denominator * (k[i] * k[j]) }
  }
  return error
}

/// What follows from k = P z for the weights: E11 and E13.
///
/// - Returns: The error e before the update, and den.
@discardableResult
func learn(
  weights: inout [Double], gainVector k: [Double], regressors z: [Double], offset: Double,
  gain: LearningParameters.Gain
) -> (error: Double, denominator: Double) {
  var quadratic = 0.0
  var error = offset
  for i in z.indices {
    quadratic += z[i] * k[i]
    error += weights[i] * z[i]
  }
  let denominator = 1 / (1 + quadratic)
  for i in z.indices { weights[i] -= error * (gain == .posterior ? denominator : 1) * k[i] }
  return (error, denominator)
}

/// k = P z where the last updates define P (docs/equations.md, E15): P^-1 = P_0^-1 + sum of z_f z_f^T.
///
/// - Parameters:
///   - start: P_0.
///   - history: z_f of the last updates without the current one, shape [frame][n], 1/ms.
///   - regressors: z of the current update, shape [n], 1/ms.
func historyGain(start: StartCorrelation, history: [[Double]], regressors z: [Double]) -> [Double] {
  let n = z.count
  // The lower triangle, by rows of n.
  var inverse = [Double](repeating: 0, count: n * n)
  for i in 0..<n {
    for j in 0...i {
      inverse[i * n + j] = start.penalty(i, j)
      for frame in history { inverse[i * n + j] += frame[i] * frame[j] }
    }
  }
  return solvePositiveDefinite(inverse, z)
}

/// The solution x of A x = b by Cholesky's factorization A = L L^T. A is symmetric and positive definite, shape
/// [n * n]; its lower triangle is read.
func solvePositiveDefinite(_ matrix: [Double], _ right: [Double]) -> [Double] {
  let n = right.count
  var factor = matrix
  var x = right
  for i in 0..<n {
    for j in 0...i {
      for k in 0..<j { factor[i * n + j] -= factor[i * n + k] * factor[j * n + k] }
      if j < i { factor[i * n + j] /= factor[j * n + j] }
    }
    factor[i * n + i] = factor[i * n + i].squareRoot()
    for k in 0..<i { x[i] -= factor[i * n + k] * x[k] }
    x[i] /= factor[i * n + i]
  }
  for i in (0..<n).reversed() {
    x[i] /= factor[i * n + i]
    for k in 0..<i { x[k] -= factor[i * n + k] * x[i] }
  }
  return x
}

extension ReferenceBackend {
  public func readWeights(_ rows: Range<Int>) -> [Double] {
    rows.flatMap { learning.weights[$0] }
  }

  public func writeWeights(_ weights: [Double], _ rows: Range<Int>) {
    let n = learning.inputCount
    for (index, row) in rows.enumerated() {
      learning.weights[row] = Array(weights[(index * n)..<((index + 1) * n)])
    }
  }

  public func readCorrelation(_ range: Range<Int>) -> CorrelationMatrices {
    let n = learning.inputCount
    var triangles: [Double] = []
    triangles.reserveCapacity(range.count * n * (n + 1) / 2)
    for group in range {
      let matrix = learning.correlation[groups.firstRow(of: group)]
      for i in 0..<n { triangles += matrix[(i * n)..<(i * n + i + 1)] }
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
    get { network.parameters.learning.memory == .history ? learning.history(network) : nil }
    set {
      guard let newValue, network.parameters.learning.memory == .history else { return }
      learning.setHistory(newValue, network)
    }
  }
}
