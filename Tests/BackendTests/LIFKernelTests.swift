// The step of a neuron: every variant gives the bits of the plain one, for every combination of what a step involves.
import CReprise
import RepriseCore
import RepriseTestSupport
import Testing

/// State of some slots of one class, with everything at random.
private final class Slots {
  let count: Int
  let potential, excitatory, inhibitory, plastic, stimulus, sum, decays, gains: AlignedBuffer<Float>
  let lastSpike: AlignedBuffer<Int32>
  let excitatoryInput, inhibitoryInput: AlignedBuffer<UInt16>
  let plasticInput: AlignedBuffer<Int64>
  let spikes: AlignedBuffer<UInt32>
  let stimulation, silenced: AlignedBuffer<Float>

  init(real: Int, groups: Int, seed: UInt64) {
    count = groups * Int(RP_SLOT_GROUP)
    var random = TestRandom(seed)
    func floats(_ range: ClosedRange<Float>, _ count: Int) -> AlignedBuffer<Float> {
      let buffer = AlignedBuffer<Float>(count: count)
      for i in 0..<count { buffer[i] = random.float(range) }
      return buffer
    }
    potential = floats(-1...1.05, count)
    excitatory = floats(0...2, count)
    inhibitory = floats(-2...0, count)
    plastic = floats(-1...1, count)
    stimulus = floats(-1...1, count)
    sum = floats(-10...10, count)
    decays = floats(0.99...1, count)
    gains = floats(1e-12...1e-11, count)
    lastSpike = AlignedBuffer(count: count)
    excitatoryInput = AlignedBuffer(count: count)
    inhibitoryInput = AlignedBuffer(count: count)
    plasticInput = AlignedBuffer(count: count)
    spikes = AlignedBuffer(count: count)
    stimulation = floats(-0.2...0.4, count)
    silenced = AlignedBuffer((0..<count).map { $0 % 3 == 1 && $0 < real ? 1 : 0 })
    for slot in 0..<count {
      // Padding is always refractory; real neurons spiked long ago or a few steps ago.
      lastSpike[slot] =
        slot >= real
        ? 1_000_000_000 : Bool.random(using: &random) ? 95 + Int32.random(in: 0...5, using: &random) : -9999
      excitatoryInput[slot] = UInt16.random(in: 0...(slot % 7 == 0 ? .max : 3), using: &random)
      inhibitoryInput[slot] = UInt16.random(in: 0...3, using: &random)
      plasticInput[slot] = Int64.random(in: -(1 << 40)...(1 << 40), using: &random)
    }
  }

  func step(_ kernels: rp_kernels, flags: UInt32, step: Int32, perNeuron: Bool) -> [UInt32] {
    var arguments = rp_lif_step_arguments()
    arguments.state = rp_lif_state(
      potential: potential.pointer, excitatory_current: excitatory.pointer, inhibitory_current: inhibitory.pointer,
      plastic_current: plastic.pointer, stimulus: stimulus.pointer, last_spike: lastSpike.pointer,
      excitatory_input: excitatoryInput.pointer, inhibitory_input: inhibitoryInput.pointer,
      excitatory_sum: nil, inhibitory_sum: nil, plastic_input: plasticInput.pointer,
      plastic_decays: perNeuron ? UnsafePointer(decays.pointer) : nil,
      plastic_gains: perNeuron ? UnsafePointer(gains.pointer) : nil, baselines: nil, sum: sum.pointer)
    arguments.constants = rp_lif_constants(
      excitatory_decay: 0.967, excitatory_gain: 0.31, inhibitory_decay: 0.951, inhibitory_gain: -0.47,
      plastic_decay: 0.9993, plastic_gain: 1.55e-12, membrane_rate: 0.01, threshold: 1, reset: 0.05, baseline: 1.31,
      voltage_noise: 0.065, current_noise: 6.5, stimulus_decay: 0.995, stimulus_drift: 0.001,
      stimulus_amplitude: 0.063, refractory_steps: 3)
    arguments.begin = 0
    arguments.end = count
    arguments.step = step
    arguments.flags = flags
    arguments.noise = rp_random_key(seed: 5, purpose: 6, trial: 7)
    arguments.stimulus = rp_random_key(seed: 5, purpose: 3, trial: 1)
    arguments.stimulation = UnsafePointer(stimulation.pointer)
    arguments.silenced = UnsafePointer(silenced.pointer)
    let found = kernels.lif_step(&arguments, spikes.pointer)
    return (0..<found).map { spikes[$0] }
  }

  /// All state as bits.
  var bits: [UInt64] {
    var bits: [UInt64] = []
    for buffer in [potential, excitatory, inhibitory, plastic, stimulus, sum] {
      for slot in 0..<count { bits.append(UInt64(buffer[slot].bitPattern)) }
    }
    for slot in 0..<count {
      bits.append(UInt64(bitPattern: Int64(lastSpike[slot])))
      bits.append(UInt64(excitatoryInput[slot]))
      bits.append(UInt64(inhibitoryInput[slot]))
      bits.append(UInt64(bitPattern: plasticInput[slot]))
    }
    return bits
  }
}

@Suite struct LIFKernelTests {
  /// All 256 combinations of flags, several sizes with padding, several steps in a row.
  @Test(arguments: KernelVariant.all) func variantsGiveTheSameBits(_ variant: KernelVariant) {
    for (real, groups) in [(1, 1), (63, 1), (64, 1), (65, 2), (150, 3)] {
      for flags in 0..<UInt32(256) {
        for perNeuron in [false, true] {
          let seed = UInt64(real) << 8 | UInt64(flags)
          let (a, b) = (Slots(real: real, groups: groups, seed: seed), Slots(real: real, groups: groups, seed: seed))
          for step: Int32 in 101...104 {
            let plain = a.step(KernelVariant.scalar.table, flags: flags, step: step, perNeuron: perNeuron)
            let found = b.step(variant.table, flags: flags, step: step, perNeuron: perNeuron)
            #expect(found.sorted() == plain.sorted(), "flags \(flags), step \(step)")
            #expect(plain.allSatisfy { $0 < real }, "padding never spikes")
          }
          let isSame = a.bits == b.bits
          #expect(isSame, "flags \(flags), \(real) neurons")
        }
      }
    }
  }

  @Test(arguments: KernelVariant.all) func noSlotsNoSpikes(_ variant: KernelVariant) {
    var arguments = rp_lif_step_arguments()
    var spike: UInt32 = 0
    for flags in 0..<UInt32(128) {
      arguments.flags = flags
      #expect(variant.table.lif_step(&arguments, &spike) == 0)
    }
  }

  /// Inputs are read once, and neither current nor input is touched where a step does not involve it.
  @Test(arguments: KernelVariant.all) func whatIsNotInvolvedStays(_ variant: KernelVariant) {
    let slots = Slots(real: 100, groups: 2, seed: 1)
    let before = Slots(real: 100, groups: 2, seed: 1)
    _ = slots.step(variant.table, flags: UInt32(RP_STATIC), step: 101, perNeuron: false)
    for slot in 0..<128 {
      #expect(slots.excitatoryInput[slot] == 0 && slots.inhibitoryInput[slot] == 0)
      #expect(slots.plasticInput[slot] == before.plasticInput[slot])
      #expect(slots.plastic[slot] == before.plastic[slot])
      #expect(slots.stimulus[slot] == before.stimulus[slot])
      #expect(slots.sum[slot] == before.sum[slot])
      let wanted = before.excitatory[slot] * 0.967 + Float(before.excitatoryInput[slot]) * 0.31
      #expect(slots.excitatory[slot] == wanted)
    }
    _ = slots.step(variant.table, flags: UInt32(RP_PLASTIC), step: 102, perNeuron: true)
    for slot in 0..<128 {
      #expect(slots.plasticInput[slot] == 0)
      #expect(
        slots.plastic[slot] == before.plastic[slot] * before.decays[slot] + Float(before.plasticInput[slot])
          * before.gains[slot])
    }
  }

  /// A neuron that spiked at step j is next updated at j + 3 here.
  @Test(arguments: KernelVariant.all) func refractoryNeuronsHold(_ variant: KernelVariant) {
    let slots = Slots(real: 64, groups: 1, seed: 2)
    for slot in 0..<64 {
      slots.lastSpike[slot] = Int32(100 - slot % 5)
      slots.potential[slot] = 0.5
    }
    let spikes = slots.step(variant.table, flags: 0, step: 101, perNeuron: false)
    #expect(spikes.isEmpty)
    for slot in 0..<64 {
      let isReady = 101 - (100 - slot % 5) >= 3
      #expect((slots.potential[slot] != 0.5) == isReady)
    }
  }

  /// X1 and X2: silenced neurons are at their reset and make no spikes; the others get what stimulates them.
  @Test(arguments: KernelVariant.all) func perturbedNeurons(_ variant: KernelVariant) {
    let (slots, before) = (Slots(real: 64, groups: 1, seed: 3), Slots(real: 64, groups: 1, seed: 3))
    let spikes = Set(slots.step(variant.table, flags: UInt32(RP_PERTURBED), step: 101, perNeuron: false))
    for slot in 0..<64 {
      let isReady = 101 - before.lastSpike[slot] >= 3
      if before.silenced[slot] > 0 || !isReady {
        #expect(!spikes.contains(UInt32(slot)))
        #expect(slots.lastSpike[slot] == before.lastSpike[slot])
        #expect(slots.potential[slot] == (before.silenced[slot] > 0 ? 0.05 : before.potential[slot]))
      } else {
        let v = before.potential[slot]
        let moved = v + 0.01 * ((1.31 + before.stimulation[slot]) - v)
        #expect(slots.potential[slot] == (moved > 1 ? 0.05 : moved))
        #expect(spikes.contains(UInt32(slot)) == (moved > 1))
      }
    }
    #expect(!spikes.isEmpty)
  }

  @Test(arguments: KernelVariant.all) func normalsOfAllVariants(_ variant: KernelVariant) {
    let key = rp_random_key(seed: 0x1234_5678_9abc_def0, purpose: 5, trial: 9)
    let noise = SlotNoise(seed: key.seed, purpose: .trainingNoise, trial: 9)
    let out = AlignedBuffer<Float>(count: 640)
    for step: UInt32 in [0, 1, 77, 20_000] {
      for begin in [0, 64, 4096, 1 << 20] {
        variant.table.normal_fill(key, step, begin, begin + 640, out.pointer)
        for slot in 0..<640 {
          let wanted = noise.sample(slot: begin + slot, step: Int(step))
          #expect(out[slot].bitPattern == wanted.bitPattern)
        }
      }
    }
  }
}
