// A stimulus that was given, in place of the Ornstein-Uhlenbeck process.
public import RepriseCore

/// Currents while the stimulus is on, shape [task, row, neuron]; each row holds for the same number of steps.
public struct StimulusCurrents: Sendable, Equatable {
  public let taskCount: Int
  public let rowCount: Int
  public let neuronCount: Int
  public let values: [Float]

  public init(taskCount: Int, rowCount: Int, neuronCount: Int, values: [Float]) {
    precondition(values.count == taskCount * rowCount * neuronCount, "a stimulus needs its shape")
    (self.taskCount, self.rowCount, self.neuronCount) = (taskCount, rowCount, neuronCount)
    self.values = values
  }

  /// - Parameter taskCount: Of the targets.
  /// - Throws: ``GivenError``.
  public init(_ given: TaskValues, _ parameters: Parameters, taskCount: Int, source: String) throws(GivenError) {
    try given.checkShape(source, tasks: [taskCount], columns: parameters.neuronCount, "network.N")
    let clock = parameters.clock
    _ = try given.stepsPerRow(
      source, steps: clock.stimulusOffStep - clock.stimulusOnStep, "from trial.stim_on to trial.stim_off",
      timeStep: clock.timeStep)
    try given.checkNumbers(source)
    self.init(
      taskCount: given.taskCount, rowCount: given.rowCount, neuronCount: given.columnCount, values: given.values)
  }

  /// The row that begins to hold in a step; nil in other steps. The first step of the stimulus is the one after
  /// `stim_on`.
  public func row(beginningAt step: Int, _ clock: StepClock) -> Int? {
    let since = step - clock.stimulusOnStep - 1
    guard since >= 0, step < clock.stimulusOffStep else { return nil }
    let (row, rest) = since.quotientAndRemainder(dividingBy: stepsPerRow(clock))
    return rest == 0 ? row : nil
  }

  /// The last of the steps from `first` to `last` before another row begins.
  public func lastStep(from first: Int, through last: Int, _ clock: StepClock) -> Int {
    let (each, start) = (stepsPerRow(clock), clock.stimulusOnStep + 1)
    let next = first < start ? start : start + ((first - start) / each + 1) * each
    return next < clock.stimulusOffStep ? min(last, next - 1) : last
  }

  /// Where the numbers of a row begin in `values`.
  public func start(task: Int, row: Int) -> Int { (task * rowCount + row) * neuronCount }

  private func stepsPerRow(_ clock: StepClock) -> Int {
    max(1, (clock.stimulusOffStep - clock.stimulusOnStep) / rowCount)
  }
}
