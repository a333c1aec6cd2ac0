// Graphs and groups that wait for one another, on the stand-in for NVIDIA's driver.
import RepriseTestSupport
import Testing

@testable import RepriseBackends

@Suite struct CUDASequenceTests {
  private let text = """
    // kernel add 8 4
    // kernel none
    """

  private func runtime(_ standIn: CUDAStandIn) throws -> CUDARuntime {
    let path = standIn.path
    let cubins = CubinStore(readyFolder: nil, cacheFolder: nil) { _, _ throws(DeviceError) in try NVRTC(path: path) }
    return try CUDARuntime(device: 0, driver: CUDADriver(path: path), cubins: cubins)
  }

  private func launches(_ runtime: CUDARuntime, _ buffer: any DeviceBuffer) throws -> [DeviceLaunch] {
    let kernels = try runtime.compile(text, defines: [:], kernels: ["add", "none"])
    return [
      DeviceLaunch(kernel: kernels[0], groups: 3, groupSize: 64, arguments: [.buffer(buffer), .uint32(5)]),
      DeviceLaunch(kernel: kernels[1], groups: 1, groupSize: 1, arguments: []),
    ]
  }

  private func told(_ standIn: CUDAStandIn) -> [String] { standIn.record.filter { !$0.hasPrefix("compile") } }

  private func lines(_ buffer: any DeviceBuffer, indent: String = "") throws -> [String] {
    let digits = String(try #require(buffer as? CUDABuffer).address, radix: 16)
    let address = String(repeating: "0", count: 16 - digits.count) + digits
    return ["launch add 3 64 0 \(address) 00000005", "launch none 1 1 0"].map { indent + $0 }
  }

  @Test func sequenceIsOneGraph() throws {
    let standIn = try CUDAStandIn()
    let runtime = try runtime(standIn)
    let buffer = try runtime.allocate(byteCount: 8)
    let sequence = try runtime.sequence(launches(runtime, buffer))
    #expect(told(standIn) == [], "what is captured does not run")
    for _ in 0..<2 { try sequence.run() }
    let graph = try ["graph 2"] + lines(buffer, indent: "  ")
    #expect(told(standIn) == graph + graph)
  }

  @Test func graphKeepsWhatItUses() throws {
    let standIn = try CUDAStandIn()
    do {
      var runtime: CUDARuntime? = try runtime(standIn)
      var buffer: (any DeviceBuffer)? = try runtime!.allocate(byteCount: 8)
      let sequence = try runtime!.sequence(launches(runtime!, buffer!))
      (runtime, buffer) = (nil, nil)
      #expect(standIn.usedBytes == 8)
      try sequence.run()
      #expect(told(standIn)[0] == "graph 2")
    }
    #expect(standIn.usedBytes == 0)
    #expect(standIn.objectCount == 0)
  }

  /// Without graphs the same happens by single launches.
  @Test func graphThatCannotBeMadeIsNotNeeded() throws {
    let standIn = try CUDAStandIn()
    let runtime = try runtime(standIn)
    let buffer = try runtime.allocate(byteCount: 8)
    let launches = try launches(runtime, buffer)
    standIn.set("instantiate=1")
    let sequence = try runtime.sequence(launches)
    for _ in 0..<2 { try sequence.run() }
    #expect(told(standIn) == (try lines(buffer) + lines(buffer)))
    #expect(standIn.objectCount == 2, "a context and a module; nothing is left of the graph")
    try runtime.sequence(launches).run()
    #expect(told(standIn).suffix(3) == (try ["graph 2"] + lines(buffer, indent: "  ")))
  }

  @Test func launchThatCannotBeCapturedIsTriedAlone() throws {
    let standIn = try CUDAStandIn()
    let runtime = try runtime(standIn)
    let kernel = try runtime.compile(text, defines: [:], kernels: ["none"])[0]
    // The device has no groups of so many work items.
    let sequence = try runtime.sequence([DeviceLaunch(kernel: kernel, groups: 1, groupSize: 2000, arguments: [])])
    let error = try #require(throws: DeviceError.self) { try sequence.run() }
    #expect(error.description == "CUDA: cuLaunchKernel of none failed with CUDA_ERROR_INVALID_VALUE.")
    _ = try runtime.allocate(byteCount: 1)
    try runtime.synchronize()
  }

  @Test func deviceLostInAGraph() throws {
    let standIn = try CUDAStandIn()
    let runtime = try runtime(standIn)
    let buffer = try runtime.allocate(byteCount: 8)
    let sequence = try runtime.sequence(launches(runtime, buffer))
    standIn.set("graph=2")
    try sequence.run()
    let error = try #require(throws: DeviceError.self) { try sequence.run() }
    #expect(
      error.description == "CUDA: Stand-in 0 failed in cuGraphLaunch of 2 kernels with CUDA_ERROR_LAUNCH_FAILED "
        + "(unspecified launch failure), and what it held is lost.")
    #expect(throws: DeviceError.self) { try runtime.synchronize() }
  }

  @Test func groupsThatWaitForOneAnother() throws {
    let standIn = try CUDAStandIn()
    let runtime = try runtime(standIn)
    let kernel = try runtime.compile(text, defines: [:], kernels: ["none"])[0]
    #expect(runtime.multiprocessors == 4)
    #expect(try runtime.groupsAtOnce(kernel, groupSize: 256) == 8)
    try runtime.launch(DeviceLaunch(kernel: kernel, groups: 8, groupSize: 256, isCooperative: true, arguments: []))
    #expect(told(standIn) == ["together none 8 256 0"])
    let error = try #require(throws: DeviceError.self) {
      try runtime.launchTogether(kernel, groups: 9, groupSize: 256, [])
    }
    #expect(error.description.contains("cuLaunchCooperativeKernel of none"))
    #expect(error.description.contains("CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE"))
    let other = try self.runtime(CUDAStandIn("cooperative=0"))
    #expect(try other.groupsAtOnce(other.compile(text, defines: [:], kernels: ["none"])[0], groupSize: 256) == 0)
  }
}
