// The step of a cell model as text that devices compile with the kernels.
internal import CReprise
internal import RepriseModel

/// Writes the instructions of a program in the language that OpenCL and CUDA share, one line for each.
struct GPUCellText {
  /// The text of all kernels, with the step of a network's neurons in it.
  static func kernels(_ parameters: Parameters) -> String {
    let text = String(cString: rp_gpu_kernel_text())
    guard let program = CellProgram(parameters) else { return text }
    let place = "\nRP_TEXT_STEP\n"
    guard let range = text.firstRange(of: place) else { preconditionFailure("the kernels have no place for a step") }
    return text.replacingCharacters(range, with: "\n" + GPUCellText(program).step + "\n")
  }

  private let program: CellProgram

  init(_ program: CellProgram) { self.program = program }

  /// `rp_text_step_lanes`.
  var step: String {
    let lines =
      [
        "RP_FN uint32_t rp_text_step_lanes(",
        "    const rp_lif_step_arguments *a, size_t i, uint32_t flags, rp_real noise, rp_real stimulus_noise)", "{",
        "  const rp_cells *g = &a->cells;",
        "  const rp_incoming in = rp_cell_receive(a, i, flags, noise, stimulus_noise);",
        "  const rp_real s0 = in.potential;",
      ] + loads + ["  rp_real n0 = s0;"] + news + program.step.map(line)
      + ["  const uint32_t spikes = rp_mask_bits(spiking);"]
      + ["  if (spikes) {", "    rp_store_int(a->state.last_spike + i, rp_select_int(spiking, a->step, in.last));"]
      + program.reset.map { "  " + line($0) } + ["  }"] + stores + ["  return spikes;", "}"]
    return lines.joined(separator: "\n")
  }

  private var states: Range<Int> { 1..<program.stateCount }

  private var loads: [String] {
    states.map { "  const rp_real s\($0) = rp_load(g->state + \($0 - 1) * g->stride + i);" }
  }

  /// What states become.
  private var news: [String] { states.map { "  rp_real n\($0) = s\($0);" } }

  private var stores: [String] {
    ["  rp_store(a->state.potential + i, n0);"]
      + states.map { "  rp_store(g->state + \($0 - 1) * g->stride + i, n\($0));" }
  }

  private func line(_ instruction: CellProgram.Instruction) -> String {
    let operands = instruction.operands.map(text)
    let value = value(instruction.operation, operands)
    switch instruction.target {
    case .state(let index):
      // The last operand is what the state was, which may have become something else in this step.
      return "  n\(index) = rp_select(\(operands[0]), \(operands[1]), n\(index));"
    case .spiking: return "  const rp_int spiking = \(value);"
    case .result(let index):
      return "  const \(isCondition(instruction.operation) ? "rp_int" : "rp_real") t\(index) = \(value);"
    }
  }

  private func text(_ operand: CellProgram.Operand) -> String {
    switch operand {
    case .result(let index): "t\(index)"
    case .uniform(let index): uniform(index)
    case .row(let row): "rp_cell_constant(g, \(row), i)"
    case .state(let index): "s\(index)"
    case .input: "in.input"
    case .ready: "in.ready"
    case .spiking: "spiking"
    }
  }

  /// Numbers of the text are in it, parameters are not: another value needs no other kernels.
  private func uniform(_ index: Int) -> String {
    guard case .number(let bits) = program.uniforms[index] else { return "rp_load(g->uniforms + \(index))" }
    return "rp_bits_real(0x\(String(bits, radix: 16))u)"
  }

  private func isCondition(_ operation: Int) -> Bool {
    [RP_CELL_GREATER, RP_CELL_AT_LEAST, RP_CELL_EQUAL, RP_CELL_NOT, RP_CELL_AND, RP_CELL_OR].contains(operation)
  }

  private func value(_ operation: Int, _ o: [String]) -> String {
    switch operation {
    case RP_CELL_COPY: o[0]
    case RP_CELL_ADD: "\(o[0]) + \(o[1])"
    case RP_CELL_SUBTRACT: "\(o[0]) - \(o[1])"
    case RP_CELL_MULTIPLY: "\(o[0]) * \(o[1])"
    case RP_CELL_DIVIDE: "rp_divide(\(o[0]), \(o[1]))"
    case RP_CELL_MIN: "rp_least(\(o[0]), \(o[1]))"
    case RP_CELL_MAX: "rp_most(\(o[0]), \(o[1]))"
    case RP_CELL_NEGATE: "rp_negative(\(o[0]))"
    case RP_CELL_ABS: "rp_absolute(\(o[0]))"
    case RP_CELL_SQRT: "rp_root(\(o[0]))"
    case RP_CELL_EXP: "rp_exp(\(o[0]))"
    case RP_CELL_LOG: "rp_log(\(o[0]))"
    case RP_CELL_GREATER: "rp_greater(\(o[0]), \(o[1]))"
    case RP_CELL_AT_LEAST: "rp_not_below(\(o[0]), \(o[1]))"
    case RP_CELL_EQUAL: "rp_equal(\(o[0]), \(o[1]))"
    case RP_CELL_NOT: "~\(o[0])"
    case RP_CELL_AND: "\(o[0]) & \(o[1])"
    case RP_CELL_OR: "\(o[0]) | \(o[1])"
    default: "rp_select(\(o[0]), \(o[1]), \(o[2]))"
    }
  }
}

extension String {
  fileprivate func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
