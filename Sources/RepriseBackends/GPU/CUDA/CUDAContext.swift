// What belongs to one use of one device: its context and queue, memory, and kernels.

/// The context of a device and a queue in it. Lives as long as anything that was made in it.
final class CUDAContext {
  let driver: CUDADriver
  let device: CUDADevice
  let stream: CUDADriver.Handle
  private let handle: CUDADriver.Handle

  private var name: String { device.description.name }

  init(_ device: CUDADevice, of driver: CUDADriver) throws(DeviceError) {
    let name = device.description.name
    var context: CUDADriver.Handle?
    try driver.check(driver.contextRetain(&context, device.handle), "cuDevicePrimaryCtxRetain", on: name)
    do throws(DeviceError) {
      guard let context else {
        throw .callFailed(runtime: CUDARuntime.name, call: "cuDevicePrimaryCtxRetain", status: "no context")
      }
      try driver.check(driver.contextSetCurrent(context), "cuCtxSetCurrent", on: name)
      stream = try Self.makeStream(driver, name)
      handle = context
    } catch {
      _ = driver.contextRelease(device.handle)
      throw error
    }
    self.driver = driver
    self.device = device
  }

  deinit {
    guard driver.contextSetCurrent(handle) == 0 else { return }
    _ = driver.streamDestroy(stream)
    _ = driver.contextRelease(device.handle)
  }

  private static func makeStream(_ driver: CUDADriver, _ name: String) throws(DeviceError) -> CUDADriver.Handle {
    // Without CU_STREAM_NON_BLOCKING it would wait for whatever else the process asks of the device.
    let nonBlocking: UInt32 = 1
    var stream: CUDADriver.Handle?
    try driver.check(driver.streamCreate(&stream, nonBlocking), "cuStreamCreate", on: name)
    guard let stream else { throw .callFailed(runtime: CUDARuntime.name, call: "cuStreamCreate", status: "no stream") }
    return stream
  }

  /// Contexts are current to threads, and calls may come from any thread.
  func makeCurrent() throws(DeviceError) { try check(driver.contextSetCurrent(handle), "cuCtxSetCurrent") }

  func check(_ status: CUDADriver.Status, _ call: String, bytes: Int? = nil) throws(DeviceError) {
    try driver.check(status, call, on: name, bytes: bytes)
  }

  func synchronize() throws(DeviceError) { try check(driver.streamSynchronize(stream), "cuStreamSynchronize") }
}

/// Memory of a device.
final class CUDABuffer: DeviceBuffer {
  let byteCount: Int
  let address: UInt64
  private let context: CUDAContext

  /// Memory that is all zeros for everything that the queue does afterwards. The context must be current.
  init(byteCount: Int, in context: CUDAContext) throws(DeviceError) {
    precondition(byteCount >= 0, "a buffer has \(byteCount) bytes")
    // The driver refuses to allocate nothing.
    let size = max(byteCount, 1)
    var address: UInt64 = 0
    try context.check(context.driver.allocate(&address, size), "cuMemAlloc", bytes: size)
    self.byteCount = byteCount
    self.address = address
    self.context = context
    try context.check(context.driver.fill(address, 0, size, context.stream), "cuMemsetD8Async")
  }

  deinit {
    // What was asked for before may still use it. After an error of the device there is nothing to wait for.
    guard (try? context.makeCurrent()) != nil else { return }
    _ = context.driver.streamSynchronize(context.stream)
    _ = context.driver.free(address)
  }
}

/// Compiled code on a device.
final class CUDAModule {
  private let handle: CUDADriver.Handle
  private let context: CUDAContext

  /// The context must be current.
  init(_ cubin: Cubin, in context: CUDAContext) throws(DeviceError) {
    let call = "cuModuleLoadData of \(cubin.source)"
    var handle: CUDADriver.Handle?
    let status = cubin.bytes.withUnsafeBytes { context.driver.moduleLoad(&handle, $0.baseAddress!) }
    try context.check(status, call)
    guard let handle else { throw .callFailed(runtime: CUDARuntime.name, call: call, status: "no module") }
    self.handle = handle
    self.context = context
  }

  deinit {
    guard (try? context.makeCurrent()) != nil else { return }
    _ = context.driver.streamSynchronize(context.stream)
    _ = context.driver.moduleUnload(handle)
  }

  func kernel(_ name: String) throws(DeviceError) -> CUDAKernel {
    var function: CUDADriver.Handle?
    let call = "cuModuleGetFunction of \(name)"
    try context.check(context.driver.moduleFunction(&function, handle, name), call)
    guard let function else { throw .callFailed(runtime: CUDARuntime.name, call: call, status: "no kernel") }
    return CUDAKernel(name, function, of: self)
  }
}

/// A kernel; keeps its module loaded.
final class CUDAKernel: DeviceKernel {
  let name: String
  let function: CUDADriver.Handle
  /// Bytes that launches may ask for; more needs the driver's leave.
  fileprivate(set) var localBytesAllowed = 48 * 1024
  private let module: CUDAModule

  fileprivate init(_ name: String, _ function: CUDADriver.Handle, of module: CUDAModule) {
    self.name = name
    self.function = function
    self.module = module
  }

  /// Prepares for launches with this much local memory.
  func allow(localBytes: Int, in context: CUDAContext) throws(DeviceError) {
    guard localBytes > localBytesAllowed else { return }
    // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES.
    let attribute: Int32 = 8
    let status = context.driver.functionSetAttribute(function, attribute, Int32(localBytes))
    try context.check(status, "cuFuncSetAttribute for \(localBytes) bytes of shared memory in \(name)")
    localBytesAllowed = localBytes
  }
}
