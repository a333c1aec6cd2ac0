// Slots, buffers and loops on threads.
import RepriseCore
import Testing

@Suite struct LayoutTests {
  @Test(arguments: [(151, 70), (128, 64), (65, 0), (65, 65), (1, 0), (1, 1), (4097, 2048)])
  func slotsAndNeuronsAreInverse(count: Int, excitatory: Int) {
    let layout = NeuronLayout(neuronCount: count, excitatoryCount: excitatory)
    #expect(layout.slotCount % 64 == 0)
    #expect(layout.inhibitoryStart % 64 == 0)
    var slots: Set<Int> = []
    for neuron in 0..<count {
      let slot = layout.slot(neuron)
      slots.insert(slot)
      #expect(slot < layout.slotCount)
      #expect(layout.neuron(atSlot: slot) == neuron)
      let range = neuron < excitatory ? layout.excitatorySlots : layout.inhibitorySlots
      #expect(range.contains(slot))
    }
    #expect(slots.count == count)
    for slot in 0..<layout.slotCount where !slots.contains(slot) { #expect(layout.neuron(atSlot: slot) == nil) }
  }

  @Test(arguments: [1, 2, 3, 5, 16]) func rangesCoverAllItemsOnce(threads: Int) {
    for count in [0, 1, 63, 64, 65, 1000] {
      var visits = [Int](repeating: 0, count: count)
      visits.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let out = SharedPointer(base)
        parallelRanges(count, threads: threads) { range in
          for item in range { out[item] += 1 }
        }
      }
      #expect(visits.allSatisfy { $0 == 1 })
    }
  }

  @Test(arguments: [(0, 0), (1, 5), (1000, 63), (3_000_000, 17)])
  func buffersAreZeroAndAligned(count: Int, stagger: Int) {
    let buffer = AlignedBuffer<Float>(count: count, stagger: stagger)
    #expect(Int(bitPattern: buffer.pointer) % 64 == 0)
    #expect((0..<count).allSatisfy { buffer.pointer[$0] == 0 })
    buffer.fill(2)
    #expect((0..<count).allSatisfy { buffer.pointer[$0] == 2 })
  }

  @Test func countersCountAcrossThreads() {
    let counter = Counter()
    parallelRanges(1000, threads: 4) { range in
      for _ in range { counter.increment() }
    }
    #expect(counter.increment() == 1001)
  }
}
