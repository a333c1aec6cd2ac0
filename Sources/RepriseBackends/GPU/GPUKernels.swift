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
  let begin, step, trace, clear: any DeviceKernel
  let apply, `repeat`: any DeviceKernel
  /// Nil where P is not kept, and for trials that never learn.
  let matrices: GPUMatrixKernels?
  let history: GPUHistoryKernels?

  /// - Parameters:
  ///   - form: Of P, or of what stands for it; nil for trials that never learn.
  ///   - defines: Macros for tests, such as `RP_EMULATED_ATOMICS`.
  init(_ runtime: any DeviceRuntime, form: GPUForm?, defines: [String: String] = [:]) throws(DeviceError) {
    let names = ["begin", "step", "trace", "clear", "apply", "repeat"] + (form?.kernelNames ?? [])
    let kernels = try runtime.compile(
      String(cString: rp_gpu_kernel_text()), defines: defines, kernels: names.map { "rp_gpu_" + $0 })
    begin = kernels[0]
    step = kernels[1]
    trace = kernels[2]
    clear = kernels[3]
    apply = kernels[4]
    `repeat` = kernels[5]
    matrices = form?.keepsMatrices == true ? GPUMatrixKernels(gain: kernels[6], flush: kernels[7]) : nil
    history = form == .history ? GPUHistoryKernels(gain: kernels[6], remember: kernels[7]) : nil
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

/// How much is kept on a device until the host fetches it.
struct GPULimits {
  /// Steps that are asked for before the device must have begun with them.
  var steps = 256
  /// Bytes of spikes, but for one step of many neurons.
  var bytesOfSpikes = 32 << 20
  /// Bytes of sums of currents, but for one bin of many neurons.
  var bytesOfSums = 64 << 20
  /// Bytes of P in one buffer, but for one group of many inputs.
  var bytesOfMatrices = Int.max
  /// Bytes of local memory of a work group.
  var localBytes = Int.max
}

/// A device, and how it is used.
struct GPUDevice {
  let runtime: any DeviceRuntime
  let kernels: GPUKernels
  let limits: GPULimits
}
