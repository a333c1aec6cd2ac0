// What neurons that learn and neurons that do not do in one trial.

/// Measures of a trial of a network in which some neurons do not learn.
public struct SubsetRecord: Sendable, Equatable {
  /// Mean over the neurons that learn and the whole trial, Hz.
  public let trainedRate: Double
  /// The same of the others.
  public let untrainedRate: Double
  /// Mean correlation of neurons that stand for units which nobody learns; nil where it was not measured, or there are
  /// none.
  public let heldOutCorrelation: Double?

  public init(trainedRate: Double, untrainedRate: Double, heldOutCorrelation: Double?) {
    self.trainedRate = trainedRate
    self.untrainedRate = untrainedRate
    self.heldOutCorrelation = heldOutCorrelation
  }
}
