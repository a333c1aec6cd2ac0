// Where NVIDIA's compiler library is, and which one fits a device and its driver.
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

enum NVRTCSearch {
  static let advice =
    "Install it with `pip install nvidia-cuda-nvrtc-cu12`, or name its file in REPRISE_NVRTC, or a folder of "
    + "compiled kernels in REPRISE_CUBINS."

  /// Versions whose interface is known, newest first.
  private static let fileNames = ["libnvrtc.so.13", "libnvrtc.so.12"]

  /// The first compiler that fits.
  ///
  /// - Parameters:
  ///   - driver: Its version; code from a compiler of a later major number does not load. nil: any.
  ///   - device: What to compile for; nil: anything.
  /// - Throws: ``DeviceError`` that says why each that was found does not fit.
  static func compiler(
    driver: CUDAVersion?, device: CUDACapability?, candidates: [String] = candidates()
  ) throws(DeviceError) -> NVRTC {
    var unopened: DeviceError?
    var reasons: [String] = []
    for candidate in candidates {
      let compiler: NVRTC
      do throws(DeviceError) {
        compiler = try NVRTC(path: candidate)
      } catch {
        unopened = unopened ?? error
        continue
      }
      guard let reason = misfit(compiler, driver, device) else { return compiler }
      reasons.append(reason)
    }
    if !reasons.isEmpty { throw .noFittingCompiler(purpose: "NVRTC", reasons: reasons, advice: advice) }
    guard case .missingLibrary(let purpose, _, let reason, let advice) = unopened else {
      throw unopened ?? .noFittingCompiler(purpose: "NVRTC", reasons: ["nothing to try"], advice: advice)
    }
    throw .missingLibrary(purpose: purpose, tried: candidates, reason: reason, advice: advice)
  }

  private static func misfit(_ compiler: NVRTC, _ driver: CUDAVersion?, _ device: CUDACapability?) -> String? {
    let label = "\(compiler.path) is of version \(compiler.version)"
    if compiler.version < NVRTC.oldest { return "\(label), but \(NVRTC.oldest) or later is needed" }
    if let driver, compiler.version.major > driver.major {
      return "\(label), but the driver is for CUDA \(driver) and loads code of \(driver.major).x at most"
    }
    if let device, compiler.target(for: device) == nil { return "\(label), which does not know \(device)" }
    return nil
  }

  // MARK: - Places

  /// Names for the system's search, then files of CUDA and of Python's packages that are there.
  static func candidates(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> [String] {
    if let named = environment["REPRISE_NVRTC"], !named.isEmpty { return [named] }
    let files = (toolkitFolders(environment) + packageFolders(environment)).flatMap { folder in
      fileNames.map { "\(folder)/\($0)" }
    }
    return fileNames + files.filter { FileManager.default.fileExists(atPath: $0) }
  }

  private static func toolkitFolders(_ environment: [String: String]) -> [String] {
    let named = ["CUDA_HOME", "CUDA_PATH"].compactMap { environment[$0] }.filter { !$0.isEmpty }
    return (named + ["/usr/local/cuda"]).map { "\($0)/lib64" }
  }

  /// Of the Pythons of this user, of active environments and of the search path.
  private static func packageFolders(_ environment: [String: String]) -> [String] {
    let active = ["VIRTUAL_ENV", "CONDA_PREFIX"].compactMap { environment[$0] }
    let user = environment["HOME"].map { ["\($0)/.local"] } ?? []
    let searched = (environment["PATH"] ?? "").split(separator: ":").compactMap(prefix)
    return (active + user + searched + ["/usr/local", "/usr"]).filter { !$0.isEmpty }.reduce(into: []) { all, prefix in
      for folder in sitePackages(prefix).flatMap(libraries) where !all.contains(folder) { all.append(folder) }
    }
  }

  /// The folder in which a Python of the search path is installed.
  private static func prefix(_ folder: Substring) -> String? {
    guard folder.hasSuffix("/bin"), FileManager.default.fileExists(atPath: "\(folder)/python3") else { return nil }
    return String(folder.dropLast("/bin".count))
  }

  private static func sitePackages(_ prefix: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(prefix)/lib")) ?? []
    return names.filter { $0.hasPrefix("python3") }.sorted().flatMap { name in
      ["site-packages", "dist-packages"].map { "\(prefix)/lib/\(name)/\($0)" }
    }
  }

  /// Where the packages nvidia-cuda-nvrtc and nvidia-cuda-nvrtc-cu12 put the library.
  private static func libraries(_ sitePackages: String) -> [String] {
    ["\(sitePackages)/nvidia/cu13/lib", "\(sitePackages)/nvidia/cuda_nvrtc/lib"]
  }
}
