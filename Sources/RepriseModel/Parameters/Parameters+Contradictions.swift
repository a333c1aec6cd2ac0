// Contradictions between parameters that are in range by themselves.
import RepriseCore

// MARK: - Time

extension Parameters {
  /// Checks everything that has to fit the time step: lengths in whole steps, decays no faster than a step.
  func checkTimeStep(_ check: inout ParameterCheck) {
    guard check.passed("trial.dt") else { return }
    if check.passed("trial.stim_on", "trial.stim_off") { checkLengths(&check) }
    checkWholeSteps(&check)
    checkLearningGrid(&check)
    checkDecays(&check)
    checkProbabilities(&check)
  }

  private func checkLengths(_ check: inout ParameterCheck) {
    let dt = trial.timeStep
    let lengths = [
      ("trial.train_duration", trialDuration), ("record.window", record.window),
      ("neuron.t_ref", neuron.refractoryPeriod), ("learning.every", learning.interval),
      ("feedforward.smoothing", feedforward.smoothing), ("glif.t_ref", glif.refractoryPeriod.largest),
    ]
    for (key, length) in lengths where check.passed(key) && length / dt > Double(Self.maximalStepCount) {
      check.fail(
        key,
        "makes \(length) ms, which is more than \(Self.maximalStepCount) steps of trial.dt = \(dt) ms.",
        related: ["trial.dt", "trial.stim_off"])
    }
  }

  private func checkWholeSteps(_ check: inout ParameterCheck) {
    let dt = trial.timeStep
    if check.passed("learning.every"), learning.interval < dt * (1 - 1e-9) {
      check.fail(
        "learning.every", "= \(learning.interval) ms must not be shorter than trial.dt = \(dt) ms.",
        related: ["trial.dt"])
    }
    var lengths = [
      ("trial.stim_on", trial.stimulusOn), ("trial.stim_off", trial.stimulusOff),
      ("trial.train_duration", trial.trainDuration), ("learning.every", learning.interval),
      ("record.window", record.window),
    ]
    if feedforward.count > 0 { lengths.append(("feedforward.smoothing", feedforward.smoothing)) }
    for (key, length) in lengths where check.passed(key) && !StepClock.isWhole(length, timeStep: dt) {
      check.fail(
        key, "= \(length) ms must be a whole multiple of trial.dt = \(dt) ms.", related: ["trial.dt"])
    }
  }

  private func checkLearningGrid(_ check: inout ParameterCheck) {
    guard check.passed("learning.every") else { return }
    for (key, length) in [
      ("trial.stim_off", trial.stimulusOff), ("trial.train_duration", trial.trainDuration),
    ] where check.passed(key) && !isOnLearningGrid(key, length) {
      check.fail(
        key, "= \(length) ms must be a whole multiple of learning.every = \(learning.interval) ms.",
        related: ["learning.every"])
    }
  }

  /// No row of targets at all would be left of a time that is next to nothing.
  private func isOnLearningGrid(_ key: String, _ length: Double) -> Bool {
    StepClock.isWhole(length, timeStep: learning.interval)
      && (key != "trial.train_duration" || length > learning.interval / 2)
  }

  /// Forward Euler overshoots where a decay is faster than one step.
  private func checkDecays(_ check: inout ParameterCheck) {
    let dt = trial.timeStep
    let slowest = min(neuron.membraneTimeConstant.excitatory, neuron.membraneTimeConstant.inhibitory)
    var constants = [
      ("neuron.tau_m", slowest), ("static.tau_syn_ex", staticSynapses.excitatoryTimeConstant),
      ("static.tau_syn_in", staticSynapses.inhibitoryTimeConstant),
    ]
    switch plastic.timeConstant {
    case .shared(let value): constants.append(("plastic.tau", value))
    case .each(let values): if let least = values.min() { constants.append(("plastic.tau", least)) }
    }
    for (key, value) in constants where check.passed(key) && value < dt {
      check.fail(
        key, "= \(value) ms must not be shorter than trial.dt = \(dt) ms.", related: ["trial.dt"])
    }
    for (key, value) in [
      ("feedforward.relaxation", feedforward.relaxation), ("stimulus.b", stimulus.relaxation),
    ] where check.passed(key) && value * dt > 1 {
      check.fail(
        key, "= \(value) 1/ms must not exceed 1 / trial.dt = \(1 / dt) 1/ms.", related: ["trial.dt"])
    }
  }

  private func checkProbabilities(_ check: inout ParameterCheck) {
    let most = 1000 / trial.timeStep
    if check.passed("feedforward.rate"), feedforward.meanRate > most {
      check.fail(
        "feedforward.rate",
        "= \(feedforward.meanRate) Hz must not exceed \(most) Hz, one spike in each trial.dt = \(trial.timeStep) ms.",
        related: ["trial.dt"])
    }
  }
}

// MARK: - Connections

extension Parameters {
  /// Checks that the 2K targets of a neuron exist.
  func checkInDegree(_ check: inout ParameterCheck) {
    if let inDegree = staticSynapses.inDegree { check.notNegative("static.K", inDegree) }
    // Where connections are given, K sets the drive and L alone.
    guard !staticSynapses.given.isGiven else { return }
    guard check.passed("network.N", "network.N_E", "static.p", "static.K") else { return }
    let most = (neuronCount - 1) / 2
    guard staticInDegree > most else { return }
    let limit = "every neuron projects to 2 K others, and there are N - 1 = \(neuronCount - 1)"
    if staticSynapses.inDegree != nil {
      check.fail(
        "static.K", "= \(staticInDegree) must be at most \(most): \(limit).", related: ["network.N"])
    } else {
      check.fail(
        "static.p",
        "= \(staticSynapses.probability) gives K = \(staticInDegree), which must be at most \(most): \(limit). "
          + "Lower static.p, or set static.K.",
        related: ["static.K", "network.N", "network.N_E"])
    }
  }
}

// MARK: - Targets

extension Parameters {
  func checkTargets(_ check: inout ParameterCheck) {
    check.number("targets.amplitude", targets.amplitude) { _ in nil }
    check.positive("targets.period", targets.period, "ms")
    check.notNegative("targets.bias_amplitude", targets.biasAmplitude)
    check.range("targets.copies", targets.copies, 1...Self.maximalNeuronCount)
    check.number("targets.held_out_units", targets.heldOutUnits) {
      $0 >= 0 && $0 < 1 ? nil : "must be at least 0 and less than 1"
    }
    check.range("targets.tasks", targets.taskCount, 1...1_000_000)
    switch targets.source {
    case .sinusoids: checkSinusoids(&check)
    case .currents, .rates: checkFile(&check)
    case .plugin: break
    }
    if let select = targets.select, select.allSatisfy(\.isWhitespace) {
      check.fail("targets.select", "must be a condition such as \"split_half_r > 0.5\", or be left out.")
    }
  }

  private func checkSinusoids(_ check: inout ParameterCheck) {
    let advice = "is not used by targets.source = \"sinusoids\": set the source to \"currents\" or \"rates\""
    if let file = targets.file ?? targets.dataset {
      check.fail("targets.file", "= \"\(file)\" \(advice).", related: ["targets.source"])
    }
    if targets.heldOutUnits > 0 {
      check.fail("targets.held_out_units", "= \(targets.heldOutUnits) \(advice).", related: ["targets.source"])
    }
    if let tasks = targets.tasks {
      check.fail(
        "targets.tasks", "= \(tasks) \(advice), or give the number of tasks.", related: ["targets.source"])
    }
  }

  private func checkFile(_ check: inout ParameterCheck) {
    let source = "targets.source = \"\(targets.source.rawValue)\""
    if targets.file?.isEmpty ?? true {
      check.fail(
        "targets.file", "must name the HDF5 file that \(source) reads.", related: ["targets.source"])
    } else if let dataset = targets.dataset, !dataset.hasPrefix("/") || dataset == "/" {
      check.fail("targets.file", "has the dataset \"\(dataset)\", which must be a path that begins with \"/\".")
    }
    if let tasks = targets.tasks {
      if tasks.isEmpty {
        check.fail("targets.tasks", "= [] must name at least one task, or be left out.")
      } else if let task = tasks.first(where: { $0 < 0 }) {
        check.fail("targets.tasks", "= \(tasks) must not be negative, and \(task) is; the first task is 0.")
      }
    }
    if targets.source == .rates { checkConversion(&check) }
    guard check.passed("targets.held_out_units", "plastic.trained", "network.N", "network.N_E") else { return }
    if targets.heldOutUnits > 0, !trainsSubset {
      check.fail(
        "targets.held_out_units",
        "= \(targets.heldOutUnits) needs neurons that do not learn, but plastic.trained leaves none.",
        related: ["plastic.trained"])
    }
  }

  /// The conversion of rates to currents needs the size of the fluctuations of the voltage.
  private func checkConversion(_ check: inout ParameterCheck) {
    guard check.passed("noise.sigma", "network.N", "network.N_E", "static.p"),
      (staticSynapses.inDegree ?? 0) >= 0, !hasStaticConnections, noise.sigma == 0
    else { return }
    check.fail(
      "noise.sigma",
      "= 0.0 must be greater than 0: targets.source = \"rates\" needs it, because there are no static connections.",
      related: ["targets.source", "static.K", "static.p"])
  }
}
