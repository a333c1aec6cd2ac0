// Numbers by task, time and neuron, as files and plug-ins give them.
internal import RepriseCore

/// Numbers of shape [task, row, column]; a row is a piece of time, a column a neuron.
public struct TaskValues: Sendable, Equatable {
  public let taskCount: Int
  public let rowCount: Int
  public let columnCount: Int
  /// The last axis runs fastest.
  public let values: [Float]

  public init(taskCount: Int, rowCount: Int, columnCount: Int, values: [Float]) {
    precondition(values.count == taskCount * rowCount * columnCount, "values need their shape")
    (self.taskCount, self.rowCount, self.columnCount) = (taskCount, rowCount, columnCount)
    self.values = values
  }

  /// Asks for every number.
  public init(tasks: Int, rows: Int, columns: Int, _ value: (_ task: Int, _ row: Int, _ column: Int) -> Double) {
    var values: [Float] = []
    values.reserveCapacity(tasks * rows * columns)
    for task in 0..<tasks {
      for row in 0..<rows {
        for column in 0..<columns { values.append(Float(value(task, row, column))) }
      }
    }
    self.init(taskCount: tasks, rowCount: rows, columnCount: columns, values: values)
  }

  /// - Parameter isRate: Refuses negative numbers too.
  func checkNumbers(_ source: String, isRate: Bool = false) throws(GivenError) {
    guard let index = values.firstIndex(where: { !$0.isFinite || isRate && $0 < 0 }) else { return }
    let (task, row, column) = (
      index / (rowCount * columnCount), index / columnCount % rowCount, index % columnCount
    )
    throw GivenError(
      source,
      "the value of task \(task), row \(row), neuron \(column) is \(values[index]), but must be a finite number"
        + (isRate ? " of at least 0." : "."))
  }

  /// - Parameter meaning: What the columns are, and which key says how many.
  func checkShape(
    _ source: String, tasks: [Int], columns: Int, _ meaning: String
  ) throws(GivenError) {
    guard columnCount == columns else {
      throw GivenError(source, "there are values for \(columnCount) neurons, but \(meaning) = \(columns).")
    }
    guard tasks.contains(taskCount) else {
      let needed = Set(tasks).sorted().map(String.init).joined(separator: " or ")
      throw GivenError(source, "there are values for \(taskCount) task(s), but the targets need \(needed).")
    }
  }

  /// Refuses rows that do not all have the same whole number of steps.
  ///
  /// - Returns: Steps of a row.
  func stepsPerRow(_ source: String, steps: Int, _ window: String, timeStep: Double) throws(GivenError) -> Int {
    guard rowCount > 0, steps > 0, steps % rowCount == 0 else {
      throw GivenError(
        source,
        "there are \(rowCount) rows of time, but the \(steps) steps of trial.dt = \(timeStep) ms \(window) must be a "
          + "whole multiple of their number.")
    }
    return steps / rowCount
  }
}

extension TaskValues {
  /// Start weights of feed-forward neurons of shape [neuron, L_X], from the same for all neurons or for each.
  ///
  /// - Throws: ``GivenError``.
  public func feedforwardWeights(_ parameters: Parameters, source: String) throws(GivenError) -> [Float] {
    let count = parameters.feedforward.count
    try checkShape(source, tasks: [taskCount], columns: count, "feedforward.L_X")
    guard rowCount == 1 || rowCount == parameters.neuronCount else {
      throw GivenError(
        source, "there are weights onto \(rowCount) neurons, but network.N = \(parameters.neuronCount).")
    }
    try checkNumbers(source)
    return rowCount == 1 ? (0..<parameters.neuronCount).flatMap { _ in values } : values
  }
}

extension Targets {
  /// Targets that were given.
  ///
  /// - Throws: ``GivenError``.
  public init(_ given: TaskValues, _ parameters: Parameters, source: String) throws(GivenError) {
    guard given.taskCount > 0 else { throw GivenError(source, "there are no tasks, but at least one is needed.") }
    try given.checkShape(
      source, tasks: [given.taskCount], columns: parameters.neuronCount, "network.N")
    let rows = parameters.clock.rowCount
    guard given.rowCount == rows else {
      throw GivenError(
        source,
        "there are \(given.rowCount) rows of targets, but trial.train_duration / learning.every = \(rows) are needed.")
    }
    try given.checkNumbers(source)
    self.init(taskCount: given.taskCount, rowCount: rows, neuronCount: given.columnCount, values: given.values)
  }
}
