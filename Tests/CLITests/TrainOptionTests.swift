// When checkpoints are written and correlations are measured, and targets given as currents.
import Reprise
import RepriseTestSupport
import Testing

@Suite struct TrainOptionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func checkpointsAndCorrelationsWhenAskedFor() async throws {
    try await folder.initialized(Small.sinusoids)
    try await folder.reprise(
      "train", "net", "--loops", "5", "--checkpoint-every", "2", "--correlation-every", "2")
    #expect(
      folder.names(in: "net/checkpoints") == [
        "loop-000002.h5", "loop-000004.h5", "loop-000005.h5",
      ])
    let curve = try LearningCurveFile.read(folder.file("net/learning-curve.csv"))
    #expect(curve.map { $0.correlation == nil } == [true, false, true, false, false])
  }

  @Test func targetsFromAFileOfCurrents() async throws {
    let values = (0..<(6 * 120)).map { Float($0 % 7) / 10 }
    try HDF5File.writeAtomically(to: folder.file("currents.h5")) { try $0.write(values, to: "/f", shape: [6, 120]) }
    try await folder.reprise(
      "new", "net", "--targets", "currents.h5:/f", "--bin", "10ms", "--set", "static.K=0", "--set", "plastic.L=8",
      "--set", "noise.model=voltage", "--set", "trial.stim_on=20", "--set", "trial.stim_off=40")
    try await folder.reprise("init", "net")
    #expect(try NetworkFile.read(folder.file("net/network.h5")).targets.values == values)
    try await folder.reprise("train", "net", "--loops", "1")
  }
}
