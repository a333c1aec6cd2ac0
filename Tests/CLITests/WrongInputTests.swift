// Wrong inputs: one clear sentence, the right exit code, and nothing half-written.
import Foundation
import Reprise
import Testing

@Suite("Wrong inputs")
struct WrongInputTests {
  /// Runs the command and checks its exit code and that one message has all the parts.
  private func expect(
    _ bench: Workbench, _ arguments: [String], status: Int32, says parts: [String],
    location: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await bench.run(arguments)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: location)
    for part in parts {
      #expect(outcome.errors.contains(part), "'\(part)' is not in: \(outcome.errors)", sourceLocation: location)
    }
    #expect(!bench.names().contains { $0.contains(".tmp") }, sourceLocation: location)
  }

  /// `init` of a configuration that asks for rates of `rates.h5`.
  private func expectInit(_ bench: Workbench, says parts: [String], location: SourceLocation = #_sourceLocation)
    async throws
  {
    let settings = [
      "network.N=120", "static.K=0", "plastic.L=8", "noise.model=voltage", "trial.stim_on=20", "trial.stim_off=40",
      "trial.train_duration=60", "learning.every=10", "targets.source=rates", "targets.file=rates.h5:/rates",
      "record.window=10",
    ].flatMap { ["--set", $0] }
    let made = try await bench.run(["new", "net"] + settings)
    #expect(made.status == 0, "\(made.errors)", sourceLocation: location)
    try await expect(bench, ["init", "net"], status: 65, says: parts, location: location)
    #expect(!FileManager.default.fileExists(atPath: bench.file("net/network.h5")), sourceLocation: location)
  }

  @Test("Rates that are no numbers")
  func nanRates() async throws {
    let bench = try Workbench()
    try bench.writeRates("rates.h5") { $0[125] = .nan }
    try await expectInit(bench, says: ["rates.h5", "/rates", "row 1", "unit 5"])
  }

  @Test("Negative rates")
  func negativeRates() async throws {
    let bench = try Workbench()
    try bench.writeRates("rates.h5") { $0[3] = -1 }
    try await expectInit(bench, says: ["rates.h5", "/rates", "unit 3", "-1"])
  }

  @Test("Too many rows")
  func wrongRows() async throws {
    let bench = try Workbench()
    try bench.writeRates("rates.h5", rows: 9)
    try await expectInit(bench, says: ["rates.h5", "9", "6"])
  }

  @Test("Another bin width")
  func wrongBin() async throws {
    let bench = try Workbench()
    try bench.writeRates("rates.h5", bin: 20)
    try await expectInit(bench, says: ["rates.h5", "20", "10"])
  }

  @Test("No such dataset")
  func missingDataset() async throws {
    let bench = try Workbench()
    try HDF5File.writeAtomically(to: bench.file("rates.h5")) { try $0.write([Float](repeating: 1, count: 4), to: "/other") }
    try await expectInit(bench, says: ["rates.h5", "/rates", "other"])
  }

  @Test("A file that is not HDF5, and one that is cut")
  func notHDF5() async throws {
    let bench = try Workbench()
    try "time,rate\n1,2\n".write(toFile: bench.file("rates.h5"), atomically: true, encoding: .utf8)
    try await expect(bench, ["new", "x", "--rates", "rates.h5"], status: 65, says: ["rates.h5", "HDF5"])
    #expect(!FileManager.default.fileExists(atPath: bench.file("x/reprise.toml")))
    try bench.writeRates("rates.h5")
    let whole = try Data(contentsOf: URL(fileURLWithPath: bench.file("rates.h5")))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: bench.file("rates.h5")))
    try await expect(bench, ["new", "x", "--rates", "rates.h5"], status: 65, says: ["rates.h5"])
    try await expect(bench, ["new", "x", "--rates", "none.h5"], status: 65, says: ["none.h5"])
  }

  @Test("Keys, units, types and ranges")
  func configuration() async throws {
    let bench = try Workbench()
    let cases: [(text: String, parts: [String])] = [
      ("[network]\nseeed = 3\n", ["net/reprise.toml:2", "seeed", "Did you mean", "network.seed"]),
      ("[trial]\ndt = \"1 Hz\"\n", ["net/reprise.toml:2", "trial.dt", "1 Hz"]),
      ("[trial]\ndt = \"1 parsec\"\n", ["net/reprise.toml:2", "trial.dt", "parsec"]),
      ("[neuron]\ntau_m = true\n", ["net/reprise.toml:2", "neuron.tau_m"]),
      ("[neuron]\ntau_m = 0.0\n", ["net/reprise.toml:2", "neuron.tau_m", "0"]),
      ("[network]\nN = 20\n[plastic]\nL = 30\n", ["net/reprise.toml:4", "plastic.L", "30"]),
      ("[network\n", ["net/reprise.toml"]),
    ]
    try FileManager.default.createDirectory(atPath: bench.file("net"), withIntermediateDirectories: true)
    for (text, parts) in cases {
      try text.write(toFile: bench.file("net/reprise.toml"), atomically: true, encoding: .utf8)
      try await expect(bench, ["init", "net"], status: 65, says: parts)
    }
    try await expect(
      bench, ["new", "other", "--set", "network.M=3"], status: 65, says: ["--set network.M=3", "network.M"])
  }

  @Test("What has to come first")
  func order() async throws {
    let bench = try Workbench()
    try await expect(bench, ["init", "nowhere"], status: 65, says: ["nowhere/reprise.toml"])
    let made = try await bench.run(["new", "net"] + Workbench.small.flatMap { ["--set", $0] })
    #expect(made.status == 0)
    try await expect(bench, ["new", "net"], status: 65, says: ["net/reprise.toml exists already"])
    try await expect(bench, ["train", "net", "--loops", "1"], status: 65, says: ["net/network.h5", "reprise init net"])
    try await expect(bench, ["plot", "net"], status: 65, says: ["net", "reprise train"])
    #expect(try await bench.run("init", "net").status == 0)
    try await expect(bench, ["train", "net", "--loops", "1", "--resume"], status: 65, says: ["no checkpoint"])
    try await expect(bench, ["test", "net", "--trials", "1"], status: 65, says: ["no checkpoint"])
  }

  @Test("Options out of range")
  func options() async throws {
    let bench = try Workbench()
    try await bench.makeNetwork("net")
    try await expect(bench, ["train", "net", "--loops", "0"], status: 64, says: ["--loops", "at least 1"])
    try await expect(bench, ["train", "net", "--loops", "1", "--threads", "0"], status: 64, says: ["--threads"])
    try await expect(bench, ["train", "net", "--loops", "1", "--reusme"], status: 64, says: ["--reusme", "--resume"])
    try await expect(bench, ["train", "net", "--loops", "1", "--resume", "--from", "x.h5"], status: 64, says: ["not both"])
    #expect(try await bench.run("train", "net", "--loops", "1").status == 0)
    try await expect(
      bench, ["test", "net", "--trials", "1", "--neurons", "500"], status: 64, says: ["--neurons", "500", "119"])
    try await expect(bench, ["test", "net", "--trials", "1", "--neurons", "a-b"], status: 64, says: ["--neurons"])
    try await expect(bench, ["new", "y", "--example", "none"], status: 64, says: ["'none'", "sequence"])
    try await expect(
      bench, ["new", "y", "--example", "sequence", "--rates", "r.h5"], status: 64, says: ["--rates", "--example"])
  }

  @Test("Checkpoints and networks that do not belong together")
  func strangers() async throws {
    let bench = try Workbench()
    try await bench.makeNetwork("a")
    try await bench.makeNetwork("b", ["network.seed=2"])
    #expect(try await bench.run("train", "a", "--loops", "1").status == 0)
    let strange = "a/checkpoints/loop-000001.h5"
    try await expect(
      bench, ["train", "b", "--loops", "1", "--from", strange], status: 65, says: [strange, "another network"])
    try await expect(
      bench, ["train", "b", "--loops", "1", "--from", "a/network.h5"], status: 65, says: ["a/network.h5", "checkpoint"])
    try await expect(
      bench, ["train", "a", "--loops", "1", "--set", "network.N=130"], status: 65, says: ["[network]", "reprise init"])
  }

  @Test("Damaged files of its own", arguments: ["network.h5", "checkpoints/loop-000001.h5"])
  func damaged(_ name: String) async throws {
    let bench = try Workbench()
    try await bench.makeNetwork("net")
    #expect(try await bench.run("train", "net", "--loops", "1").status == 0)
    let path = bench.file("net/" + name)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for part in [0, 100, whole.count / 3, whole.count - 1] {
      try whole.prefix(part).write(to: URL(fileURLWithPath: path))
      try await expect(bench, ["train", "net", "--loops", "1", "--resume"], status: 65, says: ["net/" + name])
    }
  }

  @Test("Folders that cannot be written")
  func unwritable() async throws {
    let bench = try Workbench()
    try "".write(toFile: bench.file("plain"), atomically: true, encoding: .utf8)
    try await expect(bench, ["new", "plain/net"], status: 73, says: ["plain/net", "folder"])
  }

  @Test("A full drive", .enabled(if: FullDrive.canMount, "needs root and tmpfs"))
  func fullDrive() async throws {
    let bench = try Workbench()
    try await bench.makeNetwork("net")
    let drive = try FullDrive(at: bench.file("net/checkpoints"))
    defer { drive.unmount() }
    try await expect(bench, ["train", "net", "--loops", "1"], status: 73, says: ["loop-000001.h5", "full"])
    #expect(!FileManager.default.fileExists(atPath: bench.file("net/checkpoints/loop-000001.h5")))
  }
}

/// A drive of a few kilobytes.
struct FullDrive {
  private let path: String

  static let canMount: Bool = {
    guard getuid() == 0 else { return false }
    let path = NSTemporaryDirectory() + "reprise-mount-" + UUID().uuidString
    guard let drive = try? FullDrive(at: path) else { return false }
    drive.unmount()
    try? FileManager.default.removeItem(atPath: path)
    return true
  }()

  init(at path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    self.path = path
    guard mount("tmpfs", path, "tmpfs", 0, "size=16k") == 0 else { throw Failure(text: "mount failed") }
  }

  func unmount() { umount(path) }
}
