// Times of recordings. They are whole ns, so that a spike at the edge of a bin is counted in the bin that begins there,
// whatever the unit of the file and the start of the trial.

enum RecordingTime {
  static let perMillisecond = 1e6

  /// The nearest whole number of ns; nil where `time` is not a number or lies beyond 30 years.
  static func nanoseconds(_ time: Double, unit: Double) -> Int? {
    let value = (time * unit).rounded()
    return abs(value) < 1e18 ? Int(value) : nil
  }

  static func milliseconds(_ nanoseconds: Int) -> Double { Double(nanoseconds) / perMillisecond }

  /// As `20 ms`.
  static func text(_ nanoseconds: Int) -> String { "\(formatNumber(milliseconds(nanoseconds))) ms" }

  /// ns in the unit that a text names; nil where it names none that is known.
  static func unit(named name: String) -> Double? {
    switch name.lowercased() {
    case "s", "sec", "second", "seconds": 1e9
    case "ms", "millisecond", "milliseconds": 1e6
    case "us", "microsecond", "microseconds": 1e3
    default: nil
    }
  }

  /// Reads a time of the command line, such as `-200ms` or `0.8 s`; plain numbers are ms.
  ///
  /// - Returns: ns.
  static func parse(_ text: String, option: String) throws -> Int {
    do {
      let milliseconds = try (Double(text).map { ConfigValue.number($0) } ?? .string(text)).quantity(.milliseconds)
      guard let time = nanoseconds(milliseconds, unit: perMillisecond) else {
        throw ConfigProblem("= \(text) is not a time of a recording.")
      }
      return time
    } catch let problem as ConfigProblem {
      throw ConfigError([ConfigMistake(source: "command line", key: option, problem: problem.text)])
    }
  }
}

/// A stretch of time around an event.
public struct TimeWindow: Equatable, Sendable, CustomStringConvertible {
  /// ns from the event, included.
  let start: Int
  /// ns from the event, excluded.
  let end: Int

  init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }

  /// Reads `FROM..TO`, such as `-200ms..0.8s`; plain numbers are ms.
  ///
  /// - Throws: ``ConfigError`` or ``RecordingError``.
  public init(parsing text: String, option: String = "--window") throws {
    guard let dots = text.firstRange(of: "..") else {
      throw RecordingError(
        option, "is \(text); a start and an end are needed, as in -200ms..800ms.", isUsage: true)
    }
    start = try RecordingTime.parse(String(text[..<dots.lowerBound]), option: option)
    end = try RecordingTime.parse(String(text[dots.upperBound...]), option: option)
    guard start < end else {
      throw RecordingError(option, "is \(text), which ends before it begins; exchange the two times.", isUsage: true)
    }
  }

  public var description: String {
    "\(formatNumber(RecordingTime.milliseconds(start)))ms..\(formatNumber(RecordingTime.milliseconds(end)))ms"
  }
}

/// Bins of equal width, one after the other.
struct BinGrid: Equatable, Sendable {
  /// ns from the event.
  let start: Int
  /// ns.
  let width: Int
  let count: Int

  var end: Int { start + width * count }

  /// - Throws: ``RecordingError`` where the window is no whole number of bins.
  init(_ window: TimeWindow, width: Int) throws {
    let length = window.end - window.start
    guard length % width == 0 else {
      let fitting = window.start + max(1, length / width) * width
      throw RecordingError(
        "--bin",
        """
        is \(RecordingTime.text(width)), of which the window \(window) holds no whole number; \
        --window \(TimeWindow(start: window.start, end: fitting)) would fit.
        """)
    }
    start = window.start
    self.width = width
    count = length / width
  }

  /// The widest usual bin that fits a window.
  static func usualWidth(for window: TimeWindow) -> Int {
    [20, 10, 5, 2].map { $0 * 1_000_000 }.first { (window.end - window.start) % $0 == 0 } ?? 1_000_000
  }
}
