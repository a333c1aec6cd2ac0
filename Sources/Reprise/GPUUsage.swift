// What the first NVIDIA GPU does, as its driver says. The driver's library is looked for while the program runs, so
// that the program runs without one.
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The first GPU that the driver lists. The numbers are of the whole GPU, whoever uses it.
struct GPUUsage {
  // Signatures and structures of nvml.h; a return value of 0 is success.
  private typealias Initialize = @convention(c) () -> Int32
  private typealias FindDevice = @convention(c) (UInt32, UnsafeMutablePointer<OpaquePointer?>) -> Int32
  private typealias ReadNumber = @convention(c) (OpaquePointer, UnsafeMutablePointer<UInt32>) -> Int32
  private typealias ReadRaw = @convention(c) (OpaquePointer, UnsafeMutableRawPointer) -> Int32

  private let device: OpaquePointer
  private let readUtilization: ReadRaw?
  private let readMemory: ReadRaw?
  private let readPower: ReadNumber?

  /// Nil without a GPU or its driver.
  init?() {
    guard let library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL) else { return nil }
    func function<Signature>(_ name: String, _ type: Signature.Type) -> Signature? {
      dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }
    guard let initialize = function("nvmlInit_v2", Initialize.self),
      let findDevice = function("nvmlDeviceGetHandleByIndex_v2", FindDevice.self), initialize() == 0
    else { return nil }
    var device: OpaquePointer?
    guard findDevice(0, &device) == 0, let device else { return nil }
    self.device = device
    readUtilization = function("nvmlDeviceGetUtilizationRates", ReadRaw.self)
    readMemory = function("nvmlDeviceGetMemoryInfo", ReadRaw.self)
    readPower = function("nvmlDeviceGetPowerUsage", ReadNumber.self)
  }

  /// Part of the time in which it computed; nil where the driver does not say.
  var percent: Double? {
    // nvmlUtilization_t: GPU and memory, in percent.
    var utilization: (UInt32, UInt32) = (0, 0)
    guard let readUtilization, readUtilization(device, &utilization) == 0 else { return nil }
    return Double(utilization.0)
  }

  /// Memory in use, MiB.
  var memoryMiB: Double? {
    // nvmlMemory_t: total, free and used, in bytes.
    var memory: (UInt64, UInt64, UInt64) = (0, 0, 0)
    guard let readMemory, readMemory(device, &memory) == 0 else { return nil }
    return Double(memory.2) / (1024 * 1024)
  }

  /// W.
  var power: Double? {
    var milliwatts: UInt32 = 0
    guard let readPower, readPower(device, &milliwatts) == 0 else { return nil }
    return Double(milliwatts) / 1000
  }
}
