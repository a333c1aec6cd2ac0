// Silencing and stimulation in `reprise test`: what is shown, written and refused.
import Reprise
import Testing

private let isGnuplotInstalled = Tool.isInstalled("gnuplot")

@Suite struct ExperimentTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A trained network of units with areas and qualities, in a trial of 300 ms.
  private func trainedOnUnits() async throws {
    try SmallRates(units: 60).write(
      to: folder.file("rates.h5"),
      more: { file in
        try file.write((0..<60).map { $0 % 3 == 0 ? "CA1" : "CA3" }, to: "/units/area")
        try file.write((0..<60).map { Double($0) / 60 }, to: "/units/quality")
      })
    let made = try await Command.run(
      ["new", "net", "--rates", "rates.h5", "--copies", "2"] + Small.shortTrial, in: folder)
    try #require(made.code == 0, "\(made.errors)")
    try await folder.reprise("init", "net")
    try await folder.reprise("train", "net", "--loops", "3")
  }

  @Test func attributesOfUnitsAreKept() async throws {
    try await trainedOnUnits()
    let file = try HDF5File(reading: folder.file("net/network.h5"))
    #expect(try file.dataset("/units/area").readTexts().prefix(4) == ["CA1", "CA3", "CA3", "CA1"])
    #expect(try file.dataset("/units/quality").shape == [60])
    // Copies stand for units in turn.
    let network = try NetworkFile.read(folder.file("net/network.h5"))
    let group = try NeuronGroups(network, networkFile: "").group("area=CA1", option: "")
    #expect(group.neurons == (0..<120).filter { $0 % 60 % 3 == 0 })
  }

  @Test func silencedAreaIsSilent() async throws {
    try await trainedOnUnits()
    let outcome = try await folder.reprise(
      "test", "net", "--trials", "3", "--silence", "area=CA1", "--stimulate", "1,2=0.5", "--from", "150ms", "--to",
      "250ms", "-o", "perturbed.h5")
    for phrase in [
      "Silenced area=CA1 from 150 ms to 250 ms", "Stimulated 1,2 by 0.5 from 150 ms", "area=CA1", "others",
      "excitatory", "inhibitory", "area=CA3", "Wrote perturbed.h5",
    ] { #expect(outcome.output.contains(phrase), "\(phrase): \(outcome.output)") }
    #expect(!folder.exists("net/test.h5"))
    try await folder.reprise("test", "net", "--trials", "3")
    let (perturbed, plain) = (try folder.spikes("perturbed.h5"), try folder.spikes("net/test.h5"))
    let isCA1 = { (neuron: UInt64) in neuron % 60 % 3 == 0 }
    let inWindow = zip(perturbed.times, perturbed.neurons).filter { $0.0 > 149.95 && $0.0 < 249.95 }
    #expect(!inWindow.contains { isCA1($0.1) } && !inWindow.isEmpty)
    func before(_ spikes: Spikes) -> [[Double]] {
      zip(zip(spikes.times, spikes.neurons), spikes.trials).filter { $0.0.0 < 149.95 }.map {
        [$0.0.0, Double($0.0.1), Double($0.1)]
      }
    }
    #expect(before(perturbed) == before(plain) && !before(plain).isEmpty)
    let file = try HDF5File(reading: folder.file("perturbed.h5"))
    #expect(try file.dataset("/experiment/actions/kind").readTexts() == ["silence", "stimulate"])
    #expect(try file.attribute("from_ms", of: "/experiment") == 150.0)
    let rates = try file.dataset("/experiment/neurons/rate_hz")
    #expect(rates.shape == [2, 3, 120])
    let values = try rates.read(as: Double.self)
    for neuron in 0..<120 {
      #expect(values[neuron] == values[3 * 120 + neuron], "before, with and without")
      if isCA1(UInt64(neuron)) { #expect(values[4 * 120 + neuron] == 0, "silenced") }
    }
    let names = try file.dataset("/experiment/groups/name").readTexts()
    #expect(names == ["area=CA1", "1,2", "others", "excitatory", "inhibitory", "area=CA3"])
    #expect(try file.dataset("/experiment/groups/rate_hz").shape == [2, 6, 30])
    // What was written is what is read.
    let network = try NetworkFile.read(folder.file("net/network.h5"))
    let experiment = try #require(try TestFile.readExperiment(folder.file("perturbed.h5"), network))
    #expect(experiment.groups[0].neurons.count == 40 && experiment.actions[1].amplitude == 0.5)
    #expect(experiment.perturbed.rate(.during, of: experiment.groups[0]) == 0)
    #expect(experiment.unperturbed.rate(.during, of: experiment.groups[0]) > 0)
  }

  /// Threads, amplitude 0, seeds, noise.
  @Test func optionsOfTrials() async throws {
    try await folder.trained(Small.sinusoids + "\n[noise]\nmodel = \"voltage\"\n")
    func spikes(_ options: [String]) async throws -> Spikes {
      let outcome = try await Command.run(["test", "net", "--trials", "2"] + options, in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
      return try folder.spikes("net/test.h5")
    }
    let plain = try await spikes([])
    #expect(try await spikes(["--stimulate", "all=0"]) == plain)
    #expect(try await spikes(["--seed", "1"]) == plain)
    let silenced = ["--silence", "0-40", "--groups", "class", "--group", "some=3-9"]
    let one = try await spikes(silenced + ["--threads", "1"])
    let bytes = try folder.bytes("net/test.h5")
    #expect(try await spikes(silenced + ["--threads", "2"]) == one)
    #expect(try folder.bytes("net/test.h5") == bytes)
    #expect(one != plain)
    let seeded = try await spikes(["--seed", "7"])
    #expect(seeded != plain)
    let quiet = try await spikes(["--no-noise"])
    #expect(quiet != plain)
    #expect(try await spikes(["--no-noise", "--set", "noise.model=voltage"]) == quiet)
    let file = try HDF5File(reading: folder.file("net/test.h5"))
    #expect(try file.textAttribute("noise", of: "/trials") == "none")
    #expect(try file.attribute("seed", of: "/trials") == UInt64(1))
  }

  /// By default neurons are silent in all of the learning window.
  @Test func defaultWindow() async throws {
    try await folder.trained()
    let outcome = try await folder.reprise("test", "net", "--trials", "1", "--silence", "all")
    #expect(outcome.output.contains("Silenced all from 200 ms to 300 ms"))
    #expect(try folder.spikes("net/test.h5").times.allSatisfy { $0 < 200 })
  }

  @Test func mistakes() async throws {
    try await trainedOnUnits()
    let test = ["test", "net", "--trials", "1"]
    for (options, code, phrase) in [
      (["--silence", "0-200"], Int32(64), "--silence names neuron 200, but the network has neurons 0 to 119."),
      (["--silence", "area=CA2"], 64, "--silence area=CA2 has none of the 120 neurons of net/network.h5."),
      (["--silence", "aera=CA1"], 65, "has no column aera of its units, for --silence."),
      (["--silence", "exc"], 64, "--silence \"exc\" is no group."),
      (["--stimulate", "0-9"], 64, "--stimulate is \"0-9\"; a group and an amplitude are needed"),
      (["--stimulate", "area=CA1"], 64, "--stimulate is \"area=CA1\"; a group and an amplitude are needed"),
      (["--stimulate", "0-9=nan"], 64, "--stimulate is \"0-9=nan\"; a group and an amplitude are needed"),
      (["--from", "10ms"], 64, "--from and --to say when neurons are silenced or stimulated"),
      (["--silence", "all", "--from", "20ms", "--to", "10ms"], 64, "--to is 10 ms, but must be later than --from"),
      (["--silence", "all", "--to", "10ms"], 64, "--to is 10 ms, but must be later than --from, which is 200 ms."),
      (["--silence", "all", "--from", "1s"], 64, "--from is 1000 ms, but trials end at 300 ms."),
      (["--silence", "all", "--from", "10.05ms"], 64, "--from is 10.05 ms, but must be a multiple of trial.dt"),
      (["--silence", "all", "--from", "soon"], 65, "--from"),
      (["--from", "net/checkpoints/loop-000003.h5"], 64, "--from is a time; the checkpoint to test is given as"),
      (["--group", "fast"], 64, "--group is \"fast\"; a name and a group are needed"),
      (["--groups", "layer"], 65, "has no column layer of its units, for --groups."),
    ] { try await folder.expectRefusal(test + options, code: code, phrase) }
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed")) func figure() async throws {
    try await trainedOnUnits()
    try await folder.reprise("test", "net", "--trials", "2", "--silence", "area=CA1", "-o", "net/silenced.h5")
    try await folder.reprise("plot", "net", "--test", "net/silenced.h5")
    #expect(folder.exists("net/figures/experiment.png") && folder.exists("net/figures/experiment.pdf"))
    let svg = try folder.text("net/figures/experiment.svg")
    for label in ["area=CA1", "others", "Silenced", "Change of rate (Hz)"] { #expect(svg.contains(label), "\(label)") }
    try await folder.expectRefusal(["plot", "net", "--test", "none.h5"], code: 65, "none.h5 does not exist")
  }
}
