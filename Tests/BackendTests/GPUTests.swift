// The GPU backend through OpenCL, on whatever device there is: PoCL on the processor where there is no GPU.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

/// All that a trial leaves behind, bit by bit.
struct GPUTrace: Equatable {
  var spikes = SpikeTrain()
  var spikeCounts: [UInt32] = []
  var bins: [UInt32] = []
  var currents: [CurrentTrace] = []
  var weights: [UInt64] = []

  init(
    _ kind: TrialRequest.Kind, _ backend: any Backend, task: Int = 0, learns: Bool = false, imposed: SpikeTrain? = nil
  ) {
    let network = backend.network
    var request = TrialRequest(kind, index: 3, task: task)
    request.recordsSpikes = true
    request.bins = WindowedCurrent(network).bins
    request.tracedNeurons = [3 % network.neuronCount, network.neuronCount - 1, 80 % network.neuronCount]
    request.imposedSpikes = imposed?.byStep(lastStep: network.parameters.clock.lastStep)
    let result = Trial.run(request, on: backend, learns: learns)
    spikes = result.spikes
    spikeCounts = result.spikeCounts
    bins = result.binSums!.values.map(\.bitPattern)
    currents = result.traces
    weights = backend.readWeights(0..<network.learners.count).map(\.bitPattern)
  }
}

/// What learning left behind, in double precision.
struct GPULearned {
  let weights, correlation, start: [Double]
  let spikes: SpikeTrain

  /// One training trial.
  init(_ backend: any Backend, task: Int = 0, imposed: SpikeTrain? = nil) {
    let all = 0..<backend.network.learners.count
    start = backend.readWeights(all)
    spikes = GPUTrace(.training, backend, task: task, learns: true, imposed: imposed).spikes
    weights = backend.readWeights(all)
    correlation = backend.readCorrelation(0..<backend.groups.count).values(size: backend.network.inputCount)
  }
}

@Suite(.fewAtATime, .enabled(if: hasOpenCL, "there is no OpenCL device")) struct GPUTests {
  /// Sizes that are multiples of nothing: neurons, and plastic inputs from one to many.
  static let sizes: [NetworkVariant] = [
    sized("2 neurons, one input", neurons: 2, excitatory: 1, perClass: 0, feedforward: 1),
    sized("65 neurons, 15 feed-forward inputs", neurons: 65, excitatory: 64, perClass: 0, feedforward: 15),
    sized("129 neurons, 2 inputs", neurons: 129, excitatory: 1 + 64, perClass: 1, feedforward: 0),
    sized("70 neurons, 33 inputs", neurons: 70, excitatory: 35, perClass: 16, feedforward: 1),
    sized("151 neurons, 128 inputs", neurons: 151, excitatory: 70, perClass: 60, feedforward: 8),
    sized("311 neurons, 300 inputs", neurons: 311, excitatory: 155, perClass: 150, feedforward: 0),
  ]

  private static func sized(
    _ name: String, neurons: Int, excitatory: Int, perClass: Int, feedforward: Int
  ) -> NetworkVariant {
    var variant = NetworkVariant.named("voltage noise")
    variant.parameters = shortened(variant.parameters)
    variant.parameters.network.neuronCount = neurons
    variant.parameters.network.excitatoryCount = excitatory
    variant.parameters.staticSynapses.inDegree = neurons > 40 ? 10 : 0
    variant.parameters.plastic.inputsPerClass = PerClass(both: perClass)
    variant.parameters.feedforward.count = feedforward
    variant.parameters.feedforward.meanRate = 60
    variant.parameters.feedforward.weight = 0.5
    variant.parameters.noise.sigma = 1
    return NetworkVariant(renaming: variant, to: name)
  }

  // MARK: The forward simulation

  @Test(arguments: NetworkVariant.forward)
  func forwardBitsAreThoseOfTheCPU(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(shortened(variant.parameters))
    let cpu = try CPUBackend(network: network, threads: 1, learns: false)
    let gpu = try GPUBackend.openCL(network, learns: false)
    for kind in [TrialRequest.Kind.untrained, .training, .test] {
      let task = network.targets.taskCount - 1
      let (wanted, found) = (GPUTrace(kind, cpu, task: task), GPUTrace(kind, gpu, task: task))
      try gpu.requireNoFailure()
      #expect(agree(found.spikes, wanted.spikes), "\(kind)")
      #expect(agree(found.spikeCounts, wanted.spikeCounts), "\(kind)")
      #expect(agree(found.bins, wanted.bins), "\(kind)")
      #expect(agree(found.currents, wanted.currents), "\(kind)")
      if kind == .training { #expect(found.spikes.steps.count > 20) }
    }
  }

  @Test(arguments: sizes) func oddSizes(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(variant.parameters)
    let cpu = try CPUBackend(network: network, threads: 1)
    let gpu = try GPUBackend.openCL(network)
    let forward = GPUTrace(.training, gpu)
    #expect(agree(forward, GPUTrace(.training, cpu)))
    try gpu.requireNoFailure()
    let wanted = GPULearned(ReferenceBackend(network: network), imposed: forward.spikes)
    let found = GPULearned(gpu, imposed: forward.spikes)
    try gpu.requireNoFailure()
    expectClose(found, wanted, "\(variant)")
  }

  /// A network before it has plastic connections.
  @Test func untrainedActivityIsThatOfTheCPU() throws {
    let parameters = NetworkVariant.named("feed-forward neurons").parameters
    let wanted = try makeNetwork(parameters)
    let found = try Initializer.makeNetwork(parameters, recorded: nil, threads: 1) { network in
      try GPUBackend.openCL(network, learns: false)
    }
    #expect(found.untrained == wanted.untrained)
    #expect(found.fingerprint == wanted.fingerprint)
  }

  /// Frozen weights move P and nothing else, so all spikes stay the same.
  @Test func frozenTrainingGivesTheBitsOfTheCPU() throws {
    let network = try makeNetwork(NetworkVariant.named("frozen weights").parameters)
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 1), try GPUBackend.openCL(network))
    #expect(agree(GPUTrace(.training, gpu, learns: true), GPUTrace(.training, cpu, learns: true)))
    try gpu.requireNoFailure()
  }

  @Test func imposedSpikesGiveTheBitsOfTheCPU() throws {
    let network = try makeNetwork(shortened(NetworkVariant.named("feed-forward neurons").parameters))
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 1), try GPUBackend.openCL(network))
    let others = GPUTrace(.test, cpu).spikes
    let (wanted, found) = (GPUTrace(.training, cpu, imposed: others), GPUTrace(.training, gpu, imposed: others))
    #expect(agree(found, wanted))
    #expect(agree(found.spikes, others))
    try gpu.requireNoFailure()
  }

  // MARK: Learning

  /// All that the update has to do with: gains, groups, feed-forward neurons, intervals of one step, several tasks.
  static let learning = [
    "static and plastic", "current noise", "feed-forward neurons", "a plastic time constant for each neuron",
    "three tasks in random order, noise", "an update in every step", "an update in every other step of 0.05 ms",
    "small penalty", "prior gain", "pools of 8", "static targets drawn at each spike",
    "updates by events, pools of 3, feed-forward neurons", "frozen weights",
    "only inhibitory neurons, feed-forward input alone learns", "GLIF4, no static connections, voltage noise",
    "GLIF5, a cell for each neuron, feed-forward neurons, three tasks",
    "a third learns, from these alone",
    "40 excitatory neurons learn from excitatory ones, two tasks, feed-forward neurons",
    "20 neurons learn, feed-forward input alone, P in double precision", "feed-forward neurons of each of three tasks",
    "Dale's law, feed-forward neurons, small penalty", "Dale's law, updates by events, two tasks",
  ]

  @Test(arguments: learning) func learningFollowsDoublePrecision(name: String) throws {
    let network = try makeNetwork(NetworkVariant.named(name).parameters)
    let task = network.targets.taskCount - 1
    let wanted = GPULearned(ReferenceBackend(network: network), task: task)
    let gpu = try GPUBackend.openCL(network)
    let found = GPULearned(gpu, task: task, imposed: wanted.spikes)
    try gpu.requireNoFailure()
    #expect(agree(found.spikes, wanted.spikes))
    expectClose(found, wanted, name)
    if network.parameters.learning.isFrozen {
      #expect(found.weights == found.start)
    } else {
      #expect(relativeDistance(found.weights, from: found.start) > 1e-3, "weights have moved")
    }
  }

  private func expectClose(_ found: GPULearned, _ wanted: GPULearned, _ name: String) {
    let weights = relativeDistance(found.weights, from: wanted.weights)
    let correlation = relativeDistance(found.correlation, from: wanted.correlation)
    print("\(name), OpenCL: weights \(weights), P \(correlation)")
    #expect(weights < 1e-5)
    #expect(correlation < 1e-5)
  }

  /// What one backend has learned another goes on with, and hands back.
  @Test(arguments: ["static and plastic", "pools of 8", "feed-forward neurons"])
  func learningMovesBetweenBackends(name: String) throws {
    let network = try makeNetwork(shortened(NetworkVariant.named(name).parameters))
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 1), try GPUBackend.openCL(network))
    let first = GPUTrace(.training, cpu, learns: true).spikes
    move(cpu, gpu)
    #expect(agree(learned(gpu), learned(cpu)))
    let (onCPU, onGPU) = (GPULearned(cpu, imposed: first), GPULearned(gpu, imposed: first))
    expectClose(onGPU, onCPU, name)
    let back = try CPUBackend(network: network, threads: 1)
    move(gpu, back)
    #expect(agree(learned(back), learned(gpu)))
    // In pieces, as files are read, and over what another has learned.
    let other = try GPUBackend.openCL(network)
    _ = GPUTrace(.training, other, learns: true)
    move(gpu, other)
    #expect(agree(GPUTrace(.training, other, learns: true), GPUTrace(.training, gpu, learns: true)))
    #expect(agree(learned(other), learned(gpu)))
    try gpu.requireNoFailure()
  }

  private func learned(_ backend: any Backend) -> [UInt64] {
    let state = backend.readLearning(neurons: 0..<backend.network.learners.count, includingCorrelation: true)
    return (state.weights + state.inverseCorrelation!).map(\.bitPattern)
  }

  private func move(_ source: any Backend, _ target: any Backend) {
    for neurons in source.unequalPieces { target.writeWeights(source.readWeights(neurons), neurons) }
    let count = source.groups.count
    for groups in [0..<1, 1..<(count / 2), (count / 2)..<count] {
      target.writeCorrelation(source.readCorrelation(groups), groups)
    }
  }

  // MARK: Ways to do the same

  /// Learning included: sums over inputs have one order, whatever is fetched when, and wherever P lies.
  @Test func piecesMakeNoDifference() throws {
    let network = try makeNetwork(shortened(NetworkVariant.named("feed-forward neurons").parameters))
    let whole = try GPUBackend.openCL(network)
    var limits = GPULimits()
    limits.steps = 7
    limits.bytesOfSums = 1
    limits.bytesOfMatrices = 3 * 4 * network.inputCount * network.inputCount
    let pieces = try GPUBackend(
      network, OpenCLRuntime(), threads: 1, learns: true, settings: GPUSettings(limits: limits))
    for _ in 0..<2 {
      #expect(agree(GPUTrace(.training, pieces, learns: true), GPUTrace(.training, whole, learns: true)))
    }
    #expect(agree(learned(pieces), learned(whole)))
    try pieces.requireNoFailure()
  }

  /// Sums of 64 bits by two sums of 32.
  @Test func emulatedAtomicsGiveTheSameBits() throws {
    let network = try makeNetwork(shortened(NetworkVariant.named("feed-forward neurons").parameters))
    let native = try GPUBackend.openCL(network)
    let emulated = try GPUBackend(
      network, OpenCLRuntime(), threads: 1, learns: true,
      settings: GPUSettings(defines: ["RP_EMULATED_ATOMICS": "1"]))
    #expect(agree(GPUTrace(.training, emulated, learns: true), GPUTrace(.training, native, learns: true)))
  }

  // MARK: What goes wrong

  @Test func mistakesAreSentences() throws {
    let found = try OpenCLRuntime.devices().count
    #expect(throws: DeviceError.self) { try OpenCLRuntime(device: found) }
    #expect(throws: DeviceError.self) { try OpenCLRuntime().allocate(byteCount: 1 << 50) }
    do {
      _ = try OpenCLRuntime().compile("kernel void f() { nonsense }", defines: [:], kernels: ["f"])
      Issue.record("nonsense compiles")
    } catch {
      #expect("\(error)".contains("nonsense"), "the compiler's own words")
    }
  }

  /// A device that is lost ends training with its error, whenever it is lost.
  @Test(arguments: [1, 100, 5000]) func lostDevices(launches: Int) throws {
    let network = try makeNetwork(smallParameters())
    let runtime = try FailingRuntime()
    let backend = try GPUBackend(network, runtime, threads: 1, learns: true)
    runtime.launchesLeft = launches
    var trainer = Trainer(backend)
    #expect(throws: FailingRuntime.failure) {
      for _ in 0..<3 { _ = try trainer.runLoop(measuringCorrelation: true) }
    }
    #expect(throws: FailingRuntime.failure) { try Tester.run(on: [backend], trialCount: 1, tracedNeurons: [0]) }
  }
}
