// resources.csv: what training took of the machine, a row at a time.
public import RepriseCore
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// One row of `resources.csv`. What could not be measured is nil, and an empty field.
public struct ResourceRow: Sendable, Equatable {
  /// s since training began, over all its runs.
  public var time: Double
  /// The loop that ran.
  public var loop: Int
  /// Processor time since the row before; 100 is one core.
  public var cpuPercent: Double?
  /// Memory in use, MiB.
  public var residentMiB: Double?
  /// The most memory in use since the process started, MiB.
  public var peakMiB: Double?
  public var gpuPercent: Double?
  public var gpuMemoryMiB: Double?
  /// W.
  public var gpuPower: Double?

  public init(time: Double, loop: Int) {
    self.time = time
    self.loop = loop
  }
}

/// Appends rows to `resources.csv`, each of which is complete or absent.
public final class ResourceFile: Sendable {
  public static let header =
    "time_s,loop,cpu_percent,resident_mib,peak_mib,gpu_percent,gpu_memory_mib,gpu_power_w"

  /// Time of the last row that was there already, s; 0 without any.
  public let lastTime: Double
  private let path: String
  private let descriptor: Int32

  /// Opens the file.
  ///
  /// - Parameter continuing: Keep the rows of a file that is there, rather than replace it.
  /// - Throws: ``FileError``, or ``StoredFileError`` if the file to be continued is of another kind.
  public init(_ path: String, continuing: Bool) throws {
    let rows = continuing ? try Self.completeRows(path) : nil
    if rows == nil { try AtomicFile.write(Self.header + "\n", to: path) }
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    // A loss of power may have left a part of a row.
    if let rows, ftruncate(descriptor, off_t(rows.utf8.count)) != 0 {
      let code = errno
      close(descriptor)
      throw FileError(path: path, code: code)
    }
    self.path = path
    self.descriptor = descriptor
    lastTime = rows.flatMap(Self.lastTime) ?? 0
  }

  deinit { close(descriptor) }

  /// Appends a row.
  ///
  /// - Throws: ``FileError``; the file is then unchanged.
  public func append(_ row: ResourceRow) throws(FileError) {
    let bytes = Array((Self.line(row) + "\n").utf8)
    let end = lseek(descriptor, 0, SEEK_END)
    let count = write(descriptor, bytes, bytes.count)
    guard count == bytes.count else {
      // A part of a row fits where the drive is about to be full.
      let code = count < 0 ? errno : ENOSPC
      if end >= 0 { ftruncate(descriptor, end) }
      throw FileError(path: path, code: code)
    }
  }

  static func line(_ row: ResourceRow) -> String {
    func field(_ value: Double?) -> String { value.map { DecimalText.fixed($0, digits: 1) } ?? "" }
    let measured = [
      row.cpuPercent, row.residentMiB, row.peakMiB, row.gpuPercent, row.gpuMemoryMiB, row.gpuPower,
    ]
    return ([DecimalText.fixed(row.time, digits: 3), "\(row.loop)"] + measured.map(field)).joined(separator: ",")
  }

  /// The text of the file up to its last complete row; nil without a file.
  private static func completeRows(_ path: String) throws -> String? {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder else { return nil }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasPrefix(header + "\n"),
      let end = text.lastIndex(of: "\n")
    else { throw StoredFileError(path, .inconsistent("its first line is not '\(header)'")) }
    return String(text[...end])
  }

  private static func lastTime(_ rows: String) -> Double? {
    rows.split(separator: "\n").last?.split(separator: ",").first.flatMap { Double($0) }
  }
}
