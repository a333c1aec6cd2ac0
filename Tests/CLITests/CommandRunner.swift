// Runs the built command as a user would, in folders that remove themselves.
import Foundation
import Reprise
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A folder for one test.
final class Workbench: Sendable {
  /// What a run of the command left.
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "reprise-cli-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Names of all files below a folder, without temporary ones having been left.
  func names(_ folder: String = "") -> [String] {
    let root = folder.isEmpty ? path : file(folder)
    return (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []).sorted()
  }

  /// The command, which is built beside the tests.
  static let command: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: own).deletingLastPathComponent().path + "/reprise"
  }()

  func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

  func run(_ arguments: [String]) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(FilePath(Self.command)), arguments: Arguments(arguments), workingDirectory: FilePath(path),
      output: .string(limit: 1 << 22), error: .string(limit: 1 << 20))
    let status: Int32
    switch result.terminationStatus {
    case .exited(let code): status = Int32(code)
    case .signaled(let signal): status = 1000 + Int32(signal)
    }
    return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
  }

  /// Runs a script of bash in which `$REPRISE` is the command; returns its exit code.
  func shell(_ script: String) async throws -> Int32 {
    let result = try await Subprocess.run(
      .name("bash"), arguments: ["-c", script], environment: .inherit.updating(["REPRISE": Self.command]),
      workingDirectory: FilePath(path), output: .discarded, error: .discarded)
    guard case .exited(let code) = result.terminationStatus else { return -1 }
    return Int32(code)
  }

  /// Settings of a network that trains in a blink: 120 neurons, two tasks, noise, random order of tasks.
  static let small = [
    "network.N=120", "static.K=0", "plastic.L=8", "noise.model=voltage", "trial.stim_on=20", "trial.stim_off=40",
    "trial.train_duration=60", "learning.every=10", "targets.tasks=2", "targets.period=60", "trial.task_order=random",
    "learning.lambda=0.1", "record.window=10",
  ]

  /// A folder `name` with the small network, initialised.
  func makeNetwork(_ name: String, _ extra: [String] = []) async throws {
    let settings = (Self.small + extra).flatMap { ["--set", $0] }
    let made = try await run(["new", name] + settings)
    guard made.status == 0 else { throw Failure(text: made.errors) }
    let initialised = try await run("init", name)
    guard initialised.status == 0 else { throw Failure(text: initialised.errors) }
  }

  /// Rates of 120 units, 6 bins of 10 ms, one task; `change` may spoil them.
  func writeRates(_ name: String, rows: Int = 6, bin: Double? = 10, _ change: (inout [Float]) -> Void = { _ in }) throws {
    var values = [Float](repeating: 5, count: rows * 120)
    change(&values)
    try HDF5File.writeAtomically(to: file(name)) { file in
      try file.write(values, to: "/rates", shape: [rows, 120])
      if let bin { try file.setAttribute("bin_ms", of: "/rates", to: bin) }
    }
  }

  func weights(_ checkpoint: String) throws -> [Float] {
    try HDF5File(reading: file(checkpoint)).dataset("/weights").read()
  }

  func correlation(_ checkpoint: String) throws -> [Float] {
    try HDF5File(reading: file(checkpoint)).dataset("/inverse_correlation").read()
  }
}

struct Failure: Error { let text: String }

/// Bit patterns, so that equal means equal.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
