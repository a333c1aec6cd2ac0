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
  /// Columns that follow where some neurons do not learn.
  public static let subsetHeader = "trained_rate_hz,untrained_rate_hz,held_out_correlation"

  /// Replaces the file by a whole curve.
  public static func write(_ curve: [LoopRecord], to path: String) throws {
    let full = curve.contains { $0.subset != nil } ? "\(header),\(subsetHeader)" : header
    try AtomicFile.write(([full] + curve.map(line)).joined(separator: "\n") + "\n", to: path)
  }

  /// Reads a curve back.
  ///
  /// - Throws: ``StoredFileError`` if the text is not a learning curve, and what the system says if it cannot be read.
  public static func read(_ path: String) throws -> [LoopRecord] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    guard let first = lines.first.map(String.init), [header, "\(header),\(subsetHeader)"].contains(first) else {
      throw StoredFileError(path, .inconsistent("its first line is not '\(header)'"))
    }
    return try lines.dropFirst().enumerated().map { index, line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == first.split(separator: ",").count, let loop = Int(fields[0]), let task = Int(fields[1]),
        let seconds = Double(fields[2]),
        let rate = Double(fields[3]), fields[4].isEmpty || Double(fields[4]) != nil,
        let subset = subset(fields.dropFirst(5).map(\.self))
      else { throw StoredFileError(path, .inconsistent("line \(index + 2) is not a line of a learning curve")) }
      return LoopRecord(
        loop: loop, task: task, seconds: seconds, rate: rate, correlation: Double(fields[4]), subset: subset.record)
    }
  }

  /// What the fields behind the first five say; nil if they are no numbers.
  private static func subset(_ fields: [String]) -> (record: SubsetRecord?, Void)? {
    guard fields.count == 3 else { return (nil, ()) }
    guard let trained = Double(fields[0]), let untrained = Double(fields[1]),
      fields[2].isEmpty || Double(fields[2]) != nil
    else { return nil }
    return (
      SubsetRecord(trainedRate: trained, untrainedRate: untrained, heldOutCorrelation: Double(fields[2])), ()
    )
  }

  /// The line of a loop; the correlation is empty where it was not measured.
  static func line(_ record: LoopRecord) -> String {
    func text(_ correlation: Double?) -> String { correlation.map { DecimalText.fixed($0, digits: 6) } ?? "" }
    let correlation = text(record.correlation)
    let seconds = DecimalText.fixed(record.seconds, digits: 4)
    let rate = DecimalText.fixed(record.rate, digits: 4)
    let line = "\(record.loop),\(record.task),\(seconds),\(rate),\(correlation)"
    guard let subset = record.subset else { return line }
    let rates = [subset.trainedRate, subset.untrainedRate].map { DecimalText.fixed($0, digits: 4) }
    return ([line] + rates + [text(subset.heldOutCorrelation)]).joined(separator: ",")
  }
}
