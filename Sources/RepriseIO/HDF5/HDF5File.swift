// Opening, creating and closing HDF5 files. Groups are in HDF5File+Groups.swift, attributes in
// HDF5File+Attributes.swift, datasets in HDF5Dataset*.swift.
internal import CHDF5
internal import RepriseCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// An HDF5 file that is open for reading or, inside ``writeAtomically(to:_:)``, for writing.
///
/// May be used from several threads; the calls wait for each other. It closes when the last reference goes away.
/// Paths of objects may start with "/" or not.
public final class HDF5File: @unchecked Sendable {
  /// The path as the user gave it.
  public let path: String
  public let isWritable: Bool

  // Both change under the lock of the library only.
  private var id: hid_t?
  private var hasFailed = false

  /// Opens a file for reading.
  ///
  /// Damage in files that Reprise wrote is found by their checksums. Files in the older format that h5py writes by
  /// default have none, and the library trusts their headers: an incomplete file is refused, but changed bytes in a
  /// header can, rarely, make the library itself crash.
  ///
  /// - Throws: ``HDF5Error``.
  public init(reading path: String) throws(HDF5Error) {
    self.path = path
    isWritable = false
    try Self.checkReadable(path)
    id = try HDF5Library.locked { () throws(HDF5Error) in
      guard H5Fis_hdf5(path) > 0 else {
        _ = HDF5Library.messages()
        throw HDF5Error(.open, file: path, problem: .notHDF5)
      }
      let access = HDF5Handle(H5Pcreate(rp_h5_file_access()))
      _ = rp_h5_without_locks(access.id)
      // Datasets are opened for each call, so nothing needs the file after it is closed.
      H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG)
      let id = H5Fopen(path, rp_h5_read_only(), access.id)
      guard id >= 0 else { throw Self.openError(path, HDF5Library.messages()) }
      return id
    }
  }

  /// Creates `temporaryPath`, which must not exist; errors name `path`.
  private init(creating temporaryPath: String, for path: String) throws(HDF5Error) {
    self.path = path
    isWritable = true
    id = try HDF5Library.locked { () throws(HDF5Error) in
      let access = HDF5Handle(H5Pcreate(rp_h5_file_access()))
      _ = rp_h5_without_locks(access.id)
      H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG)
      // This format, readable since HDF5 1.10, has checksums on everything but the data themselves. The one before
      // it has none on the places of chunks, so that damage could exchange data without notice.
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110)
      let creation = Self.withoutTimes(rp_h5_file_create())
      let id = H5Fcreate(temporaryPath, rp_h5_create_new(), creation.id, access.id)
      guard id >= 0 else {
        throw HDF5Error(.create, file: path, problem: .library, messages: HDF5Library.messages())
      }
      return id
    }
  }

  deinit {
    _ = HDF5Library.locked { id.map { H5Fclose($0) } }
  }

  /// Writes an HDF5 file as a whole: `body` fills a new file, which then replaces what was at `path`.
  ///
  /// See ``AtomicFile/write(to:_:)-1``; the file is forced to the drive before it takes its name. The file that
  /// `body` is given is closed when this returns.
  ///
  /// - Throws: What `body` throws, ``FileError`` where the system refuses (no folder, full drive, ...), or
  ///   ``HDF5Error``. Nothing is left of the new file and `path` is unchanged.
  @discardableResult
  public static func writeAtomically<Result>(
    to path: String, _ body: (HDF5File) throws -> Result
  ) throws -> Result {
    do {
      return try AtomicFile.write(to: path) { temporary in
        let file = try HDF5File(creating: temporary, for: path)
        do {
          let result = try body(file)
          try file.finish()
          return result
        } catch {
          file.abandon()
          throw error
        }
      }
    } catch let error as HDF5Error where error.file == path {
      // A full drive shows as a failed write inside the library; the user should read about the drive.
      guard let code = error.systemCode else { throw error }
      throw FileError(path: path, code: code)
    }
  }

  /// Runs `body` on the identifier of the file, under the lock.
  func perform<Result>(
    _ operation: HDF5Error.Operation, _ object: String?, _ body: (hid_t) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try HDF5Library.locked { () throws(HDF5Error) in
      guard let id, !hasFailed else { throw HDF5Error(operation, file: path, object: object, problem: .closed) }
      return try body(id)
    }
  }

  /// Returns `status`, the answer of a call to the library, unless it reports a failure. Call under the lock.
  @discardableResult
  func check<Status: SignedInteger>(
    _ status: Status, _ operation: HDF5Error.Operation, _ object: String?
  ) throws(HDF5Error) -> Status {
    guard status < 0 else { return status }
    let messages = HDF5Library.messages()
    if isWritable { discardWrites() }
    throw HDF5Error(operation, file: path, object: object, problem: .library, messages: messages)
  }

  /// Writes everything that the library still holds and closes the file.
  private func finish() throws(HDF5Error) {
    try perform(.close, nil) { (id) throws(HDF5Error) in
      try check(H5Fflush(id, H5F_SCOPE_GLOBAL), .write, nil)
      self.id = nil
      try check(H5Fclose(id), .close, nil)
    }
  }

  /// Closes a file that is not wanted any more, whatever its state.
  private func abandon() {
    HDF5Library.locked {
      guard let id else { return }
      if !hasFailed, H5Fflush(id, H5F_SCOPE_GLOBAL) < 0 { discardWrites() }
      H5Fclose(id)
      self.id = nil
      _ = HDF5Library.messages()
    }
  }

  /// Lets all further writes go to memory that is thrown away.
  ///
  /// The library cannot close a file that it cannot write: it keeps the descriptor, and with it the space on the
  /// full drive, and leaves identifiers that point to freed memory.
  private func discardWrites() {
    hasFailed = true
    #if os(Linux)
      guard let id else { return }
      var handle: UnsafeMutableRawPointer?
      guard H5Fget_vfd_handle(id, rp_h5_default(), &handle) >= 0, let handle else { return }
      let sink = rp_memory_file()
      guard sink >= 0 else { return }
      dup2(sink, handle.load(as: Int32.self))
      close(sink)
    #endif
  }

  private static func checkReadable(_ path: String) throws(HDF5Error) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      throw HDF5Error(.open, file: path, problem: isMissing ? .missingFile : .refused(systemMessage(errno)))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw HDF5Error(.open, file: path, problem: .isFolder) }
    guard access(path, R_OK) == 0 else {
      throw HDF5Error(.open, file: path, problem: .refused(systemMessage(errno)))
    }
  }

  private static func openError(_ path: String, _ messages: [String]) -> HDF5Error {
    let isTruncated = messages.contains { $0.contains("truncated file") }
    return HDF5Error(.open, file: path, problem: isTruncated ? .truncated : .library, messages: messages)
  }

  /// Size of the file in bytes at this moment; 0 where it cannot be asked.
  var byteCount: UInt64 {
    var status = stat()
    return stat(path, &status) == 0 ? UInt64(status.st_size) : 0
  }
}
