// What a trial starts anew, in the memory of a device.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// State of all neurons, and what is kept of a trial until the host fetches it.
final class GPUState {
  /// Shape [5, slot]: see gpu/step.h.
  let values: any DeviceBuffer
  /// Shape [slots, then feed-forward neurons, zero]: filtered spikes, and what they gained in this learning interval.
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
  /// One `rp_gpu_progress`.
  let progress: any DeviceBuffer
  /// A bit per slot.
  let imposed: any DeviceBuffer
  let slots: Int

  init(_ network: Network, _ runtime: any DeviceRuntime) throws(DeviceError) {
    slots = network.layout.slotCount
    values = try runtime.allocate(byteCount: 4 * 5 * slots)
    let sources = slots + network.feedforwardCount
    filtered = try runtime.allocate(byteCount: 4 * (sources + 1))
    gained = try runtime.allocate(byteCount: 4 * (sources + 1))
    for buffer in [filtered, gained] { try runtime.write([Float(0)], to: buffer, from: sources) }
    times = try runtime.allocate(byteCount: 4 * 2 * slots)
    spikeCounts = try runtime.allocate(byteCount: 4 * slots)
    counts = try runtime.allocate(byteCount: 4 * 4 * slots)
    plasticInput = try runtime.allocate(byteCount: 8 * 2 * slots)
    trial = try runtime.allocate(byteCount: MemoryLayout<rp_gpu_trial>.size)
    progress = try runtime.allocate(byteCount: MemoryLayout<rp_gpu_progress>.size)
    imposed = try runtime.allocate(byteCount: slots / 8)
  }

  /// - Parameter tracedCount: Slots whose currents are kept.
  func begin(
    _ network: Network, _ request: TrialRequest, _ constants: any DeviceBuffer, _ cells: GPUCells?,
    feedforwardSpikes: any DeviceBuffer, tracedCount: Int, _ device: GPUDevice
  ) throws(DeviceError) {
    try device.runtime.write([Self.values(network, request, tracedCount: tracedCount)], to: trial)
    try device.runtime.launch(
      device.kernels.begin, groups: slots / GPUKernels.stepItems, groupSize: GPUKernels.stepItems, localBytes: nil,
      [
        .buffer(constants), .buffer(trial), .buffer(progress), .buffer(values), .buffer(filtered), .buffer(gained),
        .buffer(times), .buffer(spikeCounts), .buffer(counts), .buffer(plasticInput), .buffer(feedforwardSpikes),
      ] + (cells?.arguments ?? []))
  }

  private static func values(_ network: Network, _ request: TrialRequest, tracedCount: Int) -> rp_gpu_trial {
    let index = UInt32(truncatingIfNeeded: request.index)
    func key(_ purpose: RandomPurpose) -> rp_random_key {
      rp_random_key(seed: request.trialSeed(network.parameters), purpose: purpose.rawValue, trial: index)
    }
    let stimulus = rp_random_key(
      seed: network.parameters.network.seed, purpose: RandomPurpose.stimulus.rawValue,
      trial: UInt32(truncatingIfNeeded: request.task))
    let perturbed = request.perturbation?.steps ?? 0..<0
    return rp_gpu_trial(
      noise: key(request.noisePurpose), stimulus: stimulus,
      potential: key(request.potentialPurpose), feedforward: key(request.feedforwardPurpose),
      bin_start: Int32(request.bins?.start ?? 0), bin_width: Int32(request.bins?.width ?? 1),
      bins: UInt32(request.bins?.count ?? 0), traced: UInt32(tracedCount),
      perturbed_from: Int32(perturbed.lowerBound), perturbed_to: Int32(perturbed.upperBound))
  }

  /// Changes one number of `progress` once all that was asked for before is done.
  func setProgress<Number: BitwiseCopyable>(
    _ number: PartialKeyPath<rp_gpu_progress>, _ value: Number, _ runtime: any DeviceRuntime
  ) throws(DeviceError) {
    let offset = MemoryLayout<rp_gpu_progress>.offset(of: number)!
    try runtime.write([value], to: progress, from: offset / MemoryLayout<Number>.size)
  }

  /// Puts a row of a given stimulus in its place where it begins, once all steps before are done.
  func set(
    _ stimulus: StimulusCurrents, task: Int, step: Int, _ network: Network, _ runtime: any DeviceRuntime
  ) throws(DeviceError) {
    guard let row = stimulus.row(beginningAt: step, network.parameters.clock) else { return }
    let start = stimulus.start(task: task, row: row)
    var currents = [Float](repeating: 0, count: slots)
    for neuron in 0..<network.neuronCount { currents[network.layout.slot(neuron)] = stimulus.values[start + neuron] }
    try runtime.write(currents, to: values, from: 4 * slots)
  }

  /// Puts the spikes of a step in the place of the neurons' own.
  func impose(_ neurons: [Int], _ layout: NeuronLayout, _ runtime: any DeviceRuntime) throws(DeviceError) {
    var bits = [UInt32](repeating: 0, count: slots / 32)
    for slot in neurons.map(layout.slot) { bits[slot / 32] |= 1 << UInt32(slot % 32) }
    try runtime.write(bits, to: imposed)
  }
}
