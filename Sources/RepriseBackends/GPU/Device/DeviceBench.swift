// What `reprise bench` measures on a device.
internal import CReprise
internal import RepriseCore
package import RepriseModel

/// A device to measure.
package struct DeviceBench {
  package enum Kind: Sendable { case openCL, cuda }

  private let kind: Kind
  private let index: Int

  package init(_ kind: Kind, device: Int) { (self.kind, index) = (kind, device) }

  private func runtime() throws(DeviceError) -> any DeviceRuntime {
    switch kind {
    case .openCL: try OpenCLRuntime(device: index)
    case .cuda: try CUDARuntime(device: index)
    }
  }

  package func device() throws(DeviceError) -> DeviceDescription { try runtime().device }

  package func backend(_ network: Network, threads: Int, learns: Bool = true) throws(DeviceError) -> GPUBackend {
    try GPUBackend(network, runtime(), threads: threads, learns: learns)
  }

  /// A backend whose launches are timed one by one.
  package func profiledBackend(
    _ network: Network, threads: Int
  ) throws(DeviceError) -> (backend: GPUBackend, profile: DeviceProfile) {
    let runtime = ProfilingRuntime(try runtime())
    return (try GPUBackend(network, runtime, threads: threads, learns: true), runtime.profile)
  }

  /// GB/s of a kernel that copies, bytes read plus bytes written, in each of some passes.
  ///
  /// - Parameter byteCount: Of what is copied.
  package func copyBandwidth(byteCount: Int, passes: Int) throws(DeviceError) -> [Double] {
    let runtime = try runtime()
    let bytes = max(1 << 12, min(byteCount, runtime.largestAllocation / 4)) / 16 * 16
    let kernel = try runtime.compile(String(cString: rp_gpu_kernel_text()), defines: [:], kernels: ["rp_gpu_copy"])[0]
    let (source, target) = (try runtime.allocate(byteCount: bytes), try runtime.allocate(byteCount: bytes))
    let items = min(Int(RP_GPU_UPDATE_ITEMS), runtime.largestGroup)
    var found: [Double] = []
    for pass in 0...passes {
      try runtime.synchronize()
      let started = ContinuousClock.now
      try runtime.launch(
        kernel, groups: (bytes / 16 + items - 1) / items, groupSize: items, localBytes: nil,
        [.buffer(source), .uint64(UInt64(bytes / 16)), .buffer(target)])
      try runtime.synchronize()
      // The first pass wakes the device.
      if pass > 0 { found.append(2 * Double(bytes) / started.secondsToNow / 1e9) }
    }
    return found
  }
}
