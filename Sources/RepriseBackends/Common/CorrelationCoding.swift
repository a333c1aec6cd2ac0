// The numbers that hold P, and how others become them.
internal import RepriseModel

/// Numbers that elements of P are stored in; float16 by its bits.
protocol StoredElement: BitwiseCopyable, ExpressibleByIntegerLiteral, Sendable {
  static var precision: LearningParameters.Precision { get }
}

extension UInt16: StoredElement { static var precision: LearningParameters.Precision { .float16 } }
extension Float: StoredElement { static var precision: LearningParameters.Precision { .float32 } }
extension Double: StoredElement { static var precision: LearningParameters.Precision { .float64 } }

/// Elements of lower triangles by rows. In float16 they are scaled, and 0 on the diagonal, which is apart in float32.
struct StoredTriangles<Element: StoredElement> {
  var elements: [Element]
  /// Shape [group, n], scaled; empty for other precisions.
  var diagonals: [Float]
}

/// How P of a network is stored in one precision.
///
/// In float16 all is held times a power of 4 that uses the range of float16: no element of P exceeds the inverse of the
/// smallest penalty.
struct CorrelationCoding<Element: StoredElement>: Sendable {
  /// n.
  let size: Int
  let scale: Float
  var hasDiagonals: Bool { Element.precision == .float16 }
  private var length: Int { size * (size + 1) / 2 }

  init(_ network: Network) {
    size = network.inputCount
    scale = Element.precision == .float16 ? Self.scale(smallestPenalty: network.smallestPenalty) : 1
  }

  /// The largest power of 4 with which no element exceeds 2^14.
  static func scale(smallestPenalty: Double) -> Float {
    var scale: Float = 1
    while Double(scale) * 4 <= 0x1p14 * smallestPenalty { scale *= 4 }
    while Double(scale) > 0x1p14 * smallestPenalty { scale /= 4 }
    return scale
  }

  /// Values of one or more triangles in this precision.
  func rounded(_ triangles: [Double]) -> CorrelationMatrices {
    switch Element.precision {
    case .float64: return .float64(triangles)
    case .float32: return .float32(triangles.map { Float($0) })
    case .float16:
      let diagonals = (0..<(triangles.count / max(length, 1))).flatMap { group in
        (0..<size).map { Float(triangles[group * length + $0 * ($0 + 3) / 2]) }
      }
      let elements = triangles.map { Float16($0 * Double(scale)) }
      return .float16(HalfMatrices(elements: elements, diagonals: diagonals, scale: scale))
    }
  }

  /// Values of another precision are rounded.
  func stored(_ matrices: CorrelationMatrices) -> StoredTriangles<Element> {
    switch matrices {
    case .float64(let values) where Element.precision == .float64:
      return StoredTriangles(elements: values as! [Element], diagonals: [])
    case .float32(let values) where Element.precision == .float32:
      return StoredTriangles(elements: values as! [Element], diagonals: [])
    case .float16(let half) where hasDiagonals && half.scale == scale:
      var elements = half.elements.map(\.bitPattern) as! [Element]
      for index in half.diagonals.indices { elements[place(ofDiagonal: index)] = 0 }
      return StoredTriangles(elements: elements, diagonals: half.diagonals.map { $0 * scale })
    default:
      return stored(rounded(matrices.values(size: size)))
    }
  }

  func matrices(_ triangles: StoredTriangles<Element>) -> CorrelationMatrices {
    switch Element.precision {
    case .float64: return .float64(triangles.elements as! [Double])
    case .float32: return .float32(triangles.elements as! [Float])
    case .float16:
      var elements = (triangles.elements as! [UInt16]).map { Float16(bitPattern: $0) }
      for (index, value) in triangles.diagonals.enumerated() { elements[place(ofDiagonal: index)] = Float16(value) }
      return .float16(
        HalfMatrices(elements: elements, diagonals: triangles.diagonals.map { $0 / scale }, scale: scale))
    }
  }

  /// Where the triangles hold an element of `diagonals`.
  private func place(ofDiagonal index: Int) -> Int {
    let (group, row) = index.quotientAndRemainder(dividingBy: size)
    return group * length + row * (row + 3) / 2
  }
}

extension Network {
  /// Of all plastic inputs.
  var smallestPenalty: Double {
    let learning = parameters.learning
    return feedforwardCount > 0 ? min(learning.lambda, learning.lambdaFeedforward) : learning.lambda
  }
}
