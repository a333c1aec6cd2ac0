// What a training loop reports.

/// One line of a learning curve.
public struct LoopRecord: Sendable, Equatable {
  /// From 1.
  public let loop: Int
  public let task: Int
  /// Wall-clock time of the loop.
  public let seconds: Double
  /// Mean over all neurons and the whole trial, Hz.
  public let rate: Double
  /// Mean over neurons that learn; nil where it was not measured.
  public let correlation: Double?
  /// nil where all neurons learn.
  public let subset: SubsetRecord?

  public init(
    loop: Int, task: Int, seconds: Double, rate: Double, correlation: Double?, subset: SubsetRecord? = nil
  ) {
    self.loop = loop
    self.task = task
    self.seconds = seconds
    self.rate = rate
    self.correlation = correlation
    self.subset = subset
  }
}
