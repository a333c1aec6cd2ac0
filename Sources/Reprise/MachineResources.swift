// What this machine has left.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

enum MachineResources {
  /// Bytes that can be allocated without swapping: of the machine, or of the group of processes if that is limited;
  /// nil where the system does not say.
  static func availableMemory() -> Int? {
    #if canImport(Darwin)
      return Int(ProcessInfo.processInfo.physicalMemory)
    #else
      let machine = SystemFile.number(after: "MemAvailable:", in: "/proc/meminfo").map { $0 * 1024 }
      let limit = SystemFile.lines("/sys/fs/cgroup/memory.max").first.flatMap { Int($0) }
      let used = SystemFile.lines("/sys/fs/cgroup/memory.current").first.flatMap { Int($0) }
      guard let limit, let used else { return machine }
      return machine.map { min($0, max(0, limit - used)) } ?? max(0, limit - used)
    #endif
  }

  /// Bytes that files may still take on the drive of a folder, or of the first of its parents that exists.
  static func freeDisk(of folder: String) -> Int? {
    var path = folder.hasPrefix("/") ? folder : "./" + folder
    var status = statvfs()
    while statvfs(path, &status) != 0 {
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
      path = String(path[..<slash])
    }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
