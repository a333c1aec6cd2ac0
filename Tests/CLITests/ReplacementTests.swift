// Training where there was a training before, and parameters that were given to init.
import Testing

@Suite struct ReplacementTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func overwritingRemovesOlderCheckpoints() async throws {
    try await folder.initialized()
    try await folder.reprise("train", "net", "--loops", "6", "--checkpoint-every", "2", "--save-best")
    #expect(
      folder.names(in: "net/checkpoints") == ["best.h5", "loop-000002.h5", "loop-000004.h5", "loop-000006.h5"])
    try folder.write("mine", to: "net/checkpoints/copy.h5")
    try await folder.reprise("train", "net", "--loops", "3", "--overwrite")
    #expect(folder.names(in: "net/checkpoints") == ["copy.h5", "loop-000003.h5"])
    let outcome = try await folder.reprise("test", "net", "--trials", "1")
    #expect(outcome.output.contains("after 3 loops (net/checkpoints/loop-000003.h5)"))
  }

  @Test func aNewBestCheckpointStays() async throws {
    try await folder.initialized()
    try await folder.reprise("train", "net", "--loops", "5", "--save-best")
    try await folder.reprise("train", "net", "--loops", "4", "--save-best", "--overwrite")
    #expect(folder.names(in: "net/checkpoints") == ["best.h5", "loop-000004.h5"])
  }

  @Test func trainingThatDoesNotStartRemovesNothing() async throws {
    try await folder.trained()
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--overwrite", "--set", "network.N=200"], code: 65, "[network]")
  }

  @Test func trainingAnewIsRefusedWhereThereAreCheckpoints() async throws {
    try await folder.trained()
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1"], code: 65,
      "reprise: net/checkpoints/loop-000002.h5 is of an earlier training: go on from it with `reprise train net "
        + "--resume`, or replace the earlier training with --overwrite.\n")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--resume", "--overwrite"], code: 64, "Give --resume or --overwrite, not both.")
    try folder.rename("net/checkpoints/loop-000002.h5", to: "net/checkpoints/best.h5")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1"], code: 65, "`reprise train net --from net/checkpoints/best.h5`")
  }

  /// Else the later ones would pass for the outcome of the training that began before them.
  @Test func goingOnFromAnEarlierCheckpointIsRefusedWhereThereAreLaterOnes() async throws {
    try await folder.initialized()
    try await folder.reprise("train", "net", "--loops", "6", "--checkpoint-every", "2")
    let arguments = ["train", "net", "--loops", "1", "--from", "net/checkpoints/loop-000002.h5"]
    try await folder.expectRefusal(arguments, code: 65, "loop-000006.h5 is of an earlier training", "--overwrite.")
    let outcome = try await Command.run(arguments + ["--overwrite"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.names(in: "net/checkpoints") == ["loop-000002.h5", "loop-000003.h5"])
  }

  @Test func resumingKeepsOlderCheckpoints() async throws {
    try await folder.trained()
    try await folder.reprise("train", "net", "--loops", "2", "--resume")
    #expect(folder.names(in: "net/checkpoints") == ["loop-000002.h5", "loop-000004.h5"])
  }

  @Test func overridesOfInitHoldUntilTheNext() async throws {
    try await folder.initialized()
    try await folder.reprise("init", "net", "--set", "network.N=140", "--set", "trial.task_order=random")
    let training = try await folder.reprise("train", "net", "--loops", "2")
    #expect(training.output.contains("Training 140 neurons"))
    let info = try await folder.reprise("info", "net")
    #expect(info.output.contains("  140 neurons"))
    try await folder.reprise("test", "net", "--trials", "1")
    try await folder.reprise("train", "net", "--loops", "1", "--resume", "--set", "network.N=140")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--set", "network.N=150"], code: 65, "other values in [network]")
    try await folder.reprise("init", "net")
    let anew = try await folder.reprise("train", "net", "--loops", "1", "--overwrite")
    #expect(anew.output.contains("Training 120 neurons"))
  }

  /// An override that hides the key must not hide that someone wants another value now.
  @Test func changedConfigurationIsRefusedBehindAnOverride() async throws {
    try await folder.initialized()
    try await folder.reprise("init", "net", "--set", "network.N=140")
    try folder.write(Small.sinusoids.replacingFirst("N = 120", with: "N = 160"), to: "net/reprise.toml")
    try await folder.expectRefusal(["train", "net", "--loops", "1"], code: 65, "other values in [network]")
    try folder.write(Small.sinusoids + "\n[learning]\nlambda = 0.5\n", to: "net/reprise.toml")
    try await folder.reprise("train", "net", "--loops", "1")
  }
}
