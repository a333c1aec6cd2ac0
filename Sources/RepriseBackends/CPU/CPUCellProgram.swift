// The instructions of a cell model as the kernels of processors take them: results in as few registers as possible, so
// that they stay in the cache.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// A cell program in the memory of kernels; backends of the same network share it.
final class CPUCellProgram: @unchecked Sendable {
  let program: UnsafeMutablePointer<rp_cell_program>
  let registerCount: Int
  var placeCount: Int { places.count }
  private let instructions: AlignedBuffer<rp_cell_instruction>
  private let places: AlignedBuffer<rp_cell_place>
  /// Blocks of numbers that are the same for a class, shape [class][uniform, RP_CELL_BLOCK].
  private let uniforms: [AlignedBuffer<Float>]

  init(_ program: CellProgram, uniforms: [[Float]]) {
    var assembly = Assembly(program)
    assembly.assemble()
    registerCount = assembly.registerCount
    instructions = AlignedBuffer(assembly.instructions)
    places = AlignedBuffer(assembly.places)
    self.uniforms = uniforms.map { values in
      AlignedBuffer(values.flatMap { Array(repeating: $0, count: Int(RP_CELL_BLOCK)) })
    }
    self.program = .allocate(capacity: 1)
    self.program.initialize(
      to: rp_cell_program(
        instructions: instructions.pointer, step_count: program.step.count, count: assembly.instructions.count,
        places: places.pointer, place_count: places.count))
  }

  deinit { program.deallocate() }

  func uniforms(_ class: Int) -> UnsafeMutablePointer<Float> { uniforms[`class`].pointer }

  /// Floats of the scratch memory of a thread, and pointers of it.
  var scratchCount: Int { registerCount * Int(RP_CELL_BLOCK) }

  /// Gives results registers, which are free again when nothing will read them.
  private struct Assembly {
    let program: CellProgram
    var instructions: [rp_cell_instruction] = []
    var places: [rp_cell_place] = []
    var registerCount = Int(RP_CELL_FIRST_PLACE)
    private var placeOf: [CellProgram.Operand: UInt32] = [:]
    private var registerOf: [Int: UInt32] = [:]
    private var free: [UInt32] = []
    private var lastUse: [Int: Int] = [:]

    init(_ program: CellProgram) {
      self.program = program
      for index in 0..<UInt32(RP_CELL_FIRST_PLACE) {
        places.append(rp_cell_place(kind: UInt32(RP_CELL_REGISTER), index: index))
      }
      placeOf = [
        .input: UInt32(RP_CELL_INPUT), .ready: UInt32(RP_CELL_READY), .spiking: UInt32(RP_CELL_SPIKING),
      ]
    }

    mutating func assemble() {
      let all = program.step + program.reset
      for (index, instruction) in all.enumerated() {
        for case .result(let result) in instruction.operands { lastUse[result] = index }
      }
      for (index, instruction) in all.enumerated() {
        let operands = instruction.operands.map { place($0) }
        for case .result(let result) in Set(instruction.operands) where lastUse[result] == index {
          free.append(registerOf.removeValue(forKey: result)!)
        }
        let target = place(instruction.target)
        // A result that nobody reads.
        if case .result(let result) = instruction.target, lastUse[result] == nil {
          free.append(registerOf.removeValue(forKey: result)!)
        }
        instructions.append(
          rp_cell_instruction(
            operation: UInt32(instruction.operation), result: target, a: operands[0],
            b: operands.count > 1 ? operands[1] : 0, c: operands.count > 2 ? operands[2] : 0))
      }
    }

    private mutating func place(_ target: CellProgram.Target) -> UInt32 {
      switch target {
      case .spiking: return UInt32(RP_CELL_SPIKING)
      case .state(let index): return place(CellProgram.Operand.state(index))
      case .result(let result):
        let register = free.popLast() ?? newRegister()
        registerOf[result] = register
        return register
      }
    }

    private mutating func newRegister() -> UInt32 {
      places.append(rp_cell_place(kind: UInt32(RP_CELL_REGISTER), index: UInt32(registerCount)))
      registerCount += 1
      return UInt32(places.count - 1)
    }

    private mutating func place(_ operand: CellProgram.Operand) -> UInt32 {
      if case .result(let result) = operand { return registerOf[result]! }
      if let place = placeOf[operand] { return place }
      let place: rp_cell_place
      switch operand {
      case .uniform(let index): place = rp_cell_place(kind: UInt32(RP_CELL_UNIFORM), index: UInt32(index))
      case .row(let row): place = rp_cell_place(kind: UInt32(RP_CELL_CONSTANT), index: UInt32(row))
      case .state(0): place = rp_cell_place(kind: UInt32(RP_CELL_POTENTIAL), index: 0)
      case .state(let index): place = rp_cell_place(kind: UInt32(RP_CELL_STATE), index: UInt32(index - 1))
      case .result, .input, .ready, .spiking: preconditionFailure("\(operand) has a place")
      }
      places.append(place)
      placeOf[operand] = UInt32(places.count - 1)
      return UInt32(places.count - 1)
    }
  }
}

/// What the kernel needs for itself, one for each thread; nothing for neurons that are built in.
final class CellScratch {
  let numbers: AlignedBuffer<Float>
  let places: AlignedBuffer<UnsafeMutablePointer<Float>?>

  init(_ program: CPUCellProgram?) {
    numbers = AlignedBuffer(count: program?.scratchCount ?? 0)
    places = AlignedBuffer(count: program?.placeCount ?? 0)
  }
}
