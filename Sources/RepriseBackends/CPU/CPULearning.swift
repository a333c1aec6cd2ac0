// Weights and packed inverse correlation matrices.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What learning changes. Backends that run trials side by side share one.
final class CPULearning: @unchecked Sendable {
  let columns: InputColumns
  let layout: NeuronLayout
  let groups: PresynapticGroups
  /// `groups` as kernels want them.
  let groupMembers, groupStarts, groupKeys: AlignedBuffer<UInt32>
  /// Shape [slot, padded].
  let weights: AlignedBuffer<Float>
  /// nil for trials that never learn, and in history mode.
  let matrices: (any PackedMatrices)?
  /// nil for trials that never learn, and where P is kept.
  let history: CPUHistory?

  /// - Parameter learns: False for trials that never learn; P is then not allocated.
  init(_ connectivity: CPUConnectivity, learns: Bool, threads: Int) {
    let network = connectivity.network
    columns = connectivity.columns
    layout = network.layout
    groups = connectivity.groups
    groupMembers = AlignedBuffer(groups.members)
    groupStarts = AlignedBuffer(groups.starts)
    groupKeys = AlignedBuffer(groups.keys)
    weights = AlignedBuffer(count: network.layout.slotCount * columns.padded, stagger: 3)
    let keepsMatrices = learns && network.parameters.learning.memory == .matrix
    matrices = keepsMatrices ? makePackedMatrices(network, columns, groupCount: groups.count) : nil
    let keepsHistory = learns && network.parameters.learning.memory == .history
    history =
      keepsHistory ? CPUHistory(network, columns, threadCount: connectivity.partitions.count) : nil
    setStart(network, threads: threads)
  }

  private func setStart(_ network: Network, threads: Int) {
    let n = network.inputCount
    parallelRanges(network.neuronCount, threads: threads) { neurons in
      var start = [Double](repeating: 0, count: n)
      for neuron in neurons {
        for input in 0..<n { start[input] = network.startWeight(neuron: neuron, input: input) }
        writeWeights(start, neuron..<(neuron + 1))
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

  func readWeights(_ neurons: Range<Int>) -> [Double] {
    let n = columns.inputCount
    return [Double](unsafeUninitializedCapacity: neurons.count * n) { buffer, count in
      for neuron in neurons {
        let row = weights.pointer + layout.slot(neuron) * columns.padded
        for input in 0..<n { (buffer.baseAddress! + count + input).initialize(to: Double(row[columns.column(input)])) }
        count += n
      }
    }
  }

  func writeWeights(_ values: [Double], _ neurons: Range<Int>) {
    let n = columns.inputCount
    precondition(values.count == neurons.count * n, "weights of \(neurons.count) neurons with \(n) inputs each")
    for (index, neuron) in neurons.enumerated() {
      let row = weights.pointer + layout.slot(neuron) * columns.padded
      for input in 0..<n { row[columns.column(input)] = Float(values[index * n + input]) }
    }
  }
}
