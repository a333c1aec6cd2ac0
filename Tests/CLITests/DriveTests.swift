// Drives that take no more: status 73, a sentence, and the files as they were.
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Only the superuser may mount drives, and not in every container.
private let canMount: Bool = {
  #if os(Linux)
    guard geteuid() == 0 else { return false }
    var template = Array("/tmp/reprise-mount-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return false }
    defer { rmdir(template) }
    guard mount("tmpfs", template, "tmpfs", 0, "size=64k") == 0 else { return false }
    return umount(template) == 0
  #else
    return false
  #endif
}()

@Suite struct DriveTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func folderWhoseParentIsAFile() async throws {
    try folder.write("", to: "file")
    let phrase = "file/net cannot be created as a folder. Check that its parent exists, is a folder and is writable."
    try await folder.expectRefusal(["new", "file/net"], code: 73, phrase)
    try await folder.expectRefusal(["new", "file/net", "--example", "sequence"], code: 73, phrase)
    try await folder.expectRefusal(["new", "file"], code: 73, "file cannot be created as a folder.")
  }

  @Test func checkpointsIsAFile() async throws {
    try await folder.initialized()
    try folder.write("", to: "net/checkpoints")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1"], code: 73, "net/checkpoints cannot be created as a folder.")
  }

  @Test func targetIsAFolder() async throws {
    try await folder.trained()
    try folder.createNetFolder("net/test.h5")
    try await folder.expectRefusal(
      ["test", "net", "--trials", "1"], code: 73, "net/test.h5 cannot be written: it is a folder.")
  }

  /// The limit of the shell sends a signal that ends programs unless they ignore it.
  @Test func limitOfFileSize() async throws {
    try await folder.trained()
    let phrase = "cannot be written: it would exceed the largest file size allowed here."
    try await folder.expectRefusal(["init", "net"], code: 73, "net/network.h5 " + phrase, after: "ulimit -f 8")
    try await folder.expectRefusal(
      ["test", "net", "--trials", "1"], code: 73, "net/test.h5 " + phrase, after: "ulimit -f 8")
    let outcome = try await Command.run(
      ["train", "net", "--loops", "1", "--overwrite"], in: folder, after: "ulimit -f 8")
    #expect(outcome.code == 73)
    #expect(outcome.errors.contains("net/checkpoints/loop-000001.h5 " + phrase))
    #expect(folder.names(in: "net/checkpoints") == ["loop-000002.h5"])
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func folderWithoutPermission() async throws {
    try await folder.initialized()
    chmod(folder.file("net"), 0o500)
    defer { chmod(folder.file("net"), 0o700) }
    try await folder.expectRefusal(["init", "net"], code: 73, "no permission to write in the folder net.")
  }

  #if os(Linux)
    @Test(.enabled(if: canMount, "needs the permission to mount drives"))
    func readOnlyDrive() async throws {
      try folder.createNetFolder()
      try #require(mount("tmpfs", folder.file("net"), "tmpfs", 0, "size=1m") == 0)
      defer { umount(folder.file("net")) }
      try await folder.trained()
      try #require(mount("tmpfs", folder.file("net"), "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "") == 0)
      let phrase = "the folder net is on a read-only drive. Choose another folder."
      try await folder.expectRefusal(["init", "net"], code: 73, "net/network.h5 cannot be written: " + phrase)
      try await folder.expectRefusal(
        ["test", "net", "--trials", "1"], code: 73, "net/test.h5 cannot be written: " + phrase)
      try await folder.expectRefusal(["train", "net", "--loops", "1", "--overwrite"], code: 73, "cannot be written")
      try await folder.expectRefusal(["plot", "net"], code: 73, "net/figures cannot be created as a folder.")
    }

    @Test(.enabled(if: canMount, "needs the permission to mount drives"))
    func fullDrive() async throws {
      try folder.createNetFolder()
      try #require(mount("tmpfs", folder.file("net"), "tmpfs", 0, "size=128k") == 0)
      defer { umount(folder.file("net")) }
      try await folder.trained()
      let phrase = "cannot be written: the drive of net"
      let filling = "(cat /dev/zero > net/filling 2>/dev/null; true)"
      _ = try await Command.run(["--version"], in: folder, after: filling)
      try await folder.expectRefusal(["init", "net"], code: 73, "net/network.h5 " + phrase, "is full (0 bytes free)")
      try await folder.expectRefusal(["test", "net", "--trials", "1"], code: 73, "net/test.h5 " + phrase)
      try await folder.expectRefusal(
        ["train", "net", "--loops", "1", "--overwrite"], code: 73, "A checkpoint needs",
        "on the drive of net, and 0 kB are free")
      try await folder.expectRefusal(["new", "net/inner"], code: 73, "cannot be")
    }
  #endif
}
