// What this process takes of the processors and the memory, as the system counts it.
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

enum ProcessUsage {
  /// Processor time of all threads since the process started, s.
  static var processorSeconds: Double {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Memory in use, MiB; nil where the system does not say.
  static var residentMiB: Double? {
    // Total, resident, ... in pages.
    guard let fields = text("/proc/self/statm")?.split(separator: " "), fields.count > 1,
      let pages = Double(fields[1])
    else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / mebibyte
  }

  /// The most memory in use so far, MiB; nil where the system does not say.
  static var peakMiB: Double? {
    // "VmHWM:     12345 kB". The maximum of getrusage would be that of the program that started this one, if larger.
    guard let line = text("/proc/self/status")?.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
    else { return nil }
    return kibibytes * 1024 / mebibyte
  }

  private static let mebibyte = 1024.0 * 1024.0

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
