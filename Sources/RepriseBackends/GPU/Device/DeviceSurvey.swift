// What of GPUs this machine has, for `reprise doctor`.

package enum DeviceSurvey {
  /// Devices of NVIDIA, in the driver's order.
  package static func cudaDevices() throws(DeviceError) -> [DeviceDescription] { try CUDARuntime.devices() }

  /// NVIDIA's compiler that would be used, as "12.9, libnvrtc.so.12".
  package static func cudaCompiler() throws(DeviceError) -> String {
    let device = try? CUDADriver()
    let capability = try? device?.devices().first?.capability
    let compiler = try NVRTCSearch.compiler(driver: device?.version, device: capability ?? nil)
    return "\(compiler.version), \(compiler.path)"
  }

  /// Devices of OpenCL, in the order of `--device`.
  package static func openCLDevices() throws(DeviceError) -> [DeviceDescription] { try OpenCLRuntime.devices() }
}
