// Steps of trials of one shape, as launches that happen again and again.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What of a trial launches depend on; the rest is in `rp_gpu_trial`.
struct GPUTrialShape: Equatable {
  let flags: UInt32
  let bins: SampleBins?
  let recordsSpikes: Bool
  let tracedNeurons: [Int]
  let perturbation: Perturbation?

  init(_ request: TrialRequest, _ network: Network, _ connectivity: GPUConnectivity) {
    (bins, recordsSpikes, tracedNeurons) = (request.bins, request.recordsSpikes, request.tracedNeurons)
    perturbation = request.perturbation
    var flags = connectivity.flags
    switch request.noiseModel(network.parameters) {
    case .none: break
    case .voltage: flags |= UInt32(RP_VOLTAGE_NOISE)
    case .current: flags |= UInt32(RP_CURRENT_NOISE)
    }
    if request.kind != .untrained {
      flags |= UInt32(RP_PLASTIC | RP_STIMULUS) | (network.feedforwardCount > 0 ? UInt32(RP_GPU_FEEDFORWARD) : 0)
    }
    if let bins { flags |= UInt32(bins.quantity == .totalCurrent ? RP_SUM_TOTAL : RP_SUM_PLASTIC) }
    if recordsSpikes { flags |= UInt32(RP_GPU_RECORDED) }
    if !tracedNeurons.isEmpty { flags |= UInt32(RP_GPU_TRACED) }
    if request.imposedSpikes != nil { flags |= UInt32(RP_GPU_IMPOSED) }
    if perturbation != nil { flags |= UInt32(RP_PERTURBED) }
    self.flags = flags
  }

  var hasFeedforward: Bool { flags & UInt32(RP_GPU_FEEDFORWARD) != 0 }
}

/// A network in the memory of a device, as its steps need it.
struct GPUNetwork {
  let network: Network
  let connectivity: GPUConnectivity
  let state: GPUState
  /// Nil for LIF neurons.
  let cells: GPUCells?
  let feedforward: GPUFeedforward
  /// Of plastic synapses, shape [row, input].
  let weights: any DeviceBuffer
}

/// The steps of all trials of one shape.
///
/// Launches count steps from where the trial is, which the device keeps. So those of the steps between two updates are
/// the same for all updates of all trials: they are prepared once.
final class GPUSteps {
  let shape: GPUTrialShape
  let recorder: GPURecorder?
  let bins: GPUBins?
  private let device: GPUDevice
  private let parts: GPUNetwork
  private let nothing: any DeviceBuffer
  /// Shape [2, slot]; nil where nothing perturbs.
  private let perturbation: (any DeviceBuffer)?
  /// By the number of steps.
  private var sequences: [Int: any DeviceSequence] = [:]

  private var connectivity: GPUConnectivity { parts.connectivity }
  private var state: GPUState { parts.state }
  private var feedforward: GPUFeedforward { parts.feedforward }

  init(
    _ shape: GPUTrialShape, _ request: TrialRequest, _ parts: GPUNetwork, _ device: GPUDevice
  ) throws(DeviceError) {
    (self.shape, self.device, self.parts) = (shape, device, parts)
    let network = parts.network
    nothing = try device.runtime.allocate(byteCount: 8)
    let perturbed = shape.perturbation?.bySlot(network.layout)
    if let perturbed { perturbation = try device.runtime.buffer(perturbed) } else { perturbation = nil }
    let keeps = request.recordsSpikes || !request.tracedNeurons.isEmpty
    recorder = keeps ? try GPURecorder(network, request, device) : nil
    if let bins = request.bins { self.bins = try GPUBins(bins, network, device) } else { bins = nil }
  }

  /// Call when a trial begins.
  func begin(_ request: TrialRequest) throws(DeviceError) {
    try state.begin(
      parts.network, request, connectivity.constants, parts.cells, feedforwardSpikes: feedforward.spikes,
      tracedCount: recorder?.tracedCount ?? 0, device)
    feedforward.begin(task: request.task)
    try recorder?.begin()
    try bins?.begin()
  }

  /// Does some of the steps that come next, as far as there is room for what is kept of them.
  ///
  /// - Returns: The last of them.
  func run(_ steps: ClosedRange<Int>) throws(DeviceError) -> Int {
    let done = steps.lowerBound - 1
    if let recorder, done == recorder.lastStep { try recorder.fetch(through: done, state) }
    if let bins, done == bins.lastStep { try bins.moveOn(state) }
    let count = min(
      steps.count, device.limits.steps, (recorder?.lastStep ?? .max) - done, (bins?.lastStep ?? .max) - done)
    if shape.hasFeedforward { try feedforward.prepare(steps.lowerBound...(done + count), state) }
    try sequence(count).run()
    return done + count
  }

  private func sequence(_ count: Int) throws(DeviceError) -> any DeviceSequence {
    if let prepared = sequences[count] { return prepared }
    let launches = try launches(count)
    let sequence: any DeviceSequence =
      device.steps == .graph
      ? try device.runtime.sequence(launches) : PlainSequence(launches, on: device.runtime)
    sequences[count] = sequence
    return sequence
  }

  // MARK: Launches

  private func launches(_ count: Int) throws(DeviceError) -> [DeviceLaunch] {
    var launches: [DeviceLaunch] = []
    if shape.hasFeedforward { launches.append(feedforward.launch(count, state, connectivity.constants)) }
    if device.steps == .persistent, let together = try together(count) {
      launches.append(together)
    } else {
      for offset in 1...count { launches.append(step(offset)) }
    }
    launches.append(
      DeviceLaunch(
        kernel: device.kernels.move, groups: 1, groupSize: 1,
        arguments: [.buffer(state.progress), .int32(Int32(count))]))
    return launches
  }

  private func step(_ offset: Int) -> DeviceLaunch {
    let each = GPUKernels.slotsPerStepGroup
    return DeviceLaunch(
      kernel: device.kernels.step, groups: (state.slots + each - 1) / each, groupSize: GPUKernels.stepItems,
      arguments: arrays + [.uint32(shape.flags), .int32(Int32(offset))])
  }

  /// One launch for all steps; nil where groups cannot wait for one another.
  private func together(_ count: Int) throws(DeviceError) -> DeviceLaunch? {
    let (kernel, runtime) = (device.kernels.steps, device.runtime)
    // All multiprocessors take part, and few groups are soon together.
    let lanes = state.slots / 4
    let wanted = (lanes + runtime.multiprocessors - 1) / runtime.multiprocessors
    let items = min(max(64, (wanted + 31) / 32 * 32), Int(RP_GPU_STEPS_ITEMS), runtime.largestGroup)
    let groups = min((lanes + items - 1) / items, try runtime.groupsAtOnce(kernel, groupSize: items))
    guard groups > 0 else { return nil }
    return DeviceLaunch(
      kernel: kernel, groups: groups, groupSize: items, isCooperative: true,
      arguments: arrays + [.uint32(shape.flags), .int32(Int32(count))])
  }

  /// `RP_GPU_STEP_PARAMETERS`.
  private var arrays: [DeviceArgument] {
    [
      .buffer(connectivity.constants), .buffer(state.trial), .buffer(state.progress), .buffer(state.values),
      .buffer(state.filtered), .buffer(state.gained), .buffer(state.times), .buffer(state.spikeCounts),
      .buffer(state.counts), .buffer(state.plasticInput), .buffer(connectivity.timeConstants),
      .buffer(connectivity.spikeWeights), .buffer(connectivity.staticOffsets), .buffer(connectivity.staticTargets),
      .buffer(connectivity.plasticOffsets), .buffer(connectivity.plasticEntries), .buffer(connectivity.learners),
      .buffer(parts.weights), .buffer(feedforward.spikes), .buffer(state.imposed), .buffer(bins?.sums ?? nothing),
      .buffer(recorder?.record ?? nothing), .buffer(recorder?.traceOf ?? nothing), .buffer(recorder?.traces ?? nothing),
      .buffer(perturbation ?? nothing),
    ] + (parts.cells?.arguments ?? [])
  }
}
