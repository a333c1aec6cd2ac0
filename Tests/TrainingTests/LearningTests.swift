// Small networks learn, on both backends, and tests show what they learned.
import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@Suite(.fewAtATime, .enabled(if: isOptimized, "takes too long without optimisation")) struct LearningTests {
  /// 300 neurons that learn in a few loops: many plastic inputs and a small penalty.
  private func parameters(static inDegree: Int, taskCount: Int = 1) -> Parameters {
    var parameters = smallParameters()
    parameters.network.neuronCount = 300
    parameters.network.excitatoryCount = nil
    parameters.trial.stimulusOn = 100
    parameters.trial.stimulusOff = 200
    parameters.trial.trainDuration = 300
    parameters.staticSynapses.inDegree = inDegree
    parameters.staticSynapses.drive = PerClass(excitatory: 2.5, inhibitory: 1.8)
    parameters.plastic.inputsPerClass = 32
    parameters.targets.period = 300
    parameters.targets.taskCount = taskCount
    parameters.learning.lambda = 0.1
    if inDegree == 0 { parameters.noise.model = .voltage }
    return parameters
  }

  private func curve(_ backend: any Backend, loops: Int) throws -> [LoopRecord] {
    var trainer = Trainer(backend)
    return try (0..<loops).map { _ in try trainer.runLoop(measuringCorrelation: true) }
  }

  @Test(arguments: [60, 0]) func allBackendsLearn(inDegree: Int) throws {
    let network = try makeNetwork(parameters(static: inDegree))
    // The oracle takes its time; half as many loops are enough to compare.
    let curves = try TestedBackend.here.map { backend in
      (backend, try curve(backend.make(network, threads: 2), loops: backend == .reference ? 15 : 30))
    }
    for (name, records) in curves {
      let correlations = records.map { $0.correlation! }
      let last = mean(correlations.suffix(5))
      print("K = \(inDegree), \(name): \(correlations[0]) in the first loop, \(last) in the last")
      #expect(abs(correlations[0]) < 0.4)
      #expect(mean(correlations.suffix(5)) > correlations[0] + (name == .reference ? 0.25 : 0.4))
      #expect(records.map(\.loop) == Array(1...records.count))
      #expect(records.allSatisfy { $0.rate > 0.5 && $0.seconds > 0 })
    }
    // Free runs are chaotic: alike in what they learn, not in their spikes.
    let late = curves.map { mean($0.1[10..<15].map { $0.correlation! }) }
    for other in late { #expect(abs(other - late[0]) < 0.1) }
  }

  /// A cell model, and what trains it.
  struct CellCase: Sendable, CustomStringConvertible {
    var model = LIFParameters.Model.custom
    /// Of a custom model.
    var example: String?
    let backend: TestedBackend
    var description: String { "\(example ?? model.rawValue) on \(backend)" }
  }

  /// All on the processor, one without and one with state of its own on a device.
  private static let cells =
    LIFParameters.Model.allCases.filter { $0 != .custom }.map { CellCase(model: $0, backend: .cpu) }
    + (hasOpenCL ? [.lif, .glif4].map { CellCase(model: $0, backend: .openCL) } : [])
    + TestedBackend.fast.map { CellCase(example: "adex-in-units-of-threshold", backend: $0) }

  /// Neurons that adapt learn as others do: within 100 loops, kept active by noise.
  @Test(arguments: cells) func everyCellModelLearns(_ cell: CellCase) throws {
    var parameters = parameters(static: 0)
    parameters.neuron.model = cell.model
    if let example = cell.example { parameters.describeCells(example, [:]) }
    parameters.trial.stimulusOn = 0
    parameters.trial.stimulusOff = 60
    parameters.learning.lambda = 0.04
    let network = try makeNetwork(parameters)
    var trainer = Trainer(try cell.backend.make(network))
    var correlations: [Double] = []
    while correlations.count < 100, correlations.count < 5 || mean(correlations.suffix(5)) < 0.55 {
      correlations.append(try trainer.runLoop(measuringCorrelation: true).correlation!)
    }
    print("\(cell): \(correlations[0]) in the first loop, \(mean(correlations.suffix(5))) after \(correlations.count)")
    #expect(correlations[0] < 0.4)
    #expect(mean(correlations.suffix(5)) > 0.5)
  }

  @Test(arguments: TestedBackend.fast) func tasksAreLearnedTogether(_ kind: TestedBackend) throws {
    let network = try makeNetwork(parameters(static: 60, taskCount: 2))
    let backend = try kind.make(network, threads: 2)
    let before = try Tester.run(on: [backend], trialCount: 3, tracedNeurons: [])
    let records = try curve(backend, loops: 60)
    #expect(records.map(\.task) == (0..<60).map { $0 % 2 })
    let siblings: [any Backend] = (backend as? CPUBackend).map { [$0.sibling()] } ?? []
    let after = try Tester.run(on: [backend] + siblings, trialCount: 3, tracedNeurons: [0, 299])
    #expect(after.trialCount == 3)
    #expect(after.trials.count == 6)
    #expect(after.trials.map(\.task) == [0, 0, 0, 1, 1, 1])
    for task in 0..<2 {
      let untrained = mean((0..<3).map { meanOfNumbers(before.trial($0, task: task).correlations) })
      let trained = mean((0..<3).map { meanOfNumbers(after.trial($0, task: task).correlations) })
      #expect(trained > untrained + 0.2)
    }
    for trial in after.trials {
      #expect(trial.correlations.count == 300)
      #expect(trial.traces.count == 2)
      #expect(trial.traces[0].total.count == 500)
      // The rate is the number of spikes over neurons and seconds.
      #expect(abs(trial.rate - Double(trial.spikes.steps.count) / 300 / 0.5) < 1e-9)
      #expect(zip(trial.spikes.steps, trial.spikes.steps.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  @Test func testsLeaveWeightsAlone() throws {
    let network = try makeNetwork(smallParameters())
    for backend in try TestedBackend.here.map({ try $0.make(network, threads: 2) }) {
      _ = try curve(backend, loops: 2)
      let before = backend.readLearning(neurons: 0..<151, includingCorrelation: true)
      _ = try Tester.run(on: [backend], trialCount: 2, tracedNeurons: [1])
      #expect(backend.readLearning(neurons: 0..<151, includingCorrelation: true) == before)
    }
  }

  /// Measuring changes what is recorded, not what is learned; and loops go on from where a trainer was left.
  @Test(arguments: TestedBackend.fast) func measuringChangesNothing(_ kind: TestedBackend) throws {
    let network = try makeNetwork(smallParameters())
    let (a, b) = (try kind.make(network, threads: 2), try kind.make(network, threads: 2))
    var measured = Trainer(a)
    var first = Trainer(b)
    for _ in 0..<2 {
      _ = try measured.runLoop(measuringCorrelation: true)
      #expect(try first.runLoop(measuringCorrelation: false).correlation == nil)
    }
    var second = Trainer(b, loopsDone: first.loopsDone)
    _ = try measured.runLoop(measuringCorrelation: true)
    #expect(try second.runLoop(measuringCorrelation: false).loop == 3)
    #expect(second.loopsDone == 3)
    #expect(
      a.readLearning(neurons: 0..<151, includingCorrelation: true)
        == b.readLearning(neurons: 0..<151, includingCorrelation: true))
  }

  @Test(arguments: [true, false], TestedBackend.fast)
  func divergenceIsNoticed(measuring: Bool, on kind: TestedBackend) throws {
    let network = try makeNetwork(smallParameters())
    let backend = try kind.make(network)
    backend.writeLearning(
      LearningState(weights: Array(repeating: .nan, count: 151 * network.inputCount), inverseCorrelation: nil),
      neurons: 0..<151)
    var trainer = Trainer(backend)
    #expect(throws: TrainingError.diverged(loop: 1)) { try trainer.runLoop(measuringCorrelation: measuring) }
    #expect(trainer.loopsDone == 0)
  }
}
