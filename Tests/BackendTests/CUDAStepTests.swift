// What NVIDIA's driver is asked for in trials: few calls, and nothing that waits.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

/// Trials on the stand-in for the driver, which computes nothing.
@Suite struct CUDAStepTests {
  /// What the driver is told from the beginning of a training trial to its last step, and the backend.
  private func trial(
    _ standIn: CUDAStandIn, _ mode: GPUStepMode, name: String = "feed-forward neurons"
  ) throws -> (lines: [String], backend: GPUBackend) {
    let path = standIn.path
    let cubins = CubinStore(readyFolder: nil, cacheFolder: nil) { _, _ throws(DeviceError) in try NVRTC(path: path) }
    let runtime = try CUDARuntime(device: 0, driver: CUDADriver(path: path), cubins: cubins)
    let network = try makeNetwork(NetworkVariant.named(name).parameters)
    let backend = try GPUBackend(network, runtime, threads: 1, learns: true, settings: GPUSettings(steps: mode))
    let before = standIn.record.count
    _ = Trial.run(TrialRequest(.training, index: 1), on: backend, learns: true)
    return (Array(standIn.record.dropFirst(before)), backend)
  }

  /// The steps of a trial in pieces: up to the first update, between two, and after the last.
  private func pieces(_ clock: StepClock) -> [Int] {
    let most = GPULimits().steps
    let ends = (1...clock.rowCount).map { clock.step(ofRow: $0) - 1 } + [clock.lastStep]
    var (pieces, done): ([Int], Int) = ([], 0)
    for end in ends {
      while done < end {
        pieces.append(min(most, end - done))
        done += pieces.last!
      }
    }
    return pieces
  }

  @Test func stepsBetweenUpdatesAreOneGraph() throws {
    let (lines, backend) = try trial(CUDAStandIn(), .graph)
    try backend.requireNoFailure()
    let clock = backend.network.parameters.clock
    #expect(clock.learningIntervalSteps > 10 && clock.rowCount > 3)
    // The spikes of feed-forward neurons before, and a mark of what is done behind.
    let graphs = lines.filter { $0.hasPrefix("graph") }
    #expect(graphs == pieces(clock).map { "graph \($0 + 2)" })
    #expect(!lines.contains { $0.hasPrefix("launch rp_gpu_step") || $0.hasPrefix("together") })
  }

  @Test func stepsBetweenUpdatesAreOneLaunch() throws {
    let (lines, backend) = try trial(CUDAStandIn(), .persistent)
    try backend.requireNoFailure()
    let together = lines.filter { $0.hasPrefix("together rp_gpu_steps ") }
    #expect(together.count == pieces(backend.network.parameters.clock).count)
    #expect(!lines.contains { $0.hasPrefix("graph") || $0.hasPrefix("launch rp_gpu_step ") })
  }

  @Test(arguments: [(GPUStepMode.launches, ""), (.graph, "instantiate=1"), (.persistent, "cooperative=0")])
  func stepsAreLaunchedOneByOne(_ mode: GPUStepMode, _ settings: String) throws {
    let standIn = try CUDAStandIn(settings)
    let (lines, backend) = try trial(standIn, mode, name: "an update in every step")
    try backend.requireNoFailure()
    let clock = backend.network.parameters.clock
    let single = lines.count { $0.hasPrefix("launch rp_gpu_step ") }
    // After a failure the next graph, of other steps, is tried.
    let (pieces, failsOnce) = (pieces(clock), settings == "instantiate=1")
    #expect(single == pieces.filter { !failsOnce || $0 == pieces[0] }.reduce(0, +))
    #expect(!lines.contains { $0.hasPrefix("together") })
  }

  /// From the first update to the last step nothing is copied, so the host never waits.
  @Test(arguments: GPUStepMode.allCases) func hostNeverWaits(_ mode: GPUStepMode) throws {
    let standIn = try CUDAStandIn()
    let (_, backend) = try trial(standIn, mode)
    let clock = backend.network.parameters.clock
    backend.beginTrial(TrialRequest(.training, index: 2))
    let before = standIn.waitCount
    for row in 1...clock.rowCount {
      backend.advance(through: clock.step(ofRow: row) - 1)
      backend.learn(row: row)
    }
    backend.advance(through: clock.lastStep)
    try backend.requireNoFailure()
    #expect(standIn.waitCount == before)
    _ = backend.finishTrial()
    #expect(standIn.waitCount > before)
  }

  @Test func deviceLostInTheStepsEndsTheTrial() throws {
    let (_, backend) = try trial(CUDAStandIn("graph=3"), .graph)
    let failure = try #require(backend.failure as? DeviceError)
    guard case .deviceLost(_, _, let call, _) = failure else { throw failure }
    #expect(call.hasPrefix("cuGraphLaunch of "))
  }
}
