// Training anew, and parameters that were given to init.
import Testing

@Suite struct ReplacementTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func trainingAnewRemovesOlderCheckpoints() async throws {
    try await folder.initialized()
    try await folder.reprise("train", "net", "--loops", "6", "--checkpoint-every", "2", "--save-best")
    #expect(
      folder.names(in: "net/checkpoints") == ["best.h5", "loop-000002.h5", "loop-000004.h5", "loop-000006.h5"])
    try folder.write("mine", to: "net/checkpoints/copy.h5")
    try await folder.reprise("train", "net", "--loops", "3")
    #expect(folder.names(in: "net/checkpoints") == ["copy.h5", "loop-000003.h5"])
    let outcome = try await folder.reprise("test", "net", "--trials", "1")
    #expect(outcome.output.contains("after 3 loops (net/checkpoints/loop-000003.h5)"))
  }

  @Test func aNewBestCheckpointStays() async throws {
    try await folder.initialized()
    try await folder.reprise("train", "net", "--loops", "5", "--save-best")
    try await folder.reprise("train", "net", "--loops", "4", "--save-best")
    #expect(folder.names(in: "net/checkpoints") == ["best.h5", "loop-000004.h5"])
  }

  @Test func trainingThatDoesNotStartRemovesNothing() async throws {
    try await folder.trained()
    try await folder.expectRefusal(["train", "net", "--loops", "1", "--set", "network.N=200"], code: 65, "[network]")
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
    let anew = try await folder.reprise("train", "net", "--loops", "1")
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
