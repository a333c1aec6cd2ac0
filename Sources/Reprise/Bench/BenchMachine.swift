// What was measured, and on which machine.
internal import RepriseBackends
internal import RepriseIO
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

public struct BenchMachine: Sendable, Codable {
  public let processor: String
  /// Processors that may be used.
  public let cores: Int
  public let memoryBytes: Int
  /// nil where the system does not say.
  public let lastLevelCacheBytes: Int?

  static func current() -> BenchMachine {
    let info = ProcessInfo.processInfo
    return BenchMachine(
      processor: processorName() ?? "unknown processor", cores: info.activeProcessorCount,
      memoryBytes: Int(info.physicalMemory), lastLevelCacheBytes: lastLevelCache())
  }

  private static func processorName() -> String? {
    #if canImport(Darwin)
      SystemFile.firstLine(of: "sysctl -n machdep.cpu.brand_string 2>/dev/null")
    #else
      SystemFile.lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }
        .flatMap { $0.split(separator: ":", maxSplits: 1).last.map { String($0.drop(while: \.isWhitespace)) } }
    #endif
  }

  private static func lastLevelCache() -> Int? {
    #if canImport(Darwin)
      SystemFile.firstLine(of: "sysctl -n hw.l3cachesize hw.l2cachesize 2>/dev/null").flatMap { Int($0) }
    #else
      (0..<8).compactMap { index -> Int? in
        let line = SystemFile.lines("/sys/devices/system/cpu/cpu0/cache/index\(index)/size").first
        guard let line, let size = Int(line.prefix(while: \.isNumber)) else { return nil }
        return line.hasSuffix("M") ? size << 20 : size << 10
      }.max()
    #endif
  }
}

/// What was measured: the program and what it runs with.
public struct BenchProgram: Sendable, Codable {
  public let version: String
  /// Of the repository in which the command runs, "+" for changes that are not committed; nil elsewhere.
  public let commit: String?
  /// Which variant of the kernels runs.
  public let kernels: String
  public let threads: Int

  static func current(_ kernels: CPUKernels, threads: Int) -> BenchProgram {
    BenchProgram(version: repriseVersion, commit: commit(), kernels: kernels.name, threads: threads)
  }

  /// Other repositories have commits too; ours has this file.
  private static func commit() -> String? {
    let isOurs = "git cat-file -e HEAD:Sources/CReprise/include/creprise.h"
    let changes = "$(test -z \"$(git status --porcelain -uno)\" || echo +)"
    return SystemFile.firstLine(of: "{ \(isOurs) && echo \"$(git rev-parse --short=10 HEAD)\(changes)\"; } 2>/dev/null")
  }
}
