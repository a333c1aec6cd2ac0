// Which model neurons have, and parameters of leaky integrate-and-fire neurons.

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
