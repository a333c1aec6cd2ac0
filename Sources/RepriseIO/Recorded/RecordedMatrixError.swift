// What can be wrong with a file of targets, as values; the sentence is built from them.

/// Recorded rates or currents that cannot be used.
public struct RecordedMatrixError: Error, Equatable, CustomStringConvertible {
  /// One element, counted from 0 as in the file.
  public struct Position: Equatable, Sendable, CustomStringConvertible {
    public let task: Int
    public let row: Int
    public let unit: Int

    public init(task: Int, row: Int, unit: Int) {
      self.task = task
      self.row = row
      self.unit = unit
    }

    public var description: String { "task \(task), row \(row), unit \(unit)" }
  }

  public enum Problem: Equatable, Sendable {
    /// The file, or an object in it, cannot be read.
    case unreadable(HDF5Error)
    /// None, or several datasets could be meant, and none was named.
    case unclearDataset(candidates: [String])
    case notNumeric(found: String)
    /// Neither two nor three dimensions.
    case wrongRank(shape: [Int])
    /// The time axis has not the length that the trial needs; `isGuessed`: neither axis has it.
    case wrongRows(
      found: Int, shape: [Int], isGuessed: Bool, binMilliseconds: Double?, needed: RecordedMatrix.Expectation)
    /// Both axes have the length that the trial needs.
    case ambiguousAxes(shape: [Int], rowCount: Int)
    /// `bin_ms` is not a length of time.
    case invalidBin(Double)
    case wrongBin(found: Double, rowCount: Int, learningInterval: Double)
    /// The condition cannot be understood.
    case invalidCondition(String, reason: String)
    case unknownAttribute(String, available: [String])
    case wrongAttributeType(String, isText: Bool, condition: String)
    case noUnits(condition: String?, unitCount: Int)
    case noTasks
    case unknownTask(Int, taskCount: Int)
    case notFinite(first: Position, value: Float, count: Int)
    case negativeRate(first: Position, value: Float, count: Int)
  }

  public let file: String
  public let dataset: String?
  public let problem: Problem

  public init(file: String, dataset: String?, problem: Problem) {
    self.file = file
    self.dataset = dataset
    self.problem = problem
  }

  public var description: String {
    if case .unreadable(let error) = problem { return error.description }
    return "\(file)\(dataset.map { ":" + $0 } ?? "") \(sentence)"
  }

  private var sentence: String {
    switch problem {
    case .unreadable(let error): error.description
    case .unclearDataset(let candidates): unclearSentence(candidates)
    case .notNumeric(let found): "is \(found); numbers are needed."
    case .wrongRank(let shape):
      "has the shape \(formatShape(shape)); (time, neuron) or (time, neuron, task) is needed."
    case .wrongRows(let found, let shape, let isGuessed, let bin, let needed):
      Self.rowSentence(found, shape, isGuessed, bin, needed)
    case .ambiguousAxes(let shape, let rowCount):
      "has the shape \(formatShape(shape)), and both the first and the last axis have the \(rowCount) rows needed. "
        + "Set targets.axis_order = \"time_first\" or \"time_last\"."
    case .invalidBin(let bin): "has bin_ms = \(formatNumber(bin)); a time above 0 ms is needed."
    case .wrongBin(let found, let rowCount, let interval):
      "has bins of \(formatNumber(found)) ms but learning.every is \(formatNumber(interval)) ms; they must be equal. "
        + Self.fit(interval: found, rowCount: rowCount)
    case .invalidCondition(let condition, let reason):
      "cannot be filtered by \"\(condition)\": \(reason). "
        + "A condition is like: split_half_r > 0.5 and mouse == \"Cori\"."
    case .unknownAttribute(let name, let available): Self.attributeSentence(name, available)
    case .wrongAttributeType(let name, let isText, let condition):
      isText
        ? "cannot be filtered by \"\(condition)\": \(name) is text, which can be compared by == and != only."
        : "cannot be filtered by \"\(condition)\": \(name) is a number and must be compared with a number."
    case .noUnits(let condition, let count):
      if let condition {
        "has none of its \(count) units left after targets.select = \"\(condition)\". Choose a weaker condition."
      } else {
        "has no units."
      }
    case .noTasks:
      "has no tasks selected: targets.tasks is empty or the file has none. Leave targets.tasks out for all."
    case .unknownTask(let task, let count):
      "has no task \(task): there \(count == 1 ? "is 1 task" : "are \(count) tasks"), counted from 0. "
        + "Correct targets.tasks."
    case .notFinite(let first, let value, let count):
      "has \(count) \(count == 1 ? "value that is" : "values that are") not finite; the first is \(value) at \(first) "
        + "(counted from 0). Fill or leave out these units before training."
    case .negativeRate(let first, let value, let count):
      "has \(count) negative \(count == 1 ? "rate" : "rates"); the first is \(value) Hz at \(first) (counted from 0). "
        + "Rates are 0 or more; for currents set targets.source = \"currents\"."
    }
  }

  private func unclearSentence(_ candidates: [String]) -> String {
    guard !candidates.isEmpty else {
      return "has no numeric dataset of two or three dimensions. Targets are (time, neuron) or (time, neuron, task)."
    }
    return "has several datasets that could be meant: \(candidates.prefix(12).joined(separator: ", "))"
      + (candidates.count > 12 ? " and \(candidates.count - 12) more" : "")
      + ". Name one as \(file):\(candidates[0])."
  }

  private static func rowSentence(
    _ found: Int, _ shape: [Int], _ isGuessed: Bool, _ bin: Double?, _ needed: RecordedMatrix.Expectation
  ) -> String {
    let interval = formatNumber(needed.learningInterval)
    let duration = formatNumber(needed.trainDuration)
    var text = "has \(found) rows but needs \(needed.rowCount): "
    text += "trial.train_duration / learning.every = \(duration) ms / \(interval) ms. "
    if isGuessed {
      text += "Neither the first nor the last axis of \(formatShape(shape)) has \(needed.rowCount). "
    }
    guard found > 0 else { return text + "Choose a dataset with rows." }
    if let bin { return text + "Its bins are \(formatNumber(bin)) ms. " + fit(interval: bin, rowCount: found) }
    return text + "trial.train_duration = \(formatNumber(Double(found) * needed.learningInterval)) would fit, "
      + "or learning.every = \(formatNumber(needed.trainDuration / Double(found)))."
  }

  private static func fit(interval: Double, rowCount: Int) -> String {
    "learning.every = \(formatNumber(interval)) with trial.train_duration = "
      + "\(formatNumber(interval * Double(rowCount))) would fit."
  }

  private static func attributeSentence(_ name: String, _ available: [String]) -> String {
    guard !available.isEmpty else {
      return "has no attribute \(name) of its units: the file has no dataset with one value for each unit, "
        + "neither in /units nor in /. Leave targets.select out."
    }
    return "has no attribute \(name) of its units. There is \(available.joined(separator: ", "))."
      + (Suggestions.closest(to: name, among: available).map { " Did you mean \($0)?" } ?? "")
  }
}

/// A number with up to six significant digits and without ".0".
func formatNumber(_ value: Double) -> String {
  guard value.isFinite, value != 0, abs(value) < 1e15 else { return value == 0 ? "0" : "\(value)" }
  var scale = 1.0
  while abs(value) * scale < 1e5, scale < 1e12 { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
}
