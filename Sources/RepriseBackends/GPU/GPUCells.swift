// GLIF neurons in the memory of a device: constants, and state that trials start anew.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What neurons other than LIF neurons have of their own.
final class GPUCells {
  /// `RP_GPU_CELL_PARAMETERS`.
  let arguments: [DeviceArgument]

  /// - Returns: nil for LIF neurons.
  init?(_ network: Network, _ runtime: any DeviceRuntime) throws(DeviceError) {
    guard network.parameters.neuron.model.isGLIF else { return nil }
    let values = GLIFConstants(network)
    arguments = [
      .buffer(try runtime.buffer(values.values)), .buffer(try runtime.buffer(values.refractorySteps)),
      .buffer(try runtime.allocate(byteCount: 4 * values.stateRows * values.stride)),
    ]
  }

  /// Macros that choose the kernels of a model.
  static func defines(_ model: LIFParameters.Model) -> [String: String] { model.isGLIF ? ["RP_CELL_GLIF": "1"] : [:] }

  /// Zeros for LIF neurons.
  static func shape(_ parameters: Parameters, slots: Int) -> rp_cell_shape {
    let model = parameters.neuron.model
    guard model.isGLIF else { return rp_cell_shape() }
    return rp_cell_shape(
      stride: UInt32(GLIFConstants.stride(slots: slots)), state_rows: UInt32(GLIFConstants.stateRows(parameters)),
      after_spike_currents: UInt32(parameters.afterSpikeCurrentCount),
      has_spike_threshold: model.hasResetRules ? 1 : 0, has_voltage_threshold: model.hasVoltageThreshold ? 1 : 0)
  }

  /// Bytes of the buffers.
  static func byteCount(_ parameters: Parameters, slots: Int) -> Int {
    guard parameters.neuron.model.isGLIF else { return 0 }
    let rows = GLIFConstants.constantRows(parameters) + GLIFConstants.stateRows(parameters)
    return 4 * rows * GLIFConstants.stride(slots: slots) + 4 * slots
  }
}
