// What a trial does not change, in the memory of a device: constants and connections.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Constants of the neurons, and lists of synapses by presynaptic slot.
final class GPUConnectivity {
  /// One `rp_gpu_network`.
  let constants: any DeviceBuffer
  /// Shape [2, slot]: decay and gain of the plastic current, where neurons differ in them; then, [slot], their drive,
  /// where LIF neurons differ in it.
  let timeConstants: any DeviceBuffer
  /// Shape [learning interval + 1, slot or 1]: what a spike counts in filtered spikes by age; last, their decay.
  let spikeWeights: any DeviceBuffer
  /// Targets of slot s: elements `offsets[s] ..< offsets[s + 1]`.
  let staticOffsets, staticTargets: any DeviceBuffer
  /// Entries (row << column bits | input).
  let plasticOffsets, plasticEntries: any DeviceBuffer
  /// Row of each slot, slot of each row, and column of its targets.
  let learners: any DeviceBuffer
  /// Flags that follow from the network, beside those of a trial.
  let flags: UInt32

  init(_ network: Network, _ runtime: any DeviceRuntime) throws(DeviceError) {
    let layout = network.layout
    let columnBits = try Self.columnBits(network)
    let values = Self.constants(network, columnBits: columnBits)
    constants = try runtime.allocate(byteCount: MemoryLayout<rp_gpu_network>.size)
    try runtime.write([values], to: constants)
    let weights = FilteredSpikeWeights(network.parameters, layout: layout)
    let slots = weights.isShared ? 0..<1 : 0..<layout.slotCount
    let ages = 0..<weights.interval
    spikeWeights = try runtime.buffer(
      ages.flatMap { age in slots.map { weights.weight(slot: $0, age: age) } } + slots.map { weights.decay(slot: $0) })
    let drives = drivesBySlot(network)
    let filters = PlasticFilter.bySlot(network).map { $0.decays + $0.gains }
    timeConstants = try runtime.buffer((filters ?? []) + (drives ?? []))

    let drawn = network.drawsStaticTargets
    let weighted = network.staticConnections.weighted
    let hasLists = !drawn && weighted == nil && !network.staticConnections.isEmpty
    let lists = weighted.map { Self.weightedLists($0, layout) } ?? (hasLists ? Self.staticLists(network) : ([], []))
    staticOffsets = try runtime.buffer(lists.0)
    staticTargets = try runtime.buffer(lists.1)
    let plastic = Self.plasticLists(network, columnBits: columnBits)
    plasticOffsets = try runtime.buffer(plastic.0)
    plasticEntries = try runtime.buffer(plastic.1)
    learners = try runtime.buffer(Self.learners(network))
    flags =
      (hasLists ? UInt32(RP_STATIC | RP_GPU_LISTS) : 0)
      | (weighted == nil ? 0 : UInt32(RP_STATIC | RP_GPU_WEIGHTED)) | (drawn ? UInt32(RP_STATIC | RP_GPU_DRAWN) : 0)
      | (weights.isShared ? 0 : UInt32(RP_GPU_EACH)) | (drives == nil ? 0 : UInt32(RP_GPU_DRIVEN))
  }

  /// Bits of a plastic input's number.
  private static func columnBits(_ network: Network) throws(DeviceError) -> Int {
    let bits = network.inputCount <= 1 ? 0 : Int.bitWidth - (network.inputCount - 1).leadingZeroBitCount
    guard network.learners.count << bits <= 1 << 32 else {
      throw .unsupported(
        what: "The number of neurons that learn",
        found: "\(network.learners.count) with \(network.inputCount) plastic inputs each",
        advice: "At most \(1 << (32 - bits)) with so many inputs fit the numbers of the kernels.")
    }
    return bits
  }

  private static func constants(_ network: Network, columnBits: Int) -> rp_gpu_network {
    let (parameters, layout) = (network.parameters, network.layout)
    let gap = layout.inhibitoryStart - layout.excitatoryCount
    var values = rp_gpu_network()
    values.constants = (rp_lif_constants(network, .excitatory), rp_lif_constants(network, .inhibitory))
    if let rule = network.staticRule {
      values.rule = rule.kernelRule(excitatoryCount: layout.excitatoryCount, slotGap: gap)
    }
    values.rule.slot_gap = UInt32(gap)
    values.rounding = rp_random_key(
      seed: parameters.network.seed, purpose: RandomPurpose.rounding.rawValue, trial: 0)
    values.slots = UInt32(layout.slotCount)
    values.inhibitory_start = UInt32(layout.inhibitoryStart)
    values.neurons = UInt32(layout.neuronCount)
    values.excitatory = UInt32(layout.excitatoryCount)
    values.learners = UInt32(network.learners.count)
    values.inputs = UInt32(network.inputCount)
    values.feedforward = UInt32(network.feedforwardCount)
    values.column_bits = UInt32(columnBits)
    values.interval = UInt32(max(1, parameters.clock.learningIntervalSteps))
    if case .each = parameters.plastic.timeConstant {
      values.weight_stride = UInt32(layout.slotCount)
    } else {
      values.weight_stride = 1
    }
    values.prior_gain = parameters.learning.gain == .prior ? 1 : 0
    values.stimulus_on = Int32(parameters.clock.stimulusOnStep)
    values.stimulus_off = Int32(parameters.clock.stimulusOffStep)
    values.sample_steps = UInt32(parameters.clock.sampleSteps)
    values.cells = GPUCells.shape(parameters, slots: layout.slotCount)
    values.frozen = parameters.learning.isFrozen ? 1 : 0
    values.keeps_signs = parameters.learning.keepsSigns && !parameters.learning.isFrozen ? 1 : 0
    return values
  }

  private static func staticLists(_ network: Network) -> ([UInt64], [UInt32]) {
    let layout = network.layout
    var offsets = [UInt64](repeating: 0, count: layout.slotCount + 1)
    network.staticConnections.forEachRow(layout) { neuron, row in
      offsets[layout.slot(neuron) + 1] = UInt64(row.count)
    }
    for slot in 1...layout.slotCount { offsets[slot] += offsets[slot - 1] }
    var targets = [UInt32](repeating: 0, count: Int(offsets[layout.slotCount]))
    network.staticConnections.forEachRow(layout) { neuron, row in
      let start = Int(offsets[layout.slot(neuron)])
      for (index, target) in row.enumerated() { targets[start + index] = target }
    }
    return (offsets, targets)
  }

  /// Two numbers for each target: its place in the counts, and units of weight.
  private static func weightedLists(_ rows: WeightedTargets, _ layout: NeuronLayout) -> ([UInt64], [UInt32]) {
    let lists = WeightedLists(rows, layout, slots: 0..<layout.slotCount)
    return (lists.offsets, lists.targets.flatMap { [$0.place, $0.weight] })
  }

  private static func learners(_ network: Network) -> [UInt32] {
    let slots = network.learners.neurons.map { UInt32(network.layout.slot(Int($0))) }
    var rows = [UInt32](repeating: RP_GPU_UNTRAINED, count: network.layout.slotCount)
    for (row, slot) in slots.enumerated() { rows[Int(slot)] = UInt32(row) }
    return rows + slots + network.targetColumns
  }

  private static func plasticLists(_ network: Network, columnBits: Int) -> ([UInt64], [UInt32]) {
    let layout = network.layout
    let inputs = network.plasticConnections.inputsPerNeuron
    let presynaptic = network.plasticConnections.presynaptic
    var offsets = [UInt64](repeating: 0, count: layout.slotCount + 1)
    for neuron in presynaptic where neuron < layout.neuronCount { offsets[layout.slot(Int(neuron)) + 1] += 1 }
    for slot in 1...layout.slotCount { offsets[slot] += offsets[slot - 1] }
    var entries = [UInt32](repeating: 0, count: presynaptic.count)
    var next = offsets
    for row in 0..<network.learners.count {
      for input in 0..<inputs {
        let neuron = Int(presynaptic[row * inputs + input])
        guard neuron < layout.neuronCount else { continue }
        let sender = layout.slot(neuron)
        entries[Int(next[sender])] = UInt32(row << columnBits | (network.feedforwardCount + input))
        next[sender] += 1
      }
    }
    return (offsets, entries)
  }
}
