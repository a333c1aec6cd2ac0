// The inverse correlation matrices of all groups for updates that are driven by spikes: in full, row by row.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// P in float32, or in float16 with a float32 diagonal.
final class EventMatrices<Element: StoredElement>: PackedMatrices, @unchecked Sendable {
  private let columns: InputColumns
  private let coding: CorrelationCoding<Element>
  /// Shape [group, input, padded].
  private let correlation: AlignedBuffer<Element>
  /// Shape [group, rank, padded]: terms of updates that are not in P yet.
  private let pending: AlignedBuffer<Element>
  /// Shape [group]: P times the filtered spikes, in units of the last term.
  private let carried: AlignedBuffer<Float>
  /// Shape [group, padded], float16 alone.
  private let diagonal: AlignedBuffer<Float>?
  private var pendingCount = 0

  init(_ columns: InputColumns, groupCount: Int, _ coding: CorrelationCoding<Element>) {
    (self.columns, self.coding) = (columns, coding)
    correlation = AlignedBuffer(count: groupCount * columns.inputCount * columns.padded)
    pending = AlignedBuffer(count: groupCount * Int(RP_EVENT_RANK) * columns.padded, stagger: 17)
    carried = AlignedBuffer(count: groupCount)
    diagonal = coding.hasDiagonals ? AlignedBuffer(count: groupCount * columns.padded, stagger: 23) : nil
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
    arguments.scale = coding.scale
  }

  func updateIsDone() { pendingCount = (pendingCount + 1) % Int(RP_EVENT_RANK) }

  func flushIsDone() { pendingCount = 0 }

  func forgetProduct() { carried.fill(0) }

  func rounded(_ triangles: [Double]) -> CorrelationMatrices { coding.rounded(triangles) }

  func read(_ groups: Range<Int>) -> CorrelationMatrices {
    let n = columns.inputCount
    let places = (0..<n).map(columns.column)
    var elements: [Element] = []
    elements.reserveCapacity(groups.count * n * (n + 1) / 2)
    for group in groups {
      let matrix = correlation.pointer + group * n * columns.padded
      for i in 0..<n {
        for j in 0...i { elements.append(matrix[i * columns.padded + places[j]]) }
      }
    }
    var diagonals: [Float] = []
    if let diagonal {
      for group in groups { diagonals += (0..<n).map { diagonal.pointer[group * columns.padded + places[$0]] } }
    }
    return coding.matrices(StoredTriangles(elements: elements, diagonals: diagonals))
  }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    let n = columns.inputCount
    let places = (0..<n).map(columns.column)
    let length = n * (n + 1) / 2
    let stored = coding.stored(matrices)
    precondition(stored.elements.count == groups.count * length, "one triangle for each group")
    for (row, group) in groups.enumerated() {
      let matrix = correlation.pointer + group * n * columns.padded
      var index = row * length
      for i in 0..<n {
        for j in 0...i {
          matrix[i * columns.padded + places[j]] = stored.elements[index]
          matrix[j * columns.padded + places[i]] = stored.elements[index]
          index += 1
        }
        diagonal?.pointer[group * columns.padded + places[i]] = stored.diagonals[row * n + i]
      }
    }
  }

  func copy(_ group: Int, to other: Int) {
    let size = columns.inputCount * columns.padded
    (correlation.pointer + other * size).update(from: correlation.pointer + group * size, count: size)
    guard let diagonal = diagonal?.pointer else { return }
    let padded = columns.padded
    (diagonal + other * padded).update(from: diagonal + group * padded, count: padded)
  }
}
