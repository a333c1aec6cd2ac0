// A GPU of NVIDIA through its driver. Nothing of CUDA is needed to build; the driver is found when the program runs.

/// One device of NVIDIA and one queue on it.
package final class CUDARuntime: DeviceRuntime {
  package static let name = "CUDA"

  package var device: DeviceDescription { context.device.description }
  /// The largest buffer, bytes: one may fill the device.
  var largestAllocation: Int { device.memoryBytes }
  /// Local memory of a group, bytes.
  var localMemory: Int { context.device.localMemory }
  /// The most work items that a group may have.
  var largestGroup: Int { context.device.largestGroup }
  let hasDoubles = true
  var multiprocessors: Int { context.device.multiprocessors }
  private let context: CUDAContext
  private let cubins: CubinStore

  /// All devices, in the driver's order.
  ///
  /// - Throws: ``DeviceError`` where there is no driver or no device.
  package static func devices() throws(DeviceError) -> [DeviceDescription] {
    try CUDADriver().devices().map(\.description)
  }

  /// - Parameter index: The place of the device in ``devices()``.
  package convenience init(device index: Int = 0) throws(DeviceError) {
    try self.init(device: index, driver: CUDADriver(), cubins: .standard)
  }

  init(device index: Int, driver: CUDADriver, cubins: CubinStore) throws(DeviceError) {
    let devices = try driver.devices()
    guard devices.indices.contains(index) else {
      throw .noSuchDevice(runtime: Self.name, index: index, available: devices.map(\.description.name))
    }
    context = try CUDAContext(devices[index], of: driver)
    self.cubins = cubins
  }

  // MARK: Memory

  func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
    try context.makeCurrent()
    return try CUDABuffer(byteCount: byteCount, in: context)
  }

  func copyIn(_ bytes: UnsafeRawBufferPointer, to buffer: any DeviceBuffer, offset: Int) throws(DeviceError) {
    let address = Self.address(buffer, offset: offset, count: bytes.count)
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
    try context.makeCurrent()
    let status = context.driver.copyIn(address, source, bytes.count, context.stream)
    try context.check(status, "cuMemcpyHtoDAsync")
    // Whether the driver has read ordinary memory when the call returns is left open by its documentation.
    try context.synchronize()
  }

  func copyOut(_ buffer: any DeviceBuffer, offset: Int, to bytes: UnsafeMutableRawBufferPointer) throws(DeviceError) {
    let address = Self.address(buffer, offset: offset, count: bytes.count)
    guard let target = bytes.baseAddress, !bytes.isEmpty else { return try synchronize() }
    try context.makeCurrent()
    let status = context.driver.copyOut(target, address, bytes.count, context.stream)
    try context.check(status, "cuMemcpyDtoHAsync")
    try context.synchronize()
  }

  private static func address(_ buffer: any DeviceBuffer, offset: Int, count: Int) -> UInt64 {
    buffer.requireRange(offset: offset, count: count)
    return own(buffer).address + UInt64(offset)
  }

  private static func own(_ buffer: any DeviceBuffer) -> CUDABuffer {
    guard let buffer = buffer as? CUDABuffer else { preconditionFailure("a buffer of another runtime") }
    return buffer
  }

  // MARK: Kernels

  func compile(_ text: String, defines: [String: String], kernels: [String]) throws(DeviceError) -> [any DeviceKernel] {
    try context.makeCurrent()
    let request = CubinRequest(text: text, defines: defines, capability: context.device.capability)
    let cubin = try cubins.cubin(for: request, driver: context.driver.version)
    let module = try CUDAModule(cubin, in: context)
    var found: [any DeviceKernel] = []
    for name in kernels { found.append(try module.kernel(name)) }
    return found
  }

  func launch(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, localBytes: Int?, _ arguments: [DeviceArgument]
  ) throws(DeviceError) {
    let kernel = Self.own(kernel)
    precondition(groups > 0 && groupSize > 0, "\(kernel.name) in \(groups) groups of \(groupSize)")
    try context.makeCurrent()
    try kernel.allow(localBytes: localBytes ?? 0, in: context)
    let status = Self.withPointers(to: arguments) { pointers in
      context.driver.launch(
        kernel.function, UInt32(groups), 1, 1, UInt32(groupSize), 1, 1, UInt32(localBytes ?? 0), context.stream,
        pointers, nil)
    }
    try context.check(status, "cuLaunchKernel of \(kernel.name)")
  }

  func launchTogether(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, _ arguments: [DeviceArgument]
  ) throws(DeviceError) {
    let kernel = Self.own(kernel)
    precondition(groups > 0 && groupSize > 0, "\(kernel.name) in \(groups) groups of \(groupSize)")
    try context.makeCurrent()
    let status = Self.withPointers(to: arguments) { pointers in
      context.driver.launchCooperative(
        kernel.function, UInt32(groups), 1, 1, UInt32(groupSize), 1, 1, 0, context.stream, pointers)
    }
    try context.check(status, "cuLaunchCooperativeKernel of \(kernel.name)")
  }

  func groupsAtOnce(_ kernel: any DeviceKernel, groupSize: Int) throws(DeviceError) -> Int {
    guard context.device.hasCooperativeLaunches else { return 0 }
    try context.makeCurrent()
    var blocks: Int32 = 0
    let status = context.driver.blocksOfFunction(&blocks, Self.own(kernel).function, Int32(groupSize), 0)
    try context.check(status, "cuOccupancyMaxActiveBlocksPerMultiprocessor of \(kernel.name)")
    return Int(blocks) * multiprocessors
  }

  /// One graph, or single launches where the driver cannot make one.
  func sequence(_ launches: [DeviceLaunch]) throws(DeviceError) -> any DeviceSequence {
    try context.makeCurrent()
    return CUDAGraph(launches, on: self, in: context) ?? PlainSequence(launches, on: self)
  }

  private static func own(_ kernel: any DeviceKernel) -> CUDAKernel {
    guard let kernel = kernel as? CUDAKernel else { preconditionFailure("a kernel of another runtime") }
    return kernel
  }

  /// Nothing to do: the driver starts everything at once.
  func flush() throws(DeviceError) {}

  func synchronize() throws(DeviceError) {
    try context.makeCurrent()
    try context.synchronize()
  }

  /// The driver reads as many bytes at each pointer as the kernel's parameter has. No memory is allocated: launches
  /// are many.
  private static func withPointers(
    to arguments: [DeviceArgument], _ body: (UnsafeMutablePointer<CUDADriver.Handle?>?) -> CUDADriver.Status
  ) -> CUDADriver.Status {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: arguments.count) { words in
      withUnsafeTemporaryAllocation(of: CUDADriver.Handle?.self, capacity: arguments.count) { pointers in
        for (index, argument) in arguments.enumerated() {
          words.initializeElement(at: index, to: word(argument).littleEndian)
          pointers.initializeElement(at: index, to: CUDADriver.Handle(words.baseAddress! + index))
        }
        return body(pointers.baseAddress)
      }
    }
  }

  private static func word(_ argument: DeviceArgument) -> UInt64 {
    switch argument {
    case .buffer(let buffer): own(buffer).address
    case .int32(let value): UInt64(UInt32(bitPattern: value))
    case .uint32(let value): UInt64(value)
    case .uint64(let value): value
    case .float(let value): UInt64(value.bitPattern)
    }
  }
}
