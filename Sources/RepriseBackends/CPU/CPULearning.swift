// Weights and packed inverse correlation matrices.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What learning changes. Backends that run trials side by side share one.
final class CPULearning: @unchecked Sendable {
  let columns: InputColumns
  let groups: PresynapticGroups
  /// `groups` as kernels want them.
  let groupMembers, groupStarts, groupKeys: AlignedBuffer<UInt32>
  /// Slot and column of the targets of each row.
  let slots, targetColumns: AlignedBuffer<UInt32>
  /// Shape [row, padded]: a row for each neuron that learns.
  let weights: AlignedBuffer<Float>
  /// nil for trials that never learn, and in history mode.
  let matrices: (any PackedMatrices)?
  /// nil for trials that never learn, and where P is kept.
  let history: CPUHistory?

  /// - Parameter learns: False for trials that never learn; P is then not allocated.
  init(_ connectivity: CPUConnectivity, learns: Bool, threads: Int) {
    let network = connectivity.network
    columns = connectivity.columns
    groups = connectivity.groups
    groupMembers = AlignedBuffer(groups.members)
    groupStarts = AlignedBuffer(groups.starts)
    groupKeys = AlignedBuffer(groups.keys)
    let learners = network.learners
    slots = AlignedBuffer(learners.neurons.map { UInt32(network.layout.slot(Int($0))) })
    targetColumns = AlignedBuffer(network.targetColumns)
    weights = AlignedBuffer(count: learners.count * columns.padded, stagger: 3)
    let keepsMatrices = learns && network.parameters.learning.memory == .matrix
    matrices = keepsMatrices ? makePackedMatrices(network, columns, groupCount: groups.count) : nil
    let keepsHistory = learns && network.parameters.learning.memory == .history
    history =
      keepsHistory ? CPUHistory(network, columns, threadCount: connectivity.partitions.count) : nil
    setStart(network, threads: threads)
  }

  private func setStart(_ network: Network, threads: Int) {
    let n = network.inputCount
    parallelRanges(network.learners.count, threads: threads) { rows in
      var start = [Double](repeating: 0, count: n)
      for row in rows {
        for input in 0..<n { start[input] = network.startWeight(row: row, input: input) }
        writeWeights(start, row..<(row + 1))
      }
    }
    guard let matrices else { return }
    parallelRanges(groups.count, threads: threads) { range in
      var start = StartTriangles(network, groups)
      var written = range.lowerBound
      for group in range {
        if start.move(to: group) {
          matrices.write(matrices.rounded(start.triangle), group..<(group + 1))
          written = group
        } else {
          matrices.copy(written, to: group)
        }
      }
    }
  }

  func readWeights(_ rows: Range<Int>) -> [Double] {
    let n = columns.inputCount
    return [Double](unsafeUninitializedCapacity: rows.count * n) { buffer, count in
      for index in rows {
        let row = weights.pointer + index * columns.padded
        for input in 0..<n { (buffer.baseAddress! + count + input).initialize(to: Double(row[columns.column(input)])) }
        count += n
      }
    }
  }

  func writeWeights(_ values: [Double], _ rows: Range<Int>) {
    let n = columns.inputCount
    precondition(values.count == rows.count * n, "weights of \(rows.count) neurons with \(n) inputs each")
    for (index, place) in rows.enumerated() {
      let row = weights.pointer + place * columns.padded
      for input in 0..<n { row[columns.column(input)] = Float(values[index * n + input]) }
    }
  }
}
