// A device that fails when it is told to.
@testable import RepriseBackends

/// An OpenCL device of which every call fails from some launch on.
final class FailingRuntime: DeviceRuntime {
  static var name: String { "OpenCL" }
  /// Launches that still succeed.
  var launchesLeft = Int.max
  private let real: OpenCLRuntime

  init() throws { real = try OpenCLRuntime() }

  static let failure = DeviceError.callFailed(runtime: "OpenCL", call: "clFinish", status: "CL_OUT_OF_RESOURCES (-5)")

  private func succeed() throws(DeviceError) {
    if launchesLeft <= 0 { throw Self.failure }
  }

  var device: DeviceDescription { real.device }
  var largestAllocation: Int { real.largestAllocation }
  var localMemory: Int { real.localMemory }
  var largestGroup: Int { real.largestGroup }
  var hasDoubles: Bool { real.hasDoubles }

  func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
    try succeed()
    return try real.allocate(byteCount: byteCount)
  }

  func copyIn(_ bytes: UnsafeRawBufferPointer, to buffer: any DeviceBuffer, offset: Int) throws(DeviceError) {
    try succeed()
    try real.copyIn(bytes, to: buffer, offset: offset)
  }

  func copyOut(_ buffer: any DeviceBuffer, offset: Int, to bytes: UnsafeMutableRawBufferPointer) throws(DeviceError) {
    try succeed()
    try real.copyOut(buffer, offset: offset, to: bytes)
  }

  func compile(
    _ text: String, defines: [String: String], kernels: [String]
  ) throws(DeviceError) -> [any DeviceKernel] {
    try real.compile(text, defines: defines, kernels: kernels)
  }

  func launch(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, localBytes: Int?, _ arguments: [DeviceArgument]
  ) throws(DeviceError) {
    launchesLeft -= 1
    try succeed()
    try real.launch(kernel, groups: groups, groupSize: groupSize, localBytes: localBytes, arguments)
  }

  func flush() throws(DeviceError) {
    try succeed()
    try real.flush()
  }

  func synchronize() throws(DeviceError) {
    try succeed()
    try real.synchronize()
  }
}
