// Commands in a folder that is not ready for them, or whose files are damaged.
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct StateMistakeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func noNetwork() async throws {
    try folder.createNetFolder()
    try folder.write(Small.sinusoids, to: "net/reprise.toml")
    let phrase = "net/network.h5 does not exist. Run `reprise init net` first."
    try await folder.expectRefusal(["train", "net", "--loops", "1"], code: 65, phrase)
    try await folder.expectRefusal(["test", "net", "--trials", "1"], code: 65, phrase)
    try await folder.expectRefusal(["plot", "net"], code: 65, "net has neither learning-curve.csv nor test.h5")
  }

  @Test func noCheckpoint() async throws {
    try await folder.initialized()
    let phrase = "net has no checkpoint. Run `reprise train` first"
    try await folder.expectRefusal(["test", "net", "--trials", "1"], code: 65, phrase)
    try await folder.expectRefusal(["train", "net", "--loops", "1", "--resume"], code: 65, phrase)
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--from", "nowhere.h5"], code: 65, "nowhere.h5 does not exist.")
    try await folder.expectRefusal(
      ["test", "net", "--trials", "1", "--checkpoint", "net/network.h5"], code: 65,
      "net/network.h5 says it is 'reprise network', but a checkpoint file of Reprise is needed.")
  }

  @Test func checkpointOfAnotherNetwork() async throws {
    try await folder.trained()
    try folder.copy("net/checkpoints/loop-000002.h5", to: "other.h5")
    try await folder.reprise("init", "net", "--set", "network.seed=2")
    let set = ["--set", "network.seed=2"]
    let phrase = "belongs to another network than net/network.h5"
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--from", "other.h5"] + set, code: 65, "other.h5 " + phrase)
    try await folder.expectRefusal(["train", "net", "--loops", "1", "--resume"] + set, code: 65, phrase)
    try await folder.expectRefusal(["test", "net", "--trials", "1"] + set, code: 65, phrase)
  }

  @Test func outdatedNetwork() async throws {
    try await folder.trained()
    try folder.write(Small.sinusoids.replacingFirst("N = 120", with: "N = 130"), to: "net/reprise.toml")
    let phrase = "net/network.h5 was made with other values in [network] than reprise.toml and --set give now."
    try await folder.expectRefusal(["train", "net", "--loops", "1"], code: 65, phrase)
    try await folder.expectRefusal(["train", "net", "--loops", "1", "--resume"], code: 65, phrase)
    try await folder.expectRefusal(["test", "net", "--trials", "1"], code: 65, phrase)
    try folder.write(Small.sinusoids, to: "net/reprise.toml")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--set", "learning.every=20"], code: 65, "other values in [learning]")
  }

  @Test func damagedNetwork() async throws {
    try await folder.trained()
    let whole = try folder.bytes("net/network.h5")
    for length in [0, 1, 512, whole.count / 3, whole.count / 2, whole.count - 1] {
      try folder.write(whole.prefix(length), to: "net/network.h5")
      try await folder.expectRefusal(["train", "net", "--loops", "1"], code: 65, "net/network.h5")
      try await folder.expectRefusal(["test", "net", "--trials", "1"], code: 65, "net/network.h5")
    }
  }

  @Test func damagedCheckpoint() async throws {
    try await folder.trained()
    let whole = try folder.bytes("net/checkpoints/loop-000002.h5")
    for length in [0, 1, 512, whole.count / 3, whole.count / 2, whole.count - 1] {
      try folder.write(whole.prefix(length), to: "net/checkpoints/loop-000002.h5")
      try await folder.expectRefusal(["train", "net", "--loops", "1", "--resume"], code: 65, "loop-000002.h5")
      try await folder.expectRefusal(["test", "net", "--trials", "1"], code: 65, "loop-000002.h5")
    }
  }

  /// A changed byte in the middle of the numbers shows in no header.
  @Test func changedBytesOfTheNetwork() async throws {
    try await folder.trained()
    let whole = try folder.bytes("net/network.h5")
    for part in 1..<12 {
      var damaged = whole
      damaged[whole.count * part / 12] ^= 0x55
      try folder.write(damaged, to: "net/network.h5")
      let outcome = try await Command.run(["train", "net", "--loops", "1", "--resume"], in: folder)
      // Some bytes are not used; none may make the program crash.
      #expect(outcome.code == 0 || outcome.code == 65, "byte \(whole.count * part / 12): \(outcome.errors)")
    }
  }

  @Test func damagedTestAndCurve() async throws {
    try await folder.trained()
    try await folder.reprise("test", "net", "--trials", "1")
    let whole = try folder.bytes("net/test.h5")
    try folder.write(whole.prefix(whole.count / 2), to: "net/test.h5")
    let outcome = try await Command.run(["plot", "net"], in: folder)
    #expect(outcome.code == 65 || outcome.code == 69)
    try await folder.expectRefusal(["info", "net"], code: 65, "net/test.h5")
    try folder.write("loop;task\n", to: "net/learning-curve.csv")
    try await folder.expectRefusal(
      ["plot", "net"], code: 65, "net/learning-curve.csv is damaged: its first line is not")
  }
}

extension String {
  func replacingFirst(_ part: String, with replacement: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return self[..<range.lowerBound] + replacement + self[range.upperBound...]
  }
}
