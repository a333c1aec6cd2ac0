// What the operating system refuses when a file is to be written.
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that could not be written, and why.
///
/// Nothing half-written is left behind, and a file that was at `path` before is unchanged.
public struct FileError: Error, Equatable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    /// The folder that should hold the file is not there.
    case folderMissing(String)
    /// A part of the path that should be a folder is something else.
    case notAFolder(String)
    /// There is a folder of this name already.
    case isFolder
    /// The user may not write into this folder.
    case notPermitted(folder: String)
    /// The folder is on a drive that is mounted read-only.
    case readOnlyDrive(folder: String)
    /// The drive or the user's quota is full.
    case diskFull(folder: String, freeBytes: UInt64)
    /// The file would be larger than a limit allows: of the drive, or of the shell (`ulimit -f`).
    case tooLarge
    /// Anything else, with the number and the text of the system's error.
    case system(code: Int32, message: String)
  }

  /// The path as the user gave it.
  public let path: String
  public let problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path) cannot be written: \(sentence)" }

  private var sentence: String {
    switch problem {
    case .folderMissing(let folder):
      "the folder \(folder) does not exist. Create it, or choose another folder."
    case .notAFolder(let folder):
      "\(folder) is not a folder. Choose a path inside an existing folder."
    case .isFolder:
      "it is a folder. Choose the path of a file."
    case .notPermitted(let folder):
      "no permission to write in the folder \(folder). Change its permissions, or choose another folder."
    case .readOnlyDrive(let folder):
      "the folder \(folder) is on a read-only drive. Choose another folder."
    case .diskFull(let folder, let free):
      "the drive of \(folder) is full (\(formatBytes(free)) free). Make room there, or choose another folder."
    case .tooLarge:
      "it would exceed the largest file size allowed here. Raise the limit (`ulimit -f`), or choose another drive."
    case .system(let code, let message):
      "\(message) (error \(code)). Check the path and the drive."
    }
  }

  /// The error for a system error code that was met while writing `path`.
  package init(path: String, code: Int32) {
    let folder = folderPath(of: path)
    self.path = path
    switch code {
    case ENOENT: problem = .folderMissing(folder)
    case ENOTDIR: problem = .notAFolder(folder)
    case EISDIR: problem = .isFolder
    case EACCES, EPERM: problem = .notPermitted(folder: folder)
    case EROFS: problem = .readOnlyDrive(folder: folder)
    case ENOSPC, EDQUOT: problem = .diskFull(folder: folder, freeBytes: freeBytes(inFolder: folder))
    case EFBIG: problem = .tooLarge
    default: problem = .system(code: code, message: systemMessage(code))
    }
  }
}

/// The system's text for an error code.
package func systemMessage(_ code: Int32) -> String {
  String(cString: strerror(code))
}

/// The folder part of a path; "." where the path has none.
package func folderPath(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
package func fileName(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return path }
  return String(path[path.index(after: slash)...])
}

/// Space that a user may still fill on the drive of a folder; 0 where it cannot be asked.
private func freeBytes(inFolder folder: String) -> UInt64 {
  var status = statvfs()
  guard statvfs(folder, &status) == 0 else { return 0 }
  return UInt64(status.f_bavail) * UInt64(status.f_frsize)
}

/// A number of bytes as people read it, in powers of 1000.
package func formatBytes(_ count: UInt64) -> String {
  let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
  var value = Double(count)
  var unit = 0
  while value >= 1000, unit < units.count - 1 {
    value /= 1000
    unit += 1
  }
  guard unit > 0 else { return "\(count) bytes" }
  let tenths = (value * 10).rounded()
  return "\(Int(tenths) / 10).\(Int(tenths) % 10) \(units[unit])"
}
