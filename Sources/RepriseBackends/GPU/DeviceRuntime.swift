// What the GPU backend asks of a device. OpenCL and CUDA each give it; nothing else knows of them.

/// Memory on a device; freed with the last reference.
protocol DeviceBuffer: AnyObject {
  var byteCount: Int { get }
}

/// A compiled kernel.
protocol DeviceKernel: AnyObject {
  var name: String { get }
}

/// An argument of a kernel, in the order of its parameters.
enum DeviceArgument {
  case buffer(any DeviceBuffer)
  case int32(Int32)
  case uint32(UInt32)
  case uint64(UInt64)
  case float(Float)
}

/// One device and one queue, in which all that is asked for happens in order.
protocol DeviceRuntime: AnyObject {
  /// "OpenCL" or "CUDA".
  static var name: String { get }
  var device: DeviceDescription { get }
  /// Memory that is all zeros.
  func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer
  /// Copies and returns when the source may be overwritten.
  func copyIn(_ bytes: UnsafeRawBufferPointer, to buffer: any DeviceBuffer, offset: Int) throws(DeviceError)
  /// Waits for all that was asked for before, and copies.
  func copyOut(_ buffer: any DeviceBuffer, offset: Int, to bytes: UnsafeMutableRawBufferPointer) throws(DeviceError)
  /// Compiles kernel text with some macros defined.
  func compile(_ text: String, defines: [String: String], kernels: [String]) throws(DeviceError) -> [any DeviceKernel]
  /// Starts `groups` groups of `groupSize` work items. `localBytes`: local memory beside what the kernel declares; nil
  /// where it has no parameter for it.
  func launch(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, localBytes: Int?, _ arguments: [DeviceArgument]
  ) throws(DeviceError)
  /// Waits for all that was asked for.
  func synchronize() throws(DeviceError)
}
