// Gets the text of a configuration file.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

enum ConfigSource {
  /// More than any configuration has, even with a value for every neuron; a device file never ends.
  private static let largestSize = 256 << 20

  static func text(of path: String) throws(ConfigMistake) -> String {
    try text(from: bytes(of: path), name: path)
  }

  /// The text of a file's bytes, refused where the TOML library would not see all of it.
  static func text(from bytes: [UInt8], name: String) throws(ConfigMistake) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
      throw ConfigMistake(source: name, line: bad.map { $0 + 1 }, problem: "the text is not UTF-8.")
    }
    try refuseNull(text, name: name)
    return text
  }

  /// Refuses NUL characters, which end a text in C and would cut off the rest silently.
  static func refuseNull(_ text: String, name: String) throws(ConfigMistake) {
    for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    where line.contains(0) || line.containsEscapedNull {
      throw ConfigMistake(source: name, line: index + 1, problem: "NUL characters are not allowed.")
    }
  }

  private static func bytes(of path: String) throws(ConfigMistake) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw unreadable(path, errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      errno = 0
      let count = fread(&block, 1, block.count, file)
      if ferror(file) != 0 { throw unreadable(path, errno) }
      guard count > 0 else { return bytes }
      bytes += block[..<count]
      if bytes.count > largestSize {
        throw ConfigMistake(source: path, problem: "the file is larger than 256 MB, which no configuration is.")
      }
    }
  }

  private static func unreadable(_ path: String, _ code: CInt) -> ConfigMistake {
    let problem =
      switch code {
      case ENOENT: "there is no such file."
      case EISDIR:
        "this is a folder; name the configuration file in it, such as \(FilePath.resolve("reprise.toml", in: path))."
      case EACCES: "the file may not be read; change its permissions."
      default: "the file cannot be read: \(String(cString: strerror(code)))."
      }
    return ConfigMistake(source: path, problem: problem)
  }
}

extension Substring.UTF8View {
  /// True for `\u0000` and `\U00000000`.
  fileprivate var containsEscapedNull: Bool {
    let short = "\\u0000".utf8
    let long = "\\U00000000".utf8
    return indices.contains {
      self[$0] == UInt8(ascii: "\\") && (self[$0...].starts(with: short) || self[$0...].starts(with: long))
    }
  }
}
