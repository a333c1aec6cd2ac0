// GLIF neurons as the constants of kernels (docs/equations.md, G1 to G6), on processors and devices.
internal import CReprise
internal import RepriseCore
internal import RepriseModel
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How one GLIF neuron moves in a step of dt. The factors are exact for currents that are constant within a step.
struct GLIFStep {
  let neuron: GLIFNeuron
  let timeStep: Double
  /// Steps from a spike to the next update.
  let refractorySteps: Int

  init(_ neuron: GLIFNeuron, timeStep: Double) {
    self.neuron = neuron
    self.timeStep = timeStep
    refractorySteps = StepClock.stepsBeyond(neuron.refractoryPeriod, timeStep: timeStep)
  }

  /// What an exponential decay leaves after a step.
  func decay(_ rate: Double) -> Double { exp(-rate * timeStep) }

  /// What it leaves after the steps in which a neuron that spiked is held.
  func kept(_ rate: Double) -> Double { exp(-rate * timeStep * Double(refractorySteps - 1)) }

  /// What it takes in a step.
  func loss(_ rate: Double) -> Double { -expm1(-rate * timeStep) }

  /// Mean of exp(-rate t) over a step.
  func mean(_ rate: Double) -> Double { Self.meanDecay(rate * timeStep) }

  /// The part of v - E_L in the change of theta_v: a_v times the integral of exp(-(b_v (dt - t) + t / RC)) over a step.
  var voltageGain: Double {
    let difference = 1 / neuron.membraneTimeConstant - neuron.voltageThresholdRate
    return neuron.voltageThresholdGain * timeStep * decay(neuron.voltageThresholdRate)
      * Self.meanDecay(difference * timeStep)
  }

  /// The part of R times the current: what a potential that has reached it all along would give, without the above.
  var driveGain: Double {
    neuron.voltageThresholdGain * timeStep * mean(neuron.voltageThresholdRate) - voltageGain
  }

  /// Mean of exp(-x t) over t from 0 to 1.
  private static func meanDecay(_ x: Double) -> Double { x == 0 ? 1 : -expm1(-x) / x }
}

extension CellRows {
  /// Those of GLIF neurons, rows in the order of RP_GLIF_*.
  init(ofGLIF network: Network, count: Int) {
    self.init(network, count: count)
    let parameters = network.parameters
    for neuron in 0..<network.neuronCount {
      setCell(
        network.layout.slot(neuron), GLIFStep(parameters.glifNeuron(neuron), timeStep: parameters.trial.timeStep))
    }
  }

  private mutating func setCell(_ slot: Int, _ step: GLIFStep) {
    setRefractorySteps(slot, step.refractorySteps)
    let cell = step.neuron
    set(RP_GLIF_REST, slot, cell.restPotential)
    set(RP_GLIF_RESISTANCE, slot, cell.resistance)
    set(RP_GLIF_RISE, slot, step.loss(1 / cell.membraneTimeConstant))
    set(RP_GLIF_THRESHOLD, slot, cell.threshold)
    set(RP_GLIF_RESET_FACTOR, slot, cell.resetFactor)
    set(RP_GLIF_RESET_SHIFT, slot, cell.resetShift)
    set(RP_GLIF_SPIKE_LOSS, slot, step.loss(cell.spikeThresholdRate))
    set(RP_GLIF_SPIKE_KEPT, slot, step.kept(cell.spikeThresholdRate))
    set(RP_GLIF_SPIKE_JUMP, slot, cell.spikeThresholdJump)
    set(RP_GLIF_VOLTAGE_LOSS, slot, step.loss(cell.voltageThresholdRate))
    set(RP_GLIF_VOLTAGE_GAIN, slot, step.voltageGain)
    set(RP_GLIF_DRIVE_GAIN, slot, step.driveGain)
    for (j, current) in cell.afterSpikeCurrents.enumerated() {
      let row = RP_GLIF_AFTER_SPIKE + j * RP_GLIF_AFTER_SPIKE_ROWS
      set(row, slot, step.loss(current.rate))
      set(row + 1, slot, current.factor * step.kept(current.rate))
      // The state is the mean over the next step.
      set(row + 2, slot, current.jump * step.mean(current.rate))
    }
  }
}
