// Neurons that learn and neurons that do not, measured apart.
internal import RepriseCore
public import RepriseModel

extension Network {
  /// Mean correlation of the neurons that learn; nan where it is not defined.
  public func trainedCorrelation(_ correlations: [Double]) -> Double {
    meanOfNumbers(learners.neurons.map { correlations[Int($0)] })
  }

  /// Mean correlation of neurons that have targets but do not learn; nan without any.
  public func heldOutCorrelation(_ correlations: [Double]) -> Double {
    meanOfNumbers(heldOutNeurons.neurons.map { correlations[Int($0)] })
  }

  /// - Parameter correlations: Per neuron; nil where they were not measured.
  /// - Returns: nil where all neurons learn.
  func subsetRecord(_ result: TrialResult, correlations: [Double]?) -> SubsetRecord? {
    guard learners.count < neuronCount else { return nil }
    let milliseconds = parameters.trialDuration
    let heldOut = correlations.map(heldOutCorrelation) ?? .nan
    return SubsetRecord(
      trainedRate: result.meanRate(learners.neurons.map { Int($0) }, milliseconds: milliseconds),
      untrainedRate: result.meanRate(untrainedNeurons, milliseconds: milliseconds),
      heldOutCorrelation: heldOut.isNaN ? nil : heldOut)
  }
}

extension SubsetRecord {
  /// Means of several; nil without any.
  public init?(_ records: [SubsetRecord]) {
    guard !records.isEmpty else { return nil }
    let heldOut = meanOfNumbers(records.map { $0.heldOutCorrelation ?? .nan })
    self.init(
      trainedRate: meanOfNumbers(records.map(\.trainedRate)),
      untrainedRate: meanOfNumbers(records.map(\.untrainedRate)),
      heldOutCorrelation: heldOut.isNaN ? nil : heldOut)
  }
}
