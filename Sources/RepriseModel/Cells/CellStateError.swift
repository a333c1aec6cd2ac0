// A cell whose state is no number any more.

/// A state that has left the range of numbers while a trial ran.
public struct CellStateError: Error, Equatable, CustomStringConvertible {
  public let state: String
  public let neuron: Int
  public let value: Double

  public init(state: String, neuron: Int, value: Double) {
    (self.state, self.neuron, self.value) = (state, neuron, value)
  }

  /// The first state that is no number; nil where all are.
  ///
  /// - Parameter value: Of a state of the model and a neuron.
  public static func find(
    _ parameters: Parameters, _ value: (_ state: Int, _ neuron: Int) -> Double
  ) -> CellStateError? {
    guard let model = parameters.cellModel else { return nil }
    for (index, state) in model.states.enumerated() {
      for neuron in 0..<parameters.neuronCount {
        let found = value(index, neuron)
        if !found.isFinite { return CellStateError(state: state.name, neuron: neuron, value: found) }
      }
    }
    return nil
  }

  public var description: String {
    """
    The state \(state) of neuron \(neuron) is \(value) at the end of a trial: the cell model has left the range of \
    numbers. Check the text of the cell and its parameters, choose a smaller trial.dt, or bound what grows with min and \
    max.
    """
  }
}
