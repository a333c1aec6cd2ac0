// How well the currents and rates of each neuron follow its target (docs/equations.md, M4 to M9).
internal import RepriseCore
internal import RepriseModel

/// Rates of the model in windows around the rows of the targets (M4).
struct ModelRates: Sendable {
  private let windows: [SampleWindow]
  private let binCount: Int
  /// Steps of each bin that the trial has.
  private let steps: [Int]
  private let secondsPerStep: Double
  /// Spikes, shape [task, neuron, bin].
  private let counts: [UInt32]
  private let neuronCount: Int

  init(_ result: TestResult, _ network: Network) {
    let (clock, window) = (network.parameters.clock, WindowedCurrent(network))
    let (bins, count) = (window.bins, network.neuronCount)
    (windows, binCount, neuronCount) = (window.rows, bins.count, count)
    steps = (0..<bins.count).map { bin in
      let first = max(bins.start + bin * bins.width, 1)
      return max(0, min(bins.start + (bin + 1) * bins.width, clock.lastStep + 1) - first)
    }
    secondsPerStep = clock.timeStep / 1000 * Double(result.trialCount)
    var counts = [UInt32](repeating: 0, count: network.targets.taskCount * count * bins.count)
    for trial in result.trials {
      for (step, neuron) in zip(trial.spikes.steps, trial.spikes.neurons) {
        guard let bin = bins.bin(ofStep: Int(step)) else { continue }
        counts[(trial.task * count + Int(neuron)) * bins.count + bin] += 1
      }
    }
    self.counts = counts
  }

  /// One rate for each row, Hz.
  func rates(task: Int, neuron: Int) -> [Double] {
    let first = (task * neuronCount + neuron) * binCount
    return windows.map { window in
      var (spikes, length) = (0, 0)
      for bin in window.bins {
        spikes += Int(counts[first + bin])
        length += steps[bin]
      }
      return length > 0 ? Double(spikes) / (Double(length) * secondsPerStep) : .nan
    }
  }
}

/// Fits of all neurons.
struct NeuronFits: Sendable {
  let result: TestResult
  let network: Network
  let rates: ModelRates
  let targetRates: TargetRates?
  let heldOut: RecordedActivity?
  /// By unit.
  let reliability: [Double]?

  typealias Values = [(Metric, Double)]

  /// Shape [neuron][task], all tasks together last.
  func all(threads: Int) -> [[Values]] {
    let count = network.neuronCount
    return [[Values]](unsafeUninitializedCapacity: count) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(count, threads: threads) { neurons in
        for neuron in neurons { (out.pointer + neuron).initialize(to: fits(of: neuron)) }
      }
      initialized = count
    }
  }

  private func fits(of neuron: Int) -> [Values] {
    let tasks = 0..<network.targets.taskCount
    let curves = tasks.map { self.curves(of: neuron, task: $0) }
    let trials = tasks.map { task in
      (0..<result.trialCount).map { result.trial($0, task: task).correlations[neuron] }
    }
    let unit = network.unit(of: neuron)
    let reliability = reliability.flatMap { values in unit.map { values[$0 % values.count] } }
    return tasks.map { metrics(curves[$0], trials[$0]) }
      + [metrics(Curves(joining: curves), trials.flatMap { $0 }, reliability: reliability ?? .nan, isWhole: true)]
  }

  /// - Parameter isWhole: For all tasks: reliability is of them together.
  private func metrics(
    _ curves: Curves, _ trials: [Double], reliability: Double = .nan, isWhole: Bool = false
  ) -> Values {
    let rateCorrelation = correlation(curves.rate, curves.targetRate)
    var values: Values = [
      (.targetRate, curves.targetRate.reduce(0, +) / Double(max(curves.targetRate.count, 1))),
      (.trialCorrelation, meanOfNumbers(trials)),
      (.currentCorrelation, correlation(curves.current, curves.target)),
      (.currentExplained, varianceExplained(curves.current, of: curves.target)),
      (.rateCorrelation, rateCorrelation),
      (.rateExplained, varianceExplained(curves.rate, of: curves.targetRate)),
      (.heldOutCorrelation, correlation(curves.rate, curves.heldOut)),
      (.targetHeldOutCorrelation, correlation(curves.targetRate, curves.heldOut)),
    ]
    if isWhole {
      values.append((.reliability, reliability))
      values.append((.normalizedCorrelation, normalizedCorrelation(rateCorrelation, reliability: reliability)))
    }
    return values
  }

  private func curves(of neuron: Int, task: Int) -> Curves {
    let targets = network.targets
    let rows = 0..<targets.rowCount
    let isTarget = targets.neurons.contains(neuron)
    let unknown = rows.map { _ in Double.nan }
    let target = isTarget ? rows.map { Double(targets.value(task: task, row: $0 + 1, neuron: neuron)) } : unknown
    let first = (task * network.neuronCount + neuron) * targets.rowCount
    var curves = Curves()
    curves.target = target
    curves.current =
      result.windowedCurrents.isEmpty
      ? unknown : rows.map { Double(result.windowedCurrents[first + $0]) }
    curves.rate = rates.rates(task: task, neuron: neuron)
    curves.targetRate = isTarget ? targetRates?.rates(target, neuron: neuron) ?? unknown : unknown
    curves.heldOut = rows.map { row in
      guard let heldOut, let unit = network.unit(of: neuron) else { return .nan }
      return Double(heldOut.values[(task * heldOut.rowCount + row) * heldOut.unitCount + unit % heldOut.unitCount])
    }
    return curves
  }
}

/// What is compared, one value for each row.
private struct Curves {
  var target: [Double] = [], current: [Double] = []
  var targetRate: [Double] = [], rate: [Double] = [], heldOut: [Double] = []

  init() {}

  /// Tasks, one after another.
  init(joining tasks: [Curves]) {
    target = tasks.flatMap(\.target)
    current = tasks.flatMap(\.current)
    targetRate = tasks.flatMap(\.targetRate)
    rate = tasks.flatMap(\.rate)
    heldOut = tasks.flatMap(\.heldOut)
  }
}

/// M7: 1 - sum (y - f)^2 / sum (f - mean of f)^2; nan where f is constant.
public func varianceExplained(_ values: [Double], of targets: [Double]) -> Double {
  let mean = targets.reduce(0, +) / Double(max(targets.count, 1))
  let total = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  let left = zip(values, targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return total > 0 ? 1 - left / total : .nan
}

/// M8: the correlation in units of the largest that the noise of the recording allows; nan where that is not above 0.
public func normalizedCorrelation(_ correlation: Double, reliability: Double) -> Double {
  reliability > 0 ? correlation / reliability.squareRoot() : .nan
}
