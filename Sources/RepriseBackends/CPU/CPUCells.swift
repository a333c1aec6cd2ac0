// Neurons other than LIF neurons on the processor: constants that siblings share, and state that each has.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Constants of the neurons of a network, where kernels read them.
final class CPUCells: @unchecked Sendable {
  /// Numbers from one row to the next.
  let stride: Int
  /// Floats of the state.
  let stateCount: Int
  /// Nil for GLIF neurons.
  let program: CPUCellProgram?
  private let constants: AlignedBuffer<Float>
  private let refractorySteps: AlignedBuffer<Int32>
  private let model: LIFParameters.Model
  private let afterSpikeCurrents: Int
  private let stateRows: Int
  private let (startLow, startHigh): (Int, Int)

  /// - Returns: nil for LIF neurons.
  init?(_ network: Network) {
    guard let values = CellConstants(network) else { return nil }
    model = network.parameters.neuron.model
    afterSpikeCurrents = network.parameters.afterSpikeCurrentCount
    constants = AlignedBuffer(values.rows.values, stagger: 3)
    refractorySteps = AlignedBuffer(values.rows.refractorySteps, stagger: 19)
    stride = values.rows.stride
    stateRows = values.sizes.stateRows
    stateCount = stateRows * stride
    (startLow, startHigh) = (values.startLow, values.startHigh)
    program = values.program.map { CPUCellProgram($0, uniforms: values.uniforms) }
  }

  /// Arguments of the kernel.
  ///
  /// - Parameter class: 0 for excitatory neurons, 1 for inhibitory ones.
  func arguments(state: UnsafeMutablePointer<Float>, class: Int) -> rp_cells {
    rp_cells(
      constants: constants.pointer, refractory_steps: refractorySteps.pointer, state: state,
      uniforms: program?.uniforms(`class`), stride: stride, after_spike_currents: UInt32(afterSpikeCurrents),
      has_spike_threshold: model.hasResetRules ? 1 : 0, has_voltage_threshold: model.hasVoltageThreshold ? 1 : 0)
  }

  /// Amplitude of current noise (E4).
  func currentNoise(_ slot: Int) -> Float { constants.pointer[RP_CELL_CURRENT_NOISE * stride + slot] }

  /// The start of a trial: potentials hold standard normal numbers before.
  func begin(potential: UnsafeMutablePointer<Float>, state: AlignedBuffer<Float>, slots: Range<Int>) {
    state.fill(0)
    for slot in slots {
      let low = constants[startLow * stride + slot]
      potential[slot] = low + (constants[startHigh * stride + slot] - low) * potential[slot]
    }
    guard program != nil else { return }
    let starts = constants.pointer + Int(RP_TEXT_STARTS) * stride
    state.pointer.update(from: starts, count: stateCount)
  }

  /// A state of a cell model that is no number any more.
  func failure(_ network: Network, _ state: CPUState) -> CellStateError? {
    CellStateError.find(network.parameters) { index, neuron in
      let slot = network.layout.slot(neuron)
      return Double(index == 0 ? state.potential[slot] : state.cells[(index - 1) * stride + slot])
    }
  }
}
