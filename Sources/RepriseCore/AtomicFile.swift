// Replacing a file as a whole: a reader sees the old file or the new one, never a part of one.
// Everything that Reprise writes goes through here, but for figures, which gnuplot draws, and rows of resources.csv.
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Writes a file under a temporary name in its folder and moves it over the target when it is complete.
public enum AtomicFile {
  private static let counter = Atomic<Int>(0)
  /// Address of the path of the temporary file that is being written; 0: none. Who takes it out owns it.
  private static let unfinished = Atomic<UInt>(0)
  /// The process ends: nothing is written any more.
  private static let isEnding = Atomic<Bool>(false)

  /// Replaces the file at `path` by what `body` writes to the temporary path that it is given.
  ///
  /// When `body` returns, the file is forced to the drive, renamed over `path`, and the folder is forced to the
  /// drive. A symbolic link at `path` stays, and the file that it names is replaced.
  ///
  /// - Throws: What `body` throws, or ``FileError``. The temporary file is removed and `path` is unchanged.
  @discardableResult
  public static func write<Result>(to path: String, _ body: (_ temporaryPath: String) throws -> Result) throws -> Result
  {
    try checkFolder(of: path)
    let target = resolved(path)
    let temporary = temporaryPath(for: target)
    let name = announce(temporary)
    defer { withdraw(name) }
    do {
      let result = try body(temporary)
      try synchronize(temporary, for: path)
      guard rename(temporary, target) == 0 else { throw FileError(path: path, code: errno) }
      // The file is complete under its name by now; a drive that cannot synchronise folders is no reason to fail.
      synchronizeFolder(of: target)
      return result
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Replaces the file at `path` by `bytes`.
  ///
  /// - Throws: ``FileError``; `path` is unchanged then.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { temporary in
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o666)
      guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
      defer { close(descriptor) }
      guard writeAll(bytes, to: descriptor) else { throw FileError(path: path, code: errno) }
    }
  }

  /// Replaces the file at `path` by `text` in UTF-8.
  ///
  /// - Throws: ``FileError``; `path` is unchanged then.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Removes the temporary file that is being written, where the process must end at once.
  ///
  /// For signal handlers that end the process: it takes no lock and no memory. Whoever would begin to write waits for the
  /// end from now on. Of several files that are written at the same time it knows the one that was begun last.
  ///
  /// - Returns: False if another thread does it already.
  public static func removeUnfinished() -> Bool {
    guard !isEnding.exchange(true, ordering: .sequentiallyConsistent) else { return false }
    let address = unfinished.exchange(0, ordering: .sequentiallyConsistent)
    guard let name = UnsafePointer<CChar>(bitPattern: address) else { return true }
    // Another thread may be about to create the file.
    for _ in 0..<10 where unlink(name) != 0 { usleep(1000) }
    return true
  }

  /// Does not return once the process ends: what fails for want of the removed file is no error to speak of.
  public static func waitIfEnding() {
    while isEnding.load(ordering: .sequentiallyConsistent) { usleep(100_000) }
  }

  private static func announce(_ temporary: String) -> UInt {
    let name = UInt(bitPattern: strdup(temporary))
    unfinished.store(name, ordering: .sequentiallyConsistent)
    // Either this sees that the process ends, or whoever ends it sees the name.
    waitIfEnding()
    return name
  }

  private static func withdraw(_ name: UInt) {
    let isMine = unfinished.compareExchange(expected: name, desired: 0, ordering: .sequentiallyConsistent).exchanged
    // A signal handler may be reading it otherwise.
    if isMine { free(UnsafeMutableRawPointer(bitPattern: name)) }
  }

  /// Finds the usual mistakes before any work is done for them.
  private static func checkFolder(of path: String) throws(FileError) {
    let folder = folderPath(of: path)
    var status = stat()
    guard stat(folder, &status) == 0 else { throw FileError(path: path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(path: path, problem: .notAFolder(folder)) }
    guard access(folder, W_OK | X_OK) == 0 else { throw FileError(path: path, code: errno) }
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw FileError(path: path, problem: .isFolder)
    }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// A name that no other writer uses: hidden, with the process and a counter.
  private static func temporaryPath(for path: String) -> String {
    let number = counter.add(1, ordering: .relaxed).newValue
    return "\(folderPath(of: path))/.\(fileName(of: path)).\(getpid())-\(number).tmp"
  }

  private static func synchronize(_ temporary: String, for path: String) throws(FileError) {
    let descriptor = open(temporary, O_RDWR)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError(path: path, code: errno) }
  }

  private static func synchronizeFolder(of path: String) {
    let descriptor = open(folderPath(of: path), O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// Writes all bytes, however many calls that takes; on failure the reason is in `errno`.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var remaining = buffer[...]
    while !remaining.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: remaining).baseAddress, remaining.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      remaining = remaining.dropFirst(count)
    }
    return true
  }
}
