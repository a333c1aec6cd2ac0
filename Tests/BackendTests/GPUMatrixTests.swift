// P on a device in each of its forms and precisions.
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseBackends

/// A form of P in one precision.
struct GPUMatrixKind: CustomStringConvertible, Sendable {
  let form: LearningParameters.Form
  let precision: LearningParameters.Precision
  var description: String { "\(form.rawValue), \(precision.rawValue)" }

  static let all: [GPUMatrixKind] =
    [LearningParameters.Precision.float16, .float32, .float64].map { GPUMatrixKind(form: .dense, precision: $0) }
    + [LearningParameters.Precision.float16, .float32].map { GPUMatrixKind(form: .events, precision: $0) }

  /// Nil where the network does not allow this form.
  func network(_ parameters: Parameters) throws -> Network? {
    var parameters = parameters
    (parameters.learning.form, parameters.learning.precision) = (form, precision)
    if form == .events, !parameters.allowsEvents { return nil }
    return try makeNetwork(parameters)
  }

  /// How far weights and P may be from double precision.
  var tolerance: (weights: Double, correlation: Double) {
    switch precision {
    // Weights are float32 in any case.
    case .float64: (1e-5, 1e-6)
    case .float32: (1e-5, 1e-5)
    case .float16: (2e-3, 1e-3)
    }
  }
}

@Suite(.fewAtATime, .enabled(if: hasOpenCL, "there is no OpenCL device")) struct GPUMatrixTests {
  @Test(arguments: GPUMatrixKind.all) func formsAreThoseAskedFor(_ kind: GPUMatrixKind) throws {
    let network = try #require(try kind.network(smallParameters()))
    let form = GPUMatrixForm(network.parameters, groupCount: 100, deviceMemory: 1 << 30)
    #expect(form == (kind.form == .events ? .events(kind.precision) : .tiles(kind.precision)))
  }

  /// P in full only where there is room for it.
  @Test func memoryDecidesTheForm() {
    var parameters = smallParameters()
    parameters.plastic.inputsPerClass = 32
    let bytes = 100 * GPUMatrixForm.events(.float32).bytesPerGroup(64)
    #expect(GPUMatrixForm(parameters, groupCount: 100, deviceMemory: 2 * bytes) == .events(.float32))
    #expect(GPUMatrixForm(parameters, groupCount: 100, deviceMemory: bytes) == .tiles(.float32))
    parameters.plastic.inputsPerClass = 8
    #expect(GPUMatrixForm(parameters, groupCount: 100, deviceMemory: 2 * bytes) == .tiles(.float32))
  }

  private static let variants = [
    "static and plastic", "feed-forward neurons", "a plastic time constant for each neuron",
    "three tasks in random order, noise", "an update in every step", "small penalty", "prior gain", "pools of 8",
    "frozen weights", "only inhibitory neurons, feed-forward input alone learns",
  ]

  @Test(arguments: GPUMatrixKind.all, variants)
  func learningFollowsDoublePrecision(_ kind: GPUMatrixKind, name: String) throws {
    guard let network = try kind.network(NetworkVariant.named(name).parameters) else { return }
    let reference = ReferenceBackend(network: network)
    let gpu = try GPUBackend.openCL(network)
    // The second trial finds P as the first has left it.
    for _ in 0..<2 {
      let wanted = GPULearned(reference)
      expectClose(GPULearned(gpu, imposed: wanted.spikes), wanted, kind, name)
    }
    try gpu.requireNoFailure()
  }

  @Test(arguments: GPUMatrixKind.all, GPUTests.sizes)
  func oddSizes(_ kind: GPUMatrixKind, _ variant: NetworkVariant) throws {
    guard let network = try kind.network(variant.parameters) else { return }
    let gpu = try GPUBackend.openCL(network)
    let wanted = GPULearned(ReferenceBackend(network: network))
    expectClose(GPULearned(gpu, imposed: wanted.spikes), wanted, kind, "\(variant)")
    try gpu.requireNoFailure()
  }

  private func expectClose(_ found: GPULearned, _ wanted: GPULearned, _ kind: GPUMatrixKind, _ name: String) {
    let weights = relativeDistance(found.weights, from: wanted.weights)
    let correlation = relativeDistance(found.correlation, from: wanted.correlation)
    print("\(name), OpenCL, \(kind): weights \(weights), P \(correlation)")
    #expect(found.spikes == wanted.spikes)
    #expect(weights < kind.tolerance.weights)
    #expect(correlation < kind.tolerance.correlation)
  }

  @Test(arguments: GPUMatrixKind.all) func resumedTrainingEqualsUninterrupted(_ kind: GPUMatrixKind) throws {
    let parameters = shortened(NetworkVariant.named("feed-forward neurons").parameters)
    let network = try #require(try kind.network(parameters))
    let (gpu, resumed) = (try GPUBackend.openCL(network), try GPUBackend.openCL(network))
    _ = GPUTrace(.training, gpu, learns: true)
    move(gpu, resumed)
    for _ in 0..<2 {
      #expect(GPUTrace(.training, resumed, learns: true) == GPUTrace(.training, gpu, learns: true))
    }
    #expect(bits(resumed) == bits(gpu))
    try gpu.requireNoFailure()
  }

  @Test(arguments: GPUMatrixKind.all) func learningMovesBetweenBackends(_ kind: GPUMatrixKind) throws {
    let parameters = shortened(NetworkVariant.named("pools of 8").parameters)
    let network = try #require(try kind.network(parameters))
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 1), try GPUBackend.openCL(network))
    _ = GPUTrace(.training, cpu, learns: true)
    move(cpu, gpu)
    #expect(bits(gpu) == bits(cpu))
    _ = GPUTrace(.training, gpu, learns: true)
    move(gpu, cpu)
    #expect(bits(gpu) == bits(cpu))
    try gpu.requireNoFailure()
  }

  /// In pieces, as files are read.
  private func move(_ source: any Backend, _ target: any Backend) {
    for neurons in source.unequalPieces { target.writeWeights(source.readWeights(neurons), neurons) }
    let count = source.groups.count
    for groups in [0..<1, 1..<(count / 2), (count / 2)..<count] {
      target.writeCorrelation(source.readCorrelation(groups), groups)
    }
  }

  private func bits(_ backend: any Backend) -> [UInt64] {
    let state = backend.readLearning(neurons: 0..<backend.network.learners.count, includingCorrelation: true)
    return (state.weights + state.inverseCorrelation!).map(\.bitPattern)
  }

  /// Sums of many small changes keep their mean, though each is less than what float16 tells apart. On the processor
  /// the error is 2e-3 to 4e-3; plain rounding would give some tenths.
  @Test(
    .enabled(if: isOptimized, "too slow without optimisation"),
    arguments: [
      LearningParameters.Form.dense, .events,
    ]) func halvesStayAccurate(form: LearningParameters.Form) throws
  {
    var parameters = NetworkVariant.named("an update in every step").parameters
    parameters.network.neuronCount = 40
    parameters.network.excitatoryCount = 20
    parameters.staticSynapses.inDegree = 6
    parameters.learning.lambda = 0.04
    let network = try #require(try GPUMatrixKind(form: form, precision: .float16).network(parameters))
    let (reference, gpu) = (ReferenceBackend(network: network), try GPUBackend.openCL(network))
    for _ in 0..<4 {
      let wanted = GPULearned(reference)
      let found = GPULearned(gpu, imposed: wanted.spikes)
      let distance = relativeDistance(found.correlation, from: wanted.correlation)
      print("P in float16, \(form.rawValue), OpenCL: relative error \(distance)")
      #expect(distance < 5e-3)
    }
  }
}
