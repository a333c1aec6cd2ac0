// Spikes and currents of a trial, on their way from a device.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// How much a recorder keeps at once.
struct GPURecorderRoom {
  let steps: Int
  let recordBytes, traceBytes: Int

  /// - Parameter largest: The largest buffer, bytes.
  init(
    _ clock: StepClock, slots: Int, recordsSpikes: Bool, traced: Int, _ limits: GPULimits, largest: Int = .max
  ) {
    let rows = GPULimits.rows(
      of: clock.lastStep, bytesOfEach: recordsSpikes ? slots / 8 : 0, most: min(limits.bytesOfSpikes, largest))
    let samples = GPULimits.rows(
      of: clock.lastStep / clock.sampleSteps + 2, bytesOfEach: 12 * traced, most: min(limits.bytesOfTraces, largest))
    // Some steps in a row hold a sample more than their length says.
    steps = min(rows, max(1, samples - 1) * clock.sampleSteps)
    recordBytes = recordsSpikes ? slots / 8 * steps : 4
    traceBytes = traced > 0 ? 12 * traced * (steps / clock.sampleSteps + 1) : 4
  }
}

/// Spikes and currents of some steps, kept on a device until the host fetches them.
final class GPURecorder {
  /// Shape [step, 32 slots]: a bit per slot. One word if no spikes are kept.
  let record: any DeviceBuffer
  /// Shape [sample, 3, traced slot].
  let traces: any DeviceBuffer
  /// Shape [slot]: its place in `traces`, or `RP_GPU_UNTRACED`.
  let traceOf: any DeviceBuffer
  /// Slots whose currents are kept.
  let tracedCount: Int
  private let places: [Int]
  private let recordsSpikes: Bool
  private let layout: NeuronLayout
  private let sampleSteps: Int
  private let device: GPUDevice
  /// Steps after which it must be fetched.
  private let capacity: Int
  private var fetched = 0
  private var spikes = SpikeTrain()
  private var currents: [CurrentTrace] = []

  private var words: Int { layout.slotCount / 32 }

  init(_ network: Network, _ request: TrialRequest, _ device: GPUDevice) throws(DeviceError) {
    let clock = network.parameters.clock
    (layout, sampleSteps, self.device) = (network.layout, clock.sampleSteps, device)
    recordsSpikes = request.recordsSpikes
    let slots = request.tracedNeurons.map(network.layout.slot)
    let traced = Array(Set(slots)).sorted()
    let placeOf = Dictionary(uniqueKeysWithValues: traced.enumerated().map { ($1, $0) })
    places = slots.map { placeOf[$0]! }
    tracedCount = traced.count

    let room = GPURecorderRoom(
      clock, slots: network.layout.slotCount, recordsSpikes: recordsSpikes, traced: traced.count, device.limits,
      largest: device.runtime.largestAllocation)
    capacity = room.steps
    record = try device.runtime.allocate(byteCount: room.recordBytes)
    traces = try device.runtime.allocate(byteCount: room.traceBytes)
    var places = [UInt32](repeating: RP_GPU_UNTRACED, count: traced.isEmpty ? 1 : network.layout.slotCount)
    for (place, slot) in traced.enumerated() { places[slot] = UInt32(place) }
    traceOf = try device.runtime.buffer(places)
  }

  /// The last step for which there is room.
  var lastStep: Int { fetched + capacity }

  /// Call when a trial begins.
  func begin() throws(DeviceError) {
    fetched = 0
    spikes = SpikeTrain()
    currents = Array(repeating: CurrentTrace(), count: places.count)
    if recordsSpikes { try device.clear(record, words: words * capacity) }
  }

  /// Fetches what has been kept up to a step that is done, so that there is room for more.
  func fetch(through step: Int, _ state: GPUState) throws(DeviceError) {
    guard step > fetched else { return }
    if recordsSpikes {
      try fetchSpikes(through: step)
      try device.clear(record, words: words * (step - fetched))
    }
    if tracedCount > 0 { try fetchCurrents(samples: step / sampleSteps - fetched / sampleSteps) }
    fetched = step
    try state.setProgress(\.fetched, Int32(step), device.runtime)
  }

  private func fetchSpikes(through step: Int) throws(DeviceError) {
    for piece in piecesToCopy((fetched + 1)..<(step + 1), bytesOfEach: 4 * words) {
      let bits = try device.runtime.read(
        record, from: (piece.lowerBound - fetched - 1) * words, count: piece.count * words, zero: UInt32(0))
      for (index, word) in bits.enumerated() {
        var left = word
        while left != 0 {
          let slot = 32 * (index % words) + left.trailingZeroBitCount
          spikes.append(step: piece.lowerBound + index / words, neuron: layout.neuronIndex(ofSlot: slot))
          left &= left - 1
        }
      }
    }
  }

  private func fetchCurrents(samples: Int) throws(DeviceError) {
    let values = try device.runtime.read(traces, count: 3 * samples * tracedCount, zero: Float(0))
    for sample in 0..<samples {
      for (index, place) in places.enumerated() {
        let first = 3 * sample * tracedCount + place
        currents[index].excitatory.append(values[first])
        currents[index].inhibitory.append(values[first + tracedCount])
        currents[index].plastic.append(values[first + 2 * tracedCount])
      }
    }
  }

  /// Puts all that was fetched into a result.
  func finish(_ result: inout TrialResult) {
    result.spikes = spikes
    result.traces = currents
  }
}
