// Delivery of spikes against loops over single synapses.
import CReprise
import RepriseCore
import RepriseTestSupport
import Testing

@Suite struct DeliveryTests {
  /// Targets beyond 65,536 lie in further blocks; lists of many lengths, some of them empty.
  @Test(arguments: [100, 65_536, 65_537, 200_000]) func counts(targetCount: Int) {
    let (senders, blocks) = (150, (targetCount + 65_535) / 65_536)
    var random = TestRandom(UInt64(targetCount))
    var lists: [[Int]] = []
    for sender in 0..<senders {
      let length = sender % 10 == 0 ? 0 : Int.random(in: 1...(sender % 7 == 0 ? 9 : 400), using: &random)
      var list = (0..<length).map { _ in Int.random(in: 0..<targetCount, using: &random) }
      if !list.isEmpty { list += [0, targetCount - 1, 65_535, 65_536].filter { $0 < targetCount } }
      lists.append(list.sorted())
    }
    let offsets = AlignedBuffer<UInt64>(count: senders + 1)
    let blockCounts = AlignedBuffer<UInt16>(count: senders * blocks)
    let targets = AlignedBuffer<UInt16>(count: lists.reduce(0) { $0 + $1.count } + 64)
    var position = 0
    for (sender, list) in lists.enumerated() {
      for target in list {
        targets[position] = UInt16(target % 65_536)
        blockCounts[sender * blocks + target / 65_536] += 1
        position += 1
      }
      offsets[sender + 1] = UInt64(position)
    }
    let counters = AlignedBuffer<UInt16>(count: blocks * 65_536)
    var wanted = [Int](repeating: 0, count: targetCount)
    for size in [0, 1, 2, 3, 9, 60] {
      let spikes = (0..<size).map { _ in UInt32.random(in: 0..<UInt32(senders), using: &random) }
      rp_deliver_counts(
        spikes, spikes.count, offsets.pointer, blockCounts.pointer, targets.pointer, blocks, counters.pointer)
      for spike in spikes {
        for target in lists[Int(spike)] { wanted[target] += 1 }
      }
    }
    #expect((0..<targetCount).allSatisfy { Int(counters[$0]) == wanted[$0] })
    #expect((targetCount..<(blocks * 65_536)).allSatisfy { counters[$0] == 0 })
  }

  @Test(arguments: [16, 64, 272]) func plasticWeights(padded: Int) {
    let (senders, rows) = (40, 130)
    let bits = UInt32(Int.bitWidth - (padded - 1).leadingZeroBitCount)
    var random = TestRandom(UInt64(padded))
    let weights = AlignedBuffer<Float>(count: rows * padded)
    for i in 0..<weights.count { weights[i] = random.float(-3...3) }
    let offsets = AlignedBuffer<UInt64>(count: senders + 1)
    var entries: [UInt32] = []
    var lists: [[(Int, Int)]] = []
    for sender in 0..<senders {
      let length = sender % 6 == 0 ? 0 : Int.random(in: 1...90, using: &random)
      lists.append(
        (0..<length).map { _ in (Int.random(in: 0..<rows, using: &random), Int.random(in: 0..<padded, using: &random)) }
      )
      entries += lists[sender].map { UInt32($0.0) << bits | UInt32($0.1) }
      offsets[sender + 1] = UInt64(entries.count)
    }
    entries += Array(repeating: 0, count: 64)
    let inputs = AlignedBuffer<Int64>(count: rows)
    let (spread, places) = (AlignedBuffer<Int64>(count: 2 * rows), AlignedBuffer((0..<rows).map { UInt32(2 * $0 + 1) }))
    var wanted = [Int64](repeating: 0, count: rows)
    for size in [0, 1, 2, 30] {
      let spikes = (0..<size).map { _ in UInt32.random(in: 0..<UInt32(senders), using: &random) }
      rp_deliver_plastic(
        spikes, spikes.count, offsets.pointer, entries, bits, padded, weights.pointer, nil, inputs.pointer)
      rp_deliver_plastic(
        spikes, spikes.count, offsets.pointer, entries, bits, padded, weights.pointer, places.pointer, spread.pointer)
      for spike in spikes {
        for (row, column) in lists[Int(spike)] { wanted[row] += fixedPoint(weights[row * padded + column]) }
      }
    }
    #expect((0..<rows).map { inputs[$0] } == wanted)
    #expect((0..<rows).map { spread[2 * $0 + 1] } == wanted)
    #expect((0..<rows).allSatisfy { spread[2 * $0] == 0 })
  }

  @Test func columns() {
    let (rows, padded) = (77, 32)
    var random = TestRandom(3)
    let weights = AlignedBuffer<Float>(count: rows * padded)
    for i in 0..<weights.count { weights[i] = random.float(-1e-3...1e-3) }
    let inputs = AlignedBuffer<Int64>(count: rows)
    inputs.fill(5)
    rp_deliver_column(rows, 17, padded, weights.pointer, nil, inputs.pointer)
    for row in 0..<rows { #expect(inputs[row] == 5 + fixedPoint(weights[row * padded + 17])) }
  }

  private func fixedPoint(_ weight: Float) -> Int64 { Int64((Double(weight) * 0x1p32).rounded(.towardZero)) }
}
