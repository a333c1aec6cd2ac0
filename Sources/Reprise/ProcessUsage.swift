// What this process takes of the processors and the memory, as the system counts it.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
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

  /// Memory in use, bytes; nil where the system does not say.
  static var residentBytes: Int? { status("VmRSS:") }

  /// The most memory in use so far, or since ``resetPeak()``, bytes; nil where the system does not say.
  static var peakBytes: Int? { status("VmHWM:") }

  /// Makes the peak start anew, where the system can.
  static func resetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  // The maximum of getrusage would be that of the program that started this one, if larger.
  private static func status(_ key: String) -> Int? {
    SystemFile.number(after: key, in: "/proc/self/status").map { $0 * 1024 }
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
}
