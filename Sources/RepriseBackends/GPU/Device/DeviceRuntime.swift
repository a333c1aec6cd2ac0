// What the GPU backend asks of a device. OpenCL and CUDA each give it; nothing else knows of them.

/// What `reprise doctor` says of a device, and what a plan needs to know of it.
public struct DeviceDescription: Sendable, Equatable, Codable {
  public let name: String
  public let driver: String
  public let memoryBytes: Int

  public init(name: String, driver: String, memoryBytes: Int) {
    self.name = name
    self.driver = driver
    self.memoryBytes = memoryBytes
  }
}

/// Memory on a device; freed with the last reference.
protocol DeviceBuffer: AnyObject {
  var byteCount: Int { get }
}

extension DeviceBuffer {
  func requireRange(offset: Int, count: Int) {
    precondition(
      offset >= 0 && offset + count <= byteCount, "bytes \(offset) to \(offset + count) of a buffer of \(byteCount)")
  }
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
  /// The largest buffer, bytes.
  var largestAllocation: Int { get }
  /// Local memory of a group, bytes.
  var localMemory: Int { get }
  /// The most work items that a group may have.
  var largestGroup: Int { get }
  /// True if kernels may compute in double precision.
  var hasDoubles: Bool { get }
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
  /// Starts groups that wait for one another; at most as many as ``groupsAtOnce(_:groupSize:)``.
  func launchTogether(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, _ arguments: [DeviceArgument]
  ) throws(DeviceError)
  /// How many groups of a kernel certainly run at the same time; 0 where none may wait for others.
  func groupsAtOnce(_ kernel: any DeviceKernel, groupSize: Int) throws(DeviceError) -> Int
  /// Parts of the device that each run groups of their own.
  var multiprocessors: Int { get }
  /// Prepares launches that are to happen again and again, in this order.
  func sequence(_ launches: [DeviceLaunch]) throws(DeviceError) -> any DeviceSequence
  /// Starts what was asked for, without waiting.
  func flush() throws(DeviceError)
  /// Waits for all that was asked for.
  func synchronize() throws(DeviceError)
}

extension DeviceRuntime {
  /// A buffer with a copy of some values.
  func buffer<T: BitwiseCopyable>(_ values: [T]) throws(DeviceError) -> any DeviceBuffer {
    let buffer = try allocate(byteCount: values.count * MemoryLayout<T>.stride)
    try write(values, to: buffer)
    return buffer
  }

  /// - Parameter first: Element of the buffer that the first value replaces.
  func write<T: BitwiseCopyable>(_ values: [T], to buffer: any DeviceBuffer, from first: Int = 0) throws(DeviceError) {
    var failure: DeviceError?
    values.withUnsafeBytes { bytes in
      do throws(DeviceError) {
        try copyIn(bytes, to: buffer, offset: first * MemoryLayout<T>.stride)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }

  func read<T: BitwiseCopyable>(
    _ buffer: any DeviceBuffer, from first: Int = 0, count: Int, zero: T
  ) throws(DeviceError) -> [T] {
    var values = [T](repeating: zero, count: count)
    var failure: DeviceError?
    values.withUnsafeMutableBytes { bytes in
      do throws(DeviceError) {
        try copyOut(buffer, offset: first * MemoryLayout<T>.stride, to: bytes)
      } catch { failure = error }
    }
    if let failure { throw failure }
    return values
  }
}
