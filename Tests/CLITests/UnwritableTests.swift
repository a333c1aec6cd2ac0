// Folders and drives that cannot be written: one clear sentence, exit code 73, and nothing half-written.
import Foundation
import Reprise
import Testing

@Suite("Places that cannot be written")
struct UnwritableTests {
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
