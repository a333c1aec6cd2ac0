// Parameters of a network, its trial and its learning: plain values with their defaults.
// Derived quantities are in Parameters+Derived.swift, the checks in Parameters+Validation.swift.

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

/// Everything that defines a network, its trials and its learning.
///
/// Times are in ms, rates in Hz, voltages and currents in the unit of the threshold
/// (the membrane resistance is part of the weights).
public struct Parameters: Sendable, Equatable, Codable {
  public var network = NetworkParameters()
  public var trial = TrialParameters()
  public var neuron = LIFParameters()
  public var glif = GLIFParameters()
  public var cell = CellParameters()
  public var staticSynapses = StaticParameters()
  public var plastic = PlasticParameters()
  public var feedforward = FeedforwardParameters()
  public var stimulus = StimulusParameters()
  public var targets = TargetParameters()
  public var learning = LearningParameters()
  public var noise = NoiseParameters()
  public var record = RecordParameters()

  public init() {}
}

/// `[neuron]`: the model of neurons, and the parameters of leaky integrate-and-fire neurons.
///
/// | Property               | Symbol | Unit | Default |
/// |------------------------|--------|------|---------|
/// | `membraneTimeConstant` | tau_m  | ms   | 10      |
/// | `threshold`            | V_th   | as V | 1       |
/// | `resetPotential`       | V_r    | as V | 0       |
/// | `refractoryPeriod`     | t_ref  | ms   | 0.1     |
public struct LIFParameters: Sendable, Equatable, Codable {
  public enum Model: String, Sendable, Codable, CaseIterable {
    case lif
    /// Generalised; the parameters are ``GLIFParameters``.
    case glif1, glif2, glif3, glif4, glif5
    /// As a text describes them: ``CellParameters``.
    case custom
  }

  public var model = Model.lif
  public var membraneTimeConstant = PerClass(both: 10.0)
  public var threshold = PerClass(both: 1.0)
  public var resetPotential = PerClass(both: 0.0)
  public var refractoryPeriod = 0.1

  public init() {}
}
