// The probes of bandwidth touch every number of their slice once, and no other.
import CReprise
import RepriseBackends
import RepriseCore
import Testing

@Suite struct BandwidthTests {
  private static let count = 192

  /// Numbers 0, 1, 2, ... with a group more at the end than the probes are asked for.
  private func numbers() -> AlignedBuffer<Float> {
    let buffer = AlignedBuffer<Float>(count: Self.count + 64)
    for index in 0..<buffer.count { buffer[index] = Float(index) }
    return buffer
  }

  @Test func readingAddsAllNumbers() {
    let numbers = numbers()
    let sum = withExtendedLifetime(numbers) { rp_bandwidth_read($0.pointer, Self.count) }
    #expect(sum == Float(Self.count * (Self.count - 1) / 2))
  }

  @Test func copyIsEqual() {
    let source = numbers()
    let target = AlignedBuffer<Float>(count: source.count)
    rp_bandwidth_copy(source.pointer, target.pointer, Self.count)
    for index in 0..<Self.count { #expect(target[index] == source[index]) }
    for index in Self.count..<target.count { #expect(target[index] == 0) }
  }

  @Test func updateScalesEachNumberOnce() {
    let buffer = numbers()
    rp_bandwidth_update(buffer.pointer, Self.count)
    for index in 0..<Self.count { #expect(buffer[index] == Float(index) * 0.999999) }
    for index in Self.count..<buffer.count { #expect(buffer[index] == Float(index)) }
  }

  @Test(arguments: BandwidthProbe.Access.allCases) func probeRunsOnSeveralThreads(_ access: BandwidthProbe.Access) {
    let probe = BandwidthProbe(byteCount: 1 << 16, threads: [1, 3])
    for threads in [1, 3] { #expect(probe.run(access, threads: threads) > 0) }
  }
}
