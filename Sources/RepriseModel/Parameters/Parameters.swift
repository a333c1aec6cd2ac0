// Parameters of a network, its trial and its learning: plain values with their defaults.
// Derived quantities are in Parameters+Derived.swift, the checks in Parameters+Validation.swift.

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
