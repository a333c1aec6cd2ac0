// Neurons of the reference backend: potentials, stimulus and spikes of one step. What GLIF neurons have of their own is
// in ReferenceGLIF.swift, and what those have that a text describes in ReferenceCells.swift.
internal import RepriseCore
internal import RepriseModel

/// What a neuron is, of which nothing changes while it runs; for those that a text describes it takes long to find.
struct ReferenceNeuron {
  /// X.
  let drive: Double
  /// Amplitudes of noise (E4), as currents and as potentials.
  let currentNoise, voltageNoise: Double
  let plasticTimeConstant: Double
  let refractorySteps: Int
  let glif: GLIFNeuron?

  init(_ parameters: Parameters, _ neuron: Int) {
    drive = parameters.baselineCurrent(neuron)
    plasticTimeConstant = parameters.plastic.timeConstant.value(neuron)
    let (tau, dt, sigma) = (parameters.membraneTimeConstant(neuron), parameters.trial.timeStep, parameters.noise.sigma)
    voltageNoise = sigma * (dt / tau).squareRoot()
    currentNoise = sigma * (tau / dt).squareRoot() / parameters.membraneResistance(neuron)
    let model = parameters.neuron.model
    glif = model.isGLIF ? parameters.glifNeuron(neuron) : nil
    let ownPeriod = model == .custom ? parameters.cellNeuron(neuron).refractoryPeriod : glif?.refractoryPeriod
    refractorySteps =
      ownPeriod.map { StepClock.stepsBeyond($0, timeStep: dt) } ?? parameters.clock.refractorySteps
  }
}

extension ReferenceBackend {
  // E4, E5, E8, and what follows a spike.
  func updateNeurons() {
    let imposed = request.imposedSpikes.map { Set($0[step]) }
    let perturbation = request.perturbation.flatMap { $0.steps.contains(step) ? $0 : nil }
    let silenced = Set(perturbation?.silenced ?? [])
    let hasNoise = request.noiseModel(parameters) == .voltage
    state.spiking.removeAll(keepingCapacity: true)
    for neuron in 0..<network.neuronCount {
      var external = externalInput(neuron)
      // X2.
      if let stimulation = perturbation?.stimulation, !stimulation.isEmpty { external += Double(stimulation[neuron]) }
      if hasNoise { state.potential[neuron] += neurons[neuron].voltageNoise * noiseSample(neuron) }
      let before = state.potential[neuron]
      // X1.
      let isSilenced = silenced.contains(neuron)
      if isSilenced { state.potential[neuron] = startRange(neuron).low }
      let isReady = !isSilenced && step - state.lastSpike[neuron] >= neurons[neuron].refractorySteps
      let current = external + (state.staticCurrent[neuron] + state.plasticCurrent[neuron])
      var spikes = isReady && advancePotential(neuron, current)
      if let imposed { spikes = imposed.contains(neuron) }
      if spikes {
        reset(neuron, from: before, current: current)
        noteSpike(neuron)
      }
    }
  }

  /// The drive and, while there is one, the stimulus, which moves on.
  private func externalInput(_ neuron: Int) -> Double {
    let drive = neurons[neuron].drive
    guard involvesPlasticity && step > clock.stimulusOnStep && step < clock.stimulusOffStep else { return drive }
    if let stimulus = network.stimulus, let row = stimulus.row(beginningAt: step, clock) {
      state.stimulus[neuron] = Double(stimulus.values[stimulus.start(task: request.task, row: row) + neuron])
    }
    let external = drive + state.stimulus[neuron]
    if network.stimulus == nil { advanceStimulus(neuron) }
    return external
  }

  /// Moves the membrane on; true where the potential exceeds the threshold.
  private func advancePotential(_ neuron: Int, _ current: Double) -> Bool {
    if let cells { return cells.advance(neuron, &state, input: current) }
    if let cell = neurons[neuron].glif { return advanceGLIF(neuron, cell, current: current) }
    // E6.
    let c = parameters.neuronClass(neuron)
    let rate = clock.timeStep / parameters.neuron.membraneTimeConstant[c]
    state.potential[neuron] += rate * (current - state.potential[neuron])
    return state.potential[neuron] > parameters.neuron.threshold[c]
  }

  /// - Parameter potential: Before the step.
  private func reset(_ neuron: Int, from potential: Double, current: Double) {
    if let cells { return cells.reset(neuron, &state, input: current) }
    if let cell = neurons[neuron].glif {
      let held = Double(neurons[neuron].refractorySteps - 1) * clock.timeStep
      return resetGLIF(neuron, cell, from: potential, heldFor: held)
    }
    state.potential[neuron] = parameters.neuron.resetPotential[parameters.neuronClass(neuron)]
  }

  private func noteSpike(_ neuron: Int) {
    state.lastSpike[neuron] = step
    state.spiking.append(neuron)
    result.spikeCounts[neuron] += 1
    if request.recordsSpikes { result.spikes.append(step: step, neuron: neuron) }
  }

  private func advanceStimulus(_ neuron: Int) {
    let dt = clock.timeStep
    let xi = Double(stimulusNoise.sample(slot: network.layout.slot(neuron), step: step))
    let stimulus = parameters.stimulus
    state.stimulus[neuron] +=
      stimulus.relaxation * (stimulus.mean - state.stimulus[neuron]) * dt + stimulus.sigma * dt.squareRoot() * xi
  }
}
