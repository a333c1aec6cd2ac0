// NVIDIA's compiler as a library: kernel text to code for one generation of devices.

/// The compiler library, as it is on this machine.
///
/// Signatures are those of nvrtc.h.
final class NVRTC: @unchecked Sendable {
  typealias Program = UnsafeMutableRawPointer
  typealias Status = Int32
  typealias Create =
    @convention(c) (
      UnsafeMutablePointer<Program?>, UnsafePointer<CChar>, UnsafePointer<CChar>?, Int32,
      UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<UnsafePointer<CChar>?>?
    ) -> Status
  typealias ReadSize = @convention(c) (Program, UnsafeMutablePointer<Int>) -> Status
  typealias ReadBytes = @convention(c) (Program, UnsafeMutablePointer<CChar>) -> Status

  /// The first version with code for devices in place of an intermediate text, in all releases of its major number.
  static let oldest = CUDAVersion(12, 0)

  let version: CUDAVersion
  /// Where it was found.
  let path: String
  /// Generations for which it can compile.
  let capabilities: [CUDACapability]

  private let create: Create
  private let compile: @convention(c) (Program, Int32, UnsafePointer<UnsafePointer<CChar>?>?) -> Status
  private let destroy: @convention(c) (UnsafeMutablePointer<Program?>) -> Status
  private let logSize: ReadSize
  private let log: ReadBytes
  private let cubinSize: ReadSize
  private let cubin: ReadBytes
  private let statusText: @convention(c) (Status) -> UnsafePointer<CChar>?

  /// Opens the library at a path or under a name of the system's search.
  init(path: String) throws(DeviceError) {
    let library = try DynamicLibrary(for: "NVRTC", candidates: [path], advice: NVRTCSearch.advice)
    self.path = path
    create = try library.function("nvrtcCreateProgram")
    compile = try library.function("nvrtcCompileProgram")
    destroy = try library.function("nvrtcDestroyProgram")
    logSize = try library.function("nvrtcGetProgramLogSize")
    log = try library.function("nvrtcGetProgramLog")
    cubinSize = try library.function("nvrtcGetCUBINSize")
    cubin = try library.function("nvrtcGetCUBIN")
    statusText = try library.function("nvrtcGetErrorString")
    version = try Self.version(of: library)
    capabilities = try Self.capabilities(of: library)
  }

  private static func version(of library: DynamicLibrary) throws(DeviceError) -> CUDAVersion {
    let read: @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Status =
      try library.function("nvrtcVersion")
    var (major, minor): (Int32, Int32) = (0, 0)
    _ = read(&major, &minor)
    return CUDAVersion(Int(major), Int(minor))
  }

  private static func capabilities(of library: DynamicLibrary) throws(DeviceError) -> [CUDACapability] {
    typealias Read = @convention(c) (UnsafeMutablePointer<Int32>) -> Status
    let readCount: Read = try library.function("nvrtcGetNumSupportedArchs")
    let read: Read = try library.function("nvrtcGetSupportedArchs")
    var count: Int32 = 0
    guard readCount(&count) == 0, count > 0 else { return [] }
    var numbers = [Int32](repeating: 0, count: Int(count))
    guard read(&numbers) == 0 else { return [] }
    return numbers.map { CUDACapability(number: Int($0)) }
  }

  /// The latest generation whose code runs on a device; nil if it knows none.
  func target(for device: CUDACapability) -> CUDACapability? {
    capabilities.filter { device.runs($0) }.max { $0.number < $1.number }
  }

  /// Compiles one text.
  ///
  /// - Returns: The code, and all that the compiler said, with the registers of each kernel.
  /// - Throws: ``NVRTCFailure`` with all that it said.
  func compile(_ text: String, defines: [String: String], for target: CUDACapability) throws(NVRTCFailure)
    -> (cubin: [UInt8], log: String)
  {
    var program: Program?
    try check(create(&program, text, "kernels.cu", 0, nil, nil), log: "")
    guard let made = program else { throw NVRTCFailure(status: "no program", log: "") }
    defer { _ = destroy(&program) }
    let options = Self.options(version) + Self.options(defines) + ["--gpu-architecture=\(target)"]
    let status = withCStrings(options) { compile(made, Int32(options.count), $0) }
    let said = String(decoding: read(made, logSize, log).prefix { $0 != 0 }, as: UTF8.self)
    try check(status, log: said)
    let code = read(made, cubinSize, cubin)
    guard !code.isEmpty else { throw NVRTCFailure(status: "no code", log: said) }
    return (code, said)
  }

  private func check(_ status: Status, log: String) throws(NVRTCFailure) {
    guard status != 0 else { return }
    throw NVRTCFailure(status: statusText(status).map { String(cString: $0) } ?? "status \(status)", log: log)
  }

  private func read(_ program: Program, _ readSize: ReadSize, _ readBytes: ReadBytes) -> [UInt8] {
    var size = 0
    guard readSize(program, &size) == 0, size > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: size)
    let status = bytes.withUnsafeMutableBytes {
      readBytes(program, $0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
    return status == 0 ? bytes : []
  }

  // MARK: Options

  /// What decides the code beside text, macros and target.
  static func options(_ version: CUDAVersion) -> [String] {
    // Sums and products are rounded one by one, as on processors; the text says where they are fused.
    var options = ["--std=c++17", "--device-as-default-execution-space", "--fmad=false", "--ptxas-options=-v"]
    // A macro can make a variable or a function of the text superfluous.
    options += ["--diag-suppress=177,550"]
    // From this version on it has a cache of its own, for which it opens the driver.
    if version >= CUDAVersion(12, 9) { options.append("--no-cache") }
    return options
  }

  static func options(_ defines: [String: String]) -> [String] {
    defines.sorted { $0.key < $1.key }.map { "--define-macro=\($0.key)=\($0.value)" }
  }
}

/// What the compiler said where it failed.
struct NVRTCFailure: Error {
  let status: String
  let log: String

  /// The first error of the text, or how the compiler ended.
  var message: String {
    log.split(separator: "\n").first { $0.contains("error") }.map { "\($0)." } ?? "\(status)."
  }
}

private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
  let copies = strings.map { string in
    let bytes = Array(string.utf8CString)
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
    _ = copy.initialize(from: bytes)
    return copy
  }
  defer { for copy in copies { copy.deallocate() } }
  return copies.map { UnsafePointer($0.baseAddress) }.withUnsafeBufferPointer { body($0.baseAddress) }
}
