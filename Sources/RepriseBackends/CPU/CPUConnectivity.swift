// The connections of a network as the kernels want them: targets divided among threads, so that each thread adds to
// accumulators of its own and no two ever write the same one.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// The slots of one thread and the lists of synapses onto them. Lists are by presynaptic slot.
final class CPUPartition: @unchecked Sendable {
  let slots: Range<Int>
  /// Static synapses: offsets of targets within the partition, in blocks of 65,536.
  let staticOffsets: AlignedBuffer<UInt64>
  let staticBlockCounts: AlignedBuffer<UInt16>
  let staticTargets: AlignedBuffer<UInt16>
  let blockCount: Int
  /// Plastic synapses: (row within the partition << `columnBits` | input).
  let plasticOffsets: AlignedBuffer<UInt64>
  let plasticEntries: AlignedBuffer<UInt32>

  private static let blockSize = 65_536

  init(_ network: Network, slots: Range<Int>, columns: InputColumns) {
    self.slots = slots
    let layout = network.layout
    blockCount = max(1, (slots.count + Self.blockSize - 1) / Self.blockSize)
    staticOffsets = AlignedBuffer(count: layout.slotCount + 1)
    staticBlockCounts = AlignedBuffer(count: layout.slotCount * blockCount)
    plasticOffsets = AlignedBuffer(count: layout.slotCount + 1)

    let rows = Self.rows(of: network, in: slots)
    for neuron in 0..<network.neuronCount { staticOffsets[layout.slot(neuron) + 1] = UInt64(rows[neuron].count) }
    Self.accumulate(staticOffsets)
    staticTargets = AlignedBuffer(count: Int(staticOffsets[layout.slotCount]) + 64)
    for neuron in 0..<network.neuronCount {
      let slot = layout.slot(neuron)
      var position = Int(staticOffsets[slot])
      for index in rows[neuron] {
        let local = layout.slot(Int(network.staticConnections.targets[index])) - slots.lowerBound
        staticTargets[position] = UInt16(local % Self.blockSize)
        staticBlockCounts[slot * blockCount + local / Self.blockSize] += 1
        position += 1
      }
    }

    for (_, presynaptic, _) in Self.plasticSynapses(network, slots) { plasticOffsets[presynaptic + 1] += 1 }
    Self.accumulate(plasticOffsets)
    plasticEntries = AlignedBuffer(count: Int(plasticOffsets[layout.slotCount]) + 64)
    var next = (0..<layout.slotCount).map { Int(plasticOffsets[$0]) }
    for (row, presynaptic, input) in Self.plasticSynapses(network, slots) {
      let column = columns.column(network.feedforwardCount + input)
      plasticEntries[next[presynaptic]] = UInt32(row << columns.bits | column)
      next[presynaptic] += 1
    }
  }

  /// For every neuron, which of its static connections end in `slots`. Targets ascend, so it is one range.
  private static func rows(of network: Network, in slots: Range<Int>) -> [Range<Int>] {
    let connections = network.staticConnections
    func firstIndex(in row: Range<Int>, atOrAbove slot: Int) -> Int {
      var (low, high) = (row.lowerBound, row.upperBound)
      while low < high {
        let middle = (low + high) / 2
        if network.layout.slot(Int(connections.targets[middle])) < slot { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return (0..<network.neuronCount).map { neuron in
      let row = connections.rowStarts[neuron]..<connections.rowStarts[neuron + 1]
      return firstIndex(in: row, atOrAbove: slots.lowerBound)..<firstIndex(in: row, atOrAbove: slots.upperBound)
    }
  }

  /// (row within the partition, presynaptic slot, recurrent input) of every plastic synapse onto `slots`.
  private static func plasticSynapses(_ network: Network, _ slots: Range<Int>) -> some Sequence<(Int, Int, Int)> {
    let layout = network.layout
    let connections = network.plasticConnections
    return slots.lazy.flatMap { slot in
      let neuron = layout.neuron(atSlot: slot)
      return (0..<(neuron == nil ? 0 : connections.inputsPerNeuron)).lazy.map { input in
        let presynaptic = connections.presynapticNeuron(of: neuron ?? 0, input: input)
        return (slot - slots.lowerBound, layout.slot(presynaptic), input)
      }
    }
  }

  private static func accumulate(_ offsets: AlignedBuffer<UInt64>) {
    for slot in 1..<offsets.count { offsets[slot] += offsets[slot - 1] }
  }
}

/// Where the n inputs of a neuron lie in its padded row: the first block of 16 has room for the ragged rest, so that
/// padding costs least.
struct InputColumns: Sendable {
  let inputCount: Int
  let padded: Int
  /// Inputs in the first block.
  let ragged: Int
  /// Elements of one packed P.
  let correlationSize: Int

  init(inputCount: Int) {
    let blocks = max(1, (inputCount + 15) / 16)
    self.inputCount = inputCount
    padded = 16 * blocks
    ragged = max(1, inputCount - 16 * (blocks - 1))
    var size = 16 * ragged * blocks
    for block in 1..<max(blocks, 1) { size += 256 * (blocks - block) }
    correlationSize = size
  }

  /// Bits that hold a column.
  var bits: Int { padded <= 1 ? 0 : Int.bitWidth - (padded - 1).leadingZeroBitCount }

  func column(_ input: Int) -> Int { input < ragged ? input : input - ragged + 16 }

  /// Position of P[row, column], row >= column counted in columns of the padded row, in the packed tiles.
  func position(row: Int, column: Int) -> Int {
    let (tileRow, tileColumn) = (row / 16, column / 16)
    let blocks = padded / 16
    var start = 0
    for block in 0..<tileColumn { start += 16 * (block == 0 ? ragged : 16) * (blocks - block) }
    let width = tileColumn == 0 ? ragged : 16
    return start + (tileRow - tileColumn) * 16 * width + (column % 16) * 16 + row % 16
  }
}

/// All partitions of a network for a number of threads; shared by the backends that run it.
final class CPUConnectivity: Sendable {
  let network: Network
  let columns: InputColumns
  let partitions: [CPUPartition]
  /// Shape [slot, padded]: where each regressor is in the array of filtered spikes; unused ones point at a zero.
  let inputIndex: AlignedBuffer<UInt32>

  init(_ network: Network, threadCount: Int) {
    self.network = network
    let columns = InputColumns(inputCount: network.inputCount)
    self.columns = columns
    let layout = network.layout
    let groups = layout.slotCount / NeuronLayout.groupSize
    let bounds = (0...threadCount).map { groups * $0 / threadCount * NeuronLayout.groupSize }
    var partitions = [CPUPartition?](repeating: nil, count: threadCount)
    partitions.withUnsafeMutableBufferPointer { buffer in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(threadCount, threads: threadCount) { range in
        for thread in range {
          out[thread] = CPUPartition(network, slots: bounds[thread]..<bounds[thread + 1], columns: columns)
        }
      }
    }
    self.partitions = partitions.compactMap { $0 }
    inputIndex = Self.inputIndex(network, columns, threadCount: threadCount)
  }

  /// Filtered spikes are stored as [slots, feed-forward neurons, zero].
  private static func inputIndex(_ network: Network, _ columns: InputColumns, threadCount: Int) -> AlignedBuffer<UInt32> {
    let layout = network.layout
    let zero = UInt32(layout.slotCount + network.feedforwardCount)
    let index = AlignedBuffer<UInt32>(count: layout.slotCount * columns.padded)
    index.fill(zero)
    parallelRanges(network.neuronCount, threads: threadCount) { neurons in
      for neuron in neurons {
        let row = layout.slot(neuron) * columns.padded
        for x in 0..<network.feedforwardCount { index[row + columns.column(x)] = UInt32(layout.slotCount + x) }
        for input in 0..<network.plasticConnections.inputsPerNeuron {
          let presynaptic = network.plasticConnections.presynapticNeuron(of: neuron, input: input)
          index[row + columns.column(network.feedforwardCount + input)] = UInt32(layout.slot(presynaptic))
        }
      }
    }
    return index
  }
}
