// A run of steps without learning, on all threads.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Steps of one trial. Nothing in it allocates memory, except where spikes or currents are recorded.
final class StepJob: ThreadJob {
  unowned(unsafe) let backend: CPUBackend
  let network: Network
  let layout: NeuronLayout
  let state: CPUState
  let clock: StepClock
  let interval: Int
  let views: AlignedBuffer<WorkerView>
  private let neuronStep: @convention(c) (UnsafePointer<rp_lif_step_arguments>?, UnsafeMutablePointer<UInt32>?) -> Int
  /// By worker.
  private let scratch: [CellScratch]
  let padded: Int
  let columnBits: UInt32
  let weights: UnsafeMutablePointer<Float>
  let hasStaticLists, drawsStatic, weighsStatic, tracksGains: Bool
  private let stimulus: StimulusCurrents?
  /// Flags that hold in every step of a trial.
  private var trialFlags: UInt32 = 0
  private var perturbedSteps = 0..<0
  /// What the next `execute` does.
  private var steps = 1...1
  var feedforward: FeedforwardSpikes?
  var learns = false
  private var records = false
  let pace: Pace?

  init(_ backend: CPUBackend) {
    self.backend = backend
    network = backend.network
    layout = network.layout
    state = backend.state
    clock = backend.clock
    interval = clock.learningIntervalSteps
    views = AlignedBuffer(backend.workers.map { $0.view() })
    let kernels = backend.kernels.table.pointee
    switch network.parameters.neuron.model {
    case .lif: neuronStep = kernels.lif_step!
    case .custom: neuronStep = kernels.cell_step!
    default: neuronStep = kernels.glif_step!
    }
    scratch = backend.workers.map { _ in CellScratch(backend.cells?.program) }
    padded = backend.learning.columns.padded
    columnBits = UInt32(backend.learning.columns.bits)
    weights = backend.learning.weights.pointer
    drawsStatic = network.drawsStaticTargets
    weighsStatic = network.staticConnections.weighted != nil
    hasStaticLists = !drawsStatic && !weighsStatic && !network.staticConnections.isEmpty
    stimulus = network.stimulus
    tracksGains = backend.learning.matrices?.drivenBySpikes == true
    pace = Pace(threads: backend.pool.threadCount)
  }

  /// Runs some steps, on all threads.
  func run(_ steps: ClosedRange<Int>) {
    self.steps = steps
    pace?.workOfRun = steps.count
    backend.pool.run(self)
  }

  /// Call when a trial begins.
  func prepare() {
    let request = backend.request
    learns = request.kind != .untrained
    records = request.recordsSpikes
    feedforward =
      network.feedforwardCount > 0 && learns
      ? FeedforwardSpikes(
        network, purpose: request.feedforwardPurpose, trial: request.index, task: request.task, seed: request.seed)
      : nil
    trialFlags = hasStaticLists || drawsStatic || weighsStatic ? UInt32(RP_STATIC) : 0
    perturbedSteps = request.perturbation?.steps ?? 0..<0
    switch request.noiseModel(network.parameters) {
    case .none: break
    case .voltage: trialFlags |= UInt32(RP_VOLTAGE_NOISE)
    case .current: trialFlags |= UInt32(RP_CURRENT_NOISE)
    }
    if learns { trialFlags |= UInt32(RP_PLASTIC) }
    for (worker, scratch) in zip(backend.workers, scratch) { setArguments(worker, scratch) }
  }

  func execute(_ thread: Int) {
    let pool = backend.pool
    let parts = pool.parts(of: thread)
    for step in steps {
      for part in parts { advance(part, step: step) }
      pool.barrier()
      for part in parts {
        deliver(to: views.pointer[part], step: step)
        if let feedforward { deliver(feedforward, to: views.pointer[part], part: part, step: step) }
      }
    }
  }

  /// One step of a part of the neurons, up to their spikes.
  private func advance(_ part: Int, step: Int) {
    let worker = backend.workers[part]
    let view = views.pointer[part]
    if learns, step % interval == 0 { advanceFilteredSpikes(worker, part: part, step: step) }
    setFlags(view, step: step)
    if drawsStatic { collectDrawn(worker, step: step) }
    if learns, let stimulus { set(stimulus, worker, step: step) }
    stepNeurons(view, step: step)
    if let imposed = backend.request.imposedSpikes { worker.impose(imposed[step], step: step, layout) }
    noteSpikes(view, step: step)
    if records { record(worker, step: step) }
    if drawsStatic { deliverDrawn(worker, step: step) }
    if !worker.traced.isEmpty, step % clock.sampleSteps == 0 { trace(worker) }
  }

  /// Advances the thread's neurons by one step and lists their spikes.
  private func stepNeurons(_ view: WorkerView, step: Int) {
    let slots = step & 1 == 0 ? view.slotsOfSpikes.0 : view.slotsOfSpikes.1
    let counts = step & 1 == 0 ? view.counts.0 : view.counts.1
    view.classes[0].step = Int32(truncatingIfNeeded: step)
    view.classes[1].step = Int32(truncatingIfNeeded: step)
    counts[0] = neuronStep(view.classes, slots)
    counts[1] = neuronStep(view.classes + 1, slots + counts[0])
  }

  // MARK: Neurons

  /// Kernel arguments of the thread's neurons, one per class.
  private func setArguments(_ worker: CPUWorker, _ scratch: CellScratch) {
    let request = backend.request
    let seed = request.trialSeed(network.parameters)
    for (index, c) in NeuronClass.allCases.enumerated() {
      var arguments = rp_lif_step_arguments()
      arguments.state = rp_lif_state(
        potential: state.potential.pointer, excitatory_current: state.excitatoryCurrent.pointer,
        inhibitory_current: state.inhibitoryCurrent.pointer, plastic_current: state.plasticCurrent.pointer,
        stimulus: state.stimulus.pointer, last_spike: state.lastSpike.pointer,
        excitatory_input: state.excitatoryInput.pointer, inhibitory_input: state.inhibitoryInput.pointer,
        excitatory_sum: weighsStatic ? state.weightedInput.pointer : nil,
        inhibitory_sum: weighsStatic ? state.weightedInput.pointer + layout.slotCount : nil,
        plastic_input: state.plasticInput.pointer, plastic_decays: backend.plasticDecays?.pointer,
        plastic_gains: backend.plasticGains?.pointer, baselines: backend.baselines?.pointer, sum: nil)
      arguments.constants = backend.constants[index]
      if let cells = backend.cells {
        arguments.cells = cells.arguments(state: state.cells.pointer, class: index)
        arguments.program = UnsafePointer(cells.program?.program)
        (arguments.scratch, arguments.places) = (scratch.numbers.pointer, scratch.places.pointer)
      }
      let slots = worker.slots(of: c, layout)
      arguments.begin = slots.lowerBound
      arguments.end = slots.upperBound
      arguments.noise = rp_random_key(
        seed: seed, purpose: request.noisePurpose.rawValue, trial: UInt32(truncatingIfNeeded: request.index))
      arguments.stimulus = rp_random_key(
        seed: network.parameters.network.seed, purpose: RandomPurpose.stimulus.rawValue,
        trial: UInt32(truncatingIfNeeded: request.task))
      if let perturbation = backend.perturbation {
        arguments.stimulation = UnsafePointer(perturbation.pointer)
        arguments.silenced = UnsafePointer(perturbation.pointer + layout.slotCount)
      }
      worker.classes[index] = arguments
    }
  }

  /// Puts a row of a given stimulus in its place where it begins.
  private func set(_ stimulus: StimulusCurrents, _ worker: CPUWorker, step: Int) {
    guard let row = stimulus.row(beginningAt: step, clock) else { return }
    let start = stimulus.start(task: backend.request.task, row: row)
    for c in NeuronClass.allCases {
      for neuron in worker.neurons(of: c, layout) {
        state.stimulus.pointer[layout.slot(neuron)] = stimulus.values[start + neuron]
      }
    }
  }

  private func setFlags(_ view: WorkerView, step: Int) {
    var flags = trialFlags
    if learns, step > clock.stimulusOnStep, step < clock.stimulusOffStep { flags |= UInt32(RP_STIMULUS) }
    if perturbedSteps.contains(step) { flags |= UInt32(RP_PERTURBED) }
    var sum: UnsafeMutablePointer<Float>?
    if step % clock.sampleSteps == 0, let shape = backend.request.bins, let bins = backend.bins,
      let bin = shape.bin(ofStep: step)
    {
      flags |= UInt32(shape.quantity == .totalCurrent ? RP_SUM_TOTAL : RP_SUM_PLASTIC)
      sum = bins.bin(bin)
    }
    for index in 0..<2 {
      view.classes[index].flags = flags
      view.classes[index].state.sum = sum
    }
  }

  private func record(_ worker: CPUWorker, step: Int) {
    for slot in worker.spikes(ofStep: step).all { worker.recorded.append((Int32(step), slot)) }
  }

  private func trace(_ worker: CPUWorker) {
    for (index, traced) in worker.traced.enumerated() {
      worker.traces[index].excitatory.append(state.excitatoryCurrent.pointer[traced.slot])
      worker.traces[index].inhibitory.append(state.inhibitoryCurrent.pointer[traced.slot])
      worker.traces[index].plastic.append(state.plasticCurrent.pointer[traced.slot])
    }
  }
}
