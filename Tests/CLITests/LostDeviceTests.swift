// A device that fails while a checkpoint is written.
import Reprise
import RepriseTestSupport
import Testing

/// A backend whose device is lost when weights are read: it hands out zeros, as one must that cannot throw.
private final class LostBackend: Backend {
  static var name: String { "lost" }
  private let real: CPUBackend
  private(set) var failure: (any Error)?

  init(_ network: Network) throws { real = try CPUBackend(network: network, threads: 1) }

  static let error = DeviceError.callFailed(
    runtime: "OpenCL", call: "clEnqueueReadBuffer", status: "CL_OUT_OF_RESOURCES (-5)")

  var network: Network { real.network }
  var summary: String { real.summary }
  var threadCount: Int { 1 }
  var precision: LearningParameters.Precision { real.precision }
  var groups: PresynapticGroups { real.groups }
  var history: SpikeHistory? {
    get { nil }
    set {}
  }

  func beginTrial(_ request: TrialRequest) { real.beginTrial(request) }
  func advance(through step: Int) { real.advance(through: step) }
  func learn(row: Int) { real.learn(row: row) }
  func finishTrial() -> TrialResult { real.finishTrial() }
  func readWeights(_ neurons: Range<Int>) -> [Double] {
    failure = Self.error
    return Array(repeating: 0, count: neurons.count * network.inputCount)
  }
  func writeWeights(_ weights: [Double], _ neurons: Range<Int>) { real.writeWeights(weights, neurons) }
  func readCorrelation(_ groups: Range<Int>) -> CorrelationMatrices { real.readCorrelation(groups) }
  func writeCorrelation(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    real.writeCorrelation(matrices, groups)
  }
}

@Suite struct LostDeviceTests {
  @Test func checkpointsStayAsTheyWere() throws {
    let folder = try TemporaryFolder()
    let network = try makeNetwork(smallParameters())
    let path = folder.file("checkpoint.h5")
    try CheckpointFile.write(CPUBackend(network: network, threads: 1), curve: [], loopsDone: 0, to: path)
    let before = try folder.bytes("checkpoint.h5")
    #expect(throws: LostBackend.error) {
      try CheckpointFile.write(try LostBackend(network), curve: [], loopsDone: 0, to: path)
    }
    #expect(try folder.bytes("checkpoint.h5") == before)
    #expect(folder.names(in: ".") == ["checkpoint.h5"])
  }

  @Test func trainingEnds() throws {
    var trainer = Trainer(try LostBackend(try makeNetwork(smallParameters())))
    #expect(throws: LostBackend.error) { try trainer.runLoop(measuringCorrelation: true) }
    #expect(trainer.loopsDone == 0)
  }
}
