// Ways of asking a device for steps: in sequences, in pieces, in one launch. The bits are the same.
import CReprise
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime, .enabled(if: hasOpenCL, "there is no OpenCL device")) struct GPUStepsTests {
  private func backend(
    _ network: Network, limits: GPULimits = GPULimits(), steps: GPUStepMode = .graph, learns: Bool = true
  ) throws -> GPUBackend {
    try GPUBackend(
      network, OpenCLRuntime(), threads: 1, learns: learns, settings: GPUSettings(limits: limits, steps: steps))
  }

  // MARK: One launch for many steps

  @Test(arguments: [
    "static and plastic", "current noise", "feed-forward neurons", "a plastic time constant for each neuron",
    "an update in every step", "static targets drawn at each spike", "pools of 8",
    "GLIF2, a cell for each neuron, voltage noise", "GLIF5, a cell for each neuron, feed-forward neurons, three tasks",
  ]) func persistentStepsGiveTheSameBits(name: String) throws {
    let network = try makeNetwork(shortened(NetworkVariant.named(name).parameters))
    let (one, many) = (try backend(network, steps: .launches), try backend(network, steps: .persistent))
    for _ in 0..<2 {
      let wanted = GPUTrace(.training, one, learns: true)
      #expect(agree(GPUTrace(.training, many, learns: true), wanted))
      #expect(wanted.spikes.steps.count > 20)
    }
    try many.requireNoFailure()
  }

  /// More neurons than a group has room for: it takes some after the others in each step.
  @Test func groupOfManyNeurons() throws {
    var parameters = shortened(NetworkVariant.named("voltage noise").parameters)
    parameters.network.neuronCount = 4 * Int(RP_GPU_STEPS_ITEMS) + 700
    parameters.network.excitatoryCount = 1400
    parameters.feedforward.count = 33
    parameters.feedforward.meanRate = 40
    parameters.feedforward.weight = 0.3
    let network = try makeNetwork(parameters)
    let cpu = try CPUBackend(network: network, threads: 1, learns: false)
    let gpu = try backend(network, steps: .persistent, learns: false)
    let wanted = GPUTrace(.test, cpu)
    #expect(agree(GPUTrace(.test, gpu), wanted))
    #expect(wanted.spikes.steps.count > 1000)
    try gpu.requireNoFailure()
  }

  @Test func persistentImposedSpikes() throws {
    let network = try makeNetwork(shortened(NetworkVariant.named("feed-forward neurons").parameters))
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 1), try backend(network, steps: .persistent))
    let others = GPUTrace(.test, cpu).spikes
    #expect(agree(GPUTrace(.training, gpu, imposed: others), GPUTrace(.training, cpu, imposed: others)))
    try gpu.requireNoFailure()
  }

  // MARK: Sequences and pieces

  /// What one trial leaves behind, sequences included, does not matter to the next, whatever its shape.
  @Test func trialsOfManyShapes() throws {
    let network = try makeNetwork(shortened(NetworkVariant.named("feed-forward neurons").parameters))
    let gpu = try backend(network, learns: false)
    let clock = network.parameters.clock
    for kind in [TrialRequest.Kind.training, .training, .untrained, .test, .training] {
      for isFull in [true, false] {
        let cpu = try CPUBackend(network: network, threads: 1, learns: false)
        var request = TrialRequest(kind, index: 2)
        if isFull {
          request.recordsSpikes = true
          request.tracedNeurons = [5, 150, 5]
          request.bins = SampleBins(.plasticCurrent, start: clock.stimulusOffStep, width: 30, count: 4)
        }
        let (wanted, found) = (
          Trial.run(request, on: cpu, learns: false), Trial.run(request, on: gpu, learns: false)
        )
        #expect(agree(found.spikes, wanted.spikes))
        #expect(agree(found.spikeCounts, wanted.spikeCounts))
        #expect(agree(found.traces, wanted.traces))
        #expect(agree(found.binSums?.values, wanted.binSums?.values))
        #expect(wanted.spikes.steps.isEmpty != isFull && wanted.spikeCounts.contains { $0 > 0 })
      }
    }
    try gpu.requireNoFailure()
  }

  /// All limits at once, down to a step at a time.
  @Test(arguments: [1, 7, 200], GPUStepMode.allCases)
  func memoryInPiecesMakesNoDifference(steps: Int, mode: GPUStepMode) throws {
    var parameters = shortened(NetworkVariant.named("three tasks in random order, noise").parameters)
    parameters.feedforward.count = 5
    parameters.feedforward.meanRate = 40
    let network = try makeNetwork(parameters)
    let whole = try backend(network)
    var limits = GPULimits()
    limits.steps = steps
    limits.bytesOfSpikes = 13 * network.layout.slotCount / 8
    limits.bytesOfTraces = 5 * 12 * 3
    limits.bytesOfSums = 2 * 4 * network.layout.slotCount
    limits.bytesOfRates = 1
    limits.bytesOfTargets = 2 * 4 * network.neuronCount
    let pieces = try backend(network, limits: limits, steps: mode)
    for task in [0, 2, 1] {
      #expect(
        agree(
          GPUTrace(.training, pieces, task: task, learns: true), GPUTrace(.training, whole, task: task, learns: true)))
    }
    try pieces.requireNoFailure()
  }

  // MARK: Feed-forward neurons

  /// Filtered spikes and what they gained, after every interval, in sizes that are multiples of nothing.
  @Test(arguments: [1, 31, 33, 70], [0.1, 0.2, 2.5])
  func feedforwardSpikesAreThoseOfTheCPU(count: Int, interval: Double) throws {
    var parameters = shortened(NetworkVariant.named("static and plastic").parameters)
    parameters.trial.trainDuration = 10 * interval
    parameters.learning.interval = interval
    parameters.record.window = interval
    parameters.learning.form = .events
    parameters.feedforward.count = count
    parameters.feedforward.meanRate = 300
    let network = try makeNetwork(parameters)
    let runtime = try OpenCLRuntime()
    let cpu = try CPUBackend(network: network, threads: 1)
    let gpu = try GPUBackend(network, runtime, threads: 1, learns: true)
    let (clock, slots) = (network.parameters.clock, network.layout.slotCount)
    for backend in [cpu, gpu] as [any Backend] { backend.beginTrial(TrialRequest(.training, index: 4)) }
    var sum: Float = 0
    for row in 1...clock.rowCount {
      for backend in [cpu, gpu] as [any Backend] { backend.advance(through: clock.step(ofRow: row) - 1) }
      let pairs = [(gpu.state.filtered, cpu.state.filteredSpikes), (gpu.state.gained, cpu.state.gained)]
      for (buffer, wanted) in pairs {
        let found = try runtime.read(buffer, from: slots, count: count, zero: Float(0))
        let expected = (0..<count).map { wanted.pointer[network.neuronCount + $0] }
        #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "row \(row)")
        sum += found.reduce(0, +)
      }
    }
    #expect(sum > 0, "some have spiked")
    try gpu.requireNoFailure()
  }

  // MARK: The choice

  @Test func choiceOfSteps() throws {
    #expect(try GPUStepMode(nil) == .graph)
    #expect(try GPUStepMode("") == .graph)
    for mode in GPUStepMode.allCases { #expect(try GPUStepMode(mode.rawValue) == mode) }
    let error = try #require(throws: DeviceError.self) { _ = try GPUStepMode("fast") }
    #expect(
      error.description
        == "The environment variable REPRISE_STEPS is 'fast', but must be one of graph, persistent, launches.")
  }
}
