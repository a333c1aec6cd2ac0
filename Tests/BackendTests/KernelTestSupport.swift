// Kernel variants of this processor, for tests that compare them.
import CReprise
import RepriseBackends

/// A kernel table that test arguments can carry.
struct KernelVariant: @unchecked Sendable, CustomStringConvertible {
  let name: String
  var table: rp_kernels { rp_find_kernels(name)!.pointee }
  var description: String { name }

  static let all = CPUKernels.available.map(KernelVariant.init)
  static let scalar = KernelVariant(name: "scalar")
}
