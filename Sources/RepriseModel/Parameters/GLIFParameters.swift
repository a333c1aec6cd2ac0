// Parameters of generalised leaky integrate-and-fire neurons.

/// `[glif]`: generalised leaky integrate-and-fire neurons (docs/equations.md, G1 to G6), for the models GLIF1 to GLIF5
/// of Teeter et al. 2018.
///
/// | Property                | Symbol        | Unit         | Models  | Default   |
/// |-------------------------|---------------|--------------|---------|-----------|
/// | `capacitance`           | C             | ms, if R = 1 | all     | 10        |
/// | `resistance`            | R             | V / current  | all     | 1         |
/// | `restPotential`         | E_L           | as V         | all     | 0         |
/// | `threshold`             | theta_inf     | as V         | all     | 1         |
/// | `refractoryPeriod`      | T             | ms           | all     | 0.1       |
/// | `resetFactor`           | f_v           |              | 2, 4, 5 | 0.1       |
/// | `resetShift`            | delta_v       | as V         | 2, 4, 5 | 0         |
/// | `spikeThresholdRate`    | b_s           | 1/ms         | 2, 4, 5 | 0.02      |
/// | `spikeThresholdJump`    | delta_theta_s | as V         | 2, 4, 5 | 0.1       |
/// | `voltageThresholdGain`  | a_v           | 1/ms         | 5       | 0.001     |
/// | `voltageThresholdRate`  | b_v           | 1/ms         | 5       | 0.01      |
/// | `afterSpikeJumps`       | delta_I_j     | as currents  | 3, 4, 5 | -0.2, 0.05|
/// | `afterSpikeRates`       | k_j           | 1/ms         | 3, 4, 5 | 0.1, 0.01 |
/// | `afterSpikeFactors`     | f_j           |              | 3, 4, 5 | 1, 1      |
///
/// Units are free as long as they fit each other: mV, pA, pF and GOhm do.
public struct GLIFParameters: Sendable, Equatable, Codable {
  public var capacitance = PerClassOrNeuron.shared(10)
  public var resistance = PerClassOrNeuron.shared(1)
  public var restPotential = PerClassOrNeuron.shared(0)
  public var threshold = PerClassOrNeuron.shared(1)
  public var refractoryPeriod = PerClassOrNeuron.shared(0.1)
  public var resetFactor = PerClassOrNeuron.shared(0.1)
  public var resetShift = PerClassOrNeuron.shared(0)
  public var spikeThresholdRate = PerClassOrNeuron.shared(0.02)
  public var spikeThresholdJump = PerClassOrNeuron.shared(0.1)
  public var voltageThresholdGain = PerClassOrNeuron.shared(0.001)
  public var voltageThresholdRate = PerClassOrNeuron.shared(0.01)
  /// One element for each after-spike current.
  public var afterSpikeJumps: [PerClassOrNeuron] = [.shared(-0.2), .shared(0.05)]
  /// As many as `afterSpikeJumps`.
  public var afterSpikeRates: [PerClassOrNeuron] = [.shared(0.1), .shared(0.01)]
  /// As many as `afterSpikeJumps`, or none, which is 1 for each.
  public var afterSpikeFactors: [PerClassOrNeuron] = []

  public init() {}
}

extension KeyedDecodingContainer {
  /// Parameters that were stored before there were GLIF neurons are those of other neurons.
  func decode(_ type: GLIFParameters.Type, forKey key: Key) throws -> GLIFParameters {
    try decodeIfPresent(type, forKey: key) ?? GLIFParameters()
  }
}

extension LIFParameters.Model {
  public var isGLIF: Bool { [.glif1, .glif2, .glif3, .glif4, .glif5].contains(self) }
  /// A reset that depends on the potential, and a threshold that jumps at spikes.
  public var hasResetRules: Bool { [.glif2, .glif4, .glif5].contains(self) }
  public var hasAfterSpikeCurrents: Bool { [.glif3, .glif4, .glif5].contains(self) }
  /// A threshold that follows the potential.
  public var hasVoltageThreshold: Bool { self == .glif5 }
}

/// One GLIF neuron: the parameters of its model, with those of other models switched off.
public struct GLIFNeuron: Sendable, Equatable {
  /// One after-spike current.
  public struct AfterSpikeCurrent: Sendable, Equatable {
    public let jump, rate, factor: Double
  }

  public let capacitance, resistance, restPotential, threshold, refractoryPeriod: Double
  public let resetFactor, resetShift: Double
  public let spikeThresholdRate, spikeThresholdJump: Double
  public let voltageThresholdGain, voltageThresholdRate: Double
  public let afterSpikeCurrents: [AfterSpikeCurrent]

  /// R C, ms.
  public var membraneTimeConstant: Double { resistance * capacitance }
}

extension Parameters {
  /// The parameters of a GLIF neuron.
  public func glifNeuron(_ neuron: Int) -> GLIFNeuron {
    let c = neuronClass(neuron)
    let model = self.neuron.model
    func value(_ parameter: PerClassOrNeuron, where isUsed: Bool = true) -> Double {
      isUsed ? parameter.value(neuron, c) : 0
    }
    return GLIFNeuron(
      capacitance: value(glif.capacitance), resistance: value(glif.resistance),
      restPotential: value(glif.restPotential), threshold: value(glif.threshold),
      refractoryPeriod: value(glif.refractoryPeriod),
      resetFactor: value(glif.resetFactor, where: model.hasResetRules),
      resetShift: value(glif.resetShift, where: model.hasResetRules),
      spikeThresholdRate: value(glif.spikeThresholdRate, where: model.hasResetRules),
      spikeThresholdJump: value(glif.spikeThresholdJump, where: model.hasResetRules),
      voltageThresholdGain: value(glif.voltageThresholdGain, where: model.hasVoltageThreshold),
      voltageThresholdRate: value(glif.voltageThresholdRate, where: model.hasVoltageThreshold),
      afterSpikeCurrents: (0..<afterSpikeCurrentCount).map { j in
        GLIFNeuron.AfterSpikeCurrent(
          jump: value(glif.afterSpikeJumps[j]), rate: value(glif.afterSpikeRates[j]),
          factor: glif.afterSpikeFactors.isEmpty ? 1 : value(glif.afterSpikeFactors[j]))
      })
  }

  /// Number of after-spike currents of each neuron; 0 for models without them.
  public var afterSpikeCurrentCount: Int { neuron.model.hasAfterSpikeCurrents ? glif.afterSpikeJumps.count : 0 }
}
