// Trials with frozen weights.
internal import RepriseCore
public import RepriseModel

/// Runs every task `trialCount` times. Each backend of `backends` takes the next trial when it is free; which one runs
/// a trial makes no difference to its result.
public enum Tester {
  /// - Throws: What went wrong with a device.
  public static func run(
    on backends: [any Backend], trialCount: Int, tracedNeurons: [Int],
    _ conditions: TestConditions = TestConditions(), progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> TestResult {
    let network = backends[0].network
    let total = network.targets.taskCount * trialCount
    var trials = [TestTrial?](repeating: nil, count: total)
    let window = WindowedCurrent(network)
    let currents = WindowedCurrentSums(network)
    let workers = BackendList(backends)
    let (begun, done) = (Counter(), Counter())
    trials.withUnsafeMutableBufferPointer { buffer in
      let out = SharedPointer(buffer.baseAddress!)
      onThreads(workers.count) { worker in
        let backend = workers[worker]
        while backend.failure == nil {
          let index = begun.increment() - 1
          guard index < total else { return }
          var request = TrialRequest(.test, index: index % trialCount + 1, task: index / trialCount)
          request.recordsSpikes = true
          request.tracedNeurons = tracedNeurons
          request.bins = window.bins
          conditions.apply(to: &request)
          out[index] = run(request, on: backend, window, currents)
          progress(done.increment())
        }
      }
    }
    for backend in backends { try backend.requireNoFailure() }
    var result = TestResult(
      trialCount: trialCount, tracedNeurons: tracedNeurons, trials: trials.compactMap { $0 })
    result.windowedCurrents = currents.means(trialCount: trialCount)
    return result
  }

  private static func run(
    _ request: TrialRequest, on backend: any Backend, _ window: WindowedCurrent, _ currents: WindowedCurrentSums
  ) -> TestTrial {
    let network = backend.network
    let result = Trial.run(request, on: backend, learns: false)
    guard let sums = result.binSums else { preconditionFailure("a test asks for windowed currents") }
    let targets = network.targets
    let fit = TargetFit(targets, neuronCount: network.neuronCount, task: request.task, threads: 1) { neuron, means in
      window.means(of: neuron, sums, into: &means)
      currents.add(means, task: request.task, neuron: neuron)
    }
    // Those that have no targets have currents all the same.
    var means = [Float](repeating: 0, count: targets.rowCount)
    for neuron in 0..<network.neuronCount where !targets.neurons.contains(neuron) {
      window.means(of: neuron, sums, into: &means)
      currents.add(means, task: request.task, neuron: neuron)
    }
    return TestTrial(
      task: request.task, spikes: result.spikes, traces: result.traces,
      rate: result.meanRate(0..<network.neuronCount, milliseconds: network.parameters.trialDuration),
      correlations: fit.correlations, subset: network.subsetRecord(result, correlations: fit.correlations))
  }
}

/// Backends that threads use one each.
private struct BackendList: @unchecked Sendable {
  private let backends: [any Backend]
  init(_ backends: [any Backend]) { self.backends = backends }
  var count: Int { backends.count }
  subscript(_ index: Int) -> any Backend { backends[index] }
}
