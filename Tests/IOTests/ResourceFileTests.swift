// resources.csv: rows are complete or absent, and go on where they ended.
import Glibc
import RepriseCore
import Testing

@testable import RepriseIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct ResourceFileTests {
  let folder: TemporaryFolder
  var path: String { folder.file("resources.csv") }

  init() throws { folder = try TemporaryFolder() }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func row(_ time: Double) -> ResourceRow { ResourceRow(time: time, loop: 3) }

  @Test func whatIsNotMeasuredIsEmpty() {
    var row = ResourceRow(time: 5.0004, loop: 12)
    #expect(ResourceFile.line(row) == "5.000,12,,,,,,")
    (row.cpuPercent, row.residentMiB, row.peakMiB) = (187.26, 312, 320.04)
    #expect(ResourceFile.line(row) == "5.000,12,187.3,312.0,320.0,,,")
    (row.gpuPercent, row.gpuMemoryMiB, row.gpuPower) = (37, 512, 123.4)
    #expect(ResourceFile.line(row) == "5.000,12,187.3,312.0,320.0,37.0,512.0,123.4")
    #expect(ResourceFile.header.split(separator: ",").count == 8)
  }

  @Test func rowsAreVisibleAtOnceAndContinued() throws {
    let first = try ResourceFile(path, continuing: true)
    #expect(first.lastTime == 0)
    #expect(try text(path) == ResourceFile.header + "\n")
    try first.append(row(1.5))
    #expect(try text(path) == ResourceFile.header + "\n1.500,3,,,,,,\n")
    let second = try ResourceFile(path, continuing: true)
    #expect(second.lastTime == 1.5)
    try second.append(row(2.5))
    #expect(try text(path).hasSuffix("\n1.500,3,,,,,,\n2.500,3,,,,,,\n"))
    #expect(try ResourceFile(path, continuing: false).lastTime == 0)
    #expect(try text(path) == ResourceFile.header + "\n")
  }

  @Test func aPartOfARowIsRemoved() throws {
    try AtomicFile.write(ResourceFile.header + "\n1.500,3,,,,,,\n2.5", to: path)
    let file = try ResourceFile(path, continuing: true)
    #expect(file.lastTime == 1.5)
    try file.append(row(3))
    #expect(try text(path) == ResourceFile.header + "\n1.500,3,,,,,,\n3.000,3,,,,,,\n")
  }

  @Test func anotherFileIsNotContinued() throws {
    for content in ["", "time\n1\n", ResourceFile.header] {
      try AtomicFile.write(content, to: path)
      let error = try #require(throws: StoredFileError.self) { try ResourceFile(path, continuing: true) }
      #expect(error.description.contains("resources.csv is damaged: its first line is not 'time_s,loop,"))
      #expect(try text(path) == content)
    }
  }

  @Test func aFolderIsNotReplaced() throws {
    mkdir(path, 0o755)
    for continuing in [true, false] {
      let error = #expect(throws: FileError.self) { try ResourceFile(path, continuing: continuing) }
      #expect(error == FileError(path: path, problem: .isFolder))
    }
  }

  @Test(.enabled(if: Mount.isPossible, "mounting a small drive needs root"))
  func aFullDriveLeavesCompleteRows() throws {
    let mount = try Mount(folder, options: "size=8k")
    let path = mount.file("resources.csv")
    let file = try ResourceFile(path, continuing: false)
    try AtomicFile.write([UInt8](repeating: 1, count: 4096), to: mount.file("filling"))
    let error = try #require(throws: FileError.self) {
      while true { try file.append(row(1)) }
    }
    guard case .diskFull = error.problem else {
      Issue.record("unexpected: \(error)")
      return
    }
    let full = try text(path)
    #expect(full.count > 4000)
    #expect(full.split(separator: "\n").dropFirst().allSatisfy { $0 == "1.000,3,,,,,," } && full.hasSuffix("\n"))
    unlink(mount.file("filling"))
    try file.append(row(2))
    #expect(try text(path) == full + "2.000,3,,,,,,\n")
  }
}
