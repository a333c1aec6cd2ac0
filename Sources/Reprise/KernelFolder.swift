// `reprise kernels`: compiled kernels for machines without NVIDIA's compiler.
internal import RepriseBackends
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A file of compiled kernels.
public struct KernelFile: Sendable {
  public let path: String
  /// The neurons that they advance: "LIF" or "GLIF".
  public let neurons: String
  /// The generation of GPUs whose code it holds, such as "sm_90"; later ones of the same major number run it.
  public let generation: String
  /// As "NVRTC 12.9".
  public let compiler: String
  /// Drivers of this and later major versions of CUDA load it.
  public let driver: Int
}

public enum KernelFolder {
  /// Compiles the kernels for some generations of NVIDIA's GPUs. `REPRISE_CUBINS` names the folder where they run.
  ///
  /// - Parameters:
  ///   - folder: It is made if it is not there.
  ///   - generations: Such as "sm_90".
  /// - Throws: ``ProjectError``; ``DeviceError`` without a compiler that knows a generation; ``FileError``.
  public static func fill(_ folder: String, generations: [String]) throws -> [KernelFile] {
    guard !generations.isEmpty else {
      throw ProjectError.invalidOption("Name a generation of GPUs with --gpu, as in --gpu sm_90.")
    }
    if let unknown = generations.first(where: { !CubinFolder.isGeneration($0) }) {
      throw ProjectError.invalidOption("--gpu is '\(unknown)', but must be a generation of GPUs such as sm_90.")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ProjectError.cannotCreateFolder(folder)
    }
    return try generations.flatMap { generation in
      try CubinFolder.compile(for: generation, into: folder).map { made in
        KernelFile(
          path: made.path, neurons: made.neurons, generation: made.generation, compiler: made.compiler,
          driver: made.driver)
      }
    }
  }
}
