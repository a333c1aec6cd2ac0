// What a compiler of kernels said, in a file: it is too long for a sentence.
internal import RepriseCore

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Folders that the environment names.
enum UserFolder {
  /// The value of a variable; nil if it is empty or not there.
  static func named(_ variable: String) -> String? {
    ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Reprise's folder in the user's cache.
  static var cache: String? {
    (named("XDG_CACHE_HOME") ?? named("HOME").map { "\($0)/.cache" }).map { "\($0)/reprise" }
  }
}

enum CompilerLog {
  /// Writes to a folder or, where it cannot be written, to the folder for temporary files.
  ///
  /// - Returns: The path; nil if it could not be written at all.
  static func write(_ log: String, _ name: String, folder: String?) -> String? {
    for folder in [folder, FileManager.default.temporaryDirectory.path].compactMap(\.self) {
      let path = "\(folder)/\(name)"
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      if (try? AtomicFile.write(log, to: path)) != nil { return path }
    }
    return nil
  }
}
