// What learning has changed, as backends and files exchange it.

/// Inverse correlation matrices of some groups: lower triangles by rows, n (n + 1) / 2 numbers each, ms^2.
public enum CorrelationMatrices: Sendable, Equatable {
  case float64([Double])
  case float32([Float])
  case float16(HalfMatrices)

  public static var none: CorrelationMatrices { .float32([]) }

  /// Number of elements.
  public var count: Int {
    switch self {
    case .float64(let values): values.count
    case .float32(let values): values.count
    case .float16(let half): half.elements.count
    }
  }

  /// All elements in double precision.
  ///
  /// - Parameter size: n, rows of one matrix.
  public func values(size: Int) -> [Double] {
    switch self {
    case .float64(let values): values
    case .float32(let values): values.map(Double.init)
    case .float16(let half): half.values(size: size)
    }
  }
}

/// Matrices whose elements off the diagonal are float16.
public struct HalfMatrices: Sendable, Equatable {
  /// The elements times `scale`, those of the diagonal rounded.
  public var elements: [Float16]
  /// Shape [group, n]: the diagonals, unrounded and not scaled.
  public var diagonals: [Float]
  public var scale: Float

  public init(elements: [Float16], diagonals: [Float], scale: Float) {
    self.elements = elements
    self.diagonals = diagonals
    self.scale = scale
  }

  func values(size: Int) -> [Double] {
    var values = elements.map { Double($0) / Double(scale) }
    let length = size * (size + 1) / 2
    for (index, diagonal) in diagonals.enumerated() {
      let (group, row) = index.quotientAndRemainder(dividingBy: size)
      values[group * length + row * (row + 3) / 2] = Double(diagonal)
    }
    return values
  }
}

/// Filtered spikes at the last updates, oldest first.
public struct SpikeHistory: Sendable, Equatable {
  public var frameCount: Int
  /// Neurons, then feed-forward neurons.
  public var sourceCount: Int
  /// Shape [frame, source], 1/ms; frames before the first update are 0.
  public var values: [Double]
  /// Where the oldest frame stands in the order in which a backend sums over frames.
  public var position: Int

  public init(frameCount: Int, sourceCount: Int, values: [Double], position: Int = 0) {
    precondition(values.count == frameCount * sourceCount, "a history needs all of its values")
    self.frameCount = frameCount
    self.sourceCount = sourceCount
    self.values = values
    self.position = position
  }
}

/// Weights and P of some neurons that learn, in double precision, each with a P of its own: convenient, not fast.
public struct LearningState: Sendable, Equatable {
  /// Shape [row, input].
  public var weights: [Double]
  /// Shape [row, n(n+1)/2]: lower triangles of P by rows; nil: not included, or not kept.
  public var inverseCorrelation: [Double]?

  public init(weights: [Double], inverseCorrelation: [Double]?) {
    self.weights = weights
    self.inverseCorrelation = inverseCorrelation
  }
}

extension Backend {
  /// - Parameter rows: Neurons that learn, counted among themselves.
  public func readLearning(neurons rows: Range<Int>, includingCorrelation: Bool) -> LearningState {
    let weights = readWeights(rows)
    guard includingCorrelation, history == nil else { return LearningState(weights: weights, inverseCorrelation: nil) }
    let groupOf = groups.groupOfRow
    let triangles = rows.flatMap { row in
      let group = Int(groupOf[row])
      return readCorrelation(group..<(group + 1)).values(size: network.inputCount)
    }
    return LearningState(weights: weights, inverseCorrelation: triangles)
  }

  /// - Precondition: With P, all rows of every group that is touched have the same one.
  public func writeLearning(_ state: LearningState, neurons rows: Range<Int>) {
    writeWeights(state.weights, rows)
    guard let triangles = state.inverseCorrelation else { return }
    let length = network.inputCount * (network.inputCount + 1) / 2
    for group in 0..<groups.count {
      let first = groups.firstRow(of: group)
      guard rows.contains(first) else { continue }
      let start = (first - rows.lowerBound) * length
      writeCorrelation(.float64(Array(triangles[start..<(start + length)])), group..<(group + 1))
    }
  }
}
