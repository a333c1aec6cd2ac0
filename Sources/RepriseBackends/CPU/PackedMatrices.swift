// The inverse correlation matrices of all groups, in tiles, in one of three precisions.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Storage of P for kernels, and its exchange with triangles by rows.
protocol PackedMatrices: AnyObject, Sendable {
  var precision: LearningParameters.Precision { get }
  /// Index into the tables of kernels.
  var kernelIndex: Int { get }
  /// What an update reads and writes of P and what goes with it, on average.
  var bytesPerUpdate: Int { get }
  /// True if updates read what inputs gained since the last one.
  var drivenBySpikes: Bool { get }
  /// Call after an update of all groups, and after applying what is pending.
  func updateIsDone()
  func flushIsDone()
  /// Call when filtered spikes start anew, or an update was left out.
  func forgetProduct()
  /// True if updates must be applied to P at the end of a trial, because it changes bits when that is done.
  var flushesTrials: Bool { get }
  /// What kernels need to know.
  func fill(_ arguments: inout rp_rls_arguments)
  /// Values of one or more triangles in this precision.
  func rounded(_ triangles: [Double]) -> CorrelationMatrices
  /// P of some groups. No update may be pending.
  func read(_ groups: Range<Int>) -> CorrelationMatrices
  /// Replaces P of some groups, from any thread; call ``flushIsDone()`` after it. Nothing is pending then.
  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>)
  /// Gives a group the P of another, from any thread. Nothing may be pending.
  func copy(_ group: Int, to other: Int)
}

extension PackedMatrices {
  var drivenBySpikes: Bool { false }
  func updateIsDone() {}
  func flushIsDone() {}
  func forgetProduct() {}
}

func makePackedMatrices(_ network: Network, _ columns: InputColumns, groupCount: Int) -> any PackedMatrices {
  let learning = network.parameters.learning
  let smallest = network.feedforwardCount > 0 ? min(learning.lambda, learning.lambdaFeedforward) : learning.lambda
  if network.parameters.usesEvents {
    return learning.precision == .float16
      ? EventMatrices<UInt16>(columns, groupCount: groupCount, smallestPenalty: smallest)
      : EventMatrices<Float>(columns, groupCount: groupCount, smallestPenalty: nil)
  }
  switch learning.precision {
  case .float64:
    return PlainMatrices<Double>(columns, groupCount: groupCount, .float64, RP_FLOAT64)
  case .float32:
    return PlainMatrices<Float>(columns, groupCount: groupCount, .float32, RP_FLOAT32)
  case .float16:
    return HalfPackedMatrices(columns, groupCount: groupCount, smallestPenalty: smallest)
  }
}

/// P in single or double precision; tiles on the diagonal hold both halves.
final class PlainMatrices<Number: BinaryFloatingPoint & BitwiseCopyable & Sendable>: PackedMatrices, @unchecked Sendable
{
  let precision: LearningParameters.Precision
  let kernelIndex: Int
  private let size: Int
  private let padded: Int
  /// Shape [group, correlationSize].
  private let correlation: AlignedBuffer<Number>
  private let correlationSize: Int
  /// Shape [group, padded]: the rank-1 term of the last update, not yet in P.
  private let pending: AlignedBuffer<Number>
  /// Where the tiles hold each element of a triangle, and its mirror image within a tile on the diagonal.
  private let places: TrianglePlaces

  init(
    _ columns: InputColumns, groupCount: Int, _ precision: LearningParameters.Precision, _ kernel: some BinaryInteger
  ) {
    self.precision = precision
    kernelIndex = Int(kernel)
    size = columns.inputCount
    padded = columns.padded
    correlationSize = columns.correlationSize
    correlation = AlignedBuffer(count: groupCount * columns.correlationSize)
    pending = AlignedBuffer(count: groupCount * columns.padded, stagger: 17)
    places = TrianglePlaces(columns)
  }

  var bytesPerUpdate: Int { 2 * MemoryLayout<Number>.stride * (correlationSize + padded) }
  var flushesTrials: Bool { false }

  func fill(_ arguments: inout rp_rls_arguments) {
    arguments.pending = UnsafeMutableRawPointer(pending.pointer)
    arguments.correlation = UnsafeMutableRawPointer(correlation.pointer)
    arguments.scale = 1
  }

  func rounded(_ triangles: [Double]) -> CorrelationMatrices {
    precision == .float64 ? .float64(triangles) : .float32(triangles.map { Float($0) })
  }

  func read(_ groups: Range<Int>) -> CorrelationMatrices {
    let values = [Number](unsafeUninitializedCapacity: groups.count * places.count) { buffer, count in
      for group in groups {
        let tiles = correlation.pointer + group * correlationSize
        places.element.withUnsafeBufferPointer { places in
          for (index, place) in places.enumerated() {
            (buffer.baseAddress! + count + index).initialize(to: tiles[Int(place)])
          }
        }
        count += places.count
      }
    }
    return precision == .float64 ? .float64(values as! [Double]) : .float32(values as! [Float])
  }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    let values: [Number] =
      switch matrices {
      case .float32(let values) where precision == .float32: values as! [Number]
      case .float64(let values) where precision == .float64: values as! [Number]
      default: matrices.values(size: size).map { Number($0) }
      }
    precondition(values.count == groups.count * places.count, "one triangle for each group")
    for (row, group) in groups.enumerated() {
      let tiles = correlation.pointer + group * correlationSize
      for index in 0..<places.count {
        let value = values[row * places.count + index]
        tiles[Int(places.element[index])] = value
        tiles[Int(places.mirror[index])] = value
      }
      (pending.pointer + group * padded).update(repeating: 0, count: padded)
    }
  }

  func copy(_ group: Int, to other: Int) {
    let size = correlationSize
    (correlation.pointer + other * size).update(from: correlation.pointer + group * size, count: size)
    (pending.pointer + other * padded).update(repeating: 0, count: padded)
  }
}

/// P in float16 off the diagonal and float32 on it. All is held times a power of 4 that uses the range of float16: no
/// element of P exceeds the inverse of the smallest penalty.
final class HalfPackedMatrices: PackedMatrices, @unchecked Sendable {
  var precision: LearningParameters.Precision { .float16 }
  let kernelIndex = Int(RP_FLOAT16)
  private let columns: InputColumns
  private let scale: Float
  private let correlation: AlignedBuffer<UInt16>
  /// Shape [group, padded], scaled.
  private let diagonal, pending: AlignedBuffer<Float>
  private let places: TrianglePlaces

  /// The largest power of 4 with which no element exceeds 2^14.
  static func scale(smallestPenalty: Double) -> Float {
    var scale: Float = 1
    while Double(scale) * 4 <= 0x1p14 * smallestPenalty { scale *= 4 }
    while Double(scale) > 0x1p14 * smallestPenalty { scale /= 4 }
    return scale
  }

  init(_ columns: InputColumns, groupCount: Int, smallestPenalty: Double) {
    self.columns = columns
    scale = Self.scale(smallestPenalty: smallestPenalty)
    correlation = AlignedBuffer(count: groupCount * columns.correlationSize)
    diagonal = AlignedBuffer(count: groupCount * columns.padded, stagger: 23)
    pending = AlignedBuffer(count: groupCount * columns.padded, stagger: 17)
    places = TrianglePlaces(columns)
  }

  var bytesPerUpdate: Int { 2 * (2 * columns.correlationSize + 8 * columns.padded) }
  var flushesTrials: Bool { true }

  func fill(_ arguments: inout rp_rls_arguments) {
    arguments.pending = UnsafeMutableRawPointer(pending.pointer)
    arguments.correlation = UnsafeMutableRawPointer(correlation.pointer)
    arguments.diagonal = diagonal.pointer
    arguments.scale = scale
  }

  func rounded(_ triangles: [Double]) -> CorrelationMatrices { halfRounded(triangles, columns.inputCount, scale) }

  func read(_ groups: Range<Int>) -> CorrelationMatrices {
    let n = columns.inputCount
    var diagonals: [Float] = []
    diagonals.reserveCapacity(groups.count * n)
    let elements = [Float16](unsafeUninitializedCapacity: groups.count * places.count) { buffer, count in
      for group in groups {
        let tiles = correlation.pointer + group * columns.correlationSize
        let triangle = buffer.baseAddress! + count
        places.element.withUnsafeBufferPointer { places in
          for (index, place) in places.enumerated() {
            (triangle + index).initialize(to: Float16(bitPattern: tiles[Int(place)]))
          }
        }
        for input in 0..<n {
          let value = diagonal.pointer[group * columns.padded + columns.column(input)]
          diagonals.append(value / scale)
          triangle[input * (input + 3) / 2] = Float16(value)
        }
        count += places.count
      }
    }
    return .float16(HalfMatrices(elements: elements, diagonals: diagonals, scale: scale))
  }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    guard case .float16(let half) = matrices, half.scale == scale else {
      return write(rounded(matrices.values(size: columns.inputCount)), groups)
    }
    let n = columns.inputCount
    precondition(half.elements.count == groups.count * places.count, "one triangle for each group")
    for (row, group) in groups.enumerated() {
      let tiles = correlation.pointer + group * columns.correlationSize
      for index in 0..<places.count {
        tiles[Int(places.element[index])] = half.elements[row * places.count + index].bitPattern
      }
      for input in 0..<n {
        // The diagonal is kept apart; within the tiles it is 0.
        tiles[Int(places.element[input * (input + 3) / 2])] = 0
        diagonal.pointer[group * columns.padded + columns.column(input)] = half.diagonals[row * n + input] * scale
      }
      (pending.pointer + group * columns.padded).update(repeating: 0, count: columns.padded)
    }
  }

  func copy(_ group: Int, to other: Int) {
    let (size, padded) = (columns.correlationSize, columns.padded)
    (correlation.pointer + other * size).update(from: correlation.pointer + group * size, count: size)
    (diagonal.pointer + other * padded).update(from: diagonal.pointer + group * padded, count: padded)
    (pending.pointer + other * padded).update(repeating: 0, count: padded)
  }
}

/// Triangles of `size` rows in float16, with their diagonals.
func halfRounded(_ triangles: [Double], _ size: Int, _ scale: Float) -> CorrelationMatrices {
  let length = size * (size + 1) / 2
  let diagonals = (0..<(triangles.count / max(length, 1))).flatMap { group in
    (0..<size).map { Float(triangles[group * length + $0 * ($0 + 3) / 2]) }
  }
  let elements = triangles.map { Float16($0 * Double(scale)) }
  return .float16(HalfMatrices(elements: elements, diagonals: diagonals, scale: scale))
}

/// Where the tiles hold the elements of a lower triangle by rows.
struct TrianglePlaces: Sendable {
  let element: [Int32]
  /// For elements of tiles on the diagonal the place of their mirror image, else the same.
  let mirror: [Int32]
  var count: Int { element.count }

  init(_ columns: InputColumns) {
    var element: [Int32] = []
    var mirror: [Int32] = []
    for i in 0..<columns.inputCount {
      for j in 0...i {
        let (row, column) = (columns.column(i), columns.column(j))
        let place = Int32(columns.position(row: row, column: column))
        element.append(place)
        mirror.append(row / 16 == column / 16 ? Int32(columns.position(row: column, column: row)) : place)
      }
    }
    self.element = element
    self.mirror = mirror
  }
}
