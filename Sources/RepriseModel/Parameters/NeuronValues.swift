// Values that all neurons share, or that each class or each neuron has.

/// One value for excitatory and one for inhibitory neurons.
public struct PerClass<Value: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
  public var excitatory: Value
  public var inhibitory: Value

  public init(excitatory: Value, inhibitory: Value) {
    self.excitatory = excitatory
    self.inhibitory = inhibitory
  }

  public init(both value: Value) {
    self.init(excitatory: value, inhibitory: value)
  }

  public subscript(_ neuronClass: NeuronClass) -> Value {
    neuronClass == .excitatory ? excitatory : inhibitory
  }
}

extension PerClass: ExpressibleByIntegerLiteral where Value == Int {
  /// The same number for both classes.
  public init(integerLiteral value: Int) { self.init(both: value) }
}

public enum NeuronClass: String, Sendable, Codable, CaseIterable {
  case excitatory, inhibitory
}

/// A parameter that all neurons share, or one value for each neuron.
public enum PerNeuron: Sendable, Equatable, Codable {
  case shared(Double)
  case each([Double])

  public func value(_ neuron: Int) -> Double {
    switch self {
    case .shared(let value): value
    case .each(let values): values[neuron]
    }
  }
}

/// A parameter with one value for each class, or one for each neuron.
public enum PerClassOrNeuron: Sendable, Equatable, Codable {
  case perClass(PerClass<Double>)
  case each([Double])

  /// One value for all neurons.
  public static func shared(_ value: Double) -> PerClassOrNeuron { .perClass(PerClass(both: value)) }

  /// - Parameter neuronClass: That of the neuron.
  public func value(_ neuron: Int, _ neuronClass: NeuronClass) -> Double {
    switch self {
    case .perClass(let values): values[neuronClass]
    case .each(let values): values[neuron]
    }
  }

  var largest: Double {
    switch self {
    case .perClass(let values): max(values.excitatory, values.inhibitory)
    case .each(let values): values.max() ?? 0
    }
  }
}
