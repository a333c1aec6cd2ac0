// The steps and updates of a trial allocate no memory.
import CAllocationCount
import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

/// Each in a process of its own, where no other test allocates.
@Suite(.fewAtATime) struct AllocationTests {
  @Test(.enabled(if: isOptimized && rp_counts_allocations != 0, "needs optimised code and the GNU C library"))
  func theStepLoopAllocatesNothing() async {
    await #expect(processExitsWith: .success) {
      // An object counts, so the counter counts.
      let before = rp_allocation_count()
      withExtendedLifetime([Int](repeating: 1, count: Int(before % 7) + 100)) {}
      #expect(rp_allocation_count() > before)
      for variant in NetworkVariant.all {
        let network = try makeNetwork(variant.parameters)
        for threads in [1, 2] {
          let found = try allocations(CPUBackend(network: network, threads: threads))
          #expect(found == 0, "\(variant), \(threads) threads: \(found) allocations")
        }
      }
    }
  }
}

/// Allocations between the beginning and the end of the second trial, which is not the first to touch anything.
private func allocations(_ backend: CPUBackend) -> Int {
  let clock = backend.network.parameters.clock
  let window = WindowedCurrent(backend.network)
  var found = 0
  for loop in 1...2 {
    var request = TrialRequest(.training, index: loop)
    request.bins = window.bins
    backend.beginTrial(request)
    let before = rp_allocation_count()
    for row in stride(from: 1, through: clock.rowCount, by: 1) {
      backend.advance(through: clock.step(ofRow: row) - 1)
      backend.learn(row: row)
    }
    backend.advance(through: clock.lastStep)
    found = rp_allocation_count() - before
    _ = backend.finishTrial()
  }
  return found
}
