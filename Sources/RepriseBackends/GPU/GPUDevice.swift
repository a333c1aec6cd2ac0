// A device with the kernels for a network, and how it is used.
internal import CReprise
internal import RepriseModel

/// How much is kept on a device at once. What is more takes its turn, and the host waits for it.
struct GPULimits {
  /// Steps that are asked for in one piece, at most `RP_GPU_MOST_STEPS`.
  var steps = Int(RP_GPU_MOST_STEPS)
  /// Bytes of spikes, but for one step of many neurons.
  var bytesOfSpikes = 64 << 20
  /// Bytes of traced currents, but for two samples of many neurons.
  var bytesOfTraces = 64 << 20
  /// Bytes of sums of currents, but for one bin of many neurons.
  var bytesOfSums = 256 << 20
  /// Bytes of rates of feed-forward neurons, but for those of one piece of steps.
  var bytesOfRates = 256 << 20
  /// Bytes of targets, but for one row of many neurons.
  var bytesOfTargets = 512 << 20
  /// Bytes of P in one buffer, but for one group of many inputs.
  var bytesOfMatrices = Int.max
  /// Bytes of local memory of a work group.
  var localBytes = Int.max

  /// How many of `count` rows are kept at once, in `most` bytes.
  static func rows(of count: Int, bytesOfEach: Int, most: Int, atLeast: Int = 1) -> Int {
    min(max(1, count), max(atLeast, most / max(1, bytesOfEach)))
  }
}

/// How a device is used. Other settings than these are for tests, and for comparing ways to do the same.
struct GPUSettings {
  var limits = GPULimits()
  /// Nil: as the environment says.
  var steps: GPUStepMode?
  /// Macros for the kernels, such as `RP_EMULATED_ATOMICS`.
  var defines: [String: String] = [:]
}

/// A device, and how it is used.
struct GPUDevice {
  let runtime: any DeviceRuntime
  let kernels: GPUKernels
  let limits: GPULimits
  let steps: GPUStepMode

  /// - Parameters:
  ///   - form: Nil for trials that never learn.
  init(
    _ runtime: any DeviceRuntime, _ form: GPUForm?, _ settings: GPUSettings, _ parameters: Parameters
  ) throws(DeviceError) {
    (self.runtime, limits) = (runtime, settings.limits)
    precondition((1...Int(RP_GPU_MOST_STEPS)).contains(limits.steps), "\(limits.steps) steps in one piece")
    if let steps = settings.steps { self.steps = steps } else { steps = try GPUStepMode.fromEnvironment() }
    let defines = GPUCells.defines(parameters.neuron.model)
    kernels = try GPUKernels(
      runtime, form: form, text: GPUCellText.kernels(parameters),
      defines: settings.defines.merging(defines) { $1 })
  }

  /// How many of `count` rows are kept at once.
  func rows(of count: Int, bytesOfEach: Int, most: Int, atLeast: Int = 1) -> Int {
    GPULimits.rows(of: count, bytesOfEach: bytesOfEach, most: min(most, runtime.largestAllocation), atLeast: atLeast)
  }

  /// Makes the first words of a buffer zeros.
  func clear(_ buffer: any DeviceBuffer, words: Int) throws(DeviceError) {
    let items = GPUKernels.stepItems
    try runtime.launch(
      kernels.clear, groups: (words + items - 1) / items, groupSize: items, localBytes: nil,
      [.buffer(buffer), .uint64(UInt64(words))])
  }
}
