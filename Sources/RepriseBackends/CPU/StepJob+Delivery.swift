// Spikes of a step to the inputs that the next one reads.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

extension StepJob {
  /// Adds the spikes of all threads to the inputs of this thread's neurons.
  func deliver(to view: WorkerView, step: Int) {
    for sender in 0..<views.count {
      let (slots, excitatory, inhibitory) = views.pointer[sender].spikes(ofStep: step)
      if hasStaticLists {
        rp_deliver_counts(
          slots, excitatory, view.staticOffsets, view.staticBlockCounts, view.staticTargets, view.blockCount,
          state.excitatoryInput.pointer + view.base)
        rp_deliver_counts(
          slots + excitatory, inhibitory, view.staticOffsets, view.staticBlockCounts, view.staticTargets,
          view.blockCount, state.inhibitoryInput.pointer + view.base)
      }
      if weighsStatic {
        rp_deliver_weighted(
          slots, excitatory + inhibitory, view.weightedOffsets, view.weightedTargets, state.weightedInput.pointer)
      }
      if learns {
        rp_deliver_plastic(
          slots, excitatory + inhibitory, view.plasticOffsets, view.plasticEntries, columnBits, padded,
          weights + view.firstRow * padded, view.places, state.plasticInput.pointer + view.base)
      }
    }
  }

  /// Draws the targets of this thread's own spikes.
  func deliverDrawn(_ worker: CPUWorker, step: Int) {
    guard let drawn = worker.drawn else { return }
    let list = worker.spikes(ofStep: step)
    let isAlone = drawn.counters.isEmpty
    let excitatory = isAlone ? state.excitatoryInput.pointer : drawn.counters(step: step, class: 0)
    let inhibitory = isAlone ? state.inhibitoryInput.pointer : drawn.counters(step: step, class: 1)
    drawn.deliver(list.excitatory, to: excitatory, kernels: backend.kernels.table)
    drawn.deliver(list.inhibitory, to: inhibitory, kernels: backend.kernels.table)
  }

  /// Gathers what all threads counted for this thread's neurons in the step before.
  func collectDrawn(_ worker: CPUWorker, step: Int) {
    guard let own = worker.drawn, !own.counters.isEmpty else { return }
    let slots = worker.partition.slots
    for sender in backend.workers {
      guard let drawn = sender.drawn else { continue }
      rp_collect_counts(
        drawn.counters(step: step - 1, class: 0), slots.lowerBound, slots.upperBound, state.excitatoryInput.pointer)
      rp_collect_counts(
        drawn.counters(step: step - 1, class: 1), slots.lowerBound, slots.upperBound, state.inhibitoryInput.pointer)
    }
  }

  func deliver(_ feedforward: FeedforwardSpikes, to view: WorkerView, part: Int, step: Int) {
    guard step > clock.stimulusOffStep else { return }
    let columns = backend.learning.columns
    let age = interval - step % interval - 2
    for x in feedforward.neurons where feedforward.spikes(x, step: step) {
      rp_deliver_column(
        view.rowCount, columns.column(x), padded, weights + view.firstRow * padded, view.places,
        state.plasticInput.pointer + view.base)
      if part == 0, age >= 0 {
        addFilteredSpike(source: network.neuronCount + x, backend.spikeWeights.feedforwardWeight(age: age))
      }
    }
  }
}
