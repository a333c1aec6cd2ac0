// Neurons other than LIF neurons in the memory of a device: constants, and state that trials start anew.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What neurons other than LIF neurons have of their own.
final class GPUCells {
  /// `RP_GPU_CELL_PARAMETERS`.
  let arguments: [DeviceArgument]
  private let state: any DeviceBuffer
  private let stride: Int
  private let stateCount: Int

  /// - Returns: nil for LIF neurons.
  init?(_ network: Network, _ runtime: any DeviceRuntime) throws(DeviceError) {
    guard let values = CellConstants(network) else { return nil }
    stride = values.rows.stride
    stateCount = values.sizes.stateRows * stride
    state = try runtime.allocate(byteCount: 4 * stateCount)
    arguments = [
      .buffer(try runtime.buffer(values.rows.values + values.uniforms.flatMap { $0 })),
      .buffer(try runtime.buffer(values.rows.refractorySteps)), .buffer(state),
    ]
  }

  /// Macros that choose the kernels of a model.
  static func defines(_ model: LIFParameters.Model) -> [String: String] {
    switch model {
    case .lif: [:]
    case .custom: ["RP_CELL_TEXT": "1"]
    default: ["RP_CELL_GLIF": "1"]
    }
  }

  /// Zeros for LIF neurons.
  static func shape(_ parameters: Parameters, slots: Int) -> rp_cell_shape {
    let (model, sizes) = (parameters.neuron.model, CellSizes(parameters))
    guard !sizes.isEmpty else { return rp_cell_shape() }
    return rp_cell_shape(
      stride: UInt32(CellRows.stride(slots: slots)), state_rows: UInt32(sizes.stateRows),
      after_spike_currents: UInt32(parameters.afterSpikeCurrentCount),
      has_spike_threshold: model.hasResetRules ? 1 : 0, has_voltage_threshold: model.hasVoltageThreshold ? 1 : 0,
      uniform_count: UInt32(sizes.uniforms), constant_rows: UInt32(sizes.constantRows))
  }

  /// Bytes of the buffers.
  static func byteCount(_ parameters: Parameters, slots: Int) -> Int {
    let sizes = CellSizes(parameters)
    guard !sizes.isEmpty else { return 0 }
    return 4 * ((sizes.constantRows + sizes.stateRows) * CellRows.stride(slots: slots) + 2 * sizes.uniforms + slots)
  }

  /// Rows of the state, with `stride` numbers each.
  func readState(_ runtime: any DeviceRuntime) throws(DeviceError) -> (values: [Float], stride: Int) {
    guard stateCount > 0 else { return ([], stride) }
    return (try runtime.read(state, count: stateCount, zero: Float(0)), stride)
  }
}
