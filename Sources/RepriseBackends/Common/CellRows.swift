// Constants of all neurons but LIF neurons: rows with one number for each slot, on processors and devices.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Rows of constants, of which the first ones are those of every model.
struct CellRows {
  /// Numbers from one row to the next.
  let stride: Int
  /// [row, stride].
  private(set) var values: [Float]
  /// By slot; 1 for padding.
  private(set) var refractorySteps: [Int32]

  init(_ network: Network, count: Int) {
    let layout = network.layout
    stride = Self.stride(slots: layout.slotCount)
    values = Array(repeating: 0, count: count * stride)
    refractorySteps = Array(repeating: 1, count: layout.slotCount)
    for neuron in 0..<network.neuronCount { setInputs(network, neuron, layout.slot(neuron)) }
  }

  /// An odd number of cache lines, so that rows do not have equal low address bits.
  static func stride(slots: Int) -> Int { slots + 16 }

  mutating func set(_ row: Int, _ slot: Int, _ value: Double) { values[row * stride + slot] = Float(value) }

  mutating func setRefractorySteps(_ slot: Int, _ steps: Int) { refractorySteps[slot] = Int32(steps) }

  private mutating func setInputs(_ network: Network, _ neuron: Int, _ slot: Int) {
    let p = network.parameters
    let (tau, dt) = (p.membraneTimeConstant(neuron), p.trial.timeStep)
    let synapses = p.staticSynapses
    set(
      RP_CELL_EXCITATORY_GAIN, slot,
      network.staticUnit(from: .excitatory, onto: neuron) / synapses.excitatoryTimeConstant)
    set(
      RP_CELL_INHIBITORY_GAIN, slot,
      network.staticUnit(from: .inhibitory, onto: neuron) / synapses.inhibitoryTimeConstant)
    set(RP_CELL_BASELINE, slot, p.baselineCurrent(neuron))
    set(RP_CELL_VOLTAGE_NOISE, slot, p.noise.sigma * (dt / tau).squareRoot())
    set(RP_CELL_CURRENT_NOISE, slot, p.noise.sigma * (tau / dt).squareRoot() / p.membraneResistance(neuron))
  }
}

/// How many numbers neurons have of their own, before they are there.
struct CellSizes {
  /// Rows of constants and of state.
  let constantRows, stateRows: Int
  /// Numbers that the neurons of a class share.
  let uniforms: Int

  /// Nothing for LIF neurons.
  init(_ parameters: Parameters) {
    switch parameters.neuron.model {
    case .lif: (constantRows, stateRows, uniforms) = (0, 0, 0)
    case .custom:
      guard let program = CellProgram(parameters) else { preconditionFailure("a custom model without a text") }
      constantRows = program.rowCount
      stateRows = program.stateCount - 1
      uniforms = program.uniforms.count
    default:
      constantRows = RP_GLIF_AFTER_SPIKE + parameters.afterSpikeCurrentCount * RP_GLIF_AFTER_SPIKE_ROWS
      stateRows = RP_GLIF_AFTER_SPIKE_MEAN + parameters.afterSpikeCurrentCount
      uniforms = 0
    }
  }

  var isEmpty: Bool { constantRows == 0 }
}

/// The constants of all neurons but LIF neurons, whatever their model.
struct CellConstants {
  let rows: CellRows
  /// [class, uniform].
  let uniforms: [[Float]]
  let sizes: CellSizes
  /// Nil for GLIF neurons.
  let program: CellProgram?
  /// Rows of the limits between which potentials start.
  let (startLow, startHigh): (Int, Int)

  /// - Returns: nil for LIF neurons.
  init?(_ network: Network) {
    let parameters = network.parameters
    guard parameters.neuron.model != .lif else { return nil }
    sizes = CellSizes(parameters)
    program = CellProgram(parameters)
    if let program {
      rows = program.rows(network)
      uniforms = NeuronClass.allCases.map { program.uniformValues(parameters, $0) }
      (startLow, startHigh) = (Int(RP_TEXT_START_LOW), Int(RP_TEXT_START_HIGH))
    } else {
      rows = CellRows(ofGLIF: network, count: sizes.constantRows)
      uniforms = [[], []]
      (startLow, startHigh) = (Int(RP_GLIF_REST), Int(RP_GLIF_THRESHOLD))
    }
  }
}
