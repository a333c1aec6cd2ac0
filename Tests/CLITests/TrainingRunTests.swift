// Whole runs: what is written, and that it is the same bits whatever the threads and the interruptions.
import Foundation
import Reprise
import Testing

@Suite("Runs")
struct TrainingRunTests {
  @Test("From a configuration to figures")
  func wholeRun() async throws {
    let bench = try Workbench()
    let settings = Workbench.small.flatMap { ["--set", $0] }
    #expect(try await bench.run(["new", "net"] + settings).status == 0)
    let hasGnuplot = ["/usr/bin/gnuplot", "/usr/local/bin/gnuplot"].contains(where: FileManager.default.fileExists)
    let run = try await bench.run("run", "net", "--loops", "4", "--trials", "2")
    #expect(run.status == (hasGnuplot ? 0 : 69), "\(run.errors)")
    let names = bench.names("net")
    #expect(names.contains("network.h5") && names.contains("test.h5"))
    #expect(names.contains("checkpoints/loop-000004.h5"))
    if hasGnuplot { #expect(names.contains("figures/raster.pdf") && names.contains("figures/learning-curve.svg")) }
    let curve = try String(contentsOfFile: bench.file("net/learning-curve.csv"), encoding: .utf8)
    #expect(curve.hasPrefix("loop,task,seconds,rate_hz,correlation\n1,"))
    #expect(curve.split(separator: "\n").count == 5)
    let info = try await bench.run("info", "net")
    #expect(info.status == 0 && info.output.contains("120 neurons") && info.output.contains("4 loops"))
  }

  @Test("Spikes are in SONATA layout")
  func spikes() async throws {
    let bench = try Workbench()
    try await bench.makeNetwork("net")
    #expect(try await bench.run("train", "net", "--loops", "2").status == 0)
    #expect(try await bench.run("test", "net", "--trials", "2", "--neurons", "0-3,7").status == 0)
    let file = try HDF5File(reading: bench.file("net/test.h5"))
    let times = try file.dataset("/spikes/neurons/timestamps")
    let nodes = try file.dataset("/spikes/neurons/node_ids")
    #expect(times.elementType == .float(bytes: 8))
    #expect(nodes.elementType == .integer(bytes: 8, signed: false))
    #expect(times.count == nodes.count && times.count > 0)
    #expect(try file.dataset("/currents/plastic").shape == [4, 5, 100])
    #expect(try file.dataset("/currents/neuron").read(as: Int64.self) == [0, 1, 2, 3, 7])
    let values: [Double] = try times.read()
    #expect(values.allSatisfy { $0 > 0 && $0 <= 100 })
  }

  @Test("One, two and three threads give the same bits")
  func threads() async throws {
    let bench = try Workbench()
    // Three partitions need three groups of slots.
    try await bench.makeNetwork("net", ["network.N=300"])
    var found: [([UInt32], [UInt32], [Double], [UInt64])] = []
    for threads in ["1", "2", "3"] {
      #expect(try await bench.run("train", "net", "--loops", "6", "--threads", threads).status == 0)
      #expect(try await bench.run("test", "net", "--trials", "2", "--threads", threads).status == 0)
      let test = try HDF5File(reading: bench.file("net/test.h5"))
      let checkpoint = "net/checkpoints/loop-000006.h5"
      found.append(
        (
          bits(try bench.weights(checkpoint)), bits(try bench.correlation(checkpoint)),
          try test.dataset("/spikes/neurons/timestamps").read(), try test.dataset("/spikes/neurons/node_ids").read()
        ))
    }
    #expect(found[0].0 == found[1].0 && found[0].0 == found[2].0)
    #expect(found[0].1 == found[1].1 && found[0].1 == found[2].1)
    #expect(found[0].2 == found[1].2 && found[0].2 == found[2].2)
    #expect(found[0].3 == found[1].3 && found[0].3 == found[2].3)
  }

  @Test("Twenty loops equal ten and ten more", arguments: ["cpu", "reference"])
  func resume(_ backend: String) async throws {
    let bench = try Workbench()
    try await bench.makeNetwork("net")
    let train = ["train", "net", "--backend", backend, "--threads", "2", "--loops"]
    #expect(try await bench.run(train + ["20"]).status == 0)
    let last = "net/checkpoints/loop-000020.h5"
    let whole = (bits(try bench.weights(last)), bits(try bench.correlation(last)))
    #expect(try await bench.run(train + ["10"]).status == 0)
    // Training anew leaves no checkpoint that --resume could take for its own.
    #expect(bench.names("net/checkpoints") == ["loop-000010.h5"])
    #expect(try await bench.run(train + ["10", "--resume"]).status == 0)
    #expect(bits(try bench.weights(last)) == whole.0)
    #expect(bits(try bench.correlation(last)) == whole.1)
    let curve = try String(contentsOfFile: bench.file("net/learning-curve.csv"), encoding: .utf8)
    #expect(curve.split(separator: "\n").count == 21)
    #expect(try await bench.run(train + ["10", "--from", "net/checkpoints/loop-000010.h5"]).status == 0)
    #expect(bits(try bench.weights(last)) == whole.0)
  }

  @Test("Checkpoints when asked for, correlations when asked for")
  func intervals() async throws {
    let bench = try Workbench()
    try await bench.makeNetwork("net")
    let trained = try await bench.run(
      "train", "net", "--loops", "5", "--checkpoint-every", "2", "--correlation-every", "2", "--save-best")
    #expect(trained.status == 0)
    #expect(bench.names("net/checkpoints") == ["best.h5", "loop-000002.h5", "loop-000004.h5", "loop-000005.h5"])
    let curve = try LearningCurveFile.read(bench.file("net/learning-curve.csv"))
    #expect(curve.map { $0.correlation == nil } == [true, false, true, false, false])
  }

  @Test("Overrides of init stay in force")
  func overrides() async throws {
    let bench = try Workbench()
    let settings = Workbench.small.flatMap { ["--set", $0] }
    #expect(try await bench.run(["new", "net"] + settings).status == 0)
    #expect(try await bench.run("init", "net", "--set", "network.N=140").status == 0)
    #expect(try await bench.run("train", "net", "--loops", "1", "--set", "learning.lambda=0.3").status == 0)
    #expect(try bench.weights("net/checkpoints/loop-000001.h5").count == 140 * 16)
  }

  @Test("Rates with time last, as Julia writes them")
  func reversedAxes() async throws {
    let bench = try Workbench()
    try HDF5File.writeAtomically(to: bench.file("rates.jld2")) { file in
      try file.write([Float](repeating: 4, count: 2 * 120 * 6), to: "/rates", shape: [2, 120, 6])
      try file.setAttribute("bin_ms", of: "/rates", to: 10.0)
    }
    let made = try await bench.run("new", "net", "--rates", "rates.jld2")
    #expect(made.status == 0 && made.output.contains("network.N = 120"), "\(made.errors)")
    #expect(made.output.contains("2 tasks"))
    #expect(try await bench.run("init", "net").status == 0)
  }

  @Test("Targets from a file of currents")
  func currents() async throws {
    let bench = try Workbench()
    let values = (0..<(6 * 120)).map { Float($0 % 7) / 10 }
    try HDF5File.writeAtomically(to: bench.file("currents.h5")) { try $0.write(values, to: "/f", shape: [6, 120]) }
    let settings = ["static.K=0", "plastic.L=8", "noise.model=voltage", "trial.stim_on=20", "trial.stim_off=40"]
    let made = try await bench.run(
      ["new", "net", "--targets", "currents.h5:/f", "--bin", "10ms"] + settings.flatMap { ["--set", $0] })
    #expect(made.status == 0 && made.output.contains("6 bins of 10 ms"), "\(made.errors)")
    #expect(try await bench.run("init", "net").status == 0)
    let network = try NetworkFile.read(bench.file("net/network.h5"))
    #expect(network.targets.values == values)
    #expect(try await bench.run("train", "net", "--loops", "1").status == 0)
  }

  @Test("Ctrl-C finishes the loop, saves, and training goes on as if nothing had happened")
  func interruption() async throws {
    let bench = try Workbench()
    try await bench.makeNetwork("net")
    // The interrupt comes when the first loop has been written.
    let status = try await bench.shell(
      """
      "$REPRISE" train net --loops 1000000 >/dev/null & running=$!
      until [ -e net/learning-curve.csv ]; do sleep 0.01; done
      kill -INT $running
      wait $running
      """)
    #expect(status == 130)
    let saved = try #require(Project(bench.file("net")).latestCheckpoint())
    let done = try CheckpointFile.readContents(saved).loopsDone
    #expect(try await bench.run("train", "net", "--loops", "3", "--resume").status == 0)
    let path = "net/checkpoints/" + String(Project("net").checkpointPath(loop: done + 3).split(separator: "/").last!)
    let resumed = bits(try bench.weights(path))
    #expect(try await bench.run("train", "net", "--loops", "\(done + 3)").status == 0)
    #expect(bits(try bench.weights(path)) == resumed)
  }
}
