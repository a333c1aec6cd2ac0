// The one door to the HDF5 C library: its lock, its error texts, and identifiers that close themselves.
internal import CHDF5

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The C library keeps global state and is not safe to enter from two threads.
package enum HDF5Library {
  /// Recursive, so that a file that is released inside a locked section can close itself.
  nonisolated(unsafe) private static let mutex: UnsafeMutablePointer<pthread_mutex_t> = {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
    pthread_mutex_init(mutex, &attributes)
    pthread_mutexattr_destroy(&attributes)
    return mutex
  }()

  /// Done once, under the lock. No clean-up at exit, which would touch files that failed.
  private static let isPrepared: Bool = {
    H5dont_atexit()
    return H5open() >= 0
  }()

  /// As "1.10.8".
  package static var version: String {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    locked { _ = H5get_libversion(&major, &minor, &release) }
    return "\(major).\(minor).\(release)"
  }

  /// Runs `body` while no other thread is inside the library.
  static func locked<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    _ = isPrepared
    // Some builds of the library print the errors of each thread until that thread says no.
    H5Eset_auto2(rp_h5_error_stack(), nil, nil)
    return try body()
  }

  /// What the library said about its last failure, the most specific text first.
  static func messages() -> [String] {
    var texts: [String] = []
    withUnsafeMutablePointer(to: &texts) { pointer in
      _ = H5Ewalk2(
        rp_h5_error_stack(), H5E_WALK_UPWARD,
        { _, entry, context in
          if let text = entry?.pointee.desc, let texts = context?.assumingMemoryBound(to: [String].self) {
            texts.pointee.append(String(cString: text))
          }
          return 0
        }, pointer)
    }
    H5Eclear2(rp_h5_error_stack())
    return texts
  }

  /// Main memory of this machine, in bytes.
  static let physicalMemory: UInt64 = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && pageSize > 0 ? UInt64(pages) * UInt64(pageSize) : .max
  }()
}

/// An identifier of the library that is released at the end of its scope. Used under the lock only.
struct HDF5Handle: ~Copyable {
  let id: hid_t

  init(_ id: hid_t) { self.id = id }

  deinit { H5Idec_ref(id) }
}
