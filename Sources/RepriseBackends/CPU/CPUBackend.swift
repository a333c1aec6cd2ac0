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
  public var precision: LearningParameters.Precision { network.parameters.learning.precision }
  public var groups: PresynapticGroups { connectivity.groups }
  public var threadCount: Int { pool.threadCount }
  public var summary: String {
    "\(kernels.name) kernels, \(pool.threadCount) thread\(pool.threadCount == 1 ? "" : "s")"
  }

  let state: CPUState
  let learning: CPULearning
  let connectivity: CPUConnectivity
  let kernels: CPUKernels
  let pool: WorkerPool
  let workers: [CPUWorker]
  let clock: StepClock
  let constants: [rp_lif_constants]
  let cells: CPUCells?
  /// Kept apart for updates: to read them from the network may copy all of its parameters, which takes memory.
  let learningParameters: LearningParameters
  let noiseModel: NoiseParameters.Model
  let seed: UInt64
  /// A cell model that has left the range of numbers in the last trial.
  public private(set) var failure: (any Error)?
  let spikeWeights: FilteredSpikeWeights
  let plasticDecays, plasticGains: AlignedBuffer<Float>?
  let baselines: AlignedBuffer<Float>?
  var request = TrialRequest(.untrained, index: 0)
  /// The last step done.
  var step = 0
  /// Stimulation and silence of the current trial, each by slot.
  private(set) var perturbation: AlignedBuffer<Float>?
  /// Sums of the current trial; the memory is kept for the next one.
  private(set) var bins: BinSums?
  /// Which random numbers round the pending update.
  var pendingRounding = RoundingKey()
  var hasPendingUpdates = false
  /// Row of the last update of this trial; -1: none.
  var lastLearnedRow = -1
  private(set) lazy var stepJob = StepJob(self)
  private(set) lazy var learningJob = LearningJob(self)

  /// - Throws: ``BackendError`` if kernels are missing or the network is larger than the kernels' integers.
  ///
  /// - Parameters:
  ///   - learns: False for trials that never learn; P is then not allocated.
  ///   - sharesMatrices: False gives every neuron a P of its own, also where one would do.
  public convenience init(
    network: Network, threads: Int, kernels: CPUKernels? = nil, learns: Bool = true, sharesMatrices: Bool = true
  ) throws(BackendError) {
    var chosen = kernels
    if chosen == nil { chosen = try CPUKernels() }
    try Self.checkSize(network, threads: threads)
    // A thread needs at least one group of slots.
    let useful = max(1, min(threads, network.layout.slotCount / NeuronLayout.groupSize))
    let connectivity = CPUConnectivity(network, threadCount: useful, sharesMatrices: sharesMatrices)
    let learning = CPULearning(connectivity, learns: learns, threads: threads)
    self.init(connectivity, learning, chosen!)
  }

  private init(_ connectivity: CPUConnectivity, _ learning: CPULearning, _ kernels: CPUKernels) {
    self.connectivity = connectivity
    self.learning = learning
    self.kernels = kernels
    let network = connectivity.network
    clock = network.parameters.clock
    learningParameters = network.parameters.learning
    noiseModel = network.parameters.noise.model
    seed = network.parameters.network.seed
    cells = CPUCells(network)
    state = CPUState(network, cells)
    pool = WorkerPool(threadCount: connectivity.partitions.count)
    let threadCount = connectivity.partitions.count
    workers = connectivity.partitions.map { CPUWorker($0, network, threadCount: threadCount) }
    constants = NeuronClass.allCases.map { rp_lif_constants(network, $0) }
    spikeWeights = FilteredSpikeWeights(network.parameters, layout: network.layout)
    let filters = PlasticFilter.bySlot(network)
    plasticDecays = filters.map { AlignedBuffer($0.decays, stagger: 57) }
    plasticGains = filters.map { AlignedBuffer($0.gains, stagger: 61) }
    baselines = drivesBySlot(network).map { AlignedBuffer($0, stagger: 59) }
  }

  /// Another backend over the same connections and weights, for trials that run side by side without learning.
  public func sibling() -> CPUBackend { CPUBackend(connectivity, learning, kernels) }

  private static func checkSize(_ network: Network, threads: Int) throws(BackendError) {
    let columns = InputColumns(inputCount: network.inputCount)
    if columns.padded > 8192 {
      throw .tooLarge(what: "The number of plastic inputs of a neuron", found: network.inputCount, limit: 8192)
    }
    if let most = mostInputsOfAClass(network), most > Int(UInt16.max) {
      throw .tooLarge(
        what: "The number of static inputs of a neuron from one class", found: most, limit: Int(UInt16.max))
    }
    let rows = min(network.layout.slotCount / max(1, threads) + NeuronLayout.groupSize, network.learners.count)
    if rows << columns.bits > Int(UInt32.max) {
      throw .tooLarge(
        what: "The number of neurons per thread", found: rows, limit: Int(UInt32.max) >> columns.bits)
    }
  }

  /// Most static inputs that a neuron may have from one class, which may all spike in one step; nil where the classes
  /// are too small for it to matter.
  private static func mostInputsOfAClass(_ network: Network) -> Int? {
    let parameters = network.parameters
    guard max(parameters.excitatoryCount, parameters.inhibitoryCount) > Int(UInt16.max) else { return nil }
    let classes = [0..<parameters.excitatoryCount, parameters.excitatoryCount..<network.neuronCount]
    return classes.map { network.staticConnections.mostInputs(ofClassOfSize: $0.count, $0) }.max()
  }

  // MARK: A trial

  public func beginTrial(_ request: TrialRequest) {
    self.request = request
    step = 0
    lastLearnedRow = -1
    state.reset(network, request, cells, kernels: kernels.table)
    perturbation = request.perturbation.map { AlignedBuffer($0.bySlot(network.layout), stagger: 33) }
    prepareBins(request.bins)
    stepJob.prepare()
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

  private func prepareBins(_ shape: SampleBins?) {
    guard let shape else { return }
    if bins?.binCount != shape.count { bins = BinSums(network.layout, binCount: shape.count) } else { bins?.clear() }
  }

  public func advance(through last: Int) {
    guard step < last else { return }
    stepJob.run((step + 1)...last)
    step = last
  }

  public func finishTrial() -> TrialResult {
    if let cells { failure = cells.failure(network, state) }
    applyPendingUpdates()
    let layout = network.layout
    var result = TrialResult(spikeCounts: (0..<layout.neuronCount).map { state.spikeCounts[layout.slot($0)] })
    if request.bins != nil { result.binSums = bins }
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

  // MARK: Weights

  public func readWeights(_ rows: Range<Int>) -> [Double] { learning.readWeights(rows) }
  public func writeWeights(_ weights: [Double], _ rows: Range<Int>) { learning.writeWeights(weights, rows) }
}
