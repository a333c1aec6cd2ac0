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

  /// The file of OpenCL's library.
  package static func openCL() throws(DeviceError) -> String {
    try DynamicLibrary(
      for: "OpenCL", candidates: ["libOpenCL.so.1", "libOpenCL.so"],
      advice: "Install ocl-icd-libopencl1 (Debian and Ubuntu) and the OpenCL driver of your GPU."
    ).name
  }
}
