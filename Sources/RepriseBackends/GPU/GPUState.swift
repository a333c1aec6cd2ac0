// What a trial starts anew, in the memory of a device.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// State of all neurons, and what is kept of a trial until the host fetches it.
final class GPUState {
  /// Shape [6, slot], then feed-forward neurons: see gpu/step.h.
  let values: any DeviceBuffer
  /// Shape [2, slot].
  let times: any DeviceBuffer
  let spikeCounts: any DeviceBuffer
  /// Shape [parity of the step, class, slot].
  let counts: any DeviceBuffer
  /// Shape [parity of the step, slot].
  let plasticInput: any DeviceBuffer
  /// One `rp_gpu_trial`.
  let trial: any DeviceBuffer
  /// A bit per slot.
  let imposed: any DeviceBuffer
  let slots: Int

  init(_ network: Network, _ runtime: any DeviceRuntime) throws(DeviceError) {
    slots = network.layout.slotCount
    values = try runtime.allocate(byteCount: 4 * (6 * slots + network.feedforwardCount))
    times = try runtime.allocate(byteCount: 4 * 2 * slots)
    spikeCounts = try runtime.allocate(byteCount: 4 * slots)
    counts = try runtime.allocate(byteCount: 4 * 4 * slots)
    plasticInput = try runtime.allocate(byteCount: 8 * 2 * slots)
    trial = try runtime.allocate(byteCount: MemoryLayout<rp_gpu_trial>.size)
    imposed = try runtime.allocate(byteCount: slots / 8)
  }

  /// Element of `values` where the feed-forward neurons begin.
  var feedforwardStart: Int { 6 * slots }

  func begin(
    _ network: Network, _ request: TrialRequest, _ constants: any DeviceBuffer, _ runtime: any DeviceRuntime,
    _ kernels: GPUKernels
  ) throws(DeviceError) {
    let (seed, index) = (network.parameters.network.seed, UInt32(truncatingIfNeeded: request.index))
    let keys = rp_gpu_trial(
      noise: rp_random_key(seed: seed, purpose: request.noisePurpose.rawValue, trial: index),
      stimulus: rp_random_key(
        seed: seed, purpose: RandomPurpose.stimulus.rawValue, trial: UInt32(truncatingIfNeeded: request.task)),
      potential: rp_random_key(seed: seed, purpose: request.potentialPurpose.rawValue, trial: index))
    try runtime.write([keys], to: trial)
    try runtime.write(
      [Float](repeating: 0, count: network.feedforwardCount), to: values, from: feedforwardStart)
    try runtime.launch(
      kernels.begin, groups: slots / GPUKernels.stepItems, groupSize: GPUKernels.stepItems, localBytes: nil,
      [
        .buffer(constants), .buffer(trial), .buffer(values), .buffer(times), .buffer(spikeCounts), .buffer(counts),
        .buffer(plasticInput),
      ])
  }

  /// Puts the spikes of a step in the place of the neurons' own.
  func impose(_ neurons: [Int], _ layout: NeuronLayout, _ runtime: any DeviceRuntime) throws(DeviceError) {
    var bits = [UInt32](repeating: 0, count: slots / 32)
    for slot in neurons.map(layout.slot) { bits[slot / 32] |= 1 << UInt32(slot % 32) }
    try runtime.write(bits, to: imposed)
  }
}

/// Spikes and currents of some steps, kept on a device until the host fetches them.
final class GPURecorder {
  /// Steps after which it must be fetched.
  let capacity: Int
  /// Two words for each spike behind the first two.
  let record: any DeviceBuffer
  /// Shape [sample, 3, traced neuron].
  let traces: any DeviceBuffer
  let traced: any DeviceBuffer
  private let tracedCount: Int
  private let layout: NeuronLayout
  private let runtime: any DeviceRuntime
  private var sampleCount = 0
  private var spikes: [(step: UInt32, slot: UInt32)] = []
  private var currents: [CurrentTrace]

  init(
    _ network: Network, _ request: TrialRequest, _ runtime: any DeviceRuntime, _ limits: GPULimits
  ) throws(DeviceError) {
    let slots = network.layout.slotCount
    layout = network.layout
    self.runtime = runtime
    capacity =
      request.recordsSpikes ? max(1, min(limits.steps, limits.bytesOfSpikes / (8 * slots))) : limits.steps
    record = try runtime.allocate(byteCount: request.recordsSpikes ? 8 + 8 * slots * capacity : 8)
    tracedCount = request.tracedNeurons.count
    let samples = tracedCount > 0 ? capacity / network.parameters.clock.sampleSteps + 1 : 0
    traces = try runtime.allocate(byteCount: 4 * samples * 3 * tracedCount)
    traced = try runtime.buffer(request.tracedNeurons.map { UInt32(network.layout.slot($0)) })
    currents = Array(repeating: CurrentTrace(), count: tracedCount)
  }

  /// Keeps the currents of the traced neurons as they are now.
  func trace(
    _ state: GPUState, _ constants: any DeviceBuffer, _ kernels: GPUKernels
  ) throws(DeviceError) {
    let items = GPUKernels.stepItems
    try runtime.launch(
      kernels.trace, groups: (tracedCount + items - 1) / items, groupSize: items, localBytes: nil,
      [
        .buffer(constants), .buffer(state.values), .buffer(traced), .uint32(UInt32(tracedCount)),
        .uint64(UInt64(sampleCount * 3 * tracedCount)), .buffer(traces),
      ])
    sampleCount += 1
  }

  /// Fetches what has been kept, so that there is room for more.
  func fetch() throws(DeviceError) {
    let count = Int(try runtime.read(record, count: 1, zero: UInt32(0))[0])
    if count > 0 {
      let words = try runtime.read(record, from: 2, count: 2 * count, zero: UInt32(0))
      for index in 0..<count { spikes.append((words[2 * index], words[2 * index + 1])) }
      try runtime.write([UInt32(0)], to: record)
    }
    guard sampleCount > 0 else { return }
    let values = try runtime.read(traces, count: sampleCount * 3 * tracedCount, zero: Float(0))
    for sample in 0..<sampleCount {
      for index in 0..<tracedCount {
        let first = sample * 3 * tracedCount + index
        currents[index].excitatory.append(values[first])
        currents[index].inhibitory.append(values[first + tracedCount])
        currents[index].plastic.append(values[first + 2 * tracedCount])
      }
    }
    sampleCount = 0
  }

  /// Puts all that was fetched into a result.
  func finish(_ result: inout TrialResult) {
    for spike in spikes.sorted(by: { ($0.step, $0.slot) < ($1.step, $1.slot) }) {
      result.spikes.append(step: Int(spike.step), neuron: layout.neuronIndex(ofSlot: Int(spike.slot)))
    }
    result.traces = currents
  }
}

/// Sums of currents in bins of time: some bins at once are on the device.
final class GPUBins {
  let sums: any DeviceBuffer
  private let shape: SampleBins
  private let bins: BinSums
  private let slots: Int
  private let rows: Int
  private let runtime: any DeviceRuntime
  private let kernels: GPUKernels
  /// The first bin that is on the device.
  private var base = 0

  init(
    _ shape: SampleBins, _ network: Network, _ runtime: any DeviceRuntime, _ kernels: GPUKernels, _ limits: GPULimits
  ) throws(DeviceError) {
    (self.shape, self.runtime, self.kernels) = (shape, runtime, kernels)
    slots = network.layout.slotCount
    bins = BinSums(network.layout, binCount: shape.count)
    rows = max(1, min(shape.count, limits.bytesOfSums / (4 * slots)))
    sums = try runtime.allocate(byteCount: 4 * slots * rows)
  }

  /// Where the sums of a step begin in `sums`; nil outside all bins.
  func start(ofStep step: Int) throws(DeviceError) -> Int? {
    guard let bin = shape.bin(ofStep: step) else { return nil }
    if bin >= base + rows {
      try fetch()
      try runtime.launch(
        kernels.clear, groups: slots * rows / GPUKernels.stepItems, groupSize: GPUKernels.stepItems, localBytes: nil,
        [.buffer(sums)])
      base = bin
    }
    return (bin - base) * slots
  }

  /// All sums, once they have been fetched.
  func finish() throws(DeviceError) -> BinSums {
    try fetch()
    return bins
  }

  private func fetch() throws(DeviceError) {
    let count = min(rows, shape.count - base) * slots
    try runtime.copyOut(
      sums, offset: 0, to: UnsafeMutableRawBufferPointer(start: bins.bin(base), count: 4 * count))
  }

  var flag: UInt32 { UInt32(shape.quantity == .totalCurrent ? RP_SUM_TOTAL : RP_SUM_PLASTIC) }
}
