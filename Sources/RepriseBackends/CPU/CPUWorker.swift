// One thread's share of a network: its slots, its spikes, its part of every step.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// State that only one thread writes. Others read `spikes` of a step after the barrier that follows it.
final class CPUWorker: @unchecked Sendable {
  let partition: CPUPartition
  /// Spiking slots by parity of the step: while one step is delivered the next writes the other list.
  private let lists: (SpikeList, SpikeList)
  /// Kernel arguments of the thread's excitatory and inhibitory slots.
  let classes = UnsafeMutablePointer<rp_lif_step_arguments>.allocate(capacity: 2)
  /// Where targets are drawn at each spike; nil where they are in lists.
  let drawn: DrawnDelivery?
  /// Spikes of the trial, where they are recorded: (step, slot).
  var recorded: [(step: Int32, slot: UInt32)] = []
  /// (index among the traced neurons, slot).
  var traced: [(index: Int, slot: Int)] = []
  var traces: [CurrentTrace] = []

  struct SpikeList {
    let slots: AlignedBuffer<UInt32>
    let counts: AlignedBuffer<Int>
    /// Excitatory spikes come first.
    var excitatory: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: slots.pointer, count: counts.pointer[0]) }
    var inhibitory: UnsafeBufferPointer<UInt32> {
      UnsafeBufferPointer(start: slots.pointer + counts.pointer[0], count: counts.pointer[1])
    }
    var all: UnsafeBufferPointer<UInt32> {
      UnsafeBufferPointer(start: slots.pointer, count: counts.pointer[0] + counts.pointer[1])
    }

    init(capacity: Int) {
      slots = AlignedBuffer(count: capacity)
      counts = AlignedBuffer(count: 8)
    }
  }

  init(_ partition: CPUPartition, _ network: Network, threadCount: Int) {
    self.partition = partition
    lists = (SpikeList(capacity: partition.slots.count), SpikeList(capacity: partition.slots.count))
    classes.initialize(repeating: rp_lif_step_arguments(), count: 2)
    drawn = network.staticRule.map { DrawnDelivery($0, network.layout, ownsCounters: threadCount > 1) }
  }

  deinit { classes.deallocate() }

  /// Where this thread's spikes and synapses are, for the step loop.
  func view() -> WorkerView {
    WorkerView(
      classes: classes, slotsOfSpikes: (lists.0.slots.pointer, lists.1.slots.pointer),
      counts: (lists.0.counts.pointer, lists.1.counts.pointer), base: partition.slots.lowerBound,
      staticOffsets: partition.staticTargets?.offsets.pointer,
      staticBlockCounts: partition.staticTargets?.blockCounts.pointer,
      staticTargets: partition.staticTargets?.targets.pointer, blockCount: partition.staticTargets?.blockCount ?? 0,
      weightedOffsets: partition.weightedTargets?.offsets.pointer,
      weightedTargets: partition.weightedTargets?.targets.pointer,
      plasticOffsets: partition.plasticOffsets.pointer, plasticEntries: partition.plasticEntries.pointer,
      firstRow: partition.rows.lowerBound, rowCount: partition.rows.count, places: partition.places?.pointer)
  }

  func spikes(ofStep step: Int) -> SpikeList { step & 1 == 0 ? lists.0 : lists.1 }

  func beginTrial() {
    for list in [lists.0, lists.1] { list.counts.fill(0) }
    drawn?.clear()
    recorded.removeAll(keepingCapacity: true)
    traced.removeAll()
    traces.removeAll()
  }

  /// The thread's slots of one class.
  func slots(of c: NeuronClass, _ layout: NeuronLayout) -> Range<Int> {
    c == .excitatory
      ? partition.slots.clamped(to: 0..<layout.inhibitoryStart)
      : partition.slots.clamped(to: layout.inhibitoryStart..<layout.slotCount)
  }

  /// The thread's neurons of one class.
  func neurons(of c: NeuronClass, _ layout: NeuronLayout) -> Range<Int> {
    let slots = partition.slots.clamped(to: c == .excitatory ? layout.excitatorySlots : layout.inhibitorySlots)
    guard let first = layout.neuron(atSlot: slots.lowerBound), !slots.isEmpty else { return 0..<0 }
    return first..<(first + slots.count)
  }

  /// Puts given spikes in the place of the neurons' own.
  func impose(_ neurons: [Int], step: Int, _ layout: NeuronLayout) {
    let list = spikes(ofStep: step)
    for (index, c) in NeuronClass.allCases.enumerated() {
      let range = slots(of: c, layout)
      var count = 0
      let start = index == 0 ? 0 : list.counts.pointer[0]
      for slot in neurons.map(layout.slot) where range.contains(slot) {
        list.slots.pointer[start + count] = UInt32(slot)
        count += 1
      }
      list.counts.pointer[index] = count
    }
  }
}

/// Addresses of what a step touches: the step loop keeps no references to objects, whose counting would cost time.
struct WorkerView: BitwiseCopyable {
  let classes: UnsafeMutablePointer<rp_lif_step_arguments>
  /// By parity of the step.
  let slotsOfSpikes: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>)
  let counts: (UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int>)
  /// First slot of the thread.
  let base: Int
  let staticOffsets: UnsafeMutablePointer<UInt64>?
  let staticBlockCounts, staticTargets: UnsafeMutablePointer<UInt16>?
  let blockCount: Int
  let weightedOffsets: UnsafeMutablePointer<UInt64>?
  let weightedTargets: UnsafeMutablePointer<rp_weighted_target>?
  let plasticOffsets: UnsafeMutablePointer<UInt64>
  let plasticEntries: UnsafeMutablePointer<UInt32>
  /// Rows of the thread's neurons that learn, and the place of each among its slots.
  let firstRow, rowCount: Int
  let places: UnsafeMutablePointer<UInt32>?

  /// Spiking slots of a step, excitatory ones first, and the number of each class.
  func spikes(ofStep step: Int) -> (slots: UnsafeMutablePointer<UInt32>, excitatory: Int, inhibitory: Int) {
    let counts = step & 1 == 0 ? counts.0 : counts.1
    return (step & 1 == 0 ? slotsOfSpikes.0 : slotsOfSpikes.1, counts[0], counts[1])
  }
}

/// Static targets drawn anew at each spike. Each thread draws those of its own spikes. With several threads it counts
/// in memory of its own, which the threads that own the targets collect one step later.
final class DrawnDelivery: @unchecked Sendable {
  var rule: rp_target_rule
  /// Counters by parity of the step, then class.
  let counters: [AlignedBuffer<UInt16>]
  private let scratch: AlignedBuffer<UInt32>

  init(_ rule: DrawnTargets, _ layout: NeuronLayout, ownsCounters: Bool) {
    self.rule = rule.kernelRule(
      excitatoryCount: layout.excitatoryCount, slotGap: layout.inhibitoryStart - layout.excitatoryCount)
    counters = ownsCounters ? (0..<4).map { AlignedBuffer(count: layout.slotCount, stagger: 5 * $0) } : []
    scratch = AlignedBuffer(count: rule.capacity)
  }

  func clear() {
    for counter in counters { counter.fill(0) }
  }

  func counters(step: Int, class index: Int) -> UnsafeMutablePointer<UInt16> {
    counters[2 * (step & 1) + index].pointer
  }

  func deliver(
    _ spikes: UnsafeBufferPointer<UInt32>, to counters: UnsafeMutablePointer<UInt16>,
    kernels: UnsafePointer<rp_kernels>
  ) {
    rp_deliver_drawn(kernels, &rule, spikes.baseAddress, spikes.count, scratch.pointer, counters)
  }
}
