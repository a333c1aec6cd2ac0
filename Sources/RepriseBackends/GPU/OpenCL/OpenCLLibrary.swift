// The functions of OpenCL that Reprise calls, found when the program runs: no header, nothing to link.

typealias OpenCLHandle = UnsafeMutableRawPointer

/// The OpenCL library of the system. Types and numbers are those of cl.h, version 1.2.
final class OpenCLLibrary: @unchecked Sendable {
  typealias Status = UnsafeMutablePointer<Int32>
  typealias Query =
    @convention(c) (OpenCLHandle?, UInt32, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Int32
  typealias Release = @convention(c) (OpenCLHandle) -> Int32

  static let found = Result<OpenCLLibrary, DeviceError> { () throws(DeviceError) in try OpenCLLibrary() }
  static let advice = """
    Install the OpenCL driver of your GPU, or, to compute on the processor, PoCL (Debian and Ubuntu: \
    pocl-opencl-icd), or use --backend cpu.
    """

  let clGetPlatformIDs:
    @convention(c) (UInt32, UnsafeMutablePointer<OpenCLHandle?>?, UnsafeMutablePointer<UInt32>?) -> Int32
  let clGetDeviceIDs:
    @convention(c) (
      OpenCLHandle?, UInt64, UInt32, UnsafeMutablePointer<OpenCLHandle?>?, UnsafeMutablePointer<UInt32>?
    ) -> Int32
  let clGetDeviceInfo: Query
  let clCreateContext:
    @convention(c) (
      UnsafePointer<Int>?, UInt32, UnsafePointer<OpenCLHandle?>, UnsafeRawPointer?, UnsafeRawPointer?, Status
    ) -> OpenCLHandle?
  let clReleaseContext: Release
  let clCreateCommandQueue: @convention(c) (OpenCLHandle, OpenCLHandle, UInt64, Status) -> OpenCLHandle?
  let clReleaseCommandQueue: Release
  let clCreateBuffer: @convention(c) (OpenCLHandle, UInt64, Int, UnsafeMutableRawPointer?, Status) -> OpenCLHandle?
  let clReleaseMemObject: Release
  let clEnqueueFillBuffer:
    @convention(c) (
      OpenCLHandle, OpenCLHandle, UnsafeRawPointer, Int, Int, Int, UInt32, UnsafeRawPointer?, UnsafeRawPointer?
    ) -> Int32
  let clEnqueueWriteBuffer:
    @convention(c) (
      OpenCLHandle, OpenCLHandle, UInt32, Int, Int, UnsafeRawPointer, UInt32, UnsafeRawPointer?, UnsafeRawPointer?
    ) -> Int32
  let clEnqueueReadBuffer:
    @convention(c) (
      OpenCLHandle, OpenCLHandle, UInt32, Int, Int, UnsafeMutableRawPointer, UInt32, UnsafeRawPointer?,
      UnsafeRawPointer?
    ) -> Int32
  let clCreateProgramWithSource:
    @convention(c) (OpenCLHandle, UInt32, UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int>?, Status)
      -> OpenCLHandle?
  let clReleaseProgram: Release
  let clBuildProgram:
    @convention(c) (
      OpenCLHandle, UInt32, UnsafePointer<OpenCLHandle?>, UnsafePointer<CChar>, UnsafeRawPointer?, UnsafeRawPointer?
    ) -> Int32
  let clGetProgramBuildInfo:
    @convention(c) (
      OpenCLHandle, OpenCLHandle, UInt32, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?
    ) -> Int32
  let clCreateKernel: @convention(c) (OpenCLHandle, UnsafePointer<CChar>, Status) -> OpenCLHandle?
  let clReleaseKernel: Release
  let clSetKernelArg: @convention(c) (OpenCLHandle, UInt32, Int, UnsafeRawPointer?) -> Int32
  let clEnqueueNDRangeKernel:
    @convention(c) (
      OpenCLHandle, OpenCLHandle, UInt32, UnsafePointer<Int>?, UnsafePointer<Int>, UnsafePointer<Int>, UInt32,
      UnsafeRawPointer?, UnsafeRawPointer?
    ) -> Int32
  let clFlush: Release
  let clFinish: Release

  private init() throws(DeviceError) {
    let library = try DynamicLibrary(
      for: "OpenCL",
      candidates: ["libOpenCL.so.1", "libOpenCL.so", "/System/Library/Frameworks/OpenCL.framework/OpenCL"],
      advice: Self.advice)
    clGetPlatformIDs = try library.function("clGetPlatformIDs")
    clGetDeviceIDs = try library.function("clGetDeviceIDs")
    clGetDeviceInfo = try library.function("clGetDeviceInfo")
    clCreateContext = try library.function("clCreateContext")
    clReleaseContext = try library.function("clReleaseContext")
    clCreateCommandQueue = try library.function("clCreateCommandQueue")
    clReleaseCommandQueue = try library.function("clReleaseCommandQueue")
    clCreateBuffer = try library.function("clCreateBuffer")
    clReleaseMemObject = try library.function("clReleaseMemObject")
    clEnqueueFillBuffer = try library.function("clEnqueueFillBuffer")
    clEnqueueWriteBuffer = try library.function("clEnqueueWriteBuffer")
    clEnqueueReadBuffer = try library.function("clEnqueueReadBuffer")
    clCreateProgramWithSource = try library.function("clCreateProgramWithSource")
    clReleaseProgram = try library.function("clReleaseProgram")
    clBuildProgram = try library.function("clBuildProgram")
    clGetProgramBuildInfo = try library.function("clGetProgramBuildInfo")
    clCreateKernel = try library.function("clCreateKernel")
    clReleaseKernel = try library.function("clReleaseKernel")
    clSetKernelArg = try library.function("clSetKernelArg")
    clEnqueueNDRangeKernel = try library.function("clEnqueueNDRangeKernel")
    clFlush = try library.function("clFlush")
    clFinish = try library.function("clFinish")
  }

  /// All devices of all platforms: GPUs first, processors last, else in the order of the platforms.
  func devices() throws(DeviceError) -> [OpenCLHandle] {
    var platformCount: UInt32 = 0
    let status = clGetPlatformIDs(0, nil, &platformCount)
    // The loader says -1001 where it knows of no driver.
    guard status == 0, platformCount > 0 else {
      throw .noDevice(
        runtime: "OpenCL", reason: status == 0 || status == -1001 ? "no driver is installed" : Self.name(of: status),
        advice: Self.advice)
    }
    var platforms = [OpenCLHandle?](repeating: nil, count: Int(platformCount))
    try check(clGetPlatformIDs(platformCount, &platforms, nil), "clGetPlatformIDs")
    let devices = platforms.flatMap { platform -> [OpenCLHandle] in
      var count: UInt32 = 0
      let allTypes: UInt64 = 0xFFFF_FFFF
      guard clGetDeviceIDs(platform, allTypes, 0, nil, &count) == 0, count > 0 else { return [] }
      var found = [OpenCLHandle?](repeating: nil, count: Int(count))
      return clGetDeviceIDs(platform, allTypes, count, &found, nil) == 0 ? found.compactMap { $0 } : []
    }
    guard !devices.isEmpty else {
      throw .noDevice(runtime: "OpenCL", reason: "the drivers offer none", advice: Self.advice)
    }
    return [DeviceType.gpu, .other, .processor].flatMap { type in devices.filter { deviceType($0) == type } }
  }

  private enum DeviceType { case gpu, processor, other }

  private func deviceType(_ device: OpenCLHandle) -> DeviceType {
    let bits = number(device, .type)
    return bits & 4 != 0 ? .gpu : bits & 2 != 0 ? .processor : .other
  }

  func check(_ status: Int32, _ call: String) throws(DeviceError) {
    guard status == 0 else { throw .callFailed(runtime: "OpenCL", call: call, status: Self.name(of: status)) }
  }

  /// What a create function returned, or why there is nothing.
  func created(_ call: String, _ create: (Status) -> OpenCLHandle?) throws(DeviceError) -> OpenCLHandle {
    var status: Int32 = 0
    let handle = create(&status)
    try check(status, call)
    guard let handle else { throw .callFailed(runtime: "OpenCL", call: call, status: "nothing") }
    return handle
  }

  // MARK: Properties of a device

  func text(_ device: OpenCLHandle, _ property: DeviceProperty) -> String {
    var size = 0
    guard clGetDeviceInfo(device, property.rawValue, 0, nil, &size) == 0, size > 0 else { return "" }
    var characters = [UInt8](repeating: 0, count: size)
    guard clGetDeviceInfo(device, property.rawValue, size, &characters, nil) == 0 else { return "" }
    return String(decoding: characters.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// A property that is a number of 64 bits, or of the 32 or 64 bits of a size.
  func number(_ device: OpenCLHandle, _ property: DeviceProperty) -> Int {
    var value: UInt64 = 0
    guard clGetDeviceInfo(device, property.rawValue, MemoryLayout<UInt64>.size, &value, nil) == 0 else { return 0 }
    return Int(clamping: value)
  }

  enum DeviceProperty: UInt32 {
    case type = 0x1000
    case largestGroup = 0x1004
    case largestAllocation = 0x1010
    case globalMemory = 0x101F
    case localMemory = 0x1023
    case doublePrecision = 0x1032
    case name = 0x102B
    case driverVersion = 0x102D
    case version = 0x102F
  }

  /// A status by its name in cl.h, where it is one that a user may see.
  static func name(of status: Int32) -> String {
    let name: String? =
      switch status {
      case -1: "CL_DEVICE_NOT_FOUND"
      case -2: "CL_DEVICE_NOT_AVAILABLE"
      case -3: "CL_COMPILER_NOT_AVAILABLE"
      case -4: "CL_MEM_OBJECT_ALLOCATION_FAILURE"
      case -5: "CL_OUT_OF_RESOURCES"
      case -6: "CL_OUT_OF_HOST_MEMORY"
      case -11: "CL_BUILD_PROGRAM_FAILURE"
      case -14: "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"
      case -30: "CL_INVALID_VALUE"
      case -36: "CL_INVALID_COMMAND_QUEUE"
      case -38: "CL_INVALID_MEM_OBJECT"
      case -46: "CL_INVALID_KERNEL_NAME"
      case -49: "CL_INVALID_ARG_INDEX"
      case -51: "CL_INVALID_ARG_SIZE"
      case -52: "CL_INVALID_KERNEL_ARGS"
      case -54: "CL_INVALID_WORK_GROUP_SIZE"
      case -61: "CL_INVALID_BUFFER_SIZE"
      default: nil
      }
    return name.map { "\($0) (\(status))" } ?? "status \(status)"
  }
}
