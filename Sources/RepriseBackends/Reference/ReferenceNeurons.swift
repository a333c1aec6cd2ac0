// Neurons of the reference backend: potentials, stimulus and spikes of one step. What GLIF neurons have of their own is
// in ReferenceGLIF.swift, and what those have that a text describes in ReferenceCells.swift.
internal import RepriseCore
internal import RepriseModel

extension ReferenceBackend {
  // E4, E5, E8, and what follows a spike.
  func updateNeurons() {
    let imposed = request.imposedSpikes.map { Set($0[step]) }
    let perturbation = request.perturbation.flatMap { $0.steps.contains(step) ? $0 : nil }
    let silenced = Set(perturbation?.silenced ?? [])
    state.spiking.removeAll(keepingCapacity: true)
    for neuron in 0..<network.neuronCount {
      var external = externalInput(neuron)
      // X2.
      if let stimulation = perturbation?.stimulation, !stimulation.isEmpty { external += Double(stimulation[neuron]) }
      if request.noiseModel(parameters) == .voltage {
        let tau = membraneTimeConstants[neuron]
        state.potential[neuron] += parameters.noise.sigma * (clock.timeStep / tau).squareRoot() * noiseSample(neuron)
      }
      let before = state.potential[neuron]
      // X1.
      let isSilenced = silenced.contains(neuron)
      if isSilenced { state.potential[neuron] = startRange(neuron).low }
      let isReady = !isSilenced && step - state.lastSpike[neuron] >= refractorySteps(neuron)
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
    let drive = drives[neuron]
    guard involvesPlasticity && step > clock.stimulusOnStep && step < clock.stimulusOffStep else { return drive }
    if let stimulus = network.stimulus, let row = stimulus.row(beginningAt: step, clock) {
      state.stimulus[neuron] = Double(stimulus.values[stimulus.start(task: request.task, row: row) + neuron])
    }
    let external = drive + state.stimulus[neuron]
    if network.stimulus == nil { advanceStimulus(neuron) }
    return external
  }

  private func refractorySteps(_ neuron: Int) -> Int {
    if let cells { return StepClock.stepsBeyond(cells.neurons[neuron].refractoryPeriod, timeStep: clock.timeStep) }
    guard parameters.neuron.model.isGLIF else { return clock.refractorySteps }
    return StepClock.stepsBeyond(parameters.glifNeuron(neuron).refractoryPeriod, timeStep: clock.timeStep)
  }

  /// Moves the membrane on; true where the potential exceeds the threshold.
  private func advancePotential(_ neuron: Int, _ current: Double) -> Bool {
    if let cells { return cells.advance(neuron, &state, input: current) }
    guard !parameters.neuron.model.isGLIF else { return advanceGLIF(neuron, current: current) }
    // E6.
    let c = parameters.neuronClass(neuron)
    let rate = clock.timeStep / parameters.neuron.membraneTimeConstant[c]
    state.potential[neuron] += rate * (current - state.potential[neuron])
    return state.potential[neuron] > parameters.neuron.threshold[c]
  }

  /// - Parameter potential: Before the step.
  private func reset(_ neuron: Int, from potential: Double, current: Double) {
    if let cells { return cells.reset(neuron, &state, input: current) }
    guard !parameters.neuron.model.isGLIF else {
      return resetGLIF(neuron, from: potential, heldFor: Double(refractorySteps(neuron) - 1) * clock.timeStep)
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
