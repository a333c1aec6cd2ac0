// A network on the processor: single-precision state, kernels in C, one thread per partition of the neurons.
internal import CReprise
internal import RepriseCore
public import RepriseModel

/// Runs a network on one or more threads.
///
/// Results are the same bits for any number of threads and any kernel variant in the forward simulation: static
/// input is counted, plastic input is summed in 64-bit fixed point, and everything else belongs to one neuron.
public final class CPUBackend: Backend {
  public static var name: String { "cpu" }
  public var network: Network { connectivity.network }
  public var usesSinglePrecision: Bool { true }
  public var summary: String {
    "\(kernels.name) kernels, \(pool.threadCount) thread\(pool.threadCount == 1 ? "" : "s")"
  }

  let state: CPUState
  let learning: CPULearning
  private let connectivity: CPUConnectivity
  private let kernels: CPUKernels
  private let pool: WorkerPool
  private let workers: [CPUWorker]
  private let clock: StepClock
  private let constants: [rp_lif_constants]
  private let spikeWeights: FilteredSpikeWeights
  private let plasticDecays, plasticGains: AlignedBuffer<Float>?
  private var request = TrialRequest(.untrained, index: 0)
  private var step = 0
  private var bins: AlignedBuffer<Float>?

  /// - Throws: ``BackendError`` if kernels are missing or the network is larger than the kernels' integers.
  public convenience init(network: Network, threads: Int, kernels: CPUKernels? = nil, learns: Bool = true)
    throws(BackendError)
  {
    var chosen = kernels
    if chosen == nil { chosen = try CPUKernels() }
    try Self.checkSize(network, threads: threads)
    // A thread needs at least one group of slots.
    let useful = max(1, min(threads, network.layout.slotCount / NeuronLayout.groupSize))
    let connectivity = CPUConnectivity(network, threadCount: useful)
    let learning = CPULearning(
      network, columns: connectivity.columns, includingCorrelation: learns, threads: threads)
    self.init(connectivity, learning, chosen!)
  }

  private init(_ connectivity: CPUConnectivity, _ learning: CPULearning, _ kernels: CPUKernels) {
    self.connectivity = connectivity
    self.learning = learning
    self.kernels = kernels
    let network = connectivity.network
    clock = network.parameters.clock
    state = CPUState(network)
    pool = WorkerPool(threadCount: connectivity.partitions.count)
    workers = connectivity.partitions.map { CPUWorker($0) }
    constants = NeuronClass.allCases.map { rp_lif_constants(network.parameters, $0) }
    spikeWeights = FilteredSpikeWeights(network.parameters, layout: network.layout)
    (plasticDecays, plasticGains) = Self.plasticTimeConstants(network)
  }

  /// Another backend over the same connections and weights, for trials that run side by side without learning.
  public func sibling() -> CPUBackend { CPUBackend(connectivity, learning, kernels) }

  private static func checkSize(_ network: Network, threads: Int) throws(BackendError) {
    let columns = InputColumns(inputCount: network.inputCount)
    if columns.padded > 8192 {
      throw .tooLarge(what: "The number of plastic inputs of a neuron", found: network.inputCount, limit: 8192)
    }
    if let most = mostInputsOfAClass(network), most > Int(UInt16.max) {
      throw .tooLarge(what: "The number of static inputs of a neuron from one class", found: most, limit: Int(UInt16.max))
    }
    let rows = network.layout.slotCount / max(1, threads) + NeuronLayout.groupSize
    if rows << columns.bits > Int(UInt32.max) {
      throw .tooLarge(
        what: "The number of neurons per thread", found: rows, limit: Int(UInt32.max) >> columns.bits)
    }
  }

  /// Most static inputs that a neuron has from one class, which may all spike in one step; nil where the classes are
  /// too small for it to matter.
  private static func mostInputsOfAClass(_ network: Network) -> Int? {
    let parameters = network.parameters
    guard max(parameters.excitatoryCount, parameters.inhibitoryCount) > Int(UInt16.max) else { return nil }
    let classes = [0..<parameters.excitatoryCount, parameters.excitatoryCount..<network.neuronCount]
    return classes.map { senders in
      var counts = [Int](repeating: 0, count: network.neuronCount)
      for sender in senders {
        for target in network.staticConnections.targets(of: sender) { counts[Int(target)] += 1 }
      }
      return counts.max() ?? 0
    }.max()
  }

  private static func plasticTimeConstants(_ network: Network) -> (AlignedBuffer<Float>?, AlignedBuffer<Float>?) {
    guard case .each(let values) = network.parameters.plastic.timeConstant else { return (nil, nil) }
    let decays = AlignedBuffer<Float>(count: network.layout.slotCount, stagger: 57)
    let gains = AlignedBuffer<Float>(count: network.layout.slotCount, stagger: 61)
    for (neuron, tau) in values.enumerated() {
      let slot = network.layout.slot(neuron)
      decays[slot] = Float(1 - network.parameters.trial.timeStep / tau)
      gains[slot] = Float(0x1p-32 / tau)
    }
    return (decays, gains)
  }

  // MARK: A trial

  public func beginTrial(_ request: TrialRequest) {
    self.request = request
    step = 0
    state.reset(network, request, kernels: kernels.table)
    bins = request.bins.map { AlignedBuffer(count: $0.count * network.layout.slotCount) }
    for worker in workers {
      worker.beginTrial()
      for (index, neuron) in request.tracedNeurons.enumerated() {
        let slot = network.layout.slot(neuron)
        guard worker.partition.slots.contains(slot) else { continue }
        worker.traced.append((index, slot))
        worker.traces.append(CurrentTrace())
      }
    }
  }

  public func advance(through last: Int) {
    guard step < last else { return }
    let first = step + 1
    let run = StepRun(self, first...last)
    pool.run { thread in run.execute(thread) }
    step = last
  }

  public func finishTrial() -> TrialResult {
    let layout = network.layout
    var result = TrialResult(spikeCounts: (0..<layout.neuronCount).map { state.spikeCounts[layout.slot($0)] })
    if let bins, let shape = request.bins {
      result.binSums.reserveCapacity(shape.count * layout.neuronCount)
      for bin in 0..<shape.count {
        for slots in [layout.excitatorySlots, layout.inhibitorySlots] {
          result.binSums += UnsafeBufferPointer(
            start: bins.pointer + bin * layout.slotCount + slots.lowerBound, count: slots.count)
        }
      }
    }
    if request.recordsSpikes {
      let all = workers.flatMap { $0.recorded }.sorted { ($0.step, $0.slot) < ($1.step, $1.slot) }
      for spike in all {
        result.spikes.append(step: Int(spike.step), neuron: layout.neuron(atSlot: Int(spike.slot))!)
      }
    }
    result.traces = Array(repeating: CurrentTrace(), count: request.tracedNeurons.count)
    for worker in workers {
      for (trace, traced) in zip(worker.traces, worker.traced) { result.traces[traced.index] = trace }
    }
    return result
  }

  // MARK: Learning

  public func learn(row: Int) {
    precondition(step + 1 == clock.step(ofRow: row), "row \(row) is due at step \(clock.step(ofRow: row))")
    guard network.inputCount > 0 else { return }
    let target = network.targets.row(row, task: request.task)
    let update = LearningRun(self)
    target.withUnsafeBufferPointer { row in
      nonisolated(unsafe) let row = row
      pool.run { thread in update.execute(thread, target: row) }
    }
  }

  public func readLearning(neurons: Range<Int>, includingCorrelation: Bool) -> LearningState {
    if includingCorrelation { flushPendingUpdates(neurons) }
    return learning.read(neurons: neurons, includingCorrelation: includingCorrelation)
  }

  public func writeLearning(_ state: LearningState, neurons: Range<Int>) {
    learning.write(state, neurons: neurons)
  }

  private func flushPendingUpdates(_ neurons: Range<Int>) {
    var arguments = LearningRun(self).arguments
    for neuron in neurons {
      arguments.begin = network.layout.slot(neuron)
      arguments.end = arguments.begin + 1
      kernels.table.pointee.rls_flush(&arguments)
    }
  }

  // MARK: What the threads do

  /// A run of steps without learning, as every thread sees it.
  private struct StepRun: @unchecked Sendable {
    let backend: CPUBackend
    let steps: ClosedRange<Int>
    let feedforward: FeedforwardSpikes?

    init(_ backend: CPUBackend, _ steps: ClosedRange<Int>) {
      self.backend = backend
      self.steps = steps
      let request = backend.request
      feedforward =
        backend.network.feedforwardCount > 0 && request.kind != .untrained
        ? FeedforwardSpikes(backend.network, purpose: request.feedforwardPurpose, trial: request.index) : nil
    }

    func execute(_ thread: Int) {
      let worker = backend.workers[thread]
      var classes = backend.stepArguments(worker)
      for step in steps {
        if backend.request.kind != .untrained, step % backend.clock.learningIntervalSteps == 0 {
          backend.advanceFilteredSpikes(worker, thread: thread, feedforward: feedforward, step: step)
        }
        backend.setFlags(&classes, step: step)
        worker.stepNeurons(step, kernels: backend.kernels.table, classes: &classes)
        if let imposed = backend.request.imposedSpikes { worker.impose(imposed[step], step: step, backend.network.layout) }
        backend.noteSpikes(worker, step: step)
        if !worker.traced.isEmpty, step % backend.clock.sampleSteps == 0 { backend.trace(worker) }
        backend.pool.barrier()
        backend.deliver(to: worker, step: step)
        if let feedforward { backend.deliver(feedforward, to: worker, thread: thread, step: step) }
      }
    }
  }

  /// Kernel arguments of the thread's neurons, one per class.
  private func stepArguments(_ worker: CPUWorker) -> [rp_lif_step_arguments] {
    let seed = network.parameters.network.seed
    return NeuronClass.allCases.enumerated().map { index, c in
      var arguments = rp_lif_step_arguments()
      arguments.state = rp_lif_state(
        potential: state.potential.pointer, excitatory_current: state.excitatoryCurrent.pointer,
        inhibitory_current: state.inhibitoryCurrent.pointer, plastic_current: state.plasticCurrent.pointer,
        stimulus: state.stimulus.pointer, last_spike: state.lastSpike.pointer,
        excitatory_input: state.excitatoryInput.pointer, inhibitory_input: state.inhibitoryInput.pointer,
        plastic_input: state.plasticInput.pointer, plastic_decays: plasticDecays?.pointer,
        plastic_gains: plasticGains?.pointer, sum: nil)
      arguments.constants = constants[index]
      let slots = worker.slots(of: c, network.layout)
      arguments.begin = slots.lowerBound
      arguments.end = slots.upperBound
      arguments.noise = rp_random_key(
        seed: seed, purpose: request.noisePurpose.rawValue, trial: UInt32(truncatingIfNeeded: request.index))
      arguments.stimulus = rp_random_key(
        seed: seed, purpose: RandomPurpose.stimulus.rawValue, trial: UInt32(truncatingIfNeeded: request.task))
      return arguments
    }
  }

  private func setFlags(_ classes: inout [rp_lif_step_arguments], step: Int) {
    var flags: UInt32 = 0
    if !network.staticConnections.isEmpty { flags |= UInt32(RP_STATIC) }
    switch network.parameters.noise.model {
    case .none: break
    case .voltage: flags |= UInt32(RP_VOLTAGE_NOISE)
    case .current: flags |= UInt32(RP_CURRENT_NOISE)
    }
    if request.kind != .untrained {
      flags |= UInt32(RP_PLASTIC)
      if step > clock.stimulusOnStep && step < clock.stimulusOffStep { flags |= UInt32(RP_STIMULUS) }
    }
    var sum: UnsafeMutablePointer<Float>?
    if step % clock.sampleSteps == 0, let shape = request.bins, let bins, let bin = shape.bin(ofStep: step) {
      flags |= UInt32(shape.quantity == .totalCurrent ? RP_SUM_TOTAL : RP_SUM_PLASTIC)
      sum = bins.pointer + bin * network.layout.slotCount
    }
    for index in classes.indices {
      classes[index].flags = flags
      classes[index].state.sum = sum
    }
  }

  /// Counts the thread's spikes, records them, and adds them to the filtered spike trains.
  private func noteSpikes(_ worker: CPUWorker, step: Int) {
    let learns = request.kind != .untrained
    let interval = clock.learningIntervalSteps
    // The last spikes before an update reach the one after it; they are added when that interval begins.
    let age = learns ? (interval - step % interval) - 2 : -1
    for slot in worker.spikes(ofStep: step).all {
      state.spikeCounts.pointer[Int(slot)] += 1
      if age >= 0 { state.filteredSpikes.pointer[Int(slot)] += spikeWeights.weight(slot: Int(slot), age: age) }
      if request.recordsSpikes { worker.recorded.append((Int32(step), slot)) }
    }
  }

  /// Moves the filtered spike trains on by one learning interval, at the step that begins it.
  private func advanceFilteredSpikes(_ worker: CPUWorker, thread: Int, feedforward: FeedforwardSpikes?, step: Int) {
    let age = clock.learningIntervalSteps - 1
    let r = state.filteredSpikes.pointer
    if spikeWeights.isShared {
      let decay = spikeWeights.decay(slot: 0)
      for slot in worker.partition.slots { r[slot] *= decay }
    } else {
      for slot in worker.partition.slots { r[slot] *= spikeWeights.decay(slot: slot) }
    }
    for slot in worker.spikes(ofStep: step - 1).all { r[Int(slot)] += spikeWeights.weight(slot: Int(slot), age: age) }
    guard thread == 0, let feedforward else { return }
    for x in 0..<network.feedforwardCount {
      let slot = network.layout.slotCount + x
      r[slot] *= spikeWeights.feedforwardDecay
      if step - 1 > clock.stimulusOffStep, feedforward.spikes(x, step: step - 1) {
        r[slot] += spikeWeights.feedforwardWeight(age: age)
      }
    }
  }

  private func trace(_ worker: CPUWorker) {
    for (index, traced) in worker.traced.enumerated() {
      worker.traces[index].excitatory.append(state.excitatoryCurrent.pointer[traced.slot])
      worker.traces[index].inhibitory.append(state.inhibitoryCurrent.pointer[traced.slot])
      worker.traces[index].plastic.append(state.plasticCurrent.pointer[traced.slot])
    }
  }

  /// Adds the spikes of all threads to the inputs of this thread's neurons.
  private func deliver(to worker: CPUWorker, step: Int) {
    let partition = worker.partition
    let base = partition.slots.lowerBound
    for sender in workers {
      let list = sender.spikes(ofStep: step)
      if !network.staticConnections.isEmpty {
        for (spikes, counters) in [(list.excitatory, state.excitatoryInput), (list.inhibitory, state.inhibitoryInput)] {
          rp_deliver_counts(
            spikes.baseAddress, spikes.count, partition.staticOffsets.pointer, partition.staticBlockCounts.pointer,
            partition.staticTargets.pointer, partition.blockCount, counters.pointer + base)
        }
      }
      if request.kind != .untrained {
        rp_deliver_plastic(
          list.all.baseAddress, list.all.count, partition.plasticOffsets.pointer, partition.plasticEntries.pointer,
          UInt32(learning.columns.bits), learning.columns.padded,
          learning.weights.pointer + base * learning.columns.padded, state.plasticInput.pointer + base)
      }
    }
  }

  private func deliver(_ feedforward: FeedforwardSpikes, to worker: CPUWorker, thread: Int, step: Int) {
    guard step > clock.stimulusOffStep else { return }
    let columns = learning.columns
    let slots = worker.partition.slots
    let interval = clock.learningIntervalSteps
    let age = interval - step % interval - 2
    for x in 0..<network.feedforwardCount where feedforward.spikes(x, step: step) {
      rp_deliver_column(
        slots.count, columns.column(x), columns.padded, learning.weights.pointer + slots.lowerBound * columns.padded,
        state.plasticInput.pointer + slots.lowerBound)
      if thread == 0, age >= 0 {
        state.filteredSpikes.pointer[network.layout.slotCount + x] += spikeWeights.feedforwardWeight(age: age)
      }
    }
  }

  /// One update of all neurons, as every thread sees it.
  private struct LearningRun: @unchecked Sendable {
    let backend: CPUBackend
    let arguments: rp_rls_arguments

    init(_ backend: CPUBackend) {
      self.backend = backend
      let (learning, state) = (backend.learning, backend.state)
      let options = backend.network.parameters.learning
      arguments = rp_rls_arguments(
        begin: 0, end: 0, inputs: learning.columns.inputCount, ragged: learning.columns.ragged,
        padded: learning.columns.padded, correlation_size: learning.columns.correlationSize,
        input_index: backend.connectivity.inputIndex.pointer, filtered_spikes: state.filteredSpikes.pointer,
        static_current: state.staticCurrent.pointer, target: state.target.pointer, weights: learning.weights.pointer,
        pending: learning.pending.pointer, correlation: learning.correlation.pointer,
        prior_gain: options.gain == .prior ? 1 : 0, frozen: options.isFrozen ? 1 : 0)
    }

    func execute(_ thread: Int, target: UnsafeBufferPointer<Float>) {
      let layout = backend.network.layout
      let slots = backend.workers[thread].partition.slots
      for real in [layout.excitatorySlots, layout.inhibitorySlots] {
        let range = slots.clamped(to: real)
        guard !range.isEmpty else { continue }
        let firstNeuron = layout.neuron(atSlot: range.lowerBound)!
        (backend.state.target.pointer + range.lowerBound).update(
          from: target.baseAddress! + firstNeuron, count: range.count)
        backend.gatherStaticCurrents(range)
        var arguments = arguments
        arguments.begin = range.lowerBound
        arguments.end = range.upperBound
        backend.kernels.table.pointee.rls_update(&arguments)
      }
    }
  }

  /// The static current as the previous step left it, noise included.
  private func gatherStaticCurrents(_ slots: Range<Int>) {
    for slot in slots {
      state.staticCurrent.pointer[slot] =
        state.excitatoryCurrent.pointer[slot] + state.inhibitoryCurrent.pointer[slot]
    }
    guard network.parameters.noise.model == .current else { return }
    let noise = SlotNoise(
      seed: network.parameters.network.seed, purpose: request.noisePurpose, trial: request.index)
    let scale = constants[slots.lowerBound < network.layout.inhibitoryStart ? 0 : 1].current_noise
    for slot in slots { state.staticCurrent.pointer[slot] += scale * noise.sample(slot: slot, step: step) }
  }
}
