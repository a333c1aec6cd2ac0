// Mistakes in reprise.toml and on the command line.
import Testing

@Suite struct ConfigurationMistakeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func expectRefusal(
    of configuration: String, _ phrases: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try folder.createNetFolder()
    try folder.write(configuration, to: "net/reprise.toml")
    let before = folder.contents()
    let outcome = try await Command.run(["init", "net"], in: folder)
    #expect(outcome.code == 65, sourceLocation: sourceLocation)
    for phrase in phrases { #expect(outcome.errors.contains(phrase), sourceLocation: sourceLocation) }
    #expect(folder.contents() == before, sourceLocation: sourceLocation)
  }

  @Test func unknownKey() async throws {
    try await expectRefusal(
      of: "[network]\nN = 100\n\n[neuron]\ntau_mm = 10\n",
      "reprise: net/reprise.toml:5: neuron.tau_mm is not a known key. Did you mean neuron.tau_m?\n")
  }

  @Test func badUnit() async throws {
    try await expectRefusal(of: "[trial]\ndt = \"0.1 mV\"\n", "net/reprise.toml:2: trial.dt", "mV")
  }

  @Test func everyMistakeHasItsLine() async throws {
    try await expectRefusal(
      of: "[network]\nN = -5\n[trial]\ndt = \"soon\"\n[nois]\nsigma = 1\n", "net/reprise.toml:2: network.N",
      "net/reprise.toml:4: trial.dt", "Did you mean [noise]?")
  }

  @Test func tooFewNeuronsForTheInputs() async throws {
    try await expectRefusal(
      of: "[network]\nN = 20\n[static]\nK = 0\n[plastic]\nL = 30\n",
      "net/reprise.toml:6: plastic.L = 30 inputs per class must be drawn from",
      "Use plastic.L of at most 9, or network.N of at least 62.")
  }

  @Test func noTOML() async throws {
    try await expectRefusal(of: "[network\nN = 100\n", "net/reprise.toml:1")
    try await expectRefusal(of: "\0", "net/reprise.toml")
  }

  @Test func missingConfiguration() async throws {
    try await folder.expectRefusal(["init", "net"], code: 65, "net/reprise.toml: there is no such file.")
    try await folder.expectRefusal(["info", "net"], code: 64, "net does not exist")
    try folder.createNetFolder()
    try await folder.expectRefusal(["info", "net"], code: 64, "net has no reprise.toml. Run `reprise new net`")
  }

  @Test func unknownOverride() async throws {
    try await folder.initialized()
    let phrase = "--set network.M=5: network.M is not a known key."
    try await folder.expectRefusal(["init", "net", "--set", "network.M=5"], code: 65, phrase)
    try await folder.expectRefusal(["train", "net", "--loops", "1", "--set", "network.M=5"], code: 65, phrase)
    try await folder.expectRefusal(["test", "net", "--trials", "1", "--set", "network.M=5"], code: 65, phrase)
    try await folder.expectRefusal(["new", "other", "--set", "network.M=5"], code: 65, phrase)
    try await folder.expectRefusal(
      ["init", "net", "--set", "network.N"], code: 65, "--set network.N: needs the form section.key=value.")
  }

  @Test func newWhereThereIsAConfiguration() async throws {
    try await folder.reprise("new", "net")
    try await folder.expectRefusal(["new", "net"], code: 65, "net/reprise.toml exists already.")
    try await folder.expectRefusal(
      ["new", "net", "--example", "sequence"], code: 65, "net/reprise.toml exists already.")
  }

  @Test func newFromSeveralSources() async throws {
    try await folder.expectRefusal(
      ["new", "net", "--rates", "a.h5", "--example", "sequence"], code: 64,
      "Give one of --rates, --targets and --example, not several.")
  }

  @Test func unknownExample() async throws {
    try await folder.expectRefusal(
      ["new", "net", "--example", "sequenze"], code: 64, "There is no example 'sequenze'.", "sequence, sinusoids")
  }

  /// The recording of an example is written before the rest is known to be right.
  @Test func exampleWithAMistakeLeavesNothing() async throws {
    try await folder.expectRefusal(
      ["new", "net", "--example", "sequence", "--set", "network.M=5"], code: 65, "network.M is not a known key.")
  }

  @Test func exampleDoesNotReplaceARecording() async throws {
    try folder.createNetFolder()
    try folder.write("precious", to: "net/rates.h5")
    try await folder.expectRefusal(
      ["new", "net", "--example", "sequence"], code: 65, "net/rates.h5 exists already.")
  }

  @Test func numbersOutOfRange() async throws {
    try await folder.trained()
    try await folder.expectRefusal(
      ["train", "net", "--loops", "0"], code: 64, "--loops is 0, but must be at least 1.")
    try await folder.expectRefusal(["train", "net", "--loops", "-3"], code: 64, "--loops")
    try await folder.expectRefusal(["train", "net", "--loops", "many"], code: 64, "many", "--loops")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--threads", "0"], code: 64, "--threads is 0, but must be between 1 and 1024.")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--correlation-every", "0"], code: 64, "--correlation-every is 0")
    try await folder.expectRefusal(
      ["test", "net", "--trials", "0"], code: 64, "--trials is 0, but must be at least 1.")
  }

  @Test func runChecksItsNumbersBeforeItStarts() async throws {
    try folder.createNetFolder()
    try folder.write(Small.sinusoids, to: "net/reprise.toml")
    try await folder.expectRefusal(["run", "net", "--loops", "0", "--trials", "1"], code: 64, "--loops is 0")
    try await folder.expectRefusal(["run", "net", "--loops", "1", "--trials", "0"], code: 64, "--trials is 0")
  }

  @Test func neuronsThatAreNone() async throws {
    try await folder.trained()
    for text in ["x", "", "5-3", "1,,2", "-1", "1-"] {
      let before = folder.contents()
      let outcome = try await Command.run(["test", "net", "--trials", "1", "--neurons", text], in: folder)
      #expect(outcome.code == 64, "'\(text)': \(outcome.output)")
      #expect(outcome.errors.contains("--neurons"), "'\(text)': \(outcome.errors)")
      #expect(folder.contents() == before)
    }
    try await folder.expectRefusal(
      ["test", "net", "--trials", "1", "--neurons", "0-3,120"], code: 64, "120", "--neurons")
  }

  @Test func unknownOptionsAndCommands() async throws {
    try await folder.expectRefusal(["train", "net", "--loop", "5"], code: 64, "--loop")
    try await folder.expectRefusal(["trane", "net"], code: 64, "trane")
    try await folder.expectRefusal(["train", "net"], code: 64, "--loops")
    try await folder.expectRefusal(["train", "net", "--loops", "1", "--backend", "gpu"], code: 64, "gpu", "cpu")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--resume", "--from", "x.h5"], code: 64, "Give --resume or --from, not both.")
  }
}
