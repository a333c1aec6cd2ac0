// A network's parameters as the constants of kernels, on processors and devices.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Constants of the plastic current (E3).
enum PlasticFilter {
  static func decay(timeStep: Double, timeConstant: Double) -> Float { Float(1 - timeStep / timeConstant) }

  /// Inputs are sums in units of 2^-32.
  static func gain(timeConstant: Double) -> Float { Float(0x1p-32 / timeConstant) }

  /// Decays and gains by slot; nil where all neurons have the same.
  static func bySlot(_ network: Network) -> (decays: [Float], gains: [Float])? {
    guard case .each(let values) = network.parameters.plastic.timeConstant else { return nil }
    let zeros = [Float](repeating: 0, count: network.layout.slotCount)
    var (decays, gains) = (zeros, zeros)
    for (neuron, tau) in values.enumerated() {
      let slot = network.layout.slot(neuron)
      decays[slot] = decay(timeStep: network.parameters.trial.timeStep, timeConstant: tau)
      gains[slot] = gain(timeConstant: tau)
    }
    return (decays, gains)
  }
}

/// X of LIF neurons by slot; nil where all neurons of a class have the same.
func drivesBySlot(_ network: Network) -> [Float]? {
  let parameters = network.parameters
  guard let drives = parameters.staticSynapses.drives, !parameters.neuron.model.isGLIF else { return nil }
  var values = [Float](repeating: 0, count: network.layout.slotCount)
  for (neuron, drive) in drives.enumerated() { values[network.layout.slot(neuron)] = Float(drive) }
  return values
}

extension rp_lif_constants {
  /// Kernel constants of one class of neurons; the equations are E1 to E6 and E8 of docs/equations.md.
  init(_ network: Network, _ c: NeuronClass) {
    self.init()
    let p = network.parameters
    let dt = p.trial.timeStep
    let tau = p.neuron.membraneTimeConstant[c]
    let (tauE, tauI) = (p.staticSynapses.excitatoryTimeConstant, p.staticSynapses.inhibitoryTimeConstant)
    excitatory_decay = Float(1 - dt / tauE)
    excitatory_gain = Float(network.staticUnit(from: .excitatory, onto: c) / tauE)
    inhibitory_decay = Float(1 - dt / tauI)
    inhibitory_gain = Float(network.staticUnit(from: .inhibitory, onto: c) / tauI)
    plastic_decay = PlasticFilter.decay(timeStep: dt, timeConstant: p.plastic.timeConstant.value(0))
    plastic_gain = PlasticFilter.gain(timeConstant: p.plastic.timeConstant.value(0))
    membrane_rate = Float(dt / tau)
    threshold = Float(p.neuron.threshold[c])
    reset = Float(p.neuron.resetPotential[c])
    baseline = Float(p.baselineCurrent(c))
    voltage_noise = Float(p.noise.sigma * (dt / tau).squareRoot())
    current_noise = Float(p.noise.sigma * (tau / dt).squareRoot())
    // A stimulus that was given stays as it is until its next row.
    let isGiven = network.stimulus != nil
    stimulus_decay = isGiven ? 1 : Float(1 - p.stimulus.relaxation * dt)
    stimulus_drift = isGiven ? 0 : Float(p.stimulus.relaxation * p.stimulus.mean * dt)
    stimulus_amplitude = isGiven ? 0 : Float(p.stimulus.sigma * dt.squareRoot())
    refractory_steps = Int32(p.clock.refractorySteps)
  }
}
