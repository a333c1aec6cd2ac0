// A device with its compiled kernels.
internal import CReprise

/// The kernels that update P in one form, and that apply what is pending to it.
struct GPUMatrixKernels {
  let gain, flush: any DeviceKernel
}

/// The kernels where the last updates stand for P.
struct GPUHistoryKernels {
  let gain, remember: any DeviceKernel
}

/// The kernels of Sources/CReprise/gpu, compiled for one device.
struct GPUKernels {
  let begin, clear, move: any DeviceKernel
  let feedforward, step, steps: any DeviceKernel
  let apply, `repeat`: any DeviceKernel
  /// Nil where P is not kept, and for trials that never learn.
  let matrices: GPUMatrixKernels?
  let history: GPUHistoryKernels?
  /// Nil on devices that have no double precision.
  let fit: (any DeviceKernel)?

  /// - Parameters:
  ///   - form: Of P, or of what stands for it; nil for trials that never learn.
  ///   - defines: Macros for tests, such as `RP_EMULATED_ATOMICS`.
  init(_ runtime: any DeviceRuntime, form: GPUForm?, defines: [String: String] = [:]) throws(DeviceError) {
    let names =
      ["begin", "clear", "move", "feedforward", "step", "steps", "apply", "repeat"] + (form?.kernelNames ?? [])
      + (runtime.hasDoubles ? ["fit"] : [])
    let kernels = try runtime.compile(
      String(cString: rp_gpu_kernel_text()), defines: defines, kernels: names.map { "rp_gpu_" + $0 })
    begin = kernels[0]
    clear = kernels[1]
    move = kernels[2]
    feedforward = kernels[3]
    step = kernels[4]
    steps = kernels[5]
    apply = kernels[6]
    `repeat` = kernels[7]
    matrices = form?.keepsMatrices == true ? GPUMatrixKernels(gain: kernels[8], flush: kernels[9]) : nil
    fit = runtime.hasDoubles ? kernels[kernels.count - 1] : nil
    history = form == .history ? GPUHistoryKernels(gain: kernels[8], remember: kernels[9]) : nil
  }

  /// Work items of a group over slots, and the slots that it has.
  static let stepItems = Int(RP_GPU_STEP_ITEMS)
  static let slotsPerStepGroup = 4 * stepItems

  /// Work items of a group that works on `count` inputs: one for each, as far as there are as many.
  static func updateItems(_ count: Int, most: Int, _ runtime: any DeviceRuntime) -> Int {
    let wanted = min(most, (max(count, 1) + 31) / 32 * 32)
    return max(1, min(wanted, Int(RP_GPU_UPDATE_ITEMS), runtime.largestGroup))
  }
}

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

/// A device, and how it is used.
struct GPUDevice {
  let runtime: any DeviceRuntime
  let kernels: GPUKernels
  /// Of P; nil for trials that never learn.
  var form: GPUForm?
  let limits: GPULimits
  let steps: GPUStepMode

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
