// The plan of a device's memory against what is allocated, on the stand-in for NVIDIA's driver, which counts bytes.
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite struct GPUMemoryTests {
  private static let driver = "driver and kernels"

  private func runtime(_ standIn: CUDAStandIn) throws -> CUDARuntime {
    let path = standIn.path
    let cubins = CubinStore(readyFolder: nil, cacheFolder: nil) { _, _ throws(DeviceError) in try NVRTC(path: path) }
    return try CUDARuntime(device: 0, driver: CUDADriver(path: path), cubins: cubins)
  }

  private func planned(_ parts: [MemoryPart]) -> Int { parts.filter { $0.name != Self.driver }.totalBytes }

  /// Small allocations that no plan names: constants, and buffers of nothing.
  private func expectNear(_ used: Int, _ planned: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(abs(used - planned) <= 500, "\(used) instead of \(planned)", sourceLocation: sourceLocation)
  }

  private static let changes: [@Sendable (inout Parameters) -> Void] = [
    { _ in },
    { $0.learning.form = .dense },
    { $0.learning.precision = .float16 },
    { $0.learning.precision = .float64 },
    { $0.plastic.pool = 4 },
    { $0.learning.memory = .history },
    { $0.feedforward.count = 3 },
    { $0.staticSynapses.storage = .procedural },
    {
      $0.feedforward.count = 3
      $0.feedforward.perTask = true
      $0.targets.taskCount = 2
    },
    { $0.plastic.trained = .drawn(PerClass(excitatory: .fraction(0.5), inhibitory: .count(3))) },
    { $0.plastic.timeConstant = .each((0..<$0.neuronCount).map { 100 + Double($0 % 7) }) },
    { $0.neuron.model = .glif1 },
    { $0.describeCells("adex-in-units-of-threshold", [:]) },
    { p in
      p.describeCells("lif", ["tau_m": .each((0..<p.neuronCount).map { 8 + 0.01 * Double($0) })])
    },
    { p in
      p.neuron.model = .glif5
      p.glif.afterSpikeJumps = [.shared(-0.1), .shared(0.2), .shared(0.1)]
      p.glif.afterSpikeRates = [.shared(0.1), .shared(0.2), .shared(0.3)]
    },
  ]

  @Test(arguments: changes.indices) func trainingTakesWhatIsPlanned(_ index: Int) throws {
    var parameters = smallParameters()
    Self.changes[index](&parameters)
    let network = try makeNetwork(parameters)
    let standIn = try CUDAStandIn()
    let backend = try GPUBackend(network, runtime(standIn), threads: 1, learns: true)
    var request = TrialRequest(.training, index: 1)
    let window = WindowedCurrent(network)
    (request.bins, request.windows) = (window.bins, window.rows)
    _ = Trial.run(request, on: backend, learns: false)
    try backend.requireNoFailure()
    let memory = GPUMemory(parameters, taskCount: network.targets.taskCount, deviceMemory: 1 << 30)
    expectNear(standIn.usedBytes, planned(memory.training))
  }

  @Test func testsTakeWhatIsPlanned() throws {
    let network = try makeNetwork(smallParameters())
    let standIn = try CUDAStandIn()
    let backend = try GPUBackend(network, runtime(standIn), threads: 1, learns: false)
    var request = TrialRequest(.test, index: 1)
    request.bins = WindowedCurrent(network).bins
    request.recordsSpikes = true
    request.tracedNeurons = Array(0..<16)
    backend.beginTrial(request)
    try backend.requireNoFailure()
    expectNear(standIn.usedBytes, planned(GPUMemory(network.parameters, taskCount: 1).testing))
  }

  @Test func untrainedNetworksTakeWhatIsPlanned() throws {
    let parameters = smallParameters()
    let standIn = try CUDAStandIn()
    let network = Network(parameters: parameters, staticConnections: .erdosRenyi(parameters))
    let backend = try GPUBackend(network, runtime(standIn), threads: 1, learns: false)
    var request = TrialRequest(.untrained, index: 0)
    request.bins = SampleBins(.totalCurrent, start: 1, width: 100, count: 1)
    request.tracedNeurons = Array(0..<min(1000, network.neuronCount))
    backend.beginTrial(request)
    try backend.requireNoFailure()
    expectNear(standIn.usedBytes, planned(GPUMemory(parameters, taskCount: 1).initialization))
  }
}
