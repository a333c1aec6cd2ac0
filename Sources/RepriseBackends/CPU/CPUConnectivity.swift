// The connections of a network as the kernels want them: targets divided among threads, so that each thread adds to
// accumulators of its own and no two ever write the same one.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// The slots of one thread and the lists of synapses onto them. Lists are by presynaptic slot.
final class CPUPartition: @unchecked Sendable {
  let slots: Range<Int>
  /// Rows of the neurons that learn among them.
  let rows: Range<Int>
  /// Place of each of these rows within `slots`; nil where it is the place within `rows`.
  let places: AlignedBuffer<UInt32>?
  /// nil where targets are drawn at each spike.
  let staticTargets: StaticTargetLists?
  /// In place of them where connections have weights of their own.
  let weightedTargets: WeightedTargetLists?
  /// Plastic synapses: (row within the partition << `columnBits` | input).
  let plasticOffsets: AlignedBuffer<UInt64>
  let plasticEntries: AlignedBuffer<UInt32>

  init(_ network: Network, slots: Range<Int>, columns: InputColumns) {
    self.slots = slots
    let layout = network.layout
    let learners = network.learners
    rows = learners.rows(of: layout.neurons(in: slots))
    let places = rows.map { UInt32(layout.slot(learners[$0]) - slots.lowerBound) }
    self.places = places.enumerated().allSatisfy { $0.offset == Int($0.element) } ? nil : AlignedBuffer(places)
    let isDrawn = network.drawsStaticTargets || network.staticConnections.isEmpty
    let weighted = network.staticConnections.weighted
    staticTargets = isDrawn || weighted != nil ? nil : StaticTargetLists(network, slots: slots)
    weightedTargets = weighted.map { WeightedTargetLists($0, network.layout, slots: slots) }

    plasticOffsets = AlignedBuffer(count: layout.slotCount + 1)
    let offsets = plasticOffsets.pointer
    Self.forEachPlasticSynapse(network, rows) { _, presynaptic, _ in offsets[presynaptic + 1] += 1 }
    for slot in 1...layout.slotCount { offsets[slot] += offsets[slot - 1] }
    plasticEntries = AlignedBuffer(count: Int(offsets[layout.slotCount]) + 64)
    let entries = plasticEntries.pointer
    var next = (0..<layout.slotCount).map { Int(offsets[$0]) }
    next.withUnsafeMutableBufferPointer { next in
      Self.forEachPlasticSynapse(network, rows) { row, presynaptic, input in
        entries[next[presynaptic]] = UInt32(row << columns.bits | columns.column(network.feedforwardCount + input))
        next[presynaptic] += 1
      }
    }
  }

  /// Calls `body` with (row within the partition, presynaptic slot, recurrent input) of every plastic synapse onto
  /// `rows`.
  private static func forEachPlasticSynapse(_ network: Network, _ rows: Range<Int>, _ body: (Int, Int, Int) -> Void) {
    let layout = network.layout
    let inputs = network.plasticConnections.inputsPerNeuron
    network.plasticConnections.presynaptic.withUnsafeBufferPointer { presynaptic in
      for row in rows {
        for input in 0..<inputs {
          let sender = Int(presynaptic[row * inputs + input])
          guard sender < layout.neuronCount else { continue }
          body(row - rows.lowerBound, layout.slot(sender), input)
        }
      }
    }
  }
}

/// Static targets within a range of slots, 2 bytes each: offsets in blocks of 65,536 slots.
final class StaticTargetLists: @unchecked Sendable {
  let offsets: AlignedBuffer<UInt64>
  let blockCounts: AlignedBuffer<UInt16>
  let targets: AlignedBuffer<UInt16>
  let blockCount: Int

  private static let blockSize = 65_536

  init(_ network: Network, slots: Range<Int>) {
    let layout = network.layout
    let blocks = max(1, (slots.count + Self.blockSize - 1) / Self.blockSize)
    let (begin, end) = (UInt32(slots.lowerBound), UInt32(slots.upperBound))
    blockCount = blocks
    offsets = AlignedBuffer(count: layout.slotCount + 1)
    blockCounts = AlignedBuffer(count: layout.slotCount * blocks)
    let (offsets, counts) = (offsets.pointer, blockCounts.pointer)
    network.staticConnections.forEachRow(layout) { neuron, row in
      let slot = layout.slot(neuron)
      offsets[slot + 1] = UInt64(rp_count_targets(row.baseAddress, row.count, begin, end, counts + slot * blocks))
    }
    for slot in 1...layout.slotCount { offsets[slot] += offsets[slot - 1] }
    targets = AlignedBuffer(count: Int(offsets[layout.slotCount]) + 64)
    let places = targets.pointer
    network.staticConnections.forEachRow(layout) { neuron, row in
      let slot = layout.slot(neuron)
      rp_place_targets(
        row.baseAddress, row.count, begin, end, counts + slot * blocks, blocks, places + Int(offsets[slot]))
    }
  }
}

/// Static targets within a range of slots that have weights of their own, 8 bytes each, by presynaptic slot.
final class WeightedTargetLists: @unchecked Sendable {
  let offsets: AlignedBuffer<UInt64>
  let targets: AlignedBuffer<rp_weighted_target>

  init(_ rows: WeightedTargets, _ layout: NeuronLayout, slots: Range<Int>) {
    let lists = WeightedLists(rows, layout, slots: slots)
    offsets = AlignedBuffer(lists.offsets)
    targets = AlignedBuffer(lists.targets + [rp_weighted_target()])
  }
}

extension Network {
  /// The rule by which static targets are drawn anew at each spike; nil where they are in lists.
  var staticRule: DrawnTargets? {
    guard parameters.staticSynapses.storage == .procedural, case .drawn(let rule) = staticConnections.content else {
      return nil
    }
    return rule
  }

  var drawsStaticTargets: Bool { staticRule != nil }
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
  let groups: PresynapticGroups

  init(_ network: Network, threadCount: Int, sharesMatrices: Bool) {
    self.network = network
    let columns = InputColumns(inputCount: network.inputCount)
    self.columns = columns
    groups = PresynapticGroups(
      network.plasticConnections, threads: threadCount, areShared: sharesMatrices)
    let layout = network.layout
    let slotGroups = layout.slotCount / NeuronLayout.groupSize
    let bounds = (0...threadCount).map { slotGroups * $0 / threadCount * NeuronLayout.groupSize }
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
  }
}
