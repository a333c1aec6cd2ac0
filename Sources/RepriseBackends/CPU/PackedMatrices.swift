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
  if network.parameters.usesEvents {
    return learning.precision == .float16
      ? EventMatrices<UInt16>(columns, groupCount: groupCount, CorrelationCoding(network))
      : EventMatrices<Float>(columns, groupCount: groupCount, CorrelationCoding(network))
  }
  switch learning.precision {
  case .float64:
    return PlainMatrices<Double>(columns, groupCount: groupCount, CorrelationCoding(network), RP_FLOAT64)
  case .float32:
    return PlainMatrices<Float>(columns, groupCount: groupCount, CorrelationCoding(network), RP_FLOAT32)
  case .float16:
    return HalfPackedMatrices(columns, groupCount: groupCount, CorrelationCoding(network))
  }
}

/// P in single or double precision; tiles on the diagonal hold both halves.
final class PlainMatrices<Number: StoredElement>: PackedMatrices, @unchecked Sendable {
  var precision: LearningParameters.Precision { Number.precision }
  let kernelIndex: Int
  private let coding: CorrelationCoding<Number>
  private let padded: Int
  /// Shape [group, correlationSize].
  private let correlation: AlignedBuffer<Number>
  private let correlationSize: Int
  /// Shape [group, padded]: the rank-1 term of the last update, not yet in P.
  private let pending: AlignedBuffer<Number>
  /// Where the tiles hold each element of a triangle, and its mirror image within a tile on the diagonal.
  private let places: TrianglePlaces

  init(
    _ columns: InputColumns, groupCount: Int, _ coding: CorrelationCoding<Number>, _ kernel: some BinaryInteger
  ) {
    self.coding = coding
    kernelIndex = Int(kernel)
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

  func rounded(_ triangles: [Double]) -> CorrelationMatrices { coding.rounded(triangles) }

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
    return coding.matrices(StoredTriangles(elements: values, diagonals: []))
  }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    let values = coding.stored(matrices).elements
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

/// P in float16 off the diagonal and float32 on it.
final class HalfPackedMatrices: PackedMatrices, @unchecked Sendable {
  var precision: LearningParameters.Precision { .float16 }
  let kernelIndex = Int(RP_FLOAT16)
  private let columns: InputColumns
  private let coding: CorrelationCoding<UInt16>
  private let correlation: AlignedBuffer<UInt16>
  /// Shape [group, padded], scaled.
  private let diagonal, pending: AlignedBuffer<Float>
  private let places: TrianglePlaces

  init(_ columns: InputColumns, groupCount: Int, _ coding: CorrelationCoding<UInt16>) {
    (self.columns, self.coding) = (columns, coding)
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
    arguments.scale = coding.scale
  }

  func rounded(_ triangles: [Double]) -> CorrelationMatrices { coding.rounded(triangles) }

  func read(_ groups: Range<Int>) -> CorrelationMatrices {
    let n = columns.inputCount
    var diagonals: [Float] = []
    diagonals.reserveCapacity(groups.count * n)
    let elements = [UInt16](unsafeUninitializedCapacity: groups.count * places.count) { buffer, count in
      for group in groups {
        let tiles = correlation.pointer + group * columns.correlationSize
        places.element.withUnsafeBufferPointer { places in
          for (index, place) in places.enumerated() {
            (buffer.baseAddress! + count + index).initialize(to: tiles[Int(place)])
          }
        }
        for input in 0..<n { diagonals.append(diagonal.pointer[group * columns.padded + columns.column(input)]) }
        count += places.count
      }
    }
    return coding.matrices(StoredTriangles(elements: elements, diagonals: diagonals))
  }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    let stored = coding.stored(matrices)
    let n = columns.inputCount
    precondition(stored.elements.count == groups.count * places.count, "one triangle for each group")
    for (row, group) in groups.enumerated() {
      let tiles = correlation.pointer + group * columns.correlationSize
      for index in 0..<places.count { tiles[Int(places.element[index])] = stored.elements[row * places.count + index] }
      for input in 0..<n {
        diagonal.pointer[group * columns.padded + columns.column(input)] = stored.diagonals[row * n + input]
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
