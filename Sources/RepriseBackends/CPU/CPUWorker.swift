// One thread's share of a network: its slots, its spikes, its part of every step.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// State that only one thread writes. Others read `spikes` of a step after the barrier that follows it.
final class CPUWorker: @unchecked Sendable {
  let partition: CPUPartition
  /// Spiking slots by parity of the step: while one step is delivered the next writes the other list.
  private let lists: [SpikeList]
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
  }

  init(_ partition: CPUPartition) {
    self.partition = partition
    lists = (0..<2).map { _ in
      SpikeList(slots: AlignedBuffer(count: partition.slots.count), counts: AlignedBuffer(count: 8))
    }
  }

  func spikes(ofStep step: Int) -> SpikeList { lists[step & 1] }

  func beginTrial() {
    for list in lists { list.counts.fill(0) }
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

  /// Advances the thread's neurons by one step and lists their spikes.
  func stepNeurons(_ step: Int, kernels: UnsafePointer<rp_kernels>, classes: inout [rp_lif_step_arguments]) {
    let list = spikes(ofStep: step)
    var count = 0
    for index in classes.indices {
      classes[index].step = Int32(step)
      let found = kernels.pointee.lif_step(&classes[index], list.slots.pointer + count)
      list.counts.pointer[index] = found
      count += found
    }
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
