// Folders of compiled kernels for machines without NVIDIA's compiler.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Kernels that were compiled into a file.
package struct CompiledKernels {
  package let path: String
  /// "LIF" or "GLIF".
  package let neurons: String
  /// What they were compiled for, such as "sm_90": it or an earlier generation than was asked for.
  package let generation: String
  /// As "NVRTC 12.9".
  package let compiler: String
  /// Drivers of this and later major versions of CUDA load them.
  package let driver: Int
}

package enum CubinFolder {
  /// True for the name of a generation, such as "sm_90".
  package static func isGeneration(_ name: String) -> Bool { CUDACapability(name: name) != nil }

  /// Compiles the kernels for a generation of GPUs into a folder that `REPRISE_CUBINS` can name: a file for LIF neurons
  /// and one for GLIF neurons.
  ///
  /// - Parameters:
  ///   - generation: As ``isGeneration(_:)`` knows it.
  ///   - folder: It must be there.
  /// - Throws: ``DeviceError`` without a compiler that knows the generation, or ``FileError``.
  package static func compile(for generation: String, into folder: String) throws -> [CompiledKernels] {
    guard let capability = CUDACapability(name: generation) else {
      preconditionFailure("\(generation) is no generation")
    }
    let compiler = try NVRTCSearch.compiler(driver: nil, device: capability)
    let store = CubinStore(readyFolder: nil, cacheFolder: folder) { _, _ throws(DeviceError) in compiler }
    return try [LIFParameters.Model.lif, .glif1].map { model in
      // As GPUKernels asks for it: the name of a file has the fingerprint of text and macros.
      let request = CubinRequest(
        text: String(cString: rp_gpu_kernel_text()), defines: GPUCells.defines(model), capability: capability)
      let file = try store.compile(request, with: compiler)
      try CubinFile.write(file.code, to: "\(folder)/\(file.name)")
      return CompiledKernels(
        path: "\(folder)/\(file.name)", neurons: model.isGLIF ? "GLIF" : "LIF", generation: "\(file.target)",
        compiler: "NVRTC \(compiler.version)", driver: compiler.version.major)
    }
  }
}

extension CUDACapability {
  /// nil for anything but sm_ and a number of two or three digits.
  init?(name: String) {
    guard name.hasPrefix("sm_"), (5...6).contains(name.count), let number = Int(name.dropFirst(3)), number >= 10 else {
      return nil
    }
    self.init(number: number)
  }
}
