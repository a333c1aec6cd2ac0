// History mode on a device, through OpenCL.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

/// A network in history mode, in short trials with many updates.
private func historyParameters(
  neurons: Int, perClass: Int, feedforward: Int, frames: Int, interval: Double = 5,
  _ change: (inout Parameters) -> Void = { _ in }
) -> Parameters {
  var parameters = smallParameters()
  parameters.network.neuronCount = neurons
  parameters.network.excitatoryCount = neurons / 2
  parameters.staticSynapses.inDegree = neurons > 40 ? 10 : 0
  parameters.noise.model = .voltage
  parameters.trial.stimulusOn = 20
  parameters.trial.stimulusOff = 40
  parameters.trial.trainDuration = 60
  parameters.plastic.inputsPerClass = PerClass(both: perClass)
  parameters.feedforward.count = feedforward
  parameters.feedforward.meanRate = 60
  parameters.feedforward.weight = 0.5
  parameters.learning.interval = interval
  parameters.learning.memory = .history
  parameters.learning.history = interval * Double(frames)
  change(&parameters)
  return parameters
}

private func train(_ backend: any Backend, loop: Int, imposed: SpikeTrain? = nil) -> SpikeTrain {
  let network = backend.network
  var request = trainingRequest(loop: loop, task: network.targets.taskCount - 1)
  request.imposedSpikes = imposed?.byStep(lastStep: network.parameters.clock.lastStep)
  return Trial.run(request, on: backend, learns: true).spikes
}

private func weights(_ backend: any Backend) -> [Double] { backend.readWeights(0..<backend.network.learners.count) }

/// In pieces, as files are read.
private func move(_ source: any Backend, to target: any Backend) {
  let count = source.network.neuronCount
  for neurons in [0..<1, 1..<(count / 2), (count / 2)..<count] {
    target.writeWeights(source.readWeights(neurons), neurons)
  }
  target.history = source.history
}

@Suite(.fewAtATime, .enabled(if: hasOpenCL, "there is no OpenCL device")) struct GPUHistoryTests {
  // MARK: Precision

  /// Two trials with the spikes of the reference: weights as in other modes, and how they change.
  private func followsDoublePrecision(_ parameters: Parameters, _ name: String) throws {
    let network = try makeNetwork(parameters)
    let (reference, gpu) = (ReferenceBackend(network: network), try GPUBackend.openCL(network))
    for loop in 1...2 {
      let start = weights(reference)
      gpu.writeWeights(start, 0..<network.learners.count)
      let spikes = train(reference, loop: loop)
      _ = train(gpu, loop: loop, imposed: spikes)
      try gpu.requireNoFailure()
      let (wanted, found) = (weights(reference), weights(gpu))
      let changes = zip(wanted, start).map { $0 - $1 }
      let distance = relativeDistance(found, from: wanted)
      let ofChange = relativeDistance(zip(found, start).map { $0 - $1 }, from: changes)
      print("\(name), loop \(loop), OpenCL: weights \(distance), their change \(ofChange)")
      #expect(distance < 1e-5)
      #expect(ofChange < 2e-5)
      #expect(relativeDistance(wanted, from: start) > 1e-3, "weights have moved")
    }
  }

  @Test(arguments: [
    "history of 50 ms, pools of 4, feed-forward neurons", "history of 250 ms, small penalty",
  ]) func learningFollowsDoublePrecision(name: String) throws {
    try followsDoublePrecision(NetworkVariant.named(name).parameters, name)
  }

  /// Inputs from one to many; frames that are multiples of nothing, more and fewer than work items, inputs and updates.
  @Test(arguments: [
    (2, 0, 1, 3, 5), (65, 0, 15, 45, 1), (129, 1, 0, 1, 5), (70, 16, 1, 30, 2), (151, 60, 8, 7, 5),
    (24, 10, 280, 50, 4),
  ]) func oddSizes(neurons: Int, perClass: Int, feedforward: Int, frames: Int, interval: Double) throws {
    try followsDoublePrecision(
      historyParameters(
        neurons: neurons, perClass: perClass, feedforward: feedforward, frames: frames, interval: interval),
      "n = \(2 * perClass + feedforward), h = \(frames)")
  }

  @Test func otherPenalties() throws {
    func changed(_ name: String, _ change: (inout Parameters) -> Void) throws {
      try followsDoublePrecision(
        historyParameters(neurons: 70, perClass: 10, feedforward: 3, frames: 6, change), name)
    }
    try changed("no coupling") { $0.learning.mu = 0 }
    try changed("strong coupling") { $0.learning.mu = 30 }
    try changed("small penalty") { $0.learning.lambda = 0.04 }
    try changed("large feed-forward penalty") { $0.learning.lambdaFeedforward = 30 }
    try changed("prior gain") { $0.learning.gain = .prior }
    try changed("start at zero") { $0.plastic.weightScale = 0 }
    try changed("three tasks") { $0.targets.taskCount = 3 }
    try changed("double precision, which is for P alone") { $0.learning.precision = .float64 }
  }

  // MARK: Moving

  /// What one backend remembers another goes on with, and hands back.
  @Test func historyMovesBetweenBackends() throws {
    let network = try makeNetwork(historyParameters(neurons: 151, perClass: 9, feedforward: 5, frames: 17))
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 1), try GPUBackend.openCL(network))
    let spikes = train(cpu, loop: 1)
    _ = train(gpu, loop: 5)
    move(cpu, to: gpu)
    #expect(agree(gpu.history, cpu.history))
    #expect(agree(weights(gpu), weights(cpu)))
    for backend in [cpu, gpu] as [any Backend] { _ = train(backend, loop: 2, imposed: spikes) }
    #expect(relativeDistance(weights(gpu), from: weights(cpu)) < 1e-5)
    #expect(agree(gpu.history, cpu.history), "filtered spikes have the same bits")
    let back = try CPUBackend(network: network, threads: 1)
    move(gpu, to: back)
    #expect(agree(back.history, gpu.history))
    try gpu.requireNoFailure()
  }

  @Test(arguments: [1, 7, 30]) func resumingGoesOnAsBefore(frames: Int) throws {
    let network = try makeNetwork(historyParameters(neurons: 151, perClass: 9, feedforward: 5, frames: frames))
    let (whole, first, second) = (
      try GPUBackend.openCL(network), try GPUBackend.openCL(network), try GPUBackend.openCL(network)
    )
    _ = train(first, loop: 1)
    _ = train(second, loop: 7)
    move(first, to: second)
    for loop in 1...3 {
      let spikes = train(whole, loop: loop)
      if loop > 1 { #expect(agree(train(second, loop: loop), spikes)) }
    }
    #expect(agree(weights(second), weights(whole)))
    #expect(agree(second.history, whole.history))
    try second.requireNoFailure()
  }

  // MARK: Ways to do the same

  /// A little less local memory than the regressors need.
  private func leastLocalBytes(_ network: Network) throws -> Int {
    func memory(_ available: Int) throws -> GPUHistoryMemory {
      let items = GPUKernels.updateItems(network.inputCount, most: .max, try OpenCLRuntime())
      return try #require(
        GPUHistoryMemory(
          inputs: network.inputCount, frames: network.parameters.historyFrames, items: items, available: available))
    }
    let (all, least) = (try memory(.max), try memory(memory(.max).bytes - 1))
    #expect(all.keepsRegressors && !least.keepsRegressors)
    return all.bytes - 1
  }

  /// Sums have one order, in every run and wherever the regressors lie.
  @Test(arguments: [(9, 5, 17), (60, 8, 3), (4, 1, 40)])
  func piecesMakeNoDifference(perClass: Int, feedforward: Int, frames: Int) throws {
    let network = try makeNetwork(
      historyParameters(neurons: 151, perClass: perClass, feedforward: feedforward, frames: frames, interval: 2))
    let (once, again) = (try GPUBackend.openCL(network), try GPUBackend.openCL(network))
    var limits = GPULimits()
    limits.steps = 7
    limits.localBytes = try leastLocalBytes(network)
    let pieces = try GPUBackend(
      network, OpenCLRuntime(), threads: 1, learns: true, settings: GPUSettings(limits: limits))
    for loop in 1...2 {
      let spikes = train(once, loop: loop)
      #expect(agree(train(again, loop: loop), spikes))
      #expect(agree(train(pieces, loop: loop), spikes))
    }
    #expect(agree(weights(again), weights(once)))
    #expect(agree(weights(pieces), weights(once)))
    try pieces.requireNoFailure()
  }

  // MARK: Numbers that are no filtered spikes

  @Test func silenceTeachesNothing() throws {
    let network = try makeNetwork(historyParameters(neurons: 70, perClass: 5, feedforward: 0, frames: 4))
    let gpu = try GPUBackend.openCL(network)
    let start = weights(gpu)
    _ = train(gpu, loop: 1, imposed: SpikeTrain())
    #expect(agree(weights(gpu), start))
    #expect(gpu.history!.values.allSatisfy { $0 == 0 })
    try gpu.requireNoFailure()
  }

  /// Numbers far beyond filtered spikes make no NaN.
  @Test(arguments: [1e-38, 1e-20, 1e10, 1e18, 1e30]) func extremeHistories(size: Double) throws {
    let network = try makeNetwork(historyParameters(neurons: 70, perClass: 5, feedforward: 3, frames: 20))
    let gpu = try GPUBackend.openCL(network)
    _ = train(gpu, loop: 1)
    var history = gpu.history!
    history.values = history.values.map { $0 * size }
    gpu.history = history
    _ = train(gpu, loop: 2)
    let areFinite = weights(gpu).allSatisfy(\.isFinite)
    #expect(areFinite)
    try gpu.requireNoFailure()
  }

  // MARK: What cannot be done

  @Test func tooManyInputsAreASentence() throws {
    let network = try makeNetwork(historyParameters(neurons: 151, perClass: 60, feedforward: 8, frames: 7))
    var limits = GPULimits()
    limits.localBytes = 4000
    let error = try #require(throws: DeviceError.self) {
      _ = try GPUBackend(network, OpenCLRuntime(), threads: 1, learns: true, settings: GPUSettings(limits: limits))
    }
    for phrase in ["plastic inputs of a neuron is 128", "7 updates of learning.history", "--backend cpu"] {
      #expect("\(error)".contains(phrase), "\(error)")
    }
  }
}
