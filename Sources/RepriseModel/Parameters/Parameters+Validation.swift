// Which parameters can be used: the range of every value, and every contradiction between values.
// The bookkeeping is in ParameterCheck.swift.
import RepriseCore

extension Parameters {
  /// Largest number of neurons: their indices are 32-bit in the sparse connections, with room to spare.
  public static let maximalNeuronCount = 4_000_000
  /// Most updates that `learning.history` may reach back.
  public static let maximalHistoryFrames = 1000
  /// Largest number of steps of one trial.
  public static let maximalStepCount = 2_000_000_000

  /// Everything that is wrong with these parameters; empty if they can be used.
  ///
  /// A contradiction is only looked for among values that are in range by themselves, so that one
  /// mistake gives one error.
  public func validate() -> [ParameterError] {
    var check = ParameterCheck()
    checkNetwork(&check)
    checkTimes(&check)
    checkNeuron(&check)
    checkGLIF(&check)
    checkCell(&check)
    checkCellConversion(&check)
    checkStatic(&check)
    checkPlastic(&check)
    checkInputs(&check)
    checkLearning(&check)
    checkTargets(&check)
    checkTimeStep(&check)
    checkInDegree(&check)
    checkCandidates(&check)
    checkGiven(&check)
    return check.errors
  }

  /// Throws every error of `validate()` together.
  public func requireValid() throws(InvalidParameters) {
    let errors = validate()
    if !errors.isEmpty { throw InvalidParameters(errors) }
  }
}

// MARK: - Ranges

extension Parameters {
  private func checkNetwork(_ check: inout ParameterCheck) {
    check.range("network.N", network.neuronCount, 2...Self.maximalNeuronCount)
    check.positive("network.g", network.gain)
    guard let count = network.excitatoryCount else { return }
    check.notNegative("network.N_E", count)
    if check.passed("network.N_E", "network.N"), count > network.neuronCount {
      check.fail(
        "network.N_E", "= \(count) must be at most network.N = \(network.neuronCount).", related: ["network.N"])
    }
  }

  private func checkTimes(_ check: inout ParameterCheck) {
    check.positive("trial.dt", trial.timeStep, "ms")
    check.notNegative("trial.stim_on", trial.stimulusOn, "ms")
    check.notNegative("trial.stim_off", trial.stimulusOff, "ms")
    check.positive("trial.train_duration", trial.trainDuration, "ms")
    check.positive("learning.every", learning.interval, "ms")
    check.notNegative("record.window", record.window, "ms")
    if check.passed("trial.stim_on", "trial.stim_off"), trial.stimulusOn > trial.stimulusOff {
      check.fail(
        "trial.stim_on",
        "= \(trial.stimulusOn) ms must not be later than trial.stim_off = \(trial.stimulusOff) ms.",
        related: ["trial.stim_off"])
    }
  }

  private func checkNeuron(_ check: inout ParameterCheck) {
    check.each("neuron.tau_m", neuron.membraneTimeConstant, "ms") { $0 > 0 ? nil : "must be greater than 0" }
    check.each("neuron.V_th", neuron.threshold) { _ in nil }
    check.each("neuron.V_reset", neuron.resetPotential) { _ in nil }
    check.notNegative("neuron.t_ref", neuron.refractoryPeriod, "ms")
    guard check.passed("neuron.V_th", "neuron.V_reset") else { return }
    for neuronClass in NeuronClass.allCases {
      let (threshold, reset) = (neuron.threshold[neuronClass], neuron.resetPotential[neuronClass])
      if threshold <= reset {
        check.fail(
          "neuron.V_th",
          "= \(threshold) must be greater than neuron.V_reset = \(reset), for \(neuronClass.rawValue) neurons.",
          related: ["neuron.V_reset"])
        return
      }
    }
  }

  private func checkStatic(_ check: inout ParameterCheck) {
    check.number("static.p", staticSynapses.probability) {
      (0...1).contains($0) ? nil : "must be between 0 and 1"
    }
    check.positive("static.tau_syn_ex", staticSynapses.excitatoryTimeConstant, "ms")
    check.positive("static.tau_syn_in", staticSynapses.inhibitoryTimeConstant, "ms")
    let excitatory = { (value: Double) -> String? in
      value >= 0 ? nil : "must not be negative: excitatory neurons have positive weights"
    }
    let inhibitory = { (value: Double) -> String? in
      value <= 0 ? nil : "must not be positive: inhibitory neurons have negative weights"
    }
    check.number("static.J_EE", staticSynapses.excitatoryWeights.excitatory, needed: excitatory)
    check.number("static.J_IE", staticSynapses.excitatoryWeights.inhibitory, needed: excitatory)
    check.number("static.J_EI", staticSynapses.inhibitoryWeights.excitatory, needed: inhibitory)
    check.number("static.J_II", staticSynapses.inhibitoryWeights.inhibitory, needed: inhibitory)
    check.number("static.X_E", staticSynapses.drive.excitatory) { _ in nil }
    check.number("static.X_I", staticSynapses.drive.inhibitory) { _ in nil }
  }

  private func checkPlastic(_ check: inout ParameterCheck) {
    checkTrained(&check)
    if let counts = plastic.inputsPerClass {
      check.notNegative("plastic.L", min(counts.excitatory, counts.inhibitory))
    }
    check.number("plastic.frac", plastic.candidateFraction) {
      $0 > 0 && $0 <= 1 ? nil : "must be greater than 0 and at most 1"
    }
    check.notNegative("plastic.weight", plastic.weightScale)
    check.range("plastic.pool", plastic.pool, 1...Self.maximalNeuronCount)
    switch plastic.timeConstant {
    case .shared(let value):
      check.positive("plastic.tau", value, "ms")
    case .each(let values):
      checkEachTimeConstant(values, &check)
    }
  }

  private func checkEachTimeConstant(_ values: [Double], _ check: inout ParameterCheck) {
    if let neuron = values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      check.fail("plastic.tau", "= \(values[neuron]) ms of neuron \(neuron) must be finite and greater than 0.")
    } else if check.passed("network.N"), values.count != neuronCount {
      check.fail(
        "plastic.tau",
        "has \(values.count) values but needs network.N = \(neuronCount), one for each neuron.",
        related: ["network.N"])
    }
  }

  private func checkInputs(_ check: inout ParameterCheck) {
    check.range("feedforward.L_X", feedforward.count, 0...Self.maximalNeuronCount)
    check.notNegative("feedforward.rate", feedforward.meanRate, "Hz")
    check.positive("feedforward.relaxation", feedforward.relaxation, "1/ms")
    check.notNegative("feedforward.sigma", feedforward.sigma, "Hz/sqrt(ms)")
    check.notNegative("feedforward.smoothing", feedforward.smoothing, "ms")
    check.number("feedforward.weight", feedforward.weight) { _ in nil }
    check.number("stimulus.mu", stimulus.mean) { _ in nil }
    check.positive("stimulus.b", stimulus.relaxation, "1/ms")
    check.notNegative("stimulus.sigma", stimulus.sigma, "1/sqrt(ms)")
    check.notNegative("noise.sigma", noise.sigma)
  }

  private func checkLearning(_ check: inout ParameterCheck) {
    check.positive("learning.lambda", learning.lambda, "1/ms^2")
    check.notNegative("learning.mu", learning.mu, "1/ms^2")
    check.number("learning.lambda_ff", learning.lambdaFeedforward, "1/ms^2") {
      $0 > 0 || feedforward.count == 0 ? nil : "must be greater than 0"
    }
    if learning.form == .events, !allowsEvents {
      check.fail(
        "learning.form",
        "= \"events\" needs learning.memory = \"matrix\", learning.precision below \"float64\", and one plastic.tau "
          + "for all neurons.",
        related: ["learning.memory", "learning.precision", "plastic.tau"])
    }
    check.positive("learning.history", learning.history, "ms")
    let longest = Double(Self.maximalHistoryFrames) * learning.interval
    if learning.memory == .history, check.passed("learning.history", "learning.every"), learning.history > longest {
      check.fail(
        "learning.history", "= \(learning.history) ms must be at most \(Self.maximalHistoryFrames) x learning.every.",
        related: ["learning.every"])
    }
  }
}
