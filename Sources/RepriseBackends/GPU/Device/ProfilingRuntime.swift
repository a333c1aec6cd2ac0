// Times of a device, kernel by kernel.
internal import RepriseCore

/// What the launches of a device took, by the kernel's name; steps that are started together count as `rp_gpu_step`.
package final class DeviceProfile {
  package private(set) var seconds: [String: Double] = [:]
  package private(set) var launches: [String: Int] = [:]
  /// Bytes of all arrays so far, also of those that are no longer there.
  package fileprivate(set) var allocatedBytes = 0

  /// Forgets what was timed.
  package func reset() { (seconds, launches) = ([:], [:]) }

  fileprivate func note(_ name: String, _ time: Double) {
    seconds[name, default: 0] += time
    launches[name, default: 0] += 1
  }

  /// Seconds of kernels whose names have a part.
  package func seconds(of part: String) -> Double {
    seconds.filter { $0.key.contains(part) }.values.reduce(0, +)
  }
}

/// A device that is waited for after every launch, which is timed: so the whole takes longer than it does otherwise.
final class ProfilingRuntime: DeviceRuntime {
  static var name: String { "profiled" }
  let profile = DeviceProfile()
  private let real: any DeviceRuntime

  init(_ real: any DeviceRuntime) { self.real = real }

  private func timed(_ name: String, _ body: () throws(DeviceError) -> Void) throws(DeviceError) {
    try real.synchronize()
    let started = ContinuousClock.now
    try body()
    try real.synchronize()
    profile.note(name, started.secondsToNow)
  }

  private final class Sequence: DeviceSequence {
    private let real: any DeviceSequence
    private let name: String
    private let runtime: ProfilingRuntime

    init(_ real: any DeviceSequence, _ name: String, _ runtime: ProfilingRuntime) {
      (self.real, self.name, self.runtime) = (real, name, runtime)
    }

    func run() throws(DeviceError) {
      try runtime.timed(name) { () throws(DeviceError) in try real.run() }
    }
  }

  func sequence(_ launches: [DeviceLaunch]) throws(DeviceError) -> any DeviceSequence {
    Sequence(try real.sequence(launches), "rp_gpu_step", self)
  }

  func launch(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, localBytes: Int?, _ arguments: [DeviceArgument]
  ) throws(DeviceError) {
    try timed(kernel.name) { () throws(DeviceError) in
      try real.launch(kernel, groups: groups, groupSize: groupSize, localBytes: localBytes, arguments)
    }
  }

  func launchTogether(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, _ arguments: [DeviceArgument]
  ) throws(DeviceError) {
    try timed("rp_gpu_step") { () throws(DeviceError) in
      try real.launchTogether(kernel, groups: groups, groupSize: groupSize, arguments)
    }
  }

  func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
    profile.allocatedBytes += byteCount
    return try real.allocate(byteCount: byteCount)
  }

  // MARK: As it is

  var device: DeviceDescription { real.device }
  var largestAllocation: Int { real.largestAllocation }
  var localMemory: Int { real.localMemory }
  var largestGroup: Int { real.largestGroup }
  var hasDoubles: Bool { real.hasDoubles }
  var multiprocessors: Int { real.multiprocessors }

  func groupsAtOnce(_ kernel: any DeviceKernel, groupSize: Int) throws(DeviceError) -> Int {
    try real.groupsAtOnce(kernel, groupSize: groupSize)
  }

  func copyIn(_ bytes: UnsafeRawBufferPointer, to buffer: any DeviceBuffer, offset: Int) throws(DeviceError) {
    try real.copyIn(bytes, to: buffer, offset: offset)
  }

  func copyOut(_ buffer: any DeviceBuffer, offset: Int, to bytes: UnsafeMutableRawBufferPointer) throws(DeviceError) {
    try real.copyOut(buffer, offset: offset, to: bytes)
  }

  func compile(
    _ text: String, defines: [String: String], kernels: [String]
  ) throws(DeviceError) -> [any DeviceKernel] {
    try real.compile(text, defines: defines, kernels: kernels)
  }

  func flush() throws(DeviceError) { try real.flush() }

  func synchronize() throws(DeviceError) { try real.synchronize() }
}
