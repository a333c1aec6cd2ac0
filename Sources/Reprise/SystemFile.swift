// Text that the system offers as files, and what commands print.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

enum SystemFile {
  /// Lines of a text file of the system; empty where there is none.
  static func lines(_ path: String) -> [Substring] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    return text(file).split(separator: "\n")
  }

  /// The first number after a key at the start of a line, as in "MemAvailable:   123 kB"; nil if there is none.
  static func number(after key: String, in path: String) -> Int? {
    lines(path).first { $0.hasPrefix(key) }.flatMap { line in
      Int(line.dropFirst(key.count).drop { !$0.isNumber }.prefix { $0.isNumber })
    }
  }

  /// The first line that a shell command prints; nil if it prints none.
  static func firstLine(of command: String) -> String? {
    guard let pipe = popen(command, "r") else { return nil }
    defer { pclose(pipe) }
    return text(pipe).split(separator: "\n").first.map(String.init)
  }

  private static func text(_ file: UnsafeMutablePointer<FILE>) -> String {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = fread(&block, 1, block.count, file)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += block[..<count]
    }
  }
}
