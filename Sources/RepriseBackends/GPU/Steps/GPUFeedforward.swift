// Feed-forward neurons: a kernel draws their spikes for some steps at once.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Spikes of the feed-forward neurons, and what a device needs to draw them.
final class GPUFeedforward {
  /// Shape [1 + step, 32 neurons]: a bit per neuron. The first row has the last step before.
  let spikes: any DeviceBuffer
  private let network: Network
  private let device: GPUDevice
  /// Shape [learning interval + 1]: what a spike counts in filtered spikes by age; last, their decay.
  private let spikeWeights: any DeviceBuffer
  /// Shape [step, neuron]: of as many steps as are on the device at once.
  private let thresholds: any DeviceBuffer
  /// Rows of the rates that are on the device.
  private var resident = 0..<0
  /// Whose neurons fire, at whose rates.
  private var task = 0
  private let rowsAtOnce: Int

  private var count: Int { network.feedforwardCount }
  private var firstStep: Int { network.parameters.clock.stimulusOffStep + 1 }
  private var words: Int { (count + 31) / 32 }

  init(_ network: Network, _ device: GPUDevice) throws(DeviceError) {
    (self.network, self.device) = (network, device)
    let count = network.feedforwardCount
    rowsAtOnce = device.rows(
      of: network.feedforwardRates.stepCount, bytesOfEach: 4 * count, most: device.limits.bytesOfRates,
      atLeast: device.limits.steps)
    spikes = try device.runtime.allocate(byteCount: 4 * (1 + device.limits.steps) * ((count + 31) / 32))
    thresholds = try device.runtime.allocate(byteCount: 4 * count * rowsAtOnce)
    let weights = FilteredSpikeWeights(network.parameters, layout: network.layout)
    spikeWeights = try device.runtime.buffer(
      (0..<weights.interval).map { weights.feedforwardWeight(age: $0) } + [weights.feedforwardDecay])
  }

  /// Call when a trial begins.
  func begin(task: Int) {
    let differ = network.feedforwardRates.taskCount > 1 || network.parameters.feedforward.perTask
    if task != self.task, differ { resident = 0..<0 }
    self.task = task
  }

  /// Call before the steps are run: sends the rates that the device lacks.
  func prepare(_ steps: ClosedRange<Int>, _ state: GPUState) throws(DeviceError) {
    let rows = max(0, steps.lowerBound - firstStep)..<max(0, steps.upperBound + 1 - firstStep)
    guard !rows.isEmpty, rows.clamped(to: resident) != rows else { return }
    let all = network.feedforwardRates
    resident = rows.lowerBound..<min(rows.lowerBound + rowsAtOnce, all.stepCount)
    let timeStep = network.parameters.trial.timeStep
    for piece in piecesToCopy(resident, bytesOfEach: 4 * count) {
      let start = all.start(task: task)
      let rates = all.values[(start + piece.lowerBound * count)..<(start + piece.upperBound * count)]
      let firing = network.parameters.feedforwardNeurons(ofTask: task)
      try device.runtime.write(
        rates.enumerated().map { index, rate in
          firing.contains(index % count) ? FeedforwardSpikes.threshold(rate: rate, timeStep: timeStep) : 0
        }, to: thresholds,
        from: (piece.lowerBound - resident.lowerBound) * count)
    }
    try state.setProgress(\.first_threshold, Int32(firstStep + resident.lowerBound), device.runtime)
  }

  /// Draws and filters the spikes of the next `steps` steps.
  func launch(_ steps: Int, _ state: GPUState, _ constants: any DeviceBuffer) -> DeviceLaunch {
    DeviceLaunch(
      kernel: device.kernels.feedforward, groups: words, groupSize: min(256, device.runtime.largestGroup),
      arguments: [
        .buffer(constants), .buffer(state.trial), .buffer(state.progress), .int32(Int32(steps)), .buffer(thresholds),
        .buffer(spikeWeights), .buffer(spikes), .buffer(state.filtered), .buffer(state.gained),
      ])
  }
}
