// The inverse correlation matrices of all groups for updates that are driven by spikes: in full, row by row.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What an element of P off the diagonal is held in.
protocol EventElement: BitwiseCopyable, Sendable {
  static func from(_ value: Float) -> Self
  var value: Float { get }
}

extension Float: EventElement {
  static func from(_ value: Float) -> Float { value }
  var value: Float { self }
}

extension UInt16: EventElement {
  static func from(_ value: Float) -> UInt16 { Float16(value).bitPattern }
  var value: Float { Float(Float16(bitPattern: self)) }
}

/// P in float32, or in float16 with a float32 diagonal and scaled as in ``HalfPackedMatrices``.
final class EventMatrices<Element: EventElement>: PackedMatrices, @unchecked Sendable {
  private let columns: InputColumns
  private let scale: Float
  /// Shape [group, input, padded].
  private let correlation: AlignedBuffer<Element>
  /// Shape [group, rank, padded]: terms of updates that are not in P yet.
  private let pending: AlignedBuffer<Element>
  /// Shape [group]: P times the filtered spikes, in units of the last term.
  private let carried: AlignedBuffer<Float>
  /// Shape [group, padded], float16 alone.
  private let diagonal: AlignedBuffer<Float>?
  private var pendingCount = 0

  init(_ columns: InputColumns, groupCount: Int, smallestPenalty: Double?) {
    self.columns = columns
    scale = smallestPenalty.map(HalfPackedMatrices.scale(smallestPenalty:)) ?? 1
    correlation = AlignedBuffer(count: groupCount * columns.inputCount * columns.padded)
    pending = AlignedBuffer(count: groupCount * Int(RP_EVENT_RANK) * columns.padded, stagger: 17)
    carried = AlignedBuffer(count: groupCount)
    diagonal = Element.self == UInt16.self ? AlignedBuffer(count: groupCount * columns.padded, stagger: 23) : nil
  }

  var precision: LearningParameters.Precision { diagonal == nil ? .float32 : .float16 }
  var kernelIndex: Int { diagonal == nil ? Int(RP_FLOAT32) : Int(RP_FLOAT16) }
  var flushesTrials: Bool { true }
  var drivenBySpikes: Bool { true }
  private var rowBytes: Int { MemoryLayout<Element>.stride * columns.padded }

  /// With one input in 20 spiking between updates, as at 5 Hz and 10 ms.
  var bytesPerUpdate: Int {
    let rank = Int(RP_EVENT_RANK)
    let whole = columns.inputCount * rowBytes
    return 2 * whole / rank + whole / 20 + rowBytes * ((rank - 1) / 2 + 1)
  }

  func fill(_ arguments: inout rp_rls_arguments) {
    arguments.correlation = UnsafeMutableRawPointer(correlation.pointer)
    arguments.correlation_size = columns.inputCount * columns.padded
    arguments.pending = UnsafeMutableRawPointer(pending.pointer)
    arguments.pending_count = pendingCount
    arguments.carried = carried.pointer
    arguments.diagonal = diagonal?.pointer
    arguments.scale = scale
  }

  func updateIsDone() { pendingCount = (pendingCount + 1) % Int(RP_EVENT_RANK) }

  func flushIsDone() { pendingCount = 0 }

  func forgetProduct() { carried.fill(0) }

  func rounded(_ triangles: [Double]) -> CorrelationMatrices {
    diagonal == nil ? .float32(triangles.map { Float($0) }) : halfRounded(triangles, columns.inputCount, scale)
  }

  func read(_ groups: Range<Int>) -> CorrelationMatrices {
    let n = columns.inputCount
    let places = (0..<n).map(columns.column)
    var elements: [Float] = []
    elements.reserveCapacity(groups.count * n * (n + 1) / 2)
    var diagonals: [Float] = []
    for group in groups {
      let matrix = correlation.pointer + group * n * columns.padded
      for i in 0..<n {
        for j in 0...i { elements.append(matrix[i * columns.padded + places[j]].value) }
        guard let diagonal else { continue }
        let value = diagonal.pointer[group * columns.padded + places[i]]
        diagonals.append(value / scale)
        elements[elements.count - 1] = value
      }
    }
    guard diagonal != nil else { return .float32(elements) }
    return .float16(HalfMatrices(elements: elements.map { Float16($0) }, diagonals: diagonals, scale: scale))
  }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    let n = columns.inputCount
    let places = (0..<n).map(columns.column)
    let length = n * (n + 1) / 2
    let (elements, diagonals) = inThisPrecision(matrices)
    precondition(elements.count == groups.count * length, "one triangle for each group")
    for (row, group) in groups.enumerated() {
      let matrix = correlation.pointer + group * n * columns.padded
      var index = row * length
      for i in 0..<n {
        for j in 0...i {
          let value = Element.from(elements[index])
          matrix[i * columns.padded + places[j]] = value
          matrix[j * columns.padded + places[i]] = value
          index += 1
        }
        guard let diagonal else { continue }
        matrix[i * columns.padded + places[i]] = Element.from(0)
        diagonal.pointer[group * columns.padded + places[i]] = diagonals[row * n + i] * scale
      }
    }
  }

  /// Scaled elements, and diagonals that are not.
  private func inThisPrecision(_ matrices: CorrelationMatrices) -> (elements: [Float], diagonals: [Float]) {
    switch (matrices, diagonal == nil) {
    case (.float32(let values), true): return (values, [])
    case (.float16(let half), false) where half.scale == scale: return (half.elements.map { Float($0) }, half.diagonals)
    default: return inThisPrecision(rounded(matrices.values(size: columns.inputCount)))
    }
  }
}
