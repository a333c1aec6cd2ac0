// A network on a GPU, or on whatever else runs OpenCL: the steps and updates of the CPU backend as a few kernels.
internal import CReprise
internal import RepriseCore
public import RepriseModel

/// Runs a network on one device.
///
/// The forward simulation gives the bits of the CPU backend: the same texts of the equations, the same random numbers,
/// integer sums over spikes.
///
/// A device can fail in the middle of a trial. Then `failure` says how, what follows is left out, and results are
/// zeros: those who use results look at it first.
public final class GPUBackend: Backend {
  public static var name: String { "gpu" }
  public let network: Network
  public let groups: PresynapticGroups
  public let threadCount: Int
  public var precision: LearningParameters.Precision { network.parameters.learning.precision }
  public var summary: String { "\(type(of: runtime).name) on \(runtime.device.name)" }
  public private(set) var failure: (any Error)?
  public var history: SpikeHistory? {
    get {
      var history: SpikeHistory?
      attempt { () throws(DeviceError) in history = try learning.readHistory() }
      return history
    }
    set {
      guard let newValue else { return }
      attempt { () throws(DeviceError) in try learning.writeHistory(newValue) }
    }
  }

  private let device: GPUDevice
  private let connectivity: GPUConnectivity
  private let state: GPUState
  private let learning: GPULearning
  private let clock: StepClock
  private let spikeWeights: FilteredSpikeWeights
  private let feedforwardSpikes: any DeviceBuffer
  private let nothing: any DeviceBuffer
  private var runtime: any DeviceRuntime { device.runtime }
  private var kernels: GPUKernels { device.kernels }
  private var request = TrialRequest(.untrained, index: 0)
  /// The last step done.
  private var step = 0
  /// Row of the last update of this trial; -1: none.
  private var lastLearnedRow = -1
  private var trialFlags: UInt32 = 0
  private var feedforward: GPUFeedforward?
  private var recorder: GPURecorder?
  private var bins: GPUBins?

  /// A network on an OpenCL device.
  ///
  /// - Parameters:
  ///   - device: Number of the device, in the order of `OpenCLRuntime.devices()`.
  ///   - threads: Threads for work on the host.
  ///   - learns: False for trials that never learn; P is then not allocated.
  /// - Throws: ``DeviceError``.
  public static func openCL(
    _ network: Network, device: Int = 0, threads: Int = 1, learns: Bool = true
  ) throws(DeviceError) -> GPUBackend {
    try GPUBackend(network, OpenCLRuntime(device: device), threads: threads, learns: learns)
  }

  /// A network on a GPU of NVIDIA; the parameters are those of ``openCL(_:device:threads:learns:)``, with the order of
  /// the driver.
  ///
  /// - Throws: ``DeviceError``.
  public static func cuda(
    _ network: Network, device: Int = 0, threads: Int = 1, learns: Bool = true
  ) throws(DeviceError) -> GPUBackend {
    try GPUBackend(network, CUDARuntime(device: device), threads: threads, learns: learns)
  }

  init(
    _ network: Network, _ runtime: any DeviceRuntime, threads: Int, learns: Bool, limits: GPULimits = GPULimits(),
    defines: [String: String] = [:]
  ) throws(DeviceError) {
    if learns {
      try Self.checkLearning(
        network.parameters.learning, on: runtime.device.name, hasDoubles: runtime.hasDoubles)
    }
    guard runtime.largestGroup >= GPUKernels.stepItems else {
      throw .unsupported(
        what: "The largest group of work items of \(runtime.device.name)", found: "\(runtime.largestGroup)",
        advice: "They need \(GPUKernels.stepItems).")
    }
    self.network = network
    threadCount = threads
    clock = network.parameters.clock
    groups = PresynapticGroups(network.plasticConnections, neuronCount: network.neuronCount, threads: threads)
    let form =
      learns && network.inputCount > 0
      ? GPUForm(network.parameters, groupCount: groups.count, deviceMemory: runtime.device.memoryBytes) : nil
    device = GPUDevice(
      runtime: runtime, kernels: try GPUKernels(runtime, form: form, defines: defines), limits: limits)
    connectivity = try GPUConnectivity(network, runtime)
    state = try GPUState(network, runtime)
    spikeWeights = FilteredSpikeWeights(network.parameters, layout: network.layout)
    feedforwardSpikes = try runtime.allocate(byteCount: 4 * network.feedforwardCount * limits.steps)
    nothing = try runtime.allocate(byteCount: 8)
    learning = try GPULearning(network, groups, form, connectivity.constants, device)
    try runtime.synchronize()
  }

  static func checkLearning(_ learning: LearningParameters, on device: String, hasDoubles: Bool) throws(DeviceError) {
    guard learning.memory == .history || learning.precision != .float64 || hasDoubles else {
      throw .unsupported(
        what: "learning.precision", found: "\"float64\"",
        advice: "\(device) has no double precision: use --set learning.precision=float32, or --backend cpu.")
    }
  }

  /// Does something on the device, unless it has failed before.
  private func attempt(_ body: () throws(DeviceError) -> Void) {
    guard failure == nil else { return }
    do throws(DeviceError) { try body() } catch { failure = error }
  }

  // MARK: A trial

  public func beginTrial(_ request: TrialRequest) {
    self.request = request
    step = 0
    lastLearnedRow = -1
    let learns = request.kind != .untrained
    trialFlags = connectivity.flags
    switch network.parameters.noise.model {
    case .none: break
    case .voltage: trialFlags |= UInt32(RP_VOLTAGE_NOISE)
    case .current: trialFlags |= UInt32(RP_CURRENT_NOISE)
    }
    if learns { trialFlags |= UInt32(RP_PLASTIC) }
    if request.recordsSpikes { trialFlags |= UInt32(RP_GPU_RECORDED) }
    if request.imposedSpikes != nil { trialFlags |= UInt32(RP_GPU_IMPOSED) }
    feedforward = learns && network.feedforwardCount > 0 ? GPUFeedforward(network, request, spikeWeights) : nil
    (recorder, bins) = (nil, nil)
    attempt { () throws(DeviceError) in
      try state.begin(network, request, connectivity.constants, device)
      if request.recordsSpikes || !request.tracedNeurons.isEmpty {
        recorder = try GPURecorder(network, request, device)
      }
      if let shape = request.bins { bins = try GPUBins(shape, network, device) }
    }
  }

  public func advance(through last: Int) {
    attempt { () throws(DeviceError) in
      while step < last {
        let end = min(last, step + (recorder?.capacity ?? device.limits.steps))
        try run((step + 1)...end)
        step = end
        if let recorder { try recorder.fetch() } else { try runtime.flush() }
      }
    }
    step = max(step, last)
  }

  private func run(_ steps: ClosedRange<Int>) throws(DeviceError) {
    let feedforward = try prepareFeedforward(steps)
    for step in steps {
      if let imposed = request.imposedSpikes { try state.impose(imposed[step], network.layout, runtime) }
      let isSample = step % clock.sampleSteps == 0
      let sums = isSample ? try bins?.start(ofStep: step) : nil
      try launch(step, sums: sums, feedforward: feedforward.isEmpty ? 0..<0 : feedforward[step - steps.lowerBound])
      if isSample, !request.tracedNeurons.isEmpty {
        try recorder?.trace(state, connectivity.constants)
      }
    }
  }

  /// Draws the spikes of the feed-forward neurons in some steps, and says where those of each step are.
  private func prepareFeedforward(_ steps: ClosedRange<Int>) throws(DeviceError) -> [Range<Int>] {
    guard feedforward != nil else { return [] }
    var (spikes, ranges): ([UInt32], [Range<Int>]) = ([], [])
    for step in steps {
      let start = spikes.count
      spikes += feedforward!.advance(to: step)
      ranges.append(start..<spikes.count)
    }
    try runtime.write(spikes, to: feedforwardSpikes)
    return ranges
  }

  private func launch(_ step: Int, sums: Int?, feedforward: Range<Int>) throws(DeviceError) {
    var flags = trialFlags
    if flags & UInt32(RP_PLASTIC) != 0, step > clock.stimulusOnStep, step < clock.stimulusOffStep {
      flags |= UInt32(RP_STIMULUS)
    }
    if sums != nil, let bins { flags |= bins.flag }
    let each = GPUKernels.slotsPerStepGroup
    try runtime.launch(
      kernels.step, groups: (state.slots + each - 1) / each, groupSize: GPUKernels.stepItems, localBytes: nil,
      [
        .buffer(connectivity.constants), .buffer(state.trial), .int32(Int32(truncatingIfNeeded: step)),
        .uint32(flags), .uint64(UInt64(sums ?? 0)), .uint32(UInt32(feedforward.lowerBound)),
        .uint32(UInt32(feedforward.count)), .buffer(state.values), .buffer(state.filtered), .buffer(state.gained),
        .buffer(state.times), .buffer(state.spikeCounts), .buffer(state.counts), .buffer(state.plasticInput),
        .buffer(connectivity.timeConstants),
        .buffer(bins?.sums ?? nothing), .buffer(connectivity.spikeWeights), .buffer(connectivity.staticOffsets),
        .buffer(connectivity.staticTargets), .buffer(connectivity.plasticOffsets),
        .buffer(connectivity.plasticEntries), .buffer(learning.weights), .buffer(feedforwardSpikes),
        .buffer(state.imposed), .buffer(recorder?.record ?? nothing),
      ])
  }

  public func learn(row: Int) {
    precondition(step + 1 == clock.step(ofRow: row), "row \(row) is due at step \(clock.step(ofRow: row))")
    guard network.inputCount > 0 else { return }
    attempt { () throws(DeviceError) in
      if let feedforward {
        try runtime.write(feedforward.filtered, to: state.filtered, from: state.slots)
        try runtime.write(feedforward.gained, to: state.gained, from: state.slots)
      }
      let update = GPUUpdate(
        state: state, step: step, flags: trialFlags, trial: request.index, row: row,
        startsAnew: row != lastLearnedRow + 1)
      try learning.update(update, target: Array(network.targets.row(row, task: request.task)))
    }
    lastLearnedRow = row
  }

  public func finishTrial() -> TrialResult {
    let layout = network.layout
    var result = TrialResult(spikeCounts: Array(repeating: 0, count: layout.neuronCount))
    if let shape = request.bins { result.binSums = BinSums(layout, binCount: shape.count) }
    result.traces = Array(repeating: CurrentTrace(), count: request.tracedNeurons.count)
    attempt { () throws(DeviceError) in
      if lastLearnedRow >= 0 { try learning.finishTrial() }
      let counts = try runtime.read(state.spikeCounts, count: layout.slotCount, zero: UInt32(0))
      result.spikeCounts = (0..<layout.neuronCount).map { counts[layout.slot($0)] }
      if let bins { result.binSums = try bins.finish() }
      if let recorder {
        try recorder.fetch()
        recorder.finish(&result)
      }
    }
    return result
  }

  // MARK: Weights and P

  public func readWeights(_ neurons: Range<Int>) -> [Double] {
    var values: [Double]?
    attempt { () throws(DeviceError) in values = try learning.readWeights(neurons) }
    return values ?? Array(repeating: 0, count: neurons.count * network.inputCount)
  }

  public func writeWeights(_ weights: [Double], _ neurons: Range<Int>) {
    attempt { () throws(DeviceError) in try learning.writeWeights(weights, neurons) }
  }

  public func readCorrelation(_ groups: Range<Int>) -> CorrelationMatrices {
    var matrices: CorrelationMatrices?
    attempt { () throws(DeviceError) in matrices = try learning.readCorrelation(groups) }
    let n = network.inputCount
    return matrices ?? .float32(Array(repeating: 0, count: groups.count * n * (n + 1) / 2))
  }

  public func writeCorrelation(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {
    attempt { () throws(DeviceError) in try learning.writeCorrelation(matrices, groups) }
  }
}
