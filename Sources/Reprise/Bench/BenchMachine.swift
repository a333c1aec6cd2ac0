// What the machine is, and how much memory the process uses.
internal import RepriseBackends
internal import RepriseIO
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
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
      firstLine(of: "sysctl -n machdep.cpu.brand_string 2>/dev/null")
    #else
      SystemFile.lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }
        .flatMap { $0.split(separator: ":", maxSplits: 1).last.map { String($0.drop(while: \.isWhitespace)) } }
    #endif
  }

  private static func lastLevelCache() -> Int? {
    #if canImport(Darwin)
      firstLine(of: "sysctl -n hw.l3cachesize hw.l2cachesize 2>/dev/null").flatMap { Int($0) }
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
    return firstLine(of: "{ \(isOurs) && echo \"$(git rev-parse --short=10 HEAD)\(changes)\"; } 2>/dev/null")
  }
}

/// Memory of this process.
enum BenchMemory {
  /// Makes the peak of what is resident start anew, where the system can.
  static func resetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  static var residentBytes: Int? { status("VmRSS:") }

  static var peakBytes: Int? { status("VmHWM:") }

  private static func status(_ key: String) -> Int? {
    SystemFile.lines("/proc/self/status").first { $0.hasPrefix(key) }
      .flatMap { line in Int(line.filter(\.isNumber)).map { $0 * 1024 } }
  }
}

private enum SystemFile {
  /// Lines of a text file of the system; empty where there is none.
  static func lines(_ path: String) -> [Substring] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    return text(file).split(separator: "\n")
  }

  static func text(_ file: UnsafeMutablePointer<FILE>) -> String {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = fread(&block, 1, block.count, file)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += block[..<count]
    }
  }
}

/// The first line that a shell command prints; nil if it prints none.
private func firstLine(of command: String) -> String? {
  guard let pipe = popen(command, "r") else { return nil }
  defer { pclose(pipe) }
  return SystemFile.text(pipe).split(separator: "\n").first.map(String.init)
}
