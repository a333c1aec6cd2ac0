// The compiled kernels of a device.
internal import CReprise

/// The kernels of Sources/CReprise/gpu, compiled for one device.
struct GPUKernels {
  let begin, step, trace, clear: any DeviceKernel
  let gain, apply, flush: any DeviceKernel

  /// - Parameter defines: Macros for tests, such as `RP_EMULATED_ATOMICS`.
  init(_ runtime: any DeviceRuntime, defines: [String: String] = [:]) throws(DeviceError) {
    let names = ["begin", "step", "trace", "clear", "gain", "apply", "flush"].map { "rp_gpu_" + $0 }
    let kernels = try runtime.compile(String(cString: rp_gpu_kernel_text()), defines: defines, kernels: names)
    begin = kernels[0]
    step = kernels[1]
    trace = kernels[2]
    clear = kernels[3]
    gain = kernels[4]
    apply = kernels[5]
    flush = kernels[6]
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
