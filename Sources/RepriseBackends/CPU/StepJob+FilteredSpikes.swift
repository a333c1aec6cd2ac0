// Filtered spikes, which learning reads: moved on once for each learning interval (E7).
internal import CReprise
internal import RepriseCore
internal import RepriseModel

extension StepJob {
  /// Counts the thread's spikes and adds them to the filtered spike trains.
  func noteSpikes(_ view: WorkerView, step: Int) {
    // The last spikes before an update reach the one after it; they are added when that interval begins.
    let age = learns ? (interval - step % interval) - 2 : -1
    let (slots, excitatory, inhibitory) = view.spikes(ofStep: step)
    let counts = state.spikeCounts.pointer
    for index in 0..<(excitatory + inhibitory) {
      counts[Int(slots[index])] += 1
      if age >= 0 { addFilteredSpike(slots[index], age: age) }
    }
  }

  private func addFilteredSpike(_ slot: UInt32, age: Int) {
    addFilteredSpike(
      source: layout.neuronIndex(ofSlot: Int(slot)), backend.spikeWeights.weight(slot: Int(slot), age: age))
  }

  func addFilteredSpike(source: Int, _ weight: Float) {
    state.filteredSpikes.pointer[source] += weight
    if tracksGains { state.gained.pointer[source] += weight }
  }

  /// Moves the filtered spike trains on by one learning interval, at the step that begins it.
  func advanceFilteredSpikes(_ worker: CPUWorker, part: Int, step: Int) {
    let age = interval - 1
    let (r, weights) = (state.filteredSpikes.pointer, backend.spikeWeights)
    for c in NeuronClass.allCases {
      let neurons = worker.neurons(of: c, layout)
      if tracksGains { (state.gained.pointer + neurons.lowerBound).update(repeating: 0, count: neurons.count) }
      if weights.isShared {
        let decay = weights.decay(slot: 0)
        for neuron in neurons { r[neuron] *= decay }
      } else {
        for neuron in neurons { r[neuron] *= weights.decay(slot: layout.slot(neuron)) }
      }
    }
    for slot in worker.spikes(ofStep: step - 1).all { addFilteredSpike(slot, age: age) }
    guard part == 0, let feedforward else { return }
    for x in feedforward.neurons {
      let source = network.neuronCount + x
      r[source] *= weights.feedforwardDecay
      if tracksGains { state.gained.pointer[source] = 0 }
      if step - 1 > clock.stimulusOffStep, feedforward.spikes(x, step: step - 1) {
        addFilteredSpike(source: source, weights.feedforwardWeight(age: age))
      }
    }
  }
}
