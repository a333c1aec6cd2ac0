// `reprise plan`, and the refusals that follow from it.
import Foundation
import RepriseModel
import RepriseTestSupport
import Testing

@testable import Reprise

@Suite(.fewAtATime) struct PlanTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func configured() throws {
    try folder.createNetFolder()
    try folder.write(Small.sinusoids, to: "net/reprise.toml")
  }

  @Test func planSaysMemoryTimeAndDisk() async throws {
    try configured()
    let before = try await Command.run(["plan", "net"], in: folder)
    #expect(before.code == 0, "\(before.errors)")
    for phrase in [
      "Memory to train", "P of ", "float32", "plastic weights", "are free: it fits", "Disk: network.h5",
      "(a guess before init)",
    ] {
      #expect(before.output.contains(phrase), "\(phrase): \(before.output)")
    }
    #expect(try await Command.run(["init", "net"], in: folder).code == 0)
    let after = try await Command.run(["plan", "net"], in: folder)
    #expect(after.output.contains("(the untrained rate)"), "\(after.output)")
    let quick = try await Command.run(["plan", "net", "--no-time"], in: folder)
    #expect(quick.code == 0 && !quick.output.contains("Time:"))
  }

  @Test func theRefusalNamesWhatFits() async throws {
    try configured()
    // Nothing is allocated for the plan itself.
    let outcome = try await Command.run(
      [
        "plan", "net", "--no-time", "--set", "network.N=4000000", "--set", "static.K=500", "--set", "plastic.L=200",
        "--set", "learning.form=dense",
      ], in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("does not fit"), "\(outcome.output)")
    #expect(outcome.output.contains("learning.memory=history"))
    try await folder.expectRefusal(
      ["init", "net", "--set", "network.N=4000000", "--set", "static.K=1900000", "--set", "plastic.L=5"], code: 69,
      "Building the network needs about", "of memory, and", "are free")
  }

  /// Files have the sizes that the plan gives.
  @Test(arguments: [
    [], ["learning.precision=float16"], ["learning.precision=float64"], ["learning.memory=history"],
    ["plastic.pool=4"],
  ])
  func filesHaveThePlannedSizes(overrides: [String]) async throws {
    try configured()
    let settings = overrides.flatMap { ["--set", $0] }
    #expect(try await Command.run(["init", "net"] + settings, in: folder).code == 0)
    let trained = try await Command.run(["train", "net", "--loops", "1"] + settings, in: folder)
    #expect(trained.code == 0, "\(trained.errors)")
    let plan = try Project(folder.file("net")).plan(overrides: overrides, threads: .automatic)
    for (path, planned) in [
      ("net/network.h5", plan.networkFileBytes), ("net/checkpoints/loop-000001.h5", plan.checkpointBytes),
    ] {
      let size = try #require(FileManager.default.attributesOfItem(atPath: folder.file(path))[.size] as? Int)
      #expect(abs(size - planned) < planned / 20 + 20_000, "\(path): \(size) instead of \(planned)")
    }
  }
}
