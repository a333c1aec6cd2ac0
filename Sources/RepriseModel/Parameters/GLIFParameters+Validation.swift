// Ranges of the parameters of GLIF neurons.
import RepriseCore

extension Parameters {
  /// Most after-spike currents of a neuron.
  public static let maximalAfterSpikeCurrentCount = 64

  func checkGLIF(_ check: inout ParameterCheck) {
    let positive = { (value: Double) -> String? in value > 0 ? nil : "must be greater than 0" }
    let notNegative = { (value: Double) -> String? in value >= 0 ? nil : "must not be negative" }
    let finite = { (_: Double) -> String? in nil }
    // With a larger size, what is kept at each spike would grow without end.
    let factor = { (value: Double) -> String? in abs(value) <= 1 ? nil : "must be between -1 and 1" }
    check.each("glif.C", glif.capacitance, self, needed: positive)
    check.each("glif.R", glif.resistance, self, needed: positive)
    check.each("glif.E_L", glif.restPotential, self, needed: finite)
    check.each("glif.theta_inf", glif.threshold, self, needed: finite)
    check.each("glif.t_ref", glif.refractoryPeriod, self, "ms", needed: notNegative)
    check.each("glif.f_v", glif.resetFactor, self, needed: factor)
    check.each("glif.delta_v", glif.resetShift, self, needed: finite)
    check.each("glif.b_s", glif.spikeThresholdRate, self, "1/ms", needed: notNegative)
    check.each("glif.delta_theta_s", glif.spikeThresholdJump, self, needed: finite)
    check.each("glif.a_v", glif.voltageThresholdGain, self, "1/ms", needed: finite)
    check.each("glif.b_v", glif.voltageThresholdRate, self, "1/ms", needed: notNegative)
    for jump in glif.afterSpikeJumps { check.each("glif.asc_amplitude", jump, self, needed: finite) }
    for rate in glif.afterSpikeRates { check.each("glif.asc_rate", rate, self, "1/ms", needed: positive) }
    for kept in glif.afterSpikeFactors { check.each("glif.asc_factor", kept, self, needed: factor) }
    checkAfterSpikeCounts(&check)
    checkRestBelowThreshold(&check)
    checkUnusedKeys(&check)
  }

  private func checkAfterSpikeCounts(_ check: inout ParameterCheck) {
    guard check.passed("glif.asc_amplitude", "glif.asc_rate", "glif.asc_factor") else { return }
    let count = glif.afterSpikeJumps.count
    if count > Self.maximalAfterSpikeCurrentCount {
      check.fail(
        "glif.asc_amplitude", "has \(count) currents but must have at most \(Self.maximalAfterSpikeCurrentCount).")
    } else if glif.afterSpikeRates.count != count {
      check.fail(
        "glif.asc_rate",
        "has \(glif.afterSpikeRates.count) values but needs \(count), one for each current of glif.asc_amplitude.",
        related: ["glif.asc_amplitude"])
    } else if !glif.afterSpikeFactors.isEmpty, glif.afterSpikeFactors.count != count {
      check.fail(
        "glif.asc_factor",
        "has \(glif.afterSpikeFactors.count) values but needs none, or \(count), one for each current of "
          + "glif.asc_amplitude.", related: ["glif.asc_amplitude"])
    }
  }

  private func checkRestBelowThreshold(_ check: inout ParameterCheck) {
    guard check.passed("glif.theta_inf", "glif.E_L", "network.N", "network.N_E") else { return }
    let isShared: Bool
    if case (.perClass, .perClass) = (glif.threshold, glif.restPotential) { isShared = true } else { isShared = false }
    let firsts = isShared ? [0, excitatoryCount].filter { $0 < neuronCount } : Array(0..<neuronCount)
    for neuron in firsts {
      let c = neuronClass(neuron)
      let (threshold, rest) = (glif.threshold.value(neuron, c), glif.restPotential.value(neuron, c))
      guard threshold <= rest else { continue }
      let owner = isShared ? "\(c.rawValue) neurons" : "neuron \(neuron)"
      check.fail(
        "glif.theta_inf", "= \(threshold) must be greater than glif.E_L = \(rest), for \(owner).",
        related: ["glif.E_L"])
      return
    }
  }

  /// Parameters of LIF neurons that were set for other neurons would be ignored.
  private func checkUnusedKeys(_ check: inout ParameterCheck) {
    guard neuron.model.isGLIF else { return }
    let defaults = LIFParameters()
    let keys = [
      ("neuron.tau_m", neuron.membraneTimeConstant == defaults.membraneTimeConstant, "glif.C and glif.R"),
      ("neuron.V_th", neuron.threshold == defaults.threshold, "glif.theta_inf"),
      ("neuron.V_reset", neuron.resetPotential == defaults.resetPotential, "glif.E_L"),
      ("neuron.t_ref", neuron.refractoryPeriod == defaults.refractoryPeriod, "glif.t_ref"),
    ]
    for (key, isDefault, instead) in keys where check.passed(key) && !isDefault {
      check.fail(
        key, "is not used by neuron.model = \"\(neuron.model.rawValue)\": set \(instead) instead.",
        related: ["neuron.model"])
    }
  }
}

extension ParameterCheck {
  /// Checks a value for each class, or a list with one for each neuron.
  fileprivate mutating func each(
    _ key: String, _ values: PerClassOrNeuron, _ parameters: Parameters, _ unit: String = "",
    needed: (Double) -> String?
  ) {
    guard passed(key) else { return }
    switch values {
    case .perClass(let values): each(key, values, unit, needed: needed)
    case .each(let values):
      if passed("network.N"), values.count != parameters.neuronCount {
        fail(
          key,
          "has \(values.count) values but needs network.N = \(parameters.neuronCount), one for each neuron, or two: "
            + "[excitatory, inhibitory].", related: ["network.N"])
        return
      }
      for (neuron, value) in values.enumerated() {
        guard let problem = Self.problem(value, needed) else { continue }
        fail(key, "= \(Self.text(value, unit)) of neuron \(neuron) \(problem).")
        return
      }
    }
  }
}
