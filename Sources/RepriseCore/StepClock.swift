// Time in integer steps. Milliseconds become steps here and nowhere else.

/// The time course of a trial in whole steps of `timeStep`.
///
/// Step i, i = 1, 2, ..., belongs to t = i dt. Comparisons of times in the model are comparisons of
/// integers here, so that the rounding of t never decides anything.
public struct StepClock: Sendable, Equatable {
  /// dt, ms.
  public let timeStep: Double
  /// The stimulus acts in steps `stimulusOnStep` < i < `stimulusOffStep`.
  public let stimulusOnStep: Int
  public let stimulusOffStep: Int
  public let lastStep: Int
  /// Steps between two updates of the weights.
  public let learningIntervalSteps: Int
  /// A neuron that spiked at step j is updated again from step j + `refractorySteps` on: the first
  /// step i with (i - j) dt > t_ref.
  public let refractorySteps: Int
  /// Currents are sampled every `sampleSteps` (1 ms, or dt where that is longer).
  public let sampleSteps: Int
  /// Half width of the running mean, in steps.
  public let windowSteps: Int

  public init(
    timeStep: Double, stimulusOn: Double, stimulusOff: Double, trainDuration: Double,
    learningInterval: Double, refractoryPeriod: Double, window: Double
  ) {
    self.timeStep = timeStep
    stimulusOnStep = Self.steps(for: stimulusOn, timeStep: timeStep)
    stimulusOffStep = Self.steps(for: stimulusOff, timeStep: timeStep)
    lastStep = stimulusOffStep + Self.steps(for: trainDuration, timeStep: timeStep)
    learningIntervalSteps = Self.steps(for: learningInterval, timeStep: timeStep)
    refractorySteps = Self.stepsBeyond(refractoryPeriod, timeStep: timeStep)
    sampleSteps = max(1, Self.steps(for: 1, timeStep: timeStep))
    windowSteps = Self.steps(for: window, timeStep: timeStep)
  }

  /// Number of target rows: row j = 1 ... `rowCount` belongs to step `stimulusOffStep + j learningIntervalSteps`.
  public var rowCount: Int {
    learningIntervalSteps > 0 ? (lastStep - stimulusOffStep) / learningIntervalSteps : 0
  }

  /// The step at which update `row` (1, 2, ...) happens, before anything else of that step.
  public func step(ofRow row: Int) -> Int { stimulusOffStep + row * learningIntervalSteps }

  public func milliseconds(_ step: Int) -> Double { Double(step) * timeStep }

  /// Nearest whole number of steps to a time.
  public static func steps(for milliseconds: Double, timeStep: Double) -> Int {
    Int((milliseconds / timeStep).rounded())
  }

  /// True if a time is a whole number of steps, but for the rounding of decimal fractions.
  public static func isWhole(_ milliseconds: Double, timeStep: Double) -> Bool {
    let ratio = milliseconds / timeStep
    return abs(ratio - ratio.rounded()) <= 1e-9 * max(1, abs(ratio))
  }

  /// Smallest number of steps that is longer than a time.
  public static func stepsBeyond(_ milliseconds: Double, timeStep: Double) -> Int {
    let ratio = milliseconds / timeStep
    return (isWhole(milliseconds, timeStep: timeStep) ? Int(ratio.rounded()) : Int(ratio.rounded(.down))) + 1
  }
}
