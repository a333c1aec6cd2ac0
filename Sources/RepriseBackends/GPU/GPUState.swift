// What a trial starts anew, in the memory of a device.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// State of all neurons, and what is kept of a trial until the host fetches it.
final class GPUState {
  /// Shape [5, slot]: see gpu/step.h.
  let values: any DeviceBuffer
  /// Shape [slots, then feed-forward neurons]: filtered spikes, and what they gained in this learning interval.
  let filtered, gained: any DeviceBuffer
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
    values = try runtime.allocate(byteCount: 4 * 5 * slots)
    filtered = try runtime.allocate(byteCount: 4 * (slots + network.feedforwardCount))
    gained = try runtime.allocate(byteCount: 4 * (slots + network.feedforwardCount))
    times = try runtime.allocate(byteCount: 4 * 2 * slots)
    spikeCounts = try runtime.allocate(byteCount: 4 * slots)
    counts = try runtime.allocate(byteCount: 4 * 4 * slots)
    plasticInput = try runtime.allocate(byteCount: 8 * 2 * slots)
    trial = try runtime.allocate(byteCount: MemoryLayout<rp_gpu_trial>.size)
    imposed = try runtime.allocate(byteCount: slots / 8)
  }

  func begin(
    _ network: Network, _ request: TrialRequest, _ constants: any DeviceBuffer, _ device: GPUDevice
  ) throws(DeviceError) {
    let runtime = device.runtime
    let (seed, index) = (network.parameters.network.seed, UInt32(truncatingIfNeeded: request.index))
    let keys = rp_gpu_trial(
      noise: rp_random_key(seed: seed, purpose: request.noisePurpose.rawValue, trial: index),
      stimulus: rp_random_key(
        seed: seed, purpose: RandomPurpose.stimulus.rawValue, trial: UInt32(truncatingIfNeeded: request.task)),
      potential: rp_random_key(seed: seed, purpose: request.potentialPurpose.rawValue, trial: index))
    try runtime.write([keys], to: trial)
    let silence = [Float](repeating: 0, count: network.feedforwardCount)
    for array in [filtered, gained] { try runtime.write(silence, to: array, from: slots) }
    try runtime.launch(
      device.kernels.begin, groups: slots / GPUKernels.stepItems, groupSize: GPUKernels.stepItems, localBytes: nil,
      [
        .buffer(constants), .buffer(trial), .buffer(values), .buffer(filtered), .buffer(gained), .buffer(times),
        .buffer(spikeCounts), .buffer(counts), .buffer(plasticInput),
      ])
  }

  /// Puts the spikes of a step in the place of the neurons' own.
  func impose(_ neurons: [Int], _ layout: NeuronLayout, _ runtime: any DeviceRuntime) throws(DeviceError) {
    var bits = [UInt32](repeating: 0, count: slots / 32)
    for slot in neurons.map(layout.slot) { bits[slot / 32] |= 1 << UInt32(slot % 32) }
    try runtime.write(bits, to: imposed)
  }
}
