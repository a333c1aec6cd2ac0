// What works, from new to plot, and the files that come out of it.
import Reprise
import Testing

private let isGnuplotInstalled = Tool.isInstalled("gnuplot")

@Suite struct WorkflowTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func sinusoids() async throws {
    try await folder.reprise(
      "new", "net", "--set", "network.N=150", "--set", "trial.stim_on=100", "--set", "trial.stim_off=200",
      "--set", "trial.train_duration=100", "--set", "targets.tasks=2")
    #expect(folder.names(in: "net") == ["reprise.toml"])
    let initialisation = try await folder.reprise("init", "net")
    #expect(initialisation.output.contains("150 neurons (75 excitatory, 75 inhibitory)"))
    #expect(initialisation.output.contains("2 task(s)"))
    let training = try await folder.reprise("train", "net", "--loops", "10", "--checkpoint-every", "5")
    #expect(training.output.contains("Wrote net/checkpoints/loop-000010.h5"))
    #expect(folder.names(in: "net/checkpoints") == ["loop-000005.h5", "loop-000010.h5"])
    try await folder.reprise("test", "net", "--trials", "3", "--neurons", "0-3,149,2")
    #expect(
      folder.names(in: "net") == [
        "checkpoints", "learning-curve.csv", "metrics.csv", "network.h5", "reprise.toml", "test.h5",
      ])
  }

  @Test func learningCurve() async throws {
    try await folder.initialized()
    try await folder.reprise("train", "net", "--loops", "5", "--correlation-every", "2")
    let lines = try folder.text("net/learning-curve.csv").split(separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count == 7 && lines[6].isEmpty)
    #expect(lines[0] == "loop,task,seconds,rate_hz,correlation")
    for (index, line) in lines[1...5].enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      try #require(fields.count == 5)
      #expect(fields[0] == "\(index + 1)" && fields[1] == "\(index % 2)")
      #expect(Double(fields[2]) != nil && Double(fields[3]).map { $0 >= 0 } == true)
      // Measured in every second loop and in the last.
      #expect(fields[4].isEmpty == [0, 2].contains(index), "\(line)")
    }
  }

  @Test func layoutOfTests() async throws {
    try await folder.trained()
    try await folder.reprise("test", "net", "--trials", "3", "--neurons", "5,0-2")
    let file = try HDF5File(reading: folder.file("net/test.h5"))
    let times = try file.dataset("/spikes/neurons/timestamps")
    let nodes = try file.dataset("/spikes/neurons/node_ids")
    #expect(times.elementType == Double.hdf5ElementType)
    #expect(nodes.elementType == UInt64.hdf5ElementType)
    #expect(times.shape == nodes.shape && times.shape.count == 1 && times.count > 0)
    #expect(try file.textAttribute("units", of: "/spikes/neurons/timestamps") == "milliseconds")
    let values = try times.read(as: Double.self)
    #expect(values.allSatisfy { $0 > 0 && $0 <= 300 })
    #expect(try nodes.read(as: UInt64.self).allSatisfy { $0 < 120 })
    #expect(try file.dataset("/trials/task").read(as: Int64.self) == [0, 0, 0, 1, 1, 1])
    #expect(try file.dataset("/trials/repeat").read(as: Int64.self) == [0, 1, 2, 0, 1, 2])
    #expect(try file.dataset("/currents/neuron").read(as: Int64.self) == [5, 0, 1, 2])
    #expect(try file.dataset("/currents/plastic").shape[..<2] == [6, 4])
  }

  @Test func layoutOfCheckpoints() async throws {
    try await folder.trained()
    let file = try HDF5File(reading: folder.file("net/checkpoints/loop-000002.h5"))
    #expect(try file.dataset("/weights").shape == [120, 10])
    #expect(try file.dataset("/inverse_correlation").shape == [120, 55])
    #expect(try file.attribute("loops_done") == Int64(2))
    #expect(try file.dataset("/learning_curve/loop").read(as: Int64.self) == [1, 2])
  }

  /// Julia writes its axes reversed; the same recording must give the same network either way.
  @Test func recordingWithTimeLast() async throws {
    try SmallRates(tasks: 2).write(to: folder.file("first.h5"))
    try SmallRates(tasks: 2, isTimeLast: true).write(to: folder.file("last.h5"))
    var targets: [[Float]] = []
    for name in ["first", "last"] {
      let made = try await Command.run(
        ["new", name, "--rates", "\(name).h5", "--set", "targets.axis_order=time_\(name)"] + Small.shortTrial,
        in: folder)
      try #require(made.code == 0, "\(made.errors)")
      try await folder.reprise("init", name)
      let file = try HDF5File(reading: folder.file("\(name)/network.h5"))
      let dataset = try file.dataset("/targets")
      #expect(dataset.shape == [2, 10, 100])
      targets.append(try dataset.read())
    }
    #expect(targets[0] == targets[1])
    try await folder.reprise("train", "last", "--loops", "2")
    try await folder.reprise("test", "last", "--trials", "1")
  }

  @Test func timeLastIsFoundWithoutBeingTold() async throws {
    try SmallRates(tasks: 2).write(to: folder.file("rates.h5"))
    let made = try await Command.run(["new", "net", "--rates", "rates.h5"] + Small.shortTrial, in: folder)
    try #require(made.code == 0, "\(made.errors)")
    try SmallRates(tasks: 2, isTimeLast: true).write(to: folder.file("rates.h5"))
    try await folder.reprise("init", "net")
  }

  @Test func foldersMayBeNamedFromElsewhere() async throws {
    try folder.createNetFolder()
    try SmallRates().write(to: folder.file("net/rates.h5"))
    let made = try await Command.run(["new", "net", "--rates", "net/rates.h5"] + Small.shortTrial, in: folder)
    try #require(made.code == 0, "\(made.errors)")
    try await folder.reprise("init", "net")
    for name in [folder.file("net"), "net/", "./net", "net/../net"] {
      try await folder.reprise("train", name, "--loops", "1", "--overwrite")
    }
    try folder.rename("net", to: "moved")
    try await folder.reprise("train", "moved", "--loops", "1", "--overwrite")
    let inside = try await Command.run(
      ["train", ".", "--loops", "1", "--overwrite"], in: folder, after: "cd moved")
    #expect(inside.code == 0, "\(inside.errors)")
  }

  @Test func infoSaysWhatThereIs() async throws {
    try await folder.trained()
    try await folder.reprise("test", "net", "--trials", "1")
    let all = try await folder.reprise("info", "net")
    for phrase in ["120 neurons", "net/network.h5: a network", "a checkpoint after 2 loops", "net/test.h5: a test"] {
      #expect(all.output.contains(phrase))
    }
    try SmallRates().write(to: folder.file("rates.h5"))
    let foreign = try await folder.reprise("info", "rates.h5")
    #expect(foreign.output.contains("an HDF5 file that Reprise did not write"))
    #expect(foreign.output.contains("/psth: 10 x 100 x 1"))
    #expect(foreign.output.contains("bins of 10 ms; usable with --rates or --targets"))
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func everythingAtOnce() async throws {
    try SmallRates(tasks: 2).write(to: folder.file("rates.h5"))
    let made = try await Command.run(["new", "net", "--rates", "rates.h5"] + Small.shortTrial, in: folder)
    try #require(made.code == 0, "\(made.errors)")
    try await folder.reprise("run", "net", "--loops", "4", "--trials", "2")
    let figures = ["fit", "learning-curve", "raster", "rates", "synaptic-input"]
    #expect(folder.names(in: "net/figures") == figures.flatMap { ["\($0).pdf", "\($0).png", "\($0).svg"] })
    #expect(try folder.bytes("net/figures/raster.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try folder.bytes("net/figures/rates.pdf").starts(with: Array("%PDF".utf8)))
    try await folder.expectRefusal(
      ["run", "net", "--loops", "3", "--trials", "1"], code: 65, "net/checkpoints/loop-000004.h5 is of an earlier",
      "`reprise train net --resume`, or replace the earlier training with --overwrite.")
    try await folder.reprise("run", "net", "--loops", "3", "--trials", "1", "--overwrite")
    #expect(folder.names(in: "net/checkpoints") == ["loop-000003.h5"])
  }

  @Test func withoutGnuplot() async throws {
    try await folder.trained()
    let outcome = try await Command.run(["plot", "net"], in: folder, after: "PATH=/nowhere")
    #expect(outcome.code == 69)
    #expect(outcome.errors.contains("apt install gnuplot-nox"))
  }

  /// As behind `head`: who reads goes away before training ends.
  @Test func brokenPipe() async throws {
    try await folder.initialized()
    let outcome = try await Command.run(
      ["train", "net", "--loops", "40"], in: folder,
      after: "mkfifo pipe && (head -n 1 < pipe > /dev/null &) && exec > pipe")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.names(in: "net/checkpoints") == ["loop-000040.h5"])
  }

  @Test func closedOutput() async throws {
    try await folder.initialized()
    let outcome = try await Command.run(["train", "net", "--loops", "3"], in: folder, after: "exec >&-")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(folder.names(in: "net/checkpoints") == ["loop-000003.h5"])
  }
}
