// learning-curve.csv: one line per loop, for people and spreadsheets.
internal import RepriseCore
public import RepriseModel
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Text of `learning-curve.csv`.
public enum LearningCurveFile {
  public static let header = "loop,task,seconds,rate_hz,correlation"

  /// Replaces the file by a whole curve.
  public static func write(_ curve: [LoopRecord], to path: String) throws {
    try AtomicFile.write(([header] + curve.map(line)).joined(separator: "\n") + "\n", to: path)
  }

  /// Reads a curve back.
  ///
  /// - Throws: ``StoredFileError`` if the text is not a learning curve, and what the system says if it cannot be read.
  public static func read(_ path: String) throws -> [LoopRecord] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    guard lines.first.map(String.init) == header else {
      throw StoredFileError(path, .inconsistent("its first line is not '\(header)'"))
    }
    return try lines.dropFirst().enumerated().map { index, line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 5, let loop = Int(fields[0]), let task = Int(fields[1]), let seconds = Double(fields[2]),
        let rate = Double(fields[3]), fields[4].isEmpty || Double(fields[4]) != nil
      else { throw StoredFileError(path, .inconsistent("line \(index + 2) is not a line of a learning curve")) }
      return LoopRecord(loop: loop, task: task, seconds: seconds, rate: rate, correlation: Double(fields[4]))
    }
  }

  /// The line of a loop; the correlation is empty where it was not measured.
  static func line(_ record: LoopRecord) -> String {
    let correlation = record.correlation.map { DecimalText.fixed($0, digits: 6) } ?? ""
    let seconds = DecimalText.fixed(record.seconds, digits: 4)
    let rate = DecimalText.fixed(record.rate, digits: 4)
    return "\(record.loop),\(record.task),\(seconds),\(rate),\(correlation)"
  }
}
