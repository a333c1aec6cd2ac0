// A device through OpenCL 1.2.

/// One OpenCL device with a queue in which all happens in order.
public final class OpenCLRuntime: DeviceRuntime {
  static var name: String { "OpenCL" }
  public let device: DeviceDescription
  let largestAllocation: Int
  let localMemory: Int
  let largestGroup: Int
  let hasDoubles: Bool
  private let library: OpenCLLibrary
  private let handle, context, queue: OpenCLHandle

  /// All devices, in the order of their numbers for `--device`.
  ///
  /// - Throws: ``DeviceError`` if there is no OpenCL, or no device.
  public static func devices() throws(DeviceError) -> [DeviceDescription] {
    let library = try OpenCLLibrary.found.get()
    return try library.devices().map { DeviceDescription(library, $0) }
  }

  /// - Parameter index: Number of the device, from 0.
  public init(device index: Int = 0) throws(DeviceError) {
    library = try OpenCLLibrary.found.get()
    let (library, handles) = (library, try library.devices())
    guard handles.indices.contains(index) else {
      throw .noSuchDevice(runtime: Self.name, index: index, available: handles.map { library.text($0, .name) })
    }
    let handle = handles[index]
    self.handle = handle
    device = DeviceDescription(library, handle)
    largestAllocation = library.number(handle, .largestAllocation)
    localMemory = library.number(handle, .localMemory)
    largestGroup = library.number(handle, .largestGroup)
    hasDoubles = library.number(handle, .doublePrecision) != 0
    var one: OpenCLHandle? = handle
    let context = try library.created("clCreateContext") { library.clCreateContext(nil, 1, &one, nil, nil, $0) }
    self.context = context
    do {
      queue = try library.created("clCreateCommandQueue") { library.clCreateCommandQueue(context, handle, 0, $0) }
    } catch {
      _ = library.clReleaseContext(context)
      throw error
    }
  }

  deinit {
    _ = library.clFinish(queue)
    _ = library.clReleaseCommandQueue(queue)
    _ = library.clReleaseContext(context)
  }

  // MARK: Memory

  private final class Buffer: DeviceBuffer {
    let byteCount: Int
    let handle: OpenCLHandle
    private let library: OpenCLLibrary

    init(_ handle: OpenCLHandle, byteCount: Int, _ library: OpenCLLibrary) {
      (self.handle, self.byteCount, self.library) = (handle, byteCount, library)
    }

    deinit { _ = library.clReleaseMemObject(handle) }
  }

  func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
    // There are no empty buffers, and they are filled by words.
    let size = max(1, (byteCount + 3) / 4) * 4
    guard size <= largestAllocation else {
      throw .tooLittleMemory(
        device: device.name, what: "An array in one piece", wanted: size, limit: largestAllocation)
    }
    let (context, library) = (context, library)
    let readWrite: UInt64 = 1
    let handle = try library.created("clCreateBuffer (\(size) bytes)") {
      library.clCreateBuffer(context, readWrite, size, nil, $0)
    }
    let buffer = Buffer(handle, byteCount: byteCount, library)
    var zero: UInt32 = 0
    try library.check(
      library.clEnqueueFillBuffer(queue, handle, &zero, 4, 0, size, 0, nil, nil), "clEnqueueFillBuffer")
    return buffer
  }

  func copyIn(_ bytes: UnsafeRawBufferPointer, to buffer: any DeviceBuffer, offset: Int) throws(DeviceError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    buffer.requireRange(offset: offset, count: bytes.count)
    let isBlocking: UInt32 = 1
    try library.check(
      library.clEnqueueWriteBuffer(queue, own(buffer).handle, isBlocking, offset, bytes.count, start, 0, nil, nil),
      "clEnqueueWriteBuffer")
  }

  func copyOut(_ buffer: any DeviceBuffer, offset: Int, to bytes: UnsafeMutableRawBufferPointer) throws(DeviceError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    buffer.requireRange(offset: offset, count: bytes.count)
    let isBlocking: UInt32 = 1
    try library.check(
      library.clEnqueueReadBuffer(queue, own(buffer).handle, isBlocking, offset, bytes.count, start, 0, nil, nil),
      "clEnqueueReadBuffer")
  }

  private func own(_ buffer: any DeviceBuffer) -> Buffer {
    guard let own = buffer as? Buffer else { preconditionFailure("a buffer of another runtime") }
    return own
  }

  // MARK: Kernels

  private final class Kernel: DeviceKernel {
    let name: String
    let handle: OpenCLHandle
    private let library: OpenCLLibrary

    init(_ name: String, _ handle: OpenCLHandle, _ library: OpenCLLibrary) {
      (self.name, self.handle, self.library) = (name, handle, library)
    }

    deinit { _ = library.clReleaseKernel(handle) }
  }

  func compile(
    _ text: String, defines: [String: String], kernels: [String]
  ) throws(DeviceError) -> [any DeviceKernel] {
    let (context, library) = (context, library)
    let program = try library.created("clCreateProgramWithSource") { status in
      text.withCString { characters in
        var lines: UnsafePointer<CChar>? = characters
        return library.clCreateProgramWithSource(context, 1, &lines, nil, status)
      }
    }
    // Kernels keep what they need of it.
    defer { _ = library.clReleaseProgram(program) }
    let options = ["-cl-std=CL1.2"] + defines.sorted { $0.key < $1.key }.map { "-D\($0.key)=\($0.value)" }
    var one: OpenCLHandle? = handle
    let status = library.clBuildProgram(program, 1, &one, options.joined(separator: " "), nil, nil)
    guard status == 0 else {
      let log = buildLog(program)
      let firstError = log.split(separator: "\n").first { $0.contains("error") }.map { ", \($0)" }
      throw .compilationFailed(
        compiler: "The OpenCL driver of \(device.name)",
        message: "\(OpenCLLibrary.name(of: status))\(firstError ?? "").",
        log: CompilerLog.write(log, "opencl-kernels.log", folder: UserFolder.cache))
    }
    var found: [any DeviceKernel] = []
    for name in kernels {
      let handle = try library.created("clCreateKernel of \(name)") { library.clCreateKernel(program, name, $0) }
      found.append(Kernel(name, handle, library))
    }
    return found
  }

  private func buildLog(_ program: OpenCLHandle) -> String {
    let log: UInt32 = 0x1183
    var size = 0
    guard library.clGetProgramBuildInfo(program, handle, log, 0, nil, &size) == 0, size > 0 else { return "" }
    var characters = [UInt8](repeating: 0, count: size)
    guard library.clGetProgramBuildInfo(program, handle, log, size, &characters, nil) == 0 else { return "" }
    return String(decoding: characters.prefix { $0 != 0 }, as: UTF8.self)
  }

  func launch(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, localBytes: Int?, _ arguments: [DeviceArgument]
  ) throws(DeviceError) {
    guard groups > 0 else { return }
    guard let kernel = kernel as? Kernel else { preconditionFailure("a kernel of another runtime") }
    for (index, argument) in arguments.enumerated() {
      let status = set(argument, of: kernel.handle, at: UInt32(index))
      guard status == 0 else {
        throw .callFailed(
          runtime: Self.name, call: "clSetKernelArg \(index) of \(kernel.name)", status: OpenCLLibrary.name(of: status))
      }
    }
    if let localBytes {
      try library.check(
        library.clSetKernelArg(kernel.handle, UInt32(arguments.count), max(4, localBytes), nil), "clSetKernelArg")
    }
    var (all, each) = (groups * groupSize, groupSize)
    let status = library.clEnqueueNDRangeKernel(queue, kernel.handle, 1, nil, &all, &each, 0, nil, nil)
    guard status == 0 else {
      throw .callFailed(
        runtime: Self.name, call: "clEnqueueNDRangeKernel of \(kernel.name)", status: OpenCLLibrary.name(of: status))
    }
  }

  private func set(_ argument: DeviceArgument, of kernel: OpenCLHandle, at index: UInt32) -> Int32 {
    switch argument {
    case .buffer(let buffer):
      var handle: OpenCLHandle? = own(buffer).handle
      return library.clSetKernelArg(kernel, index, MemoryLayout<OpenCLHandle?>.size, &handle)
    case .int32(var value): return library.clSetKernelArg(kernel, index, 4, &value)
    case .uint32(var value): return library.clSetKernelArg(kernel, index, 4, &value)
    case .uint64(var value): return library.clSetKernelArg(kernel, index, 8, &value)
    case .float(var value): return library.clSetKernelArg(kernel, index, 4, &value)
    }
  }

  func flush() throws(DeviceError) { try library.check(library.clFlush(queue), "clFlush") }

  func synchronize() throws(DeviceError) { try library.check(library.clFinish(queue), "clFinish") }
}

extension DeviceDescription {
  init(_ library: OpenCLLibrary, _ device: OpenCLHandle) {
    self.init(
      name: library.text(device, .name),
      driver: library.text(device, .version) + ", " + library.text(device, .driverVersion),
      memoryBytes: library.number(device, .globalMemory))
  }
}
