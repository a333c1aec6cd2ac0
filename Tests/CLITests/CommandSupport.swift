// Runs the built program as a user would, in folders that remove themselves.
import Reprise
import Subprocess
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How the program ended and what it said.
struct Outcome {
  /// The exit status; nil where a signal ended it.
  let code: Int32?
  let output: String
  let errors: String

  init(_ status: TerminationStatus, output: String, errors: String) {
    if case .exited(let code) = status { self.code = code } else { code = nil }
    self.output = output
    self.errors = errors
  }
}

enum Command {
  /// The program lies beside the test bundle, whose path is among the arguments of the process that runs the tests.
  static let path: String = {
    for argument in CommandLine.arguments {
      guard let bundle = argument.firstRange(of: ".xctest") else { continue }
      let upToBundle = argument[..<bundle.lowerBound]
      guard let slash = upToBundle.lastIndex(of: "/") else { return currentFolder + "/reprise" }
      let folder = String(upToBundle[..<slash])
      return (folder.hasPrefix("/") ? folder : currentFolder + "/" + folder) + "/reprise"
    }
    return currentFolder + "/.build/release/reprise"
  }()

  private static var currentFolder: String { FileManager.default.currentDirectoryPath }

  /// Runs `reprise` with `arguments` in `folder`, after the shell command `preparation`, such as a limit.
  static func run(
    _ arguments: [String], in folder: TemporaryFolder, after preparation: String = "true"
  ) async throws -> Outcome {
    let result = try await Subprocess.run(
      .name("sh"), arguments: shellArguments(arguments, folder, preparation),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return Outcome(result.terminationStatus, output: result.standardOutput, errors: result.standardError)
  }

  /// The shell changes the folder and becomes the program, so that signals reach the program.
  static func shellArguments(_ arguments: [String], _ folder: TemporaryFolder, _ preparation: String) -> Arguments {
    Arguments(["-c", "cd \"$1\" && shift && \(preparation) && exec \"$@\"", "sh", folder.path, path] + arguments)
  }
}

enum Tool {
  static func isInstalled(_ name: String) -> Bool {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }
}

/// A new folder that is removed with everything in it when the value goes away.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/reprise-cli-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func write(_ bytes: Data, to name: String) throws { try bytes.write(to: URL(fileURLWithPath: file(name))) }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

  func rename(_ name: String, to target: String) throws {
    try FileManager.default.moveItem(atPath: file(name), toPath: file(target))
  }

  func copy(_ name: String, to target: String) throws {
    try FileManager.default.copyItem(atPath: file(name), toPath: file(target))
  }

  func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(folder))) ?? []).sorted()
  }

  /// Everything below the folder, with the bytes of files.
  func contents() -> [String: Data?] {
    var contents: [String: Data?] = [:]
    for name in (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [] {
      contents.updateValue(try? bytes(name), forKey: name)
    }
    return contents
  }
}

extension TemporaryFolder {
  /// Runs the program, which must succeed.
  @discardableResult
  func reprise(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> Outcome {
    let outcome = try await Command.run(arguments, in: self)
    try #require(outcome.code == 0, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errors.isEmpty, sourceLocation: sourceLocation)
    return outcome
  }

  /// Runs the program, which must end with `code`, say all `phrases` in one sentence or more, and leave every file as
  /// it was and none half-written.
  func expectRefusal(
    _ arguments: [String], code: Int32, _ phrases: String..., after preparation: String = "true",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = contents()
    let outcome = try await Command.run(arguments, in: self, after: preparation)
    #expect(outcome.code == code, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(outcome.errors.contains(phrase), "\(arguments)", sourceLocation: sourceLocation)
    }
    let after = contents()
    #expect(before.keys.sorted() == after.keys.sorted(), "\(arguments)", sourceLocation: sourceLocation)
    #expect(before == after, "\(arguments) changed a file", sourceLocation: sourceLocation)
  }
}

extension TemporaryFolder {
  func createNetFolder(_ name: String = "net") throws {
    try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
  }
}
