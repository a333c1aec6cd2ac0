// One update of all weights, on all threads.
internal import CReprise
internal import RepriseCore
public import RepriseModel

/// Says which random numbers round P: those of a pending update are the same whenever it is applied.
struct RoundingKey {
  var trial: UInt32 = 0
  var row: UInt32 = 0
}

/// The update of one row of the targets. It allocates no memory.
final class LearningJob: ThreadJob {
  private unowned let backend: CPUBackend
  private let layout: NeuronLayout
  private let state: CPUState
  /// Row of the targets, shape [column]; set before `execute`.
  var target = UnsafeBufferPointer<Float>(start: nil, count: 0)
  var presynaptic = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
  /// Applies pending terms to P, and nothing else.
  var onlyFlushes = false
  /// No update preceded this one by one interval.
  var startsAnew = true
  let pace: Pace?
  /// Chunks of groups that are claimed, by part, each count in a cache line of its own.
  private let nextChunks: AlignedBuffer<Int>
  private static let claimStride = 8
  /// Groups that are claimed at once.
  private static let chunk = 128

  init(_ backend: CPUBackend) {
    self.backend = backend
    layout = backend.network.layout
    state = backend.state
    pace = Pace(threads: backend.pool.threadCount)
    nextChunks = AlignedBuffer(count: backend.pool.threadCount * Self.claimStride)
  }

  /// Runs it, on all threads.
  func run() {
    nextChunks.fill(0)
    backend.pool.run(self)
  }

  func execute(_ thread: Int) {
    let pool = backend.pool
    if !onlyFlushes {
      for part in pool.parts(of: thread) { gatherDrives(backend.workers[part]) }
      // Neurons of one group may belong to several threads.
      pool.barrier()
    }
    // A thread that is done with its own share helps the others: each may be interrupted.
    for offset in 0..<pool.threadCount { update(part: (thread + offset) % pool.threadCount, thread: thread) }
    guard let history = backend.learning.history else { return }
    pool.barrier()
    let sources = backend.network.neuronCount + backend.network.feedforwardCount
    for part in pool.parts(of: thread) { history.remember(state.filteredSpikes.pointer, share(sources, part)) }
  }

  /// Updates what nobody has claimed yet of a part of the groups.
  private func update(part: Int, thread: Int) {
    var arguments = backend.learningArguments(presynaptic)
    let groups = share(backend.groups.count, part)
    while true {
      let begin = groups.lowerBound + rp_claim(nextChunks.pointer + Self.claimStride * part) * Self.chunk
      guard begin < groups.upperBound else { return }
      arguments.begin = begin
      arguments.end = min(begin + Self.chunk, groups.upperBound)
      if let history = backend.learning.history {
        history.update(arguments, thread: thread, kernels: backend.kernels.table)
      } else if onlyFlushes {
        backend.learning.matrices?.flush(backend.kernels.table)?(&arguments)
      } else {
        backend.learning.matrices?.update(backend.kernels.table)?(&arguments)
      }
    }
  }

  private func share(_ count: Int, _ part: Int) -> Range<Int> {
    let parts = backend.pool.threadCount
    return (count * part / parts)..<(count * (part + 1) / parts)
  }

  /// Targets and static currents of a thread's neurons that learn, by row.
  private func gatherDrives(_ worker: CPUWorker) {
    let (rows, columns) = (worker.partition.rows, backend.learning.targetColumns.pointer)
    for row in rows { state.target.pointer[row] = target[Int(columns[row])] }
    gatherStaticCurrents(rows)
    if backend.learning.matrices?.drivenBySpikes == true { markGains(worker) }
  }

  /// Marks the filtered spikes of a thread's neurons that gained something since the last update: all, after a break.
  private func markGains(_ worker: CPUWorker) {
    let (marked, r, gained) = (state.markedSpikes.pointer, state.filteredSpikes.pointer, state.gained.pointer)
    func gather(_ sources: Range<Int>) {
      for source in sources { marked[source] = startsAnew || gained[source] != 0 ? -r[source] : r[source] }
    }
    for c in NeuronClass.allCases { gather(worker.neurons(of: c, layout)) }
    let network = backend.network
    if worker === backend.workers[0] {
      gather(network.neuronCount..<(network.neuronCount + network.feedforwardCount))
    }
  }

  /// The static current as the previous step left it, noise included.
  private func gatherStaticCurrents(_ rows: Range<Int>) {
    let slots = backend.learning.slots.pointer
    for row in rows {
      let slot = Int(slots[row])
      state.staticCurrent.pointer[row] =
        state.excitatoryCurrent.pointer[slot] + state.inhibitoryCurrent.pointer[slot]
    }
    guard backend.noiseModel == .current else { return }
    let request = backend.request
    let noise = SlotNoise(seed: backend.seed, purpose: request.noisePurpose, trial: request.index)
    for row in rows {
      let slot = Int(slots[row])
      let scale =
        backend.cells?.currentNoise(slot) ?? backend.constants[slot < layout.inhibitoryStart ? 0 : 1].current_noise
      state.staticCurrent.pointer[row] += scale * noise.sample(slot: slot, step: backend.step)
    }
  }
}

extension CPUBackend {
  public func learn(row: Int) {
    precondition(step + 1 == clock.step(ofRow: row), "row \(row) is due at step \(clock.step(ofRow: row))")
    guard network.inputCount > 0, !network.learners.isEmpty else { return }
    learningJob.startsAnew = row != lastLearnedRow + 1
    if learningJob.startsAnew { learning.matrices?.forgetProduct() }
    lastLearnedRow = row
    if learning.matrices?.drivenBySpikes == true { setRoundingKey(row) }
    runLearning(row: row)
    setRoundingKey(row)
    hasPendingUpdates = true
    learning.matrices?.updateIsDone()
    learning.history?.advance()
  }

  private func setRoundingKey(_ row: Int) {
    pendingRounding = RoundingKey(trial: UInt32(truncatingIfNeeded: request.index), row: UInt32(row))
  }

  /// The update itself, whatever the time.
  func runLearning(row: Int) {
    network.targets.values.withUnsafeBufferPointer { targets in
      network.plasticConnections.presynaptic.withUnsafeBufferPointer { presynaptic in
        let count = network.targets.neuronCount
        let start = (request.task * network.targets.rowCount + row - 1) * count
        learningJob.target = UnsafeBufferPointer(rebasing: targets[start..<(start + count)])
        learningJob.presynaptic = presynaptic
        learningJob.run()
      }
    }
  }

  /// Where P is rounded at random, or updates wait for others, applying one early changes what follows. So it happens
  /// at the end of every trial, and a checkpoint finds nothing pending.
  func applyPendingUpdates() {
    guard hasPendingUpdates, let matrices = learning.matrices, matrices.flushesTrials else { return }
    learningJob.onlyFlushes = true
    learningJob.run()
    learningJob.onlyFlushes = false
    matrices.flushIsDone()
    hasPendingUpdates = false
  }

  /// What kernels need for an update of no group yet.
  func learningArguments(_ presynaptic: UnsafeBufferPointer<UInt32>) -> rp_rls_arguments {
    let options = learningParameters
    var arguments = rp_rls_arguments()
    let columns = learning.columns
    arguments.inputs = columns.inputCount
    arguments.feedforward = network.feedforwardCount
    arguments.ragged = columns.ragged
    arguments.padded = columns.padded
    arguments.correlation_size = columns.correlationSize
    arguments.members = UnsafePointer(learning.groupMembers.pointer)
    arguments.member_offsets = UnsafePointer(learning.groupStarts.pointer)
    arguments.rounding_index = UnsafePointer(learning.groupKeys.pointer)
    arguments.presynaptic = presynaptic.baseAddress
    arguments.marked_spikes = UnsafePointer(state.markedSpikes.pointer)
    arguments.gained = UnsafePointer((learningJob.startsAnew ? state.filteredSpikes : state.gained).pointer)
    arguments.decay = spikeWeights.feedforwardDecay
    arguments.filtered_spikes = UnsafePointer(state.filteredSpikes.pointer)
    arguments.neurons = UInt32(network.neuronCount)
    arguments.excitatory = UInt32(network.layout.excitatoryCount)
    arguments.static_current = UnsafePointer(state.staticCurrent.pointer)
    arguments.target = UnsafePointer(state.target.pointer)
    arguments.weights = learning.weights.pointer
    arguments.rounding = rp_random_key(
      seed: seed, purpose: RandomPurpose.rounding.rawValue, trial: pendingRounding.trial)
    arguments.rounding_step = pendingRounding.row
    arguments.prior_gain = options.gain == .prior ? 1 : 0
    arguments.frozen = options.isFrozen ? 1 : 0
    arguments.keeps_signs = options.keepsSigns && !options.isFrozen ? 1 : 0
    learning.matrices?.fill(&arguments)
    return arguments
  }

  public func readCorrelation(_ groups: Range<Int>) -> CorrelationMatrices {
    guard let matrices = learning.matrices else { return .none }
    var arguments = learningArguments(UnsafeBufferPointer(start: nil, count: 0))
    arguments.begin = groups.lowerBound
    arguments.end = groups.upperBound
    // Others have applied what was pending at the end of the trial.
    if !matrices.flushesTrials { matrices.flush(kernels.table)?(&arguments) }
    return matrices.read(groups)
  }

  public func writeCorrelation(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    learning.matrices?.write(matrices, groups)
    learning.matrices?.flushIsDone()
  }

  public var history: SpikeHistory? {
    get { learning.history?.frames }
    set {
      if let newValue { learning.history?.frames = newValue }
    }
  }
}

typealias RLSKernel = @convention(c) (UnsafePointer<rp_rls_arguments>?) -> Void

extension PackedMatrices {
  func update(_ kernels: UnsafePointer<rp_kernels>) -> RLSKernel? {
    pick(drivenBySpikes ? kernels.pointee.event_update : kernels.pointee.rls_update)
  }

  func flush(_ kernels: UnsafePointer<rp_kernels>) -> RLSKernel? {
    pick(drivenBySpikes ? kernels.pointee.event_flush : kernels.pointee.rls_flush)
  }

  private func pick(_ functions: (RLSKernel?, RLSKernel?, RLSKernel?)) -> RLSKernel? {
    switch kernelIndex {
    case Int(RP_FLOAT16): functions.0
    case Int(RP_FLOAT32): functions.1
    default: functions.2
    }
  }
}
