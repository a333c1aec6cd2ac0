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

  let device: GPUDevice
  private let connectivity: GPUConnectivity
  let state: GPUState
  let cells: GPUCells?
  private let learning: GPULearning
  private let clock: StepClock
  private let feedforward: GPUFeedforward
  /// Nil for trials that never learn.
  private let targets: GPUTargets?
  private var runtime: any DeviceRuntime { device.runtime }
  private var request = TrialRequest(.untrained, index: 0)
  /// The last step done.
  private var step = 0
  /// Row of the last update of this trial; -1: none.
  private var lastLearnedRow = -1
  private var fit: GPUFit?
  /// Of trials of the last shape.
  private var steps: GPUSteps?

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
    _ network: Network, _ runtime: any DeviceRuntime, threads: Int, learns: Bool,
    settings: GPUSettings = GPUSettings()
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
    groups = PresynapticGroups(network.plasticConnections, threads: threads)
    let form =
      learns && network.inputCount > 0 && !network.learners.isEmpty
      ? GPUForm(network.parameters, groupCount: groups.count, deviceMemory: runtime.device.memoryBytes) : nil
    try Self.checkCells(network.parameters, on: runtime.device.name, hasDoubles: runtime.hasDoubles)
    device = try GPUDevice(runtime, form, settings, network.parameters)
    connectivity = try GPUConnectivity(network, runtime)
    state = try GPUState(network, runtime)
    cells = try GPUCells(network, runtime)
    learning = try GPULearning(network, groups, connectivity, cells, device)
    feedforward = try GPUFeedforward(network, device)
    targets = form == nil ? nil : try GPUTargets(network.targets, device)
    try runtime.synchronize()
  }

  static func checkLearning(_ learning: LearningParameters, on device: String, hasDoubles: Bool) throws(DeviceError) {
    guard learning.memory == .history || learning.precision != .float64 || hasDoubles else {
      throw .unsupported(
        what: "learning.precision", found: "\"float64\"",
        advice: "\(device) has no double precision: use --set learning.precision=float32, or --backend cpu.")
    }
  }

  /// Quotients and roots have the bits of the processor where there is double precision.
  static func checkCells(_ parameters: Parameters, on device: String, hasDoubles: Bool) throws(DeviceError) {
    guard !hasDoubles, let program = CellProgram(parameters), program.divides else { return }
    throw .unsupported(
      what: "neuron.model", found: "\"custom\" with /, sqrt or log",
      advice: "\(device) has no double precision: use --backend cpu, or write constants that multiply.")
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
    let shape = GPUTrialShape(request, network, connectivity)
    attempt { () throws(DeviceError) in
      if steps?.shape != shape {
        // What the last shape needed makes room first.
        steps = nil
        steps = try GPUSteps(
          shape, request,
          GPUNetwork(
            network: network, connectivity: connectivity, state: state, cells: cells,
            feedforward: feedforward, weights: learning.weights), device)
      }
      try steps?.begin(request)
    }
  }

  public func advance(through last: Int) {
    attempt { () throws(DeviceError) in
      while let steps, step < last {
        var end = last
        if let imposed = request.imposedSpikes {
          end = step + 1
          try state.impose(imposed[end], network.layout, runtime)
        }
        if request.kind != .untrained, let stimulus = network.stimulus {
          end = stimulus.lastStep(from: step + 1, through: end, clock)
          try state.set(stimulus, task: request.task, step: step + 1, network, runtime)
        }
        step = try steps.run((step + 1)...end)
        try runtime.flush()
      }
    }
    step = max(step, last)
  }

  public func learn(row: Int) {
    precondition(step + 1 == clock.step(ofRow: row), "row \(row) is due at step \(clock.step(ofRow: row))")
    guard network.inputCount > 0, !network.learners.isEmpty else { return }
    guard let targets else { preconditionFailure("a backend for trials that never learn") }
    attempt { () throws(DeviceError) in
      let update = GPUUpdate(
        state: state, step: step, flags: steps?.shape.flags ?? 0, trial: request.index, row: row,
        startsAnew: row != lastLearnedRow + 1)
      try learning.update(update, targets: targets.row(row, task: request.task))
    }
    lastLearnedRow = row
  }

  public func finishTrial() -> TrialResult {
    let layout = network.layout
    var result = TrialResult(spikeCounts: Array(repeating: 0, count: layout.neuronCount))
    result.traces = Array(repeating: CurrentTrace(), count: request.tracedNeurons.count)
    attempt { () throws(DeviceError) in
      if lastLearnedRow >= 0 { try learning.finishTrial() }
      if let failure = try cellFailure() { self.failure = failure }
      let counts = try runtime.read(state.spikeCounts, count: layout.slotCount, zero: UInt32(0))
      result.spikeCounts = (0..<layout.neuronCount).map { counts[layout.slot($0)] }
      if let bins = steps?.bins {
        if let found = try fit(bins) {
          (result.fit, result.binSums) = (found, nil)
        } else {
          result.binSums = try bins.finish()
        }
      }
      if let recorder = steps?.recorder {
        try recorder.fetch(through: step, state)
        recorder.finish(&result)
      }
    }
    if failure != nil, let shape = request.bins { result.binSums = BinSums(layout, binCount: shape.count) }
    return result
  }

  /// A state of a cell model that has left the range of numbers.
  private func cellFailure() throws(DeviceError) -> CellStateError? {
    guard let cells, network.parameters.neuron.model == .custom else { return nil }
    let potentials = try runtime.read(state.values, count: state.slots, zero: Float(0))
    let (values, stride) = try cells.readState(runtime)
    return CellStateError.find(network.parameters) { state, neuron in
      let slot = network.layout.slot(neuron)
      return Double(state == 0 ? potentials[slot] : values[(state - 1) * stride + slot])
    }
  }

  /// What windows of the sums come to, where they were asked for and the device can say it.
  private func fit(_ bins: GPUBins) throws(DeviceError) -> TargetFit? {
    guard !request.windows.isEmpty, bins.isWhole, let rows = try targets?.rows(ofTask: request.task) else { return nil }
    if fit?.serves(request.windows) != true { fit = try GPUFit(request.windows, network, device) }
    return try fit?.run(bins.sums, rows, connectivity.constants)
  }

  /// Bytes of P, and of what goes with it, that an update of all neurons reads and writes, on average.
  package var bytesPerLearningUpdate: Int { learning.bytesPerUpdate }

  // MARK: Weights and P

  public func readWeights(_ rows: Range<Int>) -> [Double] {
    var values: [Double]?
    attempt { () throws(DeviceError) in values = try learning.readWeights(rows) }
    return values ?? Array(repeating: 0, count: rows.count * network.inputCount)
  }

  public func writeWeights(_ weights: [Double], _ rows: Range<Int>) {
    attempt { () throws(DeviceError) in try learning.writeWeights(weights, rows) }
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
