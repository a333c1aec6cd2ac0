// Same parameters, same bits: whatever the number of threads, the kernels, or the way a run is cut.
import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

/// All that loops of training leave behind, bit by bit. Tests compare with `agree`: a failure that prints two traces
/// takes minutes.
private struct Trace: Equatable {
  var spikes: [SpikeTrain] = []
  var bins: [[UInt32]] = []
  var spikeCounts: [[UInt32]] = []
  var weights: [UInt64] = []
  var correlation: [UInt64] = []
  var currents: [CurrentTrace] = []

  mutating func run(_ loops: ClosedRange<Int>, on backend: any Backend, learns: Bool = true) {
    let network = backend.network
    let schedule = TaskSchedule(network.parameters, taskCount: network.targets.taskCount)
    for loop in loops {
      var request = trainingRequest(loop: loop, task: schedule.task(ofLoop: loop))
      request.bins = WindowedCurrent(network).bins
      request.tracedNeurons = [3, 140, 80]
      let result = Trial.run(request, on: backend, learns: learns)
      spikes.append(result.spikes)
      bins.append(result.binSums!.values.map(\.bitPattern))
      spikeCounts.append(result.spikeCounts)
      currents += result.traces
    }
    let state = backend.readLearning(neurons: 0..<network.learners.count, includingCorrelation: true)
    weights = state.weights.map(\.bitPattern)
    correlation = (state.inverseCorrelation ?? backend.history!.values).map(\.bitPattern)
  }
}

@Suite(.fewAtATime) struct DeterminismTests {
  /// Shorter trials: threads meet at every step, which takes long where they are more than the processors.
  @Test(arguments: NetworkVariant.all) func threadsMakeNoDifference(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(shortened(variant.parameters, learning: 80))
    var one = Trace()
    one.run(1...2, on: try CPUBackend(network: network, threads: 1))
    for threads in [2, 3, 5] {
      var several = Trace()
      several.run(1...2, on: try CPUBackend(network: network, threads: threads))
      #expect(agree(several, one), "\(threads) threads")
    }
  }

  /// Sums of a device have an order, whoever comes first. Of the others resuming shows it.
  @Test(
    .enabled(if: hasOpenCL, "there is no OpenCL device"),
    arguments: NetworkVariant.all.filter { !Self.resumed.contains($0.name) })
  func devicesRepeatThemselves(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(shortened(variant.parameters, learning: 80))
    var (first, second) = (Trace(), Trace())
    first.run(1...2, on: try TestedBackend.openCL.make(network))
    second.run(1...2, on: try TestedBackend.openCL.make(network))
    #expect(agree(first, second))
  }

  /// Where connections are kept makes no difference.
  @Test(arguments: [1, 2, 3], TestedBackend.fast)
  func storedAndDrawnTargetsGiveTheSameBits(threads: Int, on backend: TestedBackend) throws {
    var parameters = shortened(smallParameters(), learning: 80)
    var traces: [Trace] = []
    for storage in StaticParameters.Storage.allCases {
      parameters.staticSynapses.storage = storage
      var trace = Trace()
      trace.run(1...2, on: try backend.make(try makeNetwork(parameters, threads: threads), threads: threads))
      traces.append(trace)
    }
    #expect(agree(traces[0], traces[1]))
  }

  /// Neurons of a pool share P; the same connections with a P for each neuron give the same bits.
  @Test(arguments: LearningParameters.Precision.allCases)
  func sharedAndSeparateMatricesGiveTheSameBits(_ precision: LearningParameters.Precision) throws {
    var parameters = shortened(smallParameters(), learning: 80)
    parameters.plastic.pool = 7
    parameters.learning.precision = precision
    let network = try makeNetwork(parameters)
    let shared = try CPUBackend(network: network, threads: 2)
    #expect(shared.groups.count == 10 + 12)
    let separate = try CPUBackend(network: network, threads: 2, sharesMatrices: false)
    #expect(separate.groups.count == 151)
    var (a, b) = (Trace(), Trace())
    a.run(1...3, on: shared)
    b.run(1...3, on: separate)
    #expect(agree(a, b))
  }

  @Test(arguments: [2, 3, 5]) func initIsTheSameOnSeveralThreads(threads: Int) throws {
    for name in ["static and plastic", "voltage noise", "feed-forward neurons"] {
      let parameters = NetworkVariant.named(name).parameters
      let (one, several) = (try makeNetwork(parameters), try makeNetwork(parameters, threads: threads))
      #expect(several.untrained == one.untrained)
      #expect(several.targets == one.targets)
      #expect(several.fingerprint == one.fingerprint)
      #expect(several.feedforwardRates == one.feedforwardRates)
    }
  }

  /// Without learning every variant gives the same bits; the update sums in another order in each.
  @Test(arguments: NetworkVariant.all) func kernelsGiveTheSameSpikes(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(shortened(variant.parameters, learning: 80))
    var plain = Trace()
    plain.run(
      1...1, on: try CPUBackend(network: network, threads: 1, kernels: CPUKernels(named: "scalar")), learns: false)
    for kernels in CPUKernels.available {
      var found = Trace()
      found.run(
        1...1, on: try CPUBackend(network: network, threads: 2, kernels: CPUKernels(named: kernels)), learns: false)
      #expect(agree(found, plain), "\(kernels)")
    }
  }

  @Test func frozenTrainingGivesTheSameSpikesOnAllKernels() throws {
    let network = try makeNetwork(NetworkVariant.named("frozen weights").parameters)
    let runs = try CPUKernels.available.map { name in
      var trace = Trace()
      trace.run(1...2, on: try CPUBackend(network: network, threads: 1, kernels: CPUKernels(named: name)))
      return trace
    }
    for run in runs {
      #expect(agree(run.spikes, runs[0].spikes))
      #expect(agree(run.bins, runs[0].bins))
      #expect(agree(run.weights, runs[0].weights))
    }
  }

  static let resumed = [
    "static and plastic", "voltage noise", "three tasks in random order, noise", "feed-forward neurons",
    "current noise", "a plastic time constant for each neuron", "prior gain", "an update in every step",
    "static targets drawn at each spike", "pools of 8", "P in double precision",
    "P in 2 bytes, pools of 3, feed-forward neurons", "P in 2 bytes, small penalty",
    "updates by events, pools of 3, feed-forward neurons", "updates by events in 2 bytes, small penalty",
    "history of 50 ms, pools of 4, feed-forward neurons", "history of 250 ms, small penalty",
    "feed-forward neurons of each of three tasks",
    "feed-forward neurons of each task with rates of their own, history, some learn",
    "Dale's law, feed-forward neurons, small penalty", "Dale's law, updates by events, two tasks",
    "a third learns, from these alone",
    "40 excitatory neurons learn from excitatory ones, two tasks, feed-forward neurons",
    "listed neurons learn, P in 2 bytes, current noise",
    "inhibitory neurons learn, history of 50 ms, a time constant for each",
    "GLIF3, three after-spike currents, current noise",
    "GLIF5, a cell for each neuron, feed-forward neurons, three tasks",
  ]

  /// Training twice as many loops is training half of them, carrying weights and P over to a new backend, and training the rest.
  @Test(arguments: resumed) func resumingGoesOnAsBefore(name: String) throws {
    let network = try makeNetwork(shortened(NetworkVariant.named(name).parameters, learning: 80))
    let half = name == "an update in every step" ? 2 : 10
    for backend in TestedBackend.here where backend != .reference || isOptimized {
      func make(_ threads: Int) throws -> any Backend { try backend.make(network, threads: threads) }
      // The oracle and PoCL are slow: fewer loops show the same.
      let half = backend == .cpu ? half : min(half, 2)
      var (whole, first, second) = (Trace(), Trace(), Trace())
      let uncut = try make(1)
      whole.run(1...(2 * half), on: uncut)
      let before = try make(2)
      first.run(1...half, on: before)
      let after = try make(3)
      // In unequal pieces, as files are read.
      for neurons in before.unequalPieces {
        after.writeLearning(before.readLearning(neurons: neurons, includingCorrelation: true), neurons: neurons)
      }
      after.history = before.history
      second.run((half + 1)...(2 * half), on: after)
      #expect(agree(first.spikes + second.spikes, whole.spikes))
      #expect(agree(first.bins + second.bins, whole.bins))
      #expect(agree(second.weights, whole.weights), "\(backend)")
      #expect(agree(second.correlation, whole.correlation), "\(backend)")
    }
  }

  /// A backend that has learned takes over another's state as a new one does, whatever it had pending.
  @Test func loadingReplacesAllThatWasLearned() throws {
    let network = try makeNetwork(shortened(smallParameters(), learning: 80))
    let all = 0..<network.neuronCount
    for backend in TestedBackend.here {
      let (fresh, used) = (try backend.make(network), try backend.make(network))
      let start = fresh.readLearning(neurons: all, includingCorrelation: true)
      Trial.runLoopWithoutReading(1, on: used)
      used.writeLearning(start, neurons: all)
      let isReplaced = used.readLearning(neurons: all, includingCorrelation: true) == start
      #expect(isReplaced)
      var (a, b) = (Trace(), Trace())
      a.run(2...3, on: fresh)
      b.run(2...3, on: used)
      #expect(agree(a, b))
    }
  }

  /// Reading P applies pending updates; that changes nothing that follows.
  @Test(arguments: TestedBackend.fast) func readingChangesNothing(_ backend: TestedBackend) throws {
    let network = try makeNetwork(smallParameters())
    let (watched, alone) = (try backend.make(network), try backend.make(network))
    var (a, b) = (Trace(), Trace())
    for loop in 1...3 {
      a.run(loop...loop, on: watched)
      _ = watched.readLearning(neurons: 20..<90, includingCorrelation: true)
      Trial.runLoopWithoutReading(loop, on: alone)
    }
    b.run(4...4, on: alone)
    a.run(4...4, on: watched)
    #expect(agree(a.weights, b.weights))
    #expect(agree(a.correlation, b.correlation))
  }

  @Test(arguments: [1, 2]) func siblingsGiveTheSameTrials(threads: Int) throws {
    let network = try makeNetwork(NetworkVariant.named("three tasks in random order, noise").parameters)
    let backend = try CPUBackend(network: network, threads: threads)
    var trace = Trace()
    trace.run(1...3, on: backend)
    let alone = try Tester.run(on: [backend], trialCount: 4, tracedNeurons: [1, 150])
    let together = try Tester.run(
      on: [backend, backend.sibling(), backend.sibling()], trialCount: 4, tracedNeurons: [1, 150])
    #expect(alone.trials.count == 12)
    for (a, b) in zip(alone.trials, together.trials) {
      #expect(agree(a.task, b.task))
      #expect(agree(a.spikes, b.spikes))
      #expect(agree(a.traces, b.traces))
      #expect(agree(a.correlations, b.correlations))
    }
    #expect(agree(alone.windowedCurrents, together.windowedCurrents))
    #expect(alone.trials[0].spikes != alone.trials[1].spikes)
  }

  @Test(arguments: TestedBackend.fast) func trialsOfOneNumberAreEqualAndOthersDiffer(_ kind: TestedBackend) throws {
    let network = try makeNetwork(NetworkVariant.named("voltage noise").parameters)
    let backend = try kind.make(network, threads: 2)
    func spikes(_ kind: TrialRequest.Kind, _ index: Int) -> SpikeTrain {
      var request = TrialRequest(kind, index: index)
      request.recordsSpikes = true
      return Trial.run(request, on: backend, learns: false).spikes
    }
    #expect(spikes(.training, 1) == spikes(.training, 1))
    #expect(spikes(.training, 1) != spikes(.training, 2))
    #expect(spikes(.training, 1) != spikes(.test, 1))
    #expect(spikes(.untrained, 0) == spikes(.untrained, 0))
  }
}

extension Trial {
  fileprivate static func runLoopWithoutReading(_ loop: Int, on backend: any Backend) {
    _ = Trial.run(trainingRequest(loop: loop), on: backend, learns: true)
  }
}
