// What a trial starts anew: arrays over slots in single precision.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Potentials, currents and inputs of all neurons.
final class CPUState: @unchecked Sendable {
  let potential, excitatoryCurrent, inhibitoryCurrent, plasticCurrent, stimulus: AlignedBuffer<Float>
  let lastSpike: AlignedBuffer<Int32>
  let excitatoryInput, inhibitoryInput: AlignedBuffer<UInt16>
  /// In place of them where connections have weights of their own, shape [sign, slot]: units of weight.
  let weightedInput: AlignedBuffer<Int32>
  let plasticInput: AlignedBuffer<Int64>
  let spikeCounts: AlignedBuffer<UInt32>
  /// [neurons, feed-forward neurons, zero]: filtered spikes as they will be at the next multiple of the learning
  /// interval, so that a spike is one addition and no other step touches them.
  let filteredSpikes: AlignedBuffer<Float>
  /// What filtered spikes gained in the current learning interval, as it will be at its end.
  let gained: AlignedBuffer<Float>
  /// Scratch of an update: filtered spikes, negative where they gained something.
  let markedSpikes: AlignedBuffer<Float>
  /// Of other neurons than LIF neurons: rows of RP_GLIF_SPIKE_THRESHOLD and so on, or the states of a text but v.
  let cells: AlignedBuffer<Float>
  /// Scratch of an update: static current and target by row.
  let staticCurrent, target: AlignedBuffer<Float>

  /// Before the first step no neuron is refractory; padding always is.
  private static let never: Int32 = -1_000_000_000
  private static let always: Int32 = 1_000_000_000

  init(_ network: Network, _ cells: CPUCells?) {
    let slots = network.layout.slotCount
    potential = AlignedBuffer(count: slots, stagger: 1)
    excitatoryCurrent = AlignedBuffer(count: slots, stagger: 8)
    inhibitoryCurrent = AlignedBuffer(count: slots, stagger: 15)
    plasticCurrent = AlignedBuffer(count: slots, stagger: 22)
    stimulus = AlignedBuffer(count: slots, stagger: 29)
    lastSpike = AlignedBuffer(count: slots, stagger: 36)
    excitatoryInput = AlignedBuffer(count: slots, stagger: 43)
    inhibitoryInput = AlignedBuffer(count: slots, stagger: 47)
    weightedInput = AlignedBuffer(count: network.staticConnections.weighted == nil ? 0 : 2 * slots, stagger: 45)
    plasticInput = AlignedBuffer(count: slots, stagger: 51)
    spikeCounts = AlignedBuffer(count: slots)
    filteredSpikes = AlignedBuffer(count: network.neuronCount + network.feedforwardCount + 1)
    let sources = network.parameters.usesEvents ? filteredSpikes.count : 0
    gained = AlignedBuffer(count: sources)
    markedSpikes = AlignedBuffer(count: sources)
    self.cells = AlignedBuffer(count: cells?.stateCount ?? 0, stagger: 11)
    staticCurrent = AlignedBuffer(count: network.learners.count)
    target = AlignedBuffer(count: network.learners.count)
  }

  /// - Parameter cells: Nil for LIF neurons.
  func reset(_ network: Network, _ request: TrialRequest, _ cells: CPUCells?, kernels: UnsafePointer<rp_kernels>) {
    for buffer in [excitatoryCurrent, inhibitoryCurrent, plasticCurrent, stimulus, filteredSpikes, gained] {
      buffer.fill(0)
    }
    excitatoryInput.fill(0)
    inhibitoryInput.fill(0)
    weightedInput.fill(0)
    plasticInput.fill(0)
    spikeCounts.fill(0)
    lastSpike.fill(Self.always)
    let layout = network.layout
    for slots in [layout.excitatorySlots, layout.inhibitorySlots] {
      (lastSpike.pointer + slots.lowerBound).update(repeating: Self.never, count: slots.count)
    }
    let key = rp_random_key(
      seed: request.trialSeed(network.parameters), purpose: request.potentialPurpose.rawValue,
      trial: UInt32(truncatingIfNeeded: request.index))
    kernels.pointee.normal_fill(key, 0, 0, layout.slotCount, potential.pointer)
    guard let cells else { return startPotentials(network) }
    cells.begin(potential: potential.pointer, state: self.cells, slots: 0..<layout.slotCount)
  }

  /// Of LIF neurons, from standard normal numbers.
  private func startPotentials(_ network: Network) {
    let (layout, parameters) = (network.layout, network.parameters)
    let neuron = parameters.neuron
    for (slots, c) in [(layout.excitatorySlots, NeuronClass.excitatory), (layout.inhibitorySlots, .inhibitory)] {
      let reset = Float(neuron.resetPotential[c])
      let range = Float(neuron.threshold[c]) - reset
      for slot in slots { potential[slot] = reset + range * potential[slot] }
    }
  }
}
