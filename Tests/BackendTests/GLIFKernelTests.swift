// The step of a GLIF neuron: every variant gives the bits of the plain one.
import CReprise
import RepriseCore
import RepriseTestSupport
import Testing

/// GLIF neurons with everything at random.
private final class Cells {
  static let slots = 128
  static let stride = slots + 16
  let currents: Int
  let floats: [AlignedBuffer<Float>]
  let constants, state: AlignedBuffer<Float>
  let refractorySteps, lastSpike: AlignedBuffer<Int32>
  let excitatoryInput, inhibitoryInput: AlignedBuffer<UInt16>
  let plasticInput: AlignedBuffer<Int64>
  let spikes: AlignedBuffer<UInt32>
  let stimulation, silenced: AlignedBuffer<Float>

  init(currents: Int, seed: UInt64) {
    self.currents = currents
    var random = TestRandom(seed)
    func buffer(_ count: Int, _ range: ClosedRange<Float>) -> AlignedBuffer<Float> {
      AlignedBuffer((0..<count).map { _ in random.float(range) })
    }
    floats = (0..<6).map { _ in buffer(Self.slots, -1...1) }
    constants = buffer((RP_GLIF_AFTER_SPIKE + RP_GLIF_AFTER_SPIKE_ROWS * currents) * Self.stride, 0...1)
    state = buffer((RP_GLIF_AFTER_SPIKE_MEAN + currents) * Self.stride, -0.2...0.2)
    refractorySteps = AlignedBuffer((0..<Self.slots).map { Int32(1 + $0 % 4) })
    lastSpike = AlignedBuffer((0..<Self.slots).map { Int32($0 % 3 == 0 ? 98 : -1000) })
    excitatoryInput = AlignedBuffer((0..<Self.slots).map { UInt16($0 % 5) })
    inhibitoryInput = AlignedBuffer((0..<Self.slots).map { UInt16($0 % 3) })
    plasticInput = AlignedBuffer((0..<Self.slots).map { Int64($0 - 60) << 30 })
    spikes = AlignedBuffer(count: Self.slots)
    stimulation = buffer(Self.slots, -0.2...0.4)
    silenced = AlignedBuffer((0..<Self.slots).map { $0 % 4 == 1 ? 1 : 0 })
  }

  func step(_ kernels: rp_kernels, flags: UInt32, step: Int32, parts: Int) -> [UInt32] {
    var arguments = rp_lif_step_arguments()
    arguments.state = rp_lif_state(
      potential: floats[0].pointer, excitatory_current: floats[1].pointer, inhibitory_current: floats[2].pointer,
      plastic_current: floats[3].pointer, stimulus: floats[4].pointer, last_spike: lastSpike.pointer,
      excitatory_input: excitatoryInput.pointer, inhibitory_input: inhibitoryInput.pointer,
      excitatory_sum: nil, inhibitory_sum: nil, plastic_input: plasticInput.pointer,
      plastic_decays: nil, plastic_gains: nil, baselines: nil, sum: floats[5].pointer)
    arguments.constants.excitatory_decay = 0.967
    arguments.constants.inhibitory_decay = 0.951
    arguments.constants.plastic_decay = 0.9993
    arguments.constants.plastic_gain = 1.55e-12
    arguments.constants.stimulus_decay = 0.995
    arguments.constants.stimulus_drift = 0.001
    arguments.constants.stimulus_amplitude = 0.063
    arguments.cells = rp_cells(
      constants: constants.pointer, refractory_steps: refractorySteps.pointer, state: state.pointer, uniforms: nil,
      stride: Self.stride, after_spike_currents: UInt32(currents), has_spike_threshold: Int32(parts & 1),
      has_voltage_threshold: Int32(parts >> 1))
    arguments.end = Self.slots
    arguments.step = step
    arguments.flags = flags
    arguments.noise = rp_random_key(seed: 5, purpose: 6, trial: 7)
    arguments.stimulus = rp_random_key(seed: 5, purpose: 3, trial: 1)
    arguments.stimulation = UnsafePointer(stimulation.pointer)
    arguments.silenced = UnsafePointer(silenced.pointer)
    let found = kernels.glif_step(&arguments, spikes.pointer)
    return (0..<found).map { spikes[$0] }.sorted()
  }

  var bits: [UInt32] {
    (floats + [state]).flatMap { buffer in (0..<buffer.count).map { buffer[$0].bitPattern } }
      + (0..<Self.slots).map { UInt32(bitPattern: lastSpike[$0]) }
  }
}

@Suite struct GLIFKernelTests {
  /// All combinations of flags and of the parts of a model, several steps in a row.
  @Test(arguments: KernelVariant.all) func variantsGiveTheSameBits(_ variant: KernelVariant) {
    var spikes = 0
    for flags in 0..<UInt32(256) {
      for (parts, currents) in [(0, 0), (1, 0), (0, 3), (1, 2), (3, 1)] {
        let seed = UInt64(flags) << 4 | UInt64(parts)
        let (a, b) = (Cells(currents: currents, seed: seed), Cells(currents: currents, seed: seed))
        for step: Int32 in 100...103 {
          let plain = a.step(KernelVariant.scalar.table, flags: flags, step: step, parts: parts)
          #expect(b.step(variant.table, flags: flags, step: step, parts: parts) == plain)
          spikes += plain.count
        }
        let isSame = a.bits == b.bits
        #expect(isSame, "flags \(flags), parts \(parts), \(currents) after-spike currents")
      }
    }
    #expect(spikes > 1000)
  }

  /// Silenced neurons are at rest, and their thresholds and after-spike currents stand still.
  @Test(arguments: KernelVariant.all) func silencedNeuronsHold(_ variant: KernelVariant) {
    let (cells, before) = (Cells(currents: 2, seed: 4), Cells(currents: 2, seed: 4))
    let spikes = cells.step(variant.table, flags: UInt32(RP_PERTURBED), step: 5000, parts: 3)
    for slot in 0..<Cells.slots {
      let isSilenced = before.silenced[slot] > 0
      for row in 0..<4 {
        let place = row * Cells.stride + slot
        #expect((cells.state[place] == before.state[place]) == isSilenced)
      }
      let rest = before.constants[Int(RP_GLIF_REST) * Cells.stride + slot]
      #expect((cells.floats[0][slot] == rest) == isSilenced)
      if isSilenced { #expect(!spikes.contains(UInt32(slot))) }
    }
    #expect(!spikes.isEmpty)
  }

  /// Neither thresholds nor after-spike currents move while a neuron is held.
  @Test(arguments: KernelVariant.all) func refractoryNeuronsHold(_ variant: KernelVariant) {
    let (cells, before) = (Cells(currents: 2, seed: 3), Cells(currents: 2, seed: 3))
    _ = cells.step(variant.table, flags: 0, step: 100, parts: 3)
    for slot in 0..<Cells.slots {
      let isHeld = 100 - before.lastSpike[slot] < before.refractorySteps[slot]
      for row in 0..<4 {
        let place = row * Cells.stride + slot
        #expect((cells.state[place] == before.state[place]) == isHeld)
      }
      #expect((cells.floats[0][slot] == before.floats[0][slot]) == isHeld)
    }
  }
}
