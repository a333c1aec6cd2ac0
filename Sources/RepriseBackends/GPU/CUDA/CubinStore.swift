// Compiled kernels: from a folder that is given, from the user's cache, or from the compiler.
internal import RepriseCore

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Code for a generation of devices.
struct Cubin {
  let bytes: [UInt8]
  /// The file or the compiler that it is from.
  let source: String
}

/// What is to be compiled, and for which device.
struct CubinRequest {
  let text: String
  let defines: [String: String]
  let capability: CUDACapability

  /// Of text, macros and options: 32 digits.
  var key: String {
    let options = NVRTC.options(NVRTC.oldest) + NVRTC.options(defines)
    return Fingerprint.text(Fingerprint.of(Array((options + [text]).joined(separator: "\0").utf8)))
  }
}

/// Where compiled kernels are looked for.
struct CubinStore: Sendable {
  typealias FindCompiler = @Sendable (_ driver: CUDAVersion, _ device: CUDACapability) throws(DeviceError) -> NVRTC

  /// A folder with the files of a cache; nothing is written there.
  let readyFolder: String?
  /// Written to when something has been compiled; nil: nowhere.
  let cacheFolder: String?
  let findCompiler: FindCompiler

  /// `REPRISE_CUBINS`, the user's cache folder, and the compilers of this machine.
  static var standard: CubinStore {
    CubinStore(
      readyFolder: UserFolder.named("REPRISE_CUBINS"), cacheFolder: UserFolder.cache.map { "\($0)/cubins" }
    ) { driver, device throws(DeviceError) in try NVRTCSearch.compiler(driver: driver, device: device) }
  }

  init(readyFolder: String?, cacheFolder: String?, findCompiler: @escaping FindCompiler) {
    self.readyFolder = readyFolder
    self.cacheFolder = cacheFolder
    self.findCompiler = findCompiler
  }

  /// Code for a request, compiled if need be.
  func cubin(for request: CubinRequest, driver: CUDAVersion) throws(DeviceError) -> Cubin {
    if let ready = readyFolder.flatMap({ newest(in: $0, for: request) }) { return ready }
    let compiler: NVRTC
    do throws(DeviceError) {
      compiler = try findCompiler(driver, request.capability)
    } catch {
      // What an earlier compiler made is as good.
      if let cached = cacheFolder.flatMap({ newest(in: $0, for: request) }) { return cached }
      guard let readyFolder else { throw error }
      throw .missingKernels(
        folder: readyFolder, file: "\(request.key)-\(request.capability)-*.cubin that is whole", reason: "\(error)")
    }
    let (_, name) = Self.targetAndName(request, compiler)
    if let cacheFolder, let bytes = CubinFile.read("\(cacheFolder)/\(name).cubin") {
      return Cubin(bytes: bytes, source: "\(cacheFolder)/\(name).cubin")
    }
    let compiled = try compile(request, with: compiler)
    keep(compiled.code, as: compiled.name)
    return Cubin(bytes: compiled.code, source: "NVRTC \(compiler.version)")
  }

  /// What a compiler makes of a request, and the name of its file without an ending.
  private static func targetAndName(
    _ request: CubinRequest, _ compiler: NVRTC
  ) -> (target: CUDACapability, name: String) {
    guard let target = compiler.target(for: request.capability) else {
      preconditionFailure("a compiler without code for \(request.capability)")
    }
    return (target, "\(request.key)-\(target)-nvrtc-\(compiler.version)")
  }

  /// Code for a request, whatever there is already; and the name that its file should have.
  func compile(
    _ request: CubinRequest, with compiler: NVRTC
  ) throws(DeviceError) -> (code: [UInt8], name: String, target: CUDACapability) {
    let (target, name) = Self.targetAndName(request, compiler)
    do throws(NVRTCFailure) {
      let code = try compiler.compile(request.text, defines: request.defines, for: target).cubin
      return (code, "\(name).cubin", target)
    } catch {
      throw .compilationFailed(
        compiler: "NVRTC \(compiler.version)", message: error.message, log: writeLog(error.log, name))
    }
  }

  // MARK: Files

  /// The code in a folder that fits best: for the latest generation, then from the latest compiler.
  private func newest(in folder: String, for request: CubinRequest) -> Cubin? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let fitting = names.compactMap(CubinFile.init).filter {
      $0.key == request.key && request.capability.runs($0.capability)
    }
    let sorted = fitting.sorted { ($0.capability.number, $0.compiler) > ($1.capability.number, $1.compiler) }
    for file in sorted {
      if let bytes = CubinFile.read("\(folder)/\(file.name)") {
        return Cubin(bytes: bytes, source: "\(folder)/\(file.name)")
      }
    }
    return nil
  }

  /// A cache that cannot be written is no reason to fail: the next run compiles again.
  private func keep(_ cubin: [UInt8], as file: String) {
    guard let cacheFolder else { return }
    try? FileManager.default.createDirectory(atPath: cacheFolder, withIntermediateDirectories: true)
    try? CubinFile.write(cubin, to: "\(cacheFolder)/\(file)")
  }

  /// In the cache or, if it cannot be written, in the folder for temporary files.
  private func writeLog(_ log: String, _ name: String) -> String? {
    CompilerLog.write(log, "\(name).log", folder: cacheFolder)
  }
}

/// A file with code, and a fingerprint at its end: the driver would read beyond the end of a file that was cut.
struct CubinFile {
  let name: String
  let key: Substring
  let capability: CUDACapability
  let compiler: CUDAVersion

  /// Understands names such as 0123...-sm_90-nvrtc-12.9.cubin.
  init?(_ name: String) {
    guard name.hasSuffix(".cubin") else { return nil }
    let parts = name.dropLast(".cubin".count).split(separator: "-")
    guard parts.count == 4, parts[1].hasPrefix("sm_"), let number = Int(parts[1].dropFirst(3)) else { return nil }
    let version = parts[3].split(separator: ".").compactMap { Int($0) }
    guard version.count == 2 else { return nil }
    self.name = name
    key = parts[0]
    capability = CUDACapability(number: number)
    compiler = CUDAVersion(version[0], version[1])
  }

  /// nil if there is no such file, or a damaged one.
  static func read(_ path: String) -> [UInt8]? {
    guard let data = FileManager.default.contents(atPath: path), data.count > Fingerprint.byteCount else { return nil }
    let cubin = [UInt8](data.dropLast(Fingerprint.byteCount))
    return [UInt8](data.suffix(Fingerprint.byteCount)) == Fingerprint.bytes(Fingerprint.of(cubin)) ? cubin : nil
  }

  static func write(_ cubin: [UInt8], to path: String) throws {
    try AtomicFile.write(cubin + Fingerprint.bytes(Fingerprint.of(cubin)), to: path)
  }
}

/// FNV-1a of 128 bits. It tells texts apart and finds damage; it is no protection against forgery.
enum Fingerprint {
  static let byteCount = 16

  static func of(_ bytes: [UInt8]) -> UInt128 {
    bytes.reduce(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d) { hash, byte in
      (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013b
    }
  }

  static func bytes(_ fingerprint: UInt128) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: fingerprint >> (8 * (byteCount - 1 - $0))) }
  }

  static func text(_ fingerprint: UInt128) -> String {
    let digits = String(fingerprint, radix: 16)
    return String(repeating: "0", count: 2 * byteCount - digits.count) + digits
  }
}
