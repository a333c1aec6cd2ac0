// GLIF neurons on the processor: constants that siblings share, and state that each has.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Constants of the GLIF neurons of a network, where kernels read them.
final class CPUCells: @unchecked Sendable {
  private let constants: AlignedBuffer<Float>
  private let refractorySteps: AlignedBuffer<Int32>
  private let model: LIFParameters.Model
  /// Numbers from one row to the next.
  let stride: Int
  private let afterSpikeCurrents: Int
  /// Floats of the state.
  let stateCount: Int

  /// - Returns: nil for LIF neurons.
  init?(_ network: Network) {
    model = network.parameters.neuron.model
    guard model.isGLIF else { return nil }
    let values = GLIFConstants(network)
    constants = AlignedBuffer(values.values, stagger: 3)
    refractorySteps = AlignedBuffer(values.refractorySteps, stagger: 19)
    (stride, afterSpikeCurrents) = (values.stride, values.afterSpikeCurrents)
    stateCount = values.stateRows * values.stride
  }

  /// Arguments of the kernel.
  func arguments(state: UnsafeMutablePointer<Float>) -> rp_glif {
    rp_glif(
      constants: constants.pointer, refractory_steps: refractorySteps.pointer, state: state, stride: stride,
      after_spike_currents: UInt32(afterSpikeCurrents), has_spike_threshold: model.hasResetRules ? 1 : 0,
      has_voltage_threshold: model.hasVoltageThreshold ? 1 : 0)
  }
}
