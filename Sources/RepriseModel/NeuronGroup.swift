// Neurons that are looked at together.

/// A set of neurons with a name.
public struct NeuronGroup: Sendable, Equatable {
  public let name: String
  /// Ascending.
  public let neurons: [Int]

  public init(_ name: String, _ neurons: some Sequence<Int>) {
    self.name = name
    self.neurons = neurons.sorted()
  }
}
