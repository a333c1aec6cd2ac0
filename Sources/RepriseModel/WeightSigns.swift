// Signs of plastic weights, and the classes of the neurons that they are from.

extension Network {
  /// True if the sign of a recurrent weight is not that of the class of its sender (docs/equations.md, E16).
  public func hasWrongSign(_ weight: Double, row: Int, input: Int) -> Bool {
    guard input >= feedforwardCount else { return false }
    let sender = plasticConnections.presynapticNeuron(row: row, input: input - feedforwardCount)
    return parameters.neuronClass(sender) == .excitatory ? weight < 0 : weight > 0
  }

  /// Makes the weights of a row 0 that have the wrong sign.
  public func keepSigns(_ weights: inout [Double], row: Int) {
    for input in weights.indices where hasWrongSign(weights[input], row: row, input: input) { weights[input] = 0 }
  }

  /// Fraction of the recurrent weights that have the wrong sign; nil without any.
  ///
  /// - Parameter read: Weights of some rows, shape [row, input].
  public func wrongSignFraction(reading read: (Range<Int>) throws -> [Double]) rethrows -> Double? {
    let (count, n) = (learners.count, inputCount)
    guard count > 0, plasticConnections.inputsPerNeuron > 0 else { return nil }
    var wrong = 0
    let piece = max(1, (1 << 20) / n)
    for first in stride(from: 0, to: count, by: piece) {
      let rows = first..<min(first + piece, count)
      for (index, weight) in try read(rows).enumerated() {
        if hasWrongSign(weight, row: first + index / n, input: index % n) { wrong += 1 }
      }
    }
    return Double(wrong) / Double(max(plasticCount, 1))
  }
}
