// The kernels of a network, compiled for one device.
internal import CReprise

/// The kernels that update P in one form, and that apply what is pending to it.
struct GPUMatrixKernels {
  let gain, flush: any DeviceKernel
}

/// The kernels where the last updates stand for P.
struct GPUHistoryKernels {
  let gain, remember: any DeviceKernel
}

/// The kernels that learn.
enum GPULearningKernels {
  case matrices(GPUMatrixForm, GPUMatrixKernels)
  case history(GPUHistoryKernels)

  /// - Parameter kernels: Those of `form.kernelNames`.
  init(_ form: GPUForm, _ kernels: ArraySlice<any DeviceKernel>) {
    let (first, second) = (kernels[kernels.startIndex], kernels[kernels.startIndex + 1])
    switch form {
    case .matrices(let form): self = .matrices(form, GPUMatrixKernels(gain: first, flush: second))
    case .history: self = .history(GPUHistoryKernels(gain: first, remember: second))
    }
  }
}

/// The kernels of Sources/CReprise/gpu, compiled for one device.
struct GPUKernels {
  let begin, clear, move: any DeviceKernel
  let feedforward, step, steps: any DeviceKernel
  let apply, `repeat`: any DeviceKernel
  /// Nil for trials that never learn.
  let learning: GPULearningKernels?
  /// Nil on devices that have no double precision.
  let fit: (any DeviceKernel)?

  /// - Parameters:
  ///   - form: Of P, or of what stands for it; nil for trials that never learn.
  ///   - text: Of all kernels.
  ///   - defines: Macros, such as `RP_EMULATED_ATOMICS`.
  init(
    _ runtime: any DeviceRuntime, form: GPUForm?, text: String, defines: [String: String] = [:]
  ) throws(DeviceError) {
    let names =
      ["begin", "clear", "move", "feedforward", "step", "steps", "apply", "repeat"] + (form?.kernelNames ?? [])
      + (runtime.hasDoubles ? ["fit"] : [])
    let kernels = try runtime.compile(
      text, defines: defines, kernels: names.map { "rp_gpu_" + $0 })
    begin = kernels[0]
    clear = kernels[1]
    move = kernels[2]
    feedforward = kernels[3]
    step = kernels[4]
    steps = kernels[5]
    apply = kernels[6]
    `repeat` = kernels[7]
    learning = form.map { GPULearningKernels($0, kernels[8...]) }
    fit = runtime.hasDoubles ? kernels[kernels.count - 1] : nil
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
