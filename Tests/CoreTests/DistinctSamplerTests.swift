// Draws without repeats.
import RepriseCore
import RepriseTestSupport
import Testing

@Suite struct DistinctSamplerTests {
  private func draw(_ size: Int, _ sampler: inout DistinctSampler, index: Int) -> [UInt32] {
    var stream = RandomStream(seed: 4, purpose: .synthetic, index: index)
    var found: [UInt32] = []
    sampler.draw(size, from: &stream) { found.append($0) }
    return found
  }

  @Test(arguments: [(1, 1), (10, 1), (10, 10), (1000, 37), (1000, 999), (5, 0)]) func noRepeats(count: Int, size: Int) {
    var sampler = DistinctSampler(count: count)
    for index in 0..<50 {
      let found = draw(size, &sampler, index: index)
      #expect(found.count == size)
      #expect(Set(found).count == size)
      #expect(found.allSatisfy { $0 < count })
    }
  }

  @Test func everyElementAndEveryPairIsEquallyLikely() {
    let (count, size, draws) = (12, 4, 30_000)
    var sampler = DistinctSampler(count: count)
    var members = [Int](repeating: 0, count: count)
    var first = members
    var pairs = [Int](repeating: 0, count: count * count)
    for index in 0..<draws {
      let found = draw(size, &sampler, index: index)
      first[Int(found[0])] += 1
      for a in found {
        members[Int(a)] += 1
        for b in found where a < b { pairs[Int(a) * count + Int(b)] += 1 }
      }
    }
    #expect(abs(chiSquareDeviation(first)) < 4.5)
    // Members of one draw exclude each other, which only narrows the distribution: too even is no fault here.
    #expect(chiSquareDeviation(members) < 4.5)
    #expect(chiSquareDeviation(pairs.filter { $0 > 0 }) < 4.5)
    #expect(pairs.count { $0 > 0 } == count * (count - 1) / 2)
  }

  @Test func aDrawDependsOnItsStreamAlone() {
    var used = DistinctSampler(count: 100)
    for index in 0..<20 { _ = draw(60, &used, index: index) }
    var fresh = DistinctSampler(count: 100)
    #expect(draw(60, &used, index: 99) == draw(60, &fresh, index: 99))
    #expect(draw(60, &used, index: 98) != draw(60, &fresh, index: 99))
  }
}
