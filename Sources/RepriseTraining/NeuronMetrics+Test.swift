// Metrics of test trials (docs/equations.md, M4 to M11).
internal import RepriseCore
public import RepriseModel

extension NeuronMetrics {
  /// - Parameters:
  ///   - result: With windowed currents.
  ///   - heldOut: Recorded rates of trials that the targets do not have, Hz; nil where there are none.
  public init(_ result: TestResult, _ network: Network, heldOut: RecordedActivity?, threads: Int) {
    var metrics = NeuronMetrics(neuronCount: network.neuronCount, taskCount: network.targets.taskCount)
    metrics.measureFits(result, network, heldOut, threads: threads)
    metrics.measureSpikes(result, network)
    metrics.measureCurrents(result, network)
    self = metrics
  }

  // MARK: Fits

  private mutating func measureFits(
    _ result: TestResult, _ network: Network, _ heldOut: RecordedActivity?, threads: Int
  ) {
    let tasks = network.targets.taskCount
    let rates = ModelRates(result, network)
    let targetRates = network.targetRates()
    let reliability = network.unitAttribute("reliability")?.numbers
    let fits = NeuronFits(
      result: result, network: network, rates: rates, targetRates: targetRates, heldOut: heldOut,
      reliability: reliability)
    let all = fits.all(threads: threads)
    for neuron in 0..<neuronCount {
      for task in 0...tasks {
        let isAll = task == tasks
        for (metric, value) in all[neuron][task] { self[metric, neuron: neuron, task: isAll ? nil : task] = value }
      }
    }
  }

  // MARK: Spikes

  private mutating func measureSpikes(_ result: TestResult, _ network: Network) {
    let clock = network.parameters.clock
    let first = clock.stimulusOffStep
    var intervals = [IntervalMoments](repeating: IntervalMoments(), count: (taskCount + 1) * neuronCount)
    var counts = [Int](repeating: 0, count: (taskCount + 1) * neuronCount)
    var last = [Int32](repeating: -1, count: neuronCount)
    for trial in result.trials {
      for neuron in last.indices { last[neuron] = -1 }
      for (step, neuron) in zip(trial.spikes.steps, trial.spikes.neurons) where Int(step) > first {
        let before = last[Int(neuron)]
        last[Int(neuron)] = step
        for row in [trial.task, taskCount] {
          let place = row * neuronCount + Int(neuron)
          counts[place] += 1
          if before >= 0 { intervals[place].add(Int(step - before)) }
        }
      }
    }
    let seconds = clock.timeStep / 1000 * Double(clock.lastStep - first)
    let trials = Double(result.trialCount)
    self[.rate] = counts.enumerated().map { index, count in
      let tasks = index / neuronCount == taskCount ? Double(taskCount) : 1
      return Double(count) / (seconds * trials * tasks)
    }
    self[.intervalVariation] = intervals.map(\.variation)
  }

  // MARK: Currents

  /// Means over the learning window and trials, of the neurons whose currents were kept (M11).
  private mutating func measureCurrents(_ result: TestResult, _ network: Network) {
    let clock = network.parameters.clock
    // Sample s belongs to step (s + 1) sampleSteps.
    let first = max(0, (clock.stimulusOffStep + clock.sampleSteps - 1) / clock.sampleSteps - 1)
    let parts: [(Metric, KeyPath<CurrentTrace, [Float]>)] = [
      (.excitatoryCurrent, \.excitatory), (.inhibitoryCurrent, \.inhibitory), (.plasticCurrent, \.plastic),
    ]
    for (position, neuron) in result.tracedNeurons.enumerated() {
      for (metric, part) in parts {
        var sums = [Double](repeating: 0, count: taskCount)
        for trial in result.trials {
          let values = trial.traces[position][keyPath: part].dropFirst(first)
          sums[trial.task] += values.reduce(0) { $0 + Double($1) } / Double(max(values.count, 1))
        }
        for task in 0..<taskCount { self[metric, neuron: neuron, task: task] = sums[task] / Double(result.trialCount) }
        self[metric, neuron: neuron, task: nil] =
          sums.reduce(0, +) / Double(result.trialCount * max(taskCount, 1))
      }
    }
  }
}

/// Moments of intervals between spikes, in steps: whole numbers, so no order matters.
struct IntervalMoments {
  private var count = 0, sum = 0, squares = 0

  mutating func add(_ interval: Int) {
    count += 1
    sum += interval
    squares += interval * interval
  }

  /// M10; nan for fewer than two intervals.
  var variation: Double {
    guard count >= 2 else { return .nan }
    let mean = Double(sum) / Double(count)
    let variance = max(0, Double(squares) / Double(count) - mean * mean)
    return variance.squareRoot() / mean
  }
}
