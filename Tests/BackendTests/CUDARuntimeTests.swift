// The host's side of CUDA against a stand-in for the driver: memory, launches, and what it says when things fail.
import RepriseTestSupport
import Testing

@testable import RepriseBackends

@Suite struct CUDARuntimeTests {
  /// Two kernels, with the sizes of their parameters.
  private static let text = """
    // kernel mix 8 4 4 8 4
    // kernel none

    """

  private func runtime(_ standIn: CUDAStandIn, device: Int = 0) throws -> CUDARuntime {
    let path = standIn.path
    let cubins = CubinStore(readyFolder: nil, cacheFolder: nil) { _, _ throws(DeviceError) in try NVRTC(path: path) }
    return try CUDARuntime(device: device, driver: CUDADriver(path: path), cubins: cubins)
  }

  private func read(_ buffer: any DeviceBuffer, _ runtime: CUDARuntime, offset: Int = 0) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xFF, count: buffer.byteCount - offset)
    try bytes.withUnsafeMutableBytes { try runtime.copyOut(buffer, offset: offset, to: $0) }
    return bytes
  }

  private func write(_ bytes: [UInt8], to buffer: any DeviceBuffer, _ runtime: CUDARuntime, offset: Int = 0) throws {
    try bytes.withUnsafeBytes { try runtime.copyIn($0, to: buffer, offset: offset) }
  }

  // MARK: What works

  @Test func listsDevices() throws {
    let devices = try CUDADriver(path: CUDAStandIn("sm=103").path).devices()
    #expect(devices.map(\.description.name) == ["Stand-in 0", "Stand-in 1"])
    #expect(devices.map(\.description.driver) == ["CUDA 12.4", "CUDA 12.4"])
    #expect(devices.map(\.description.memoryBytes) == [1 << 30, 1 << 30])
    let standIn = try CUDAStandIn("sm=103")
    #expect(try CUDADriver(path: standIn.path).devices()[0].capability == CUDACapability(10, 3))
    let second = try runtime(standIn, device: 1)
    #expect(second.device.name == "Stand-in 1")
    #expect((second.largestAllocation, second.localMemory, second.largestGroup) == (1 << 30, 227 * 1024, 1024))
    try second.flush()
  }

  @Test func memoryStartsAsZerosAndKeepsCopies() throws {
    let runtime = try runtime(CUDAStandIn())
    let buffer = try runtime.allocate(byteCount: 1000)
    #expect(try read(buffer, runtime) == [UInt8](repeating: 0, count: 1000))
    try write([1, 2, 3], to: buffer, runtime, offset: 10)
    try write([9], to: buffer, runtime, offset: 999)
    let bytes = try read(buffer, runtime)
    #expect(bytes[9...13] == [0, 1, 2, 3, 0])
    #expect(try read(buffer, runtime, offset: 998) == [0, 9])
  }

  @Test func nothingIsAllocatedAndCopied() throws {
    let runtime = try runtime(CUDAStandIn())
    let buffer = try runtime.allocate(byteCount: 0)
    #expect(buffer.byteCount == 0)
    try write([], to: buffer, runtime)
    #expect(try read(buffer, runtime) == [])
  }

  @Test func everythingIsFreedWithTheLastReference() throws {
    let standIn = try CUDAStandIn()
    do {
      let runtime = try runtime(standIn)
      let buffers = [try runtime.allocate(byteCount: 100), try runtime.allocate(byteCount: 50)]
      let kernels = try runtime.compile(Self.text, defines: [:], kernels: ["none"])
      withExtendedLifetime((buffers, kernels)) {
        #expect(standIn.usedBytes == 150)
        #expect(standIn.objectCount == 2)
      }
    }
    #expect(standIn.usedBytes == 0)
    #expect(standIn.objectCount == 0)
  }

  @Test func buffersOutliveTheRuntime() throws {
    let standIn = try CUDAStandIn()
    var buffer: (any DeviceBuffer)? = try runtime(standIn).allocate(byteCount: 10)
    #expect(buffer?.byteCount == 10)
    #expect(standIn.usedBytes == 10)
    buffer = nil
    #expect(standIn.usedBytes == 0)
    #expect(standIn.objectCount == 0)
  }

  @Test func launchesPassArguments() throws {
    let standIn = try CUDAStandIn()
    let runtime = try runtime(standIn)
    let buffer = try runtime.allocate(byteCount: 8)
    let kernels = try runtime.compile(Self.text, defines: ["N": "5"], kernels: ["mix", "none"])
    #expect(kernels.map(\.name) == ["mix", "none"])
    try runtime.launch(
      kernels[0], groups: 3, groupSize: 64, localBytes: nil,
      [.buffer(buffer), .int32(-2), .uint32(7), .uint64(1 << 40), .float(1.5)])
    try runtime.launch(kernels[1], groups: 1, groupSize: 1024, localBytes: 1000, [])
    try runtime.synchronize()
    let address = try #require(buffer as? CUDABuffer).address
    let digits = String(address, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    #expect(
      standIn.record.filter { !$0.hasPrefix("compile") } == [
        "launch mix 3 64 0 \(padded) fffffffe 00000007 0000010000000000 3fc00000",
        "launch none 1 1024 1000",
      ])
  }

  @Test func muchLocalMemoryIsAskedForOnce() throws {
    let standIn = try CUDAStandIn()
    let runtime = try runtime(standIn)
    let kernel = try runtime.compile(Self.text, defines: [:], kernels: ["none"])[0]
    for bytes in [48 * 1024, 100_000, 90_000, 120_000] {
      try runtime.launch(kernel, groups: 1, groupSize: 32, localBytes: bytes, [])
    }
    #expect(standIn.record.filter { $0.hasPrefix("attribute") } == ["attribute none 100000", "attribute none 120000"])
    #expect(throws: DeviceError.self) {
      try runtime.launch(kernel, groups: 1, groupSize: 32, localBytes: 300_000, [])
    }
  }

  @Test func anyThreadMayCall() throws {
    let standIn = try CUDAStandIn()
    let runtime = try runtime(standIn)
    let kernel = try runtime.compile(Self.text, defines: [:], kernels: ["none"])[0]
    var buffer: (any DeviceBuffer)? = try runtime.allocate(byteCount: 4)
    // As if each call came from a thread that has never called before.
    standIn.set("forget")
    try write([1, 2, 3, 4], to: #require(buffer), runtime)
    standIn.set("forget")
    #expect(try read(#require(buffer), runtime) == [1, 2, 3, 4])
    standIn.set("forget")
    try runtime.launch(kernel, groups: 1, groupSize: 1, localBytes: nil, [])
    standIn.set("forget")
    try runtime.synchronize()
    standIn.set("forget")
    buffer = nil
    #expect(standIn.usedBytes == 0)
  }

  // MARK: What fails

  private func failure(_ body: () throws -> Void) throws -> DeviceError {
    try #require(throws: DeviceError.self) { try body() }
  }

  @Test func missingDriver() throws {
    let error = try failure { _ = try CUDADriver(path: "/nowhere/libcuda.so.1") }
    guard case .missingLibrary = error else { throw error }
    #expect(error.description.contains("/nowhere/libcuda.so.1"))
    #expect(error.description.contains("Install NVIDIA's driver"))
  }

  @Test func anotherLibraryOfThatName() throws {
    let error = try failure { _ = try CUDADriver(path: "libm.so.6") }
    #expect(error == .missingFunction(library: "libm.so.6", name: "cuGetErrorName"))
  }

  @Test func oldDriver() throws {
    let error = try failure { _ = try CUDADriver(path: CUDAStandIn("driver=11080").path) }
    #expect(
      error.description
        == "CUDA: the driver is for CUDA 11.8, but 12.0 or later is needed. Install a newer driver of NVIDIA.")
  }

  @Test func noDevice() throws {
    let error = try failure { _ = try CUDADriver(path: CUDAStandIn("nodevice").path) }
    #expect(error.description.contains("no device was found (CUDA_ERROR_NO_DEVICE)"))
    let standIn = try CUDAStandIn("count=0")
    #expect(try failure { _ = try runtime(standIn) }.description.contains("the driver lists none"))
  }

  @Test func noSuchDevice() throws {
    let standIn = try CUDAStandIn()
    let error = try failure { _ = try runtime(standIn, device: 2) }
    #expect(error == .noSuchDevice(runtime: "CUDA", index: 2, available: ["Stand-in 0", "Stand-in 1"]))
  }

  @Test func tooLittleMemory() throws {
    let standIn = try CUDAStandIn("allocation=2")
    let runtime = try runtime(standIn)
    let first = try runtime.allocate(byteCount: 1 << 20)
    let error = try failure { _ = try runtime.allocate(byteCount: 2_000_000) }
    let free = 1 << 30 - 1 << 20
    #expect(
      error == .outOfMemory(runtime: "CUDA", device: "Stand-in 0", requestedBytes: 2_000_000, freeBytes: free))
    for phrase in ["2.0 MB", "1.1 GB", "learning.precision=float16", "plastic.pool", "learning.memory=history"] {
      #expect(error.description.contains(phrase), "\(error)")
    }
    // What was there before stays usable, and smaller pieces can be had.
    try write([5], to: first, runtime)
    #expect(try read(first, runtime)[0] == 5)
    #expect(try failure { _ = try runtime.allocate(byteCount: 2 << 30) } != error)
    _ = try runtime.allocate(byteCount: 100)
  }

  @Test func noMemoryForAContext() throws {
    let standIn = try CUDAStandIn("context=1")
    let error = try failure { _ = try runtime(standIn) }
    #expect(error == .outOfMemory(runtime: "CUDA", device: "Stand-in 0", requestedBytes: nil, freeBytes: nil))
    #expect(error.description.contains("its memory is full"))
  }

  @Test(arguments: ["launch=2", "synchronize=1"]) func lostDevice(_ settings: String) throws {
    let standIn = try CUDAStandIn()
    do {
      let runtime = try runtime(standIn)
      let buffer = try runtime.allocate(byteCount: 16)
      let kernel = try runtime.compile(Self.text, defines: [:], kernels: ["none"])[0]
      standIn.set(settings)
      try runtime.launch(kernel, groups: 1, groupSize: 1, localBytes: nil, [])
      let error = try failure {
        try runtime.launch(kernel, groups: 1, groupSize: 1, localBytes: nil, [])
        try runtime.synchronize()
      }
      guard case .deviceLost = error else { throw error }
      for phrase in ["Stand-in 0", "CUDA_ERROR_LAUNCH_FAILED (unspecified launch failure)"] {
        #expect(error.description.contains(phrase), "\(error)")
      }
      for call in [
        { _ = try runtime.allocate(byteCount: 1) }, { _ = try self.read(buffer, runtime) },
        { try self.write([1], to: buffer, runtime) }, { try runtime.synchronize() },
      ] as [() throws -> Void] {
        guard case .deviceLost = try failure(call) else { throw error }
      }
    }
    #expect(standIn.objectCount <= 1)
  }

  @Test func missingKernel() throws {
    let runtime = try runtime(CUDAStandIn())
    let error = try failure { _ = try runtime.compile(Self.text, defines: [:], kernels: ["mix", "mixed"]) }
    #expect(error.description == "CUDA: cuModuleGetFunction of mixed failed with CUDA_ERROR_NOT_FOUND.")
  }
}
