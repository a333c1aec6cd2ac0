// What is done to some neurons in some steps of a trial.

/// Silenced and stimulated neurons (docs/equations.md, X1 and X2).
public struct Perturbation: Sendable, Equatable {
  /// The steps in which it acts.
  public var steps: Range<Int>
  /// Neurons that are held at rest and make no spikes, ascending.
  public var silenced: [Int]
  /// What is added to the external input of each neuron, in the unit of X; empty: nothing.
  public var stimulation: [Float]

  /// - Parameter silenced: In any order.
  public init(steps: Range<Int>, silenced: [Int] = [], stimulation: [Float] = []) {
    self.steps = steps
    self.silenced = Set(silenced).sorted()
    self.stimulation = stimulation
  }
}
