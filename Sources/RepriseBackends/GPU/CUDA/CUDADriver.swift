// The functions of NVIDIA's driver library that Reprise calls, and its statuses in words.
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// NVIDIA's driver library, as it is on this machine.
///
/// Signatures are those of cuda.h. A name that ends in `_v2` is the one that the header's macros choose.
final class CUDADriver: @unchecked Sendable {
  typealias Handle = UnsafeMutableRawPointer
  typealias Status = Int32
  typealias Launch =
    @convention(c) (
      Handle, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, Handle?, UnsafeMutablePointer<Handle?>?,
      UnsafeMutablePointer<Handle?>?
    ) -> Status
  typealias CooperativeLaunch =
    @convention(c) (
      Handle, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, Handle?, UnsafeMutablePointer<Handle?>?
    ) -> Status
  typealias StatusText = @convention(c) (Status, UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Status

  /// The first version whose drivers load the code of the compilers that Reprise is tested with.
  static let oldest = CUDAVersion(12, 0)

  let version: CUDAVersion

  let deviceCount: @convention(c) (UnsafeMutablePointer<Int32>) -> Status
  let deviceGet: @convention(c) (UnsafeMutablePointer<Int32>, Int32) -> Status
  let deviceName: @convention(c) (UnsafeMutablePointer<CChar>, Int32, Int32) -> Status
  let deviceMemory: @convention(c) (UnsafeMutablePointer<Int>, Int32) -> Status
  let deviceAttribute: @convention(c) (UnsafeMutablePointer<Int32>, Int32, Int32) -> Status
  let contextRetain: @convention(c) (UnsafeMutablePointer<Handle?>, Int32) -> Status
  let contextRelease: @convention(c) (Int32) -> Status
  let contextSetCurrent: @convention(c) (Handle?) -> Status
  let streamCreate: @convention(c) (UnsafeMutablePointer<Handle?>, UInt32) -> Status
  let streamSynchronize: @convention(c) (Handle) -> Status
  let streamDestroy: @convention(c) (Handle) -> Status
  let memoryInfo: @convention(c) (UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int>) -> Status
  let allocate: @convention(c) (UnsafeMutablePointer<UInt64>, Int) -> Status
  let free: @convention(c) (UInt64) -> Status
  let fill: @convention(c) (UInt64, UInt8, Int, Handle) -> Status
  let copyIn: @convention(c) (UInt64, UnsafeRawPointer, Int, Handle) -> Status
  let copyOut: @convention(c) (UnsafeMutableRawPointer, UInt64, Int, Handle) -> Status
  let moduleLoad: @convention(c) (UnsafeMutablePointer<Handle?>, UnsafeRawPointer) -> Status
  let moduleUnload: @convention(c) (Handle) -> Status
  let moduleFunction: @convention(c) (UnsafeMutablePointer<Handle?>, Handle, UnsafePointer<CChar>) -> Status
  let functionSetAttribute: @convention(c) (Handle, Int32, Int32) -> Status
  let launch: Launch
  let launchCooperative: CooperativeLaunch
  /// Blocks that a multiprocessor holds: of a function, with so many threads and so many bytes of dynamic memory.
  let blocksOfFunction: @convention(c) (UnsafeMutablePointer<Int32>, Handle, Int32, Int) -> Status
  let captureBegin: @convention(c) (Handle, Int32) -> Status
  let captureEnd: @convention(c) (Handle, UnsafeMutablePointer<Handle?>) -> Status
  let graphInstantiate: @convention(c) (UnsafeMutablePointer<Handle?>, Handle, UInt64) -> Status
  let graphDestroy: @convention(c) (Handle) -> Status
  let graphLaunch: @convention(c) (Handle, Handle) -> Status
  let graphExecutableDestroy: @convention(c) (Handle) -> Status
  private let statusName: StatusText
  private let statusMeaning: StatusText

  /// Opens the library and prepares it.
  ///
  /// - Parameter path: The library; nil: what `REPRISE_LIBCUDA` names, else where drivers put it.
  /// - Throws: ``DeviceError`` where there is no driver, no device, or too old a driver.
  init(path: String? = nil) throws(DeviceError) {
    let library = try DynamicLibrary(
      for: "CUDA", candidates: Self.candidates(path),
      advice: "Install NVIDIA's driver, or in a container pass the GPU to it.")
    statusName = try library.function("cuGetErrorName")
    statusMeaning = try library.function("cuGetErrorString")
    deviceCount = try library.function("cuDeviceGetCount")
    deviceGet = try library.function("cuDeviceGet")
    deviceName = try library.function("cuDeviceGetName")
    deviceMemory = try library.function("cuDeviceTotalMem_v2")
    deviceAttribute = try library.function("cuDeviceGetAttribute")
    contextRetain = try library.function("cuDevicePrimaryCtxRetain")
    contextRelease = try library.function("cuDevicePrimaryCtxRelease_v2")
    contextSetCurrent = try library.function("cuCtxSetCurrent")
    streamCreate = try library.function("cuStreamCreate")
    streamSynchronize = try library.function("cuStreamSynchronize")
    streamDestroy = try library.function("cuStreamDestroy_v2")
    memoryInfo = try library.function("cuMemGetInfo_v2")
    allocate = try library.function("cuMemAlloc_v2")
    free = try library.function("cuMemFree_v2")
    fill = try library.function("cuMemsetD8Async")
    copyIn = try library.function("cuMemcpyHtoDAsync_v2")
    copyOut = try library.function("cuMemcpyDtoHAsync_v2")
    moduleLoad = try library.function("cuModuleLoadData")
    moduleUnload = try library.function("cuModuleUnload")
    moduleFunction = try library.function("cuModuleGetFunction")
    functionSetAttribute = try library.function("cuFuncSetAttribute")
    launch = try library.function("cuLaunchKernel")
    launchCooperative = try library.function("cuLaunchCooperativeKernel")
    blocksOfFunction = try library.function("cuOccupancyMaxActiveBlocksPerMultiprocessor")
    captureBegin = try library.function("cuStreamBeginCapture_v2")
    captureEnd = try library.function("cuStreamEndCapture")
    graphInstantiate = try library.function("cuGraphInstantiateWithFlags")
    graphDestroy = try library.function("cuGraphDestroy")
    graphLaunch = try library.function("cuGraphLaunch")
    graphExecutableDestroy = try library.function("cuGraphExecDestroy")
    let getVersion: @convention(c) (UnsafeMutablePointer<Int32>) -> Status = try library.function("cuDriverGetVersion")
    let initialize: @convention(c) (UInt32) -> Status = try library.function("cuInit")

    // The version can be asked for before anything else; a driver that is too old may not be able to initialise.
    var number: Int32 = 0
    version = getVersion(&number) == 0 ? CUDAVersion(number: Int(number)) : CUDAVersion(0, 0)
    guard version >= Self.oldest else { throw Self.tooOld(version) }
    let status = initialize(0)
    guard status == 0 else { throw .noDevice(runtime: CUDARuntime.name, reason: text(of: status), advice: Self.advice) }
  }

  private static let advice = "`nvidia-smi` should list the GPU; in a container pass the GPU to it."

  private static func tooOld(_ version: CUDAVersion) -> DeviceError {
    .driverTooOld(
      runtime: CUDARuntime.name, found: "\(version)", needed: "\(oldest)", advice: "Install a newer driver of NVIDIA.")
  }

  private static func candidates(_ path: String?) -> [String] {
    let named = path ?? ProcessInfo.processInfo.environment["REPRISE_LIBCUDA"].flatMap { $0.isEmpty ? nil : $0 }
    if let named { return [named] }
    return ["libcuda.so.1", "/usr/local/nvidia/lib64/libcuda.so.1", "libcuda.so"]
  }
}

// MARK: - Statuses

extension CUDADriver {
  private static let outOfMemory: Status = 2

  /// Statuses after which the context is of no more use: errors of memory, of links, and of running kernels.
  private static let lost: Set<Status> = [4, 46, 214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721]

  /// As "CUDA_ERROR_OUT_OF_MEMORY (out of memory)".
  func text(of status: Status) -> String {
    func ask(_ function: StatusText) -> String? {
      var text: UnsafePointer<CChar>?
      guard function(status, &text) == 0 else { return nil }
      return text.map { String(cString: $0) }
    }
    let name = ask(statusName) ?? "status \(status)"
    return ask(statusMeaning).map { "\(name) (\($0))" } ?? name
  }

  /// Turns a status other than success into an error.
  ///
  /// - Parameters:
  ///   - call: The function's name.
  ///   - device: The device's name.
  ///   - bytes: What was asked for where memory is allocated.
  func check(_ status: Status, _ call: String, on device: String, bytes: Int? = nil) throws(DeviceError) {
    guard status != 0 else { return }
    let runtime = CUDARuntime.name
    if status == Self.outOfMemory {
      throw .outOfMemory(runtime: runtime, device: device, requestedBytes: bytes, freeBytes: freeMemory())
    }
    if Self.lost.contains(status) {
      throw .deviceLost(runtime: runtime, device: device, call: call, status: text(of: status))
    }
    throw .callFailed(runtime: runtime, call: call, status: text(of: status))
  }

  /// Of the device whose context is current; nil if there is none.
  private func freeMemory() -> Int? {
    var (free, total) = (0, 0)
    return memoryInfo(&free, &total) == 0 ? free : nil
  }
}

// MARK: - Devices

/// A device that the driver lists.
struct CUDADevice: Sendable {
  let handle: Int32
  let description: DeviceDescription
  let capability: CUDACapability
  /// Bytes that a group may have.
  let localMemory: Int
  /// Work items that a group may have.
  let largestGroup: Int
  let multiprocessors: Int
  /// True if blocks may wait for one another.
  let hasCooperativeLaunches: Bool
}

extension CUDADriver {
  /// CUdevice_attribute of cuda.h.
  private enum Attribute: Int32 {
    case maxThreadsPerBlock = 1
    case multiprocessorCount = 16
    case capabilityMajor = 75
    case capabilityMinor = 76
    case cooperativeLaunch = 95
    case maxSharedMemoryPerBlockOptin = 97
  }

  /// All devices, in the driver's order.
  ///
  /// - Throws: ``DeviceError`` if there is none.
  func devices() throws(DeviceError) -> [CUDADevice] {
    var count: Int32 = 0
    try check(deviceCount(&count), "cuDeviceGetCount", on: "the driver")
    guard count > 0 else {
      throw .noDevice(runtime: CUDARuntime.name, reason: "the driver lists none", advice: Self.advice)
    }
    var devices: [CUDADevice] = []
    for index in 0..<count { devices.append(try device(index)) }
    return devices
  }

  private func device(_ index: Int32) throws(DeviceError) -> CUDADevice {
    let label = "device \(index)"
    var handle: Int32 = 0
    try check(deviceGet(&handle, index), "cuDeviceGet", on: label)
    var bytes = [CChar](repeating: 0, count: 256)
    try check(deviceName(&bytes, Int32(bytes.count), handle), "cuDeviceGetName", on: label)
    let name = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var memory = 0
    try check(deviceMemory(&memory, handle), "cuDeviceTotalMem", on: name)
    let major = try attribute(.capabilityMajor, of: handle, name)
    let minor = try attribute(.capabilityMinor, of: handle, name)
    return CUDADevice(
      handle: handle,
      description: DeviceDescription(name: name, driver: "CUDA \(version)", memoryBytes: memory),
      capability: CUDACapability(major, minor),
      localMemory: try attribute(.maxSharedMemoryPerBlockOptin, of: handle, name),
      largestGroup: try attribute(.maxThreadsPerBlock, of: handle, name),
      multiprocessors: try attribute(.multiprocessorCount, of: handle, name),
      hasCooperativeLaunches: try attribute(.cooperativeLaunch, of: handle, name) != 0)
  }

  private func attribute(_ attribute: Attribute, of handle: Int32, _ name: String) throws(DeviceError) -> Int {
    var value: Int32 = 0
    try check(deviceAttribute(&value, attribute.rawValue, handle), "cuDeviceGetAttribute", on: name)
    return Int(value)
  }
}
