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

  /// What training goes on from may be worse than its best, which must not be lost.
  @Test func theBestCheckpointIsThatOfAllTrainings() async throws {
    try await folder.initialized(Small.sinusoids)
    for loops in [7, 6, 7] {
      let resuming = folder.exists("net/checkpoints/best.h5") ? ["--resume"] : []
      let outcome = try await Command.run(
        ["train", "net", "--loops", "\(loops)", "--save-best"] + resuming, in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
    let best = try bestLoop()
    try await folder.reprise("train", "net", "--loops", "20", "--save-best", "--overwrite")
    #expect(try bestLoop() == best)
  }

  @Test func aWorseBestCheckpointDoesNotReplaceABetterOne() async throws {
    try await folder.initialized(Small.sinusoids)
    try await folder.reprise("train", "net", "--loops", "20", "--save-best")
    let best = try folder.bytes("net/checkpoints/best.h5")
    // Such a stimulus drowns what was learned.
    try await folder.reprise(
      "train", "net", "--loops", "4", "--resume", "--save-best", "--set", "learning.freeze=true", "--set",
      "stimulus.sigma=20")
    #expect(try folder.bytes("net/checkpoints/best.h5") == best)
  }

  private func bestLoop() throws -> Int {
    let file = try HDF5File(reading: folder.file("net/checkpoints/best.h5"))
    return Int(try #require(try file.attribute("loops_done") as Int64?))
  }

  @Test func theBestOfSeveralTasksNeedsEveryCorrelation() async throws {
    try await folder.initialized(Small.sinusoids)
    try await folder.expectRefusal(
      ["train", "net", "--loops", "4", "--save-best", "--correlation-every", "2"], code: 64,
      "--save-best compares the mean of all 2 tasks, so every loop must be measured, but --correlation-every is 2.")
  }

  @Test func theBestOfOneTaskNeedsSomeCorrelations() async throws {
    try await folder.initialized(Small.sinusoids.replacingFirst("tasks = 2", with: "tasks = 1"))
    try await folder.reprise("train", "net", "--loops", "4", "--save-best", "--correlation-every", "3")
    #expect([3, 4].contains(try bestLoop()))
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
