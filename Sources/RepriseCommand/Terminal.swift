// What appears on the screen.
internal import Reprise
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

enum Terminal {
  /// True if people watch; else output is plain lines.
  static let isInteractive = isatty(STDOUT_FILENO) == 1

  /// One line of output, visible at once also through a pipe.
  static func line(_ text: String) {
    write(text + "\n", to: STDOUT_FILENO)
  }

  /// Replaces the last line on a terminal; nothing elsewhere.
  static func status(_ text: String) {
    guard isInteractive else { return }
    write("\r\u{1B}[K" + text, to: STDOUT_FILENO)
  }

  static func clearStatus() { status("") }

  static func error(_ text: String) {
    if isInteractive { clearStatus() }
    write(text + "\n", to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  static func decimal(_ value: Double, _ digits: Int) -> String { DecimalText.fixed(value, digits: digits) }

  /// What is said about the signs of recurrent weights.
  static func signs(_ fraction: Double) -> String {
    "Recurrent plastic weights whose sign is not that of their sender's class: \(decimal(100 * fraction, 2)) %"
  }

  /// Text, padded on the left.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// A duration for people.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if seconds < 10 { return "\(decimal(seconds, 1)) s" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// A number of bytes for people.
  static func bytes(_ count: Int) -> String {
    count < 1_000_000_000
      ? "\(decimal(Double(count) / 1e6, 1)) MB" : "\(decimal(Double(count) / 1e9, 2)) GB"
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
