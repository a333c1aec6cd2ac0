// Spikes and currents of a trial, on their way from a device.
internal import RepriseCore
internal import RepriseModel

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
  private let kernels: GPUKernels
  private var sampleCount = 0
  private var spikes: [(step: UInt32, slot: UInt32)] = []
  private var currents: [CurrentTrace]

  init(_ network: Network, _ request: TrialRequest, _ device: GPUDevice) throws(DeviceError) {
    let (runtime, limits) = (device.runtime, device.limits)
    let slots = network.layout.slotCount
    layout = network.layout
    self.runtime = runtime
    kernels = device.kernels
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
  func trace(_ state: GPUState, _ constants: any DeviceBuffer) throws(DeviceError) {
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
