// GLIF neurons of the reference backend, as docs/equations.md has them: G1 to G6.
internal import RepriseCore
internal import RepriseModel
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension ReferenceBackend {
  /// Potential, thresholds and after-spike currents (G1, G2, G4 to G6); true where the potential exceeds the threshold.
  func advanceGLIF(_ neuron: Int, _ cell: GLIFNeuron, current: Double) -> Bool {
    let dt = clock.timeStep
    var current = current
    for (j, afterSpike) in cell.afterSpikeCurrents.enumerated() {
      let start = state.afterSpikeCurrents[j][neuron]
      let end = start * exp(-afterSpike.rate * dt)
      // Its mean over the step.
      current += (start - end) / (afterSpike.rate * dt)
      state.afterSpikeCurrents[j][neuron] = end
    }
    let tau = cell.membraneTimeConstant
    let start = state.potential[neuron] - cell.restPotential
    let final = cell.resistance * current
    state.potential[neuron] = cell.restPotential + final + (start - final) * exp(-dt / tau)
    state.spikeThreshold[neuron] *= exp(-cell.spikeThresholdRate * dt)
    // The solution of d theta_v/dt = a_v y - b_v theta_v for y(t) = final + (start - final) exp(-t / tau).
    let (a, b) = (cell.voltageThresholdGain, cell.voltageThresholdRate)
    let constant = integralOfDecays(b, 0, dt)
    let fading = integralOfDecays(b, 1 / tau, dt)
    state.voltageThreshold[neuron] =
      state.voltageThreshold[neuron] * exp(-b * dt) + a * (final * constant + (start - final) * fading)
    return state.potential[neuron] > cell.threshold + state.spikeThreshold[neuron] + state.voltageThreshold[neuron]
  }

  /// Integral of exp(-b (dt - t)) exp(-c t) over t from 0 to dt.
  private func integralOfDecays(_ b: Double, _ c: Double, _ dt: Double) -> Double {
    b == c ? dt * exp(-b * dt) : exp(-b * dt) * expm1((b - c) * dt) / (b - c)
  }

  /// G3, from the potential before the step.
  func resetGLIF(_ neuron: Int, _ cell: GLIFNeuron, from potential: Double, heldFor held: Double) {
    let height = potential - cell.restPotential
    state.potential[neuron] = cell.restPotential + cell.resetFactor * height - cell.resetShift
    state.spikeThreshold[neuron] =
      state.spikeThreshold[neuron] * exp(-cell.spikeThresholdRate * held) + cell.spikeThresholdJump
    for (j, afterSpike) in cell.afterSpikeCurrents.enumerated() {
      state.afterSpikeCurrents[j][neuron] =
        afterSpike.factor * state.afterSpikeCurrents[j][neuron] * exp(-afterSpike.rate * held) + afterSpike.jump
    }
  }
}
