import Glibc
import RepriseCore
import Testing

@testable import RepriseIO

@Suite struct AtomicFileTests {
  let folder: TemporaryFolder
  var path: String { folder.file("state.h5") }

  init() throws { folder = try TemporaryFolder() }

  private struct Interruption: Error {}

  private func writeNumber(_ number: Double, to path: String) throws {
    try HDF5File.writeAtomically(to: path) { file in try file.write(number, to: "x") }
  }

  private func readNumber(_ path: String) throws -> Double {
    try HDF5File(reading: path).dataset("x").read(as: Double.self)[0]
  }

  private func refusal(_ path: String) throws -> FileError {
    try #require(throws: FileError.self) { try writeNumber(1, to: path) }
  }

  @Test func theOldFileStaysUntilTheNewOneIsComplete() throws {
    try writeNumber(1, to: path)
    let number = try HDF5File.writeAtomically(to: path) { file in
      try file.write(2.0, to: "x")
      #expect(folder.names.count == 2)
      return try readNumber(path)
    }
    #expect(number == 1)
    #expect(try readNumber(path) == 2)
    #expect(folder.names == ["state.h5"])
  }

  @Test func nothingIsLeftWhereTheWriterFails() throws {
    #expect(throws: Interruption.self) {
      try HDF5File.writeAtomically(to: path) { _ in throw Interruption() }
    }
    #expect(folder.names == [])
    try writeNumber(1, to: path)
    #expect(throws: Interruption.self) {
      try HDF5File.writeAtomically(to: path) { file in
        try file.write([Float](repeating: 1, count: 10_000), to: "x")
        throw Interruption()
      }
    }
    #expect(folder.names == ["state.h5"])
    #expect(try readNumber(path) == 1)
  }

  @Test func impossiblePaths() throws {
    let missing = folder.file("none/state.h5")
    let error = try refusal(missing)
    #expect(error == FileError(path: missing, problem: .folderMissing(folder.file("none"))))
    #expect(
      error.description
        == "\(missing) cannot be written: the folder \(folder.path)/none does not exist. Create it, or choose another folder."
    )
    writeBytes([1], to: folder.file("plain"))
    let below = folder.file("plain/state.h5")
    #expect(try refusal(below) == FileError(path: below, problem: .notAFolder(folder.file("plain"))))
    let deeper = folder.file("plain/deeper/state.h5")
    #expect(try refusal(deeper) == FileError(path: deeper, problem: .notAFolder(folder.file("plain/deeper"))))
    #expect(try refusal(folder.path) == FileError(path: folder.path, problem: .isFolder))
    #expect(try refusal("/proc/state.h5").path == "/proc/state.h5")
    #expect(folder.names == ["plain"])
  }

  @Test func symbolicLinksStay() throws {
    mkdir(folder.file("elsewhere"), 0o755)
    let real = folder.file("elsewhere/real.h5")
    try writeNumber(1, to: real)
    symlink("elsewhere/real.h5", path)
    try writeNumber(2, to: path)
    #expect(try readNumber(real) == 2)
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(TemporaryFolder.names(in: folder.file("elsewhere")) == ["real.h5"])
  }

  @Test func textsAndBytes() throws {
    let path = folder.file("reprise.toml")
    try AtomicFile.write("[network]\nN = 1\n", to: path)
    #expect(readBytes(path) == Array("[network]\nN = 1\n".utf8))
    try AtomicFile.write([], to: path)
    #expect(readBytes(path) == [])
    #expect(folder.names == ["reprise.toml"])
  }

  /// Works without privileges: the limit on the size of files acts like a full drive.
  @Test func aLimitOnTheSizeIsReported() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let path = folder.file("state.h5")
      try HDF5File.writeAtomically(to: path) { file in try file.write(1.0, to: "x") }
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      #expect(setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit) == 0)
      for storage in [HDF5Storage.contiguous, .chunked(rows: 50_000), .chunked(rows: 100, deflate: 1)] {
        let error = #expect(throws: FileError.self) {
          try HDF5File.writeAtomically(to: path) { file in
            var generator = SeededGenerator(seed: 1)
            try file.write((0..<50_000).map { _ in generator.next() }, to: "x", storage: storage)
          }
        }
        #expect(error == FileError(path: path, problem: .tooLarge))
        #expect(folder.names == ["state.h5"])
      }
      // Small pieces that first fail when the file is closed.
      let error = #expect(throws: FileError.self) {
        try HDF5File.writeAtomically(to: path) { file in
          for index in 0..<2000 { try file.createGroup("group \(index)") }
        }
      }
      #expect(error == FileError(path: path, problem: .tooLarge))
      #expect(throws: FileError(path: path, problem: .tooLarge)) {
        try AtomicFile.write([UInt8](repeating: 1, count: 200_000), to: path)
      }
      #expect(folder.names == ["state.h5"])
      #expect(try HDF5File(reading: path).dataset("x").read(as: Double.self) == [1])
    }
  }

  @Test(.enabled(if: Mount.isPossible, "mounting a small drive needs root"))
  func aFullDriveIsReported() throws {
    let mount = try Mount(folder, options: "size=256k")
    let path = mount.file("state.h5")
    try writeNumber(1, to: path)
    for storage in [HDF5Storage.contiguous, .chunked(rows: 10_000), .chunked(rows: 50)] {
      let error = try #require(throws: FileError.self) {
        try HDF5File.writeAtomically(to: path) { file in
          try file.write([Double](repeating: 1, count: 100_000), to: "x", storage: storage)
        }
      }
      guard case .diskFull(let folder, _) = error.problem else {
        Issue.record("unexpected: \(error)")
        return
      }
      #expect(folder == mount.path)
      #expect(error.description.contains("the drive of \(mount.path) is full ("))
      #expect(TemporaryFolder.names(in: mount.path) == ["state.h5"])
      #expect(try readNumber(path) == 1)
    }
    // Nothing holds on to the space: it can be used, and the drive can be taken away. Programs that other tests start
    // at this moment may share open files for an instant.
    let other = [UInt8](repeating: 1, count: 150_000)
    func soon(_ succeeds: () -> Bool) -> Bool {
      (0..<100).contains { _ in
        if succeeds() { return true }
        usleep(100_000)
        return false
      }
    }
    #expect(soon { (try? AtomicFile.write(other, to: mount.file("other"))) != nil })
    #expect(soon { mount.unmount() })
  }

  @Test(.enabled(if: Mount.isPossible, "mounting a small drive needs root"))
  func aReadOnlyDriveIsReported() throws {
    let mount = try Mount(folder, options: "size=64k,ro")
    let path = mount.file("state.h5")
    #expect(try refusal(path) == FileError(path: path, problem: .readOnlyDrive(folder: mount.path)))
    #expect(mount.unmount())
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func aProtectedFolderIsReported() throws {
    chmod(folder.path, 0o555)
    defer { chmod(folder.path, 0o755) }
    #expect(try refusal(path) == FileError(path: path, problem: .notPermitted(folder: folder.path)))
  }
}

/// A small drive in memory.
final class Mount {
  let path: String
  private var isMounted: Bool

  init(_ folder: TemporaryFolder, options: String) throws {
    path = folder.file("drive")
    mkdir(path, 0o755)
    isMounted = mount("none", path, "tmpfs", options.contains("ro") ? 1 : 0, options.replacing(",ro", with: "")) == 0
    guard isMounted else { throw FileError(path: path, code: errno) }
  }

  deinit { if isMounted { umount2(path, 2) } }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// False while something holds a file of the drive open.
  func unmount() -> Bool {
    guard umount2(path, 0) == 0 else { return false }
    isMounted = false
    return true
  }

  static let isPossible: Bool = {
    guard geteuid() == 0, let folder = try? TemporaryFolder() else { return false }
    return (try? Mount(folder, options: "size=64k")) != nil
  }()
}
