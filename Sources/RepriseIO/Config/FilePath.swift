// Paths in a configuration file are relative to its folder.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

package enum FilePath {
  /// The folder of a file, as it was named; empty for the current one.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A path that was written in a file of a folder.
  package static func resolve(_ path: String, in folder: String) -> String {
    if path.hasPrefix("/") || folder.isEmpty { return path }
    return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }

  /// The path to write into a file of a folder: relative if it is inside, else absolute.
  package static func relative(_ path: String, to folder: String) -> String {
    let prefix = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
    let isSimple = !path.split(separator: "/").contains("..")
    if isSimple, !prefix.isEmpty, path.hasPrefix(prefix), path.count > prefix.count {
      return String(path.dropFirst(prefix.count).drop { $0 == "/" })
    }
    if isSimple, prefix.isEmpty, !path.hasPrefix("/") { return path }
    let (full, root) = (absolute(path), absolute(folder))
    let inside = root == "/" ? "/" : root + "/"
    return full.hasPrefix(inside) && full != inside ? String(full.dropFirst(inside.count)) : full
  }

  /// The path from the root, without `.` and `..`.
  package static func absolute(_ path: String) -> String {
    let start = path.hasPrefix("/") ? "" : currentFolder()
    var parts: [Substring] = []
    for part in "\(start)/\(path)".split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// True if there is a file of any kind.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func currentFolder() -> String {
    guard let name = getcwd(nil, 0) else { return "" }
    defer { free(name) }
    return String(cString: name)
  }
}
