// Perturbed trials against the same trials without the perturbation.
internal import RepriseCore
public import RepriseModel

extension Experiment {
  /// - Parameters:
  ///   - unperturbed: Of the same random numbers as `perturbed`, in the same order.
  public init(
    actions: [Action], _ perturbation: Perturbation, groups: [NeuronGroup], _ network: Network,
    unperturbed: TestResult, perturbed: TestResult
  ) {
    let clock = network.parameters.clock
    let bins = RateBins(clock)
    let steps = perturbation.steps
    let ends = [steps.lowerBound, steps.upperBound].map { clock.milliseconds(min($0, clock.lastStep)) }
    self.init(
      actions: actions, perturbation: perturbation, window: ends[0]...ends[1], groups: groups,
      times: (1...bins.count).map { clock.milliseconds(min($0 * bins.width, clock.lastStep)) },
      unperturbed: TrialActivity(unperturbed, network, steps, groups, bins),
      perturbed: TrialActivity(perturbed, network, steps, groups, bins))
  }
}

/// Bins of one learning interval over a whole trial: bin b has the steps from b width + 1 on.
struct RateBins {
  let width, count, lastStep: Int

  init(_ clock: StepClock) {
    width = max(1, clock.learningIntervalSteps)
    lastStep = clock.lastStep
    count = max(1, (lastStep + width - 1) / width)
  }

  func steps(inBin bin: Int) -> Int { min((bin + 1) * width, lastStep) - bin * width }
}

extension TrialActivity {
  /// - Parameter steps: Those of the perturbation.
  init(_ result: TestResult, _ network: Network, _ steps: Range<Int>, _ groups: [NeuronGroup], _ bins: RateBins) {
    let (count, clock) = (network.neuronCount, network.parameters.clock)
    var counts = [[Int]](repeating: Array(repeating: 0, count: count), count: Period.allCases.count)
    var groupCounts = [[Int]](repeating: Array(repeating: 0, count: bins.count), count: groups.count)
    var groupsOf = [[Int]](repeating: [], count: count)
    for (index, group) in groups.enumerated() {
      for neuron in group.neurons { groupsOf[neuron].append(index) }
    }
    for trial in result.trials {
      for (step, neuron) in zip(trial.spikes.steps, trial.spikes.neurons) {
        let period: Period = steps.contains(Int(step)) ? .during : Int(step) < steps.lowerBound ? .before : .after
        counts[period.rawValue][Int(neuron)] += 1
        for group in groupsOf[Int(neuron)] { groupCounts[group][(Int(step) - 1) / bins.width] += 1 }
      }
    }
    let lengths = [max(0, steps.lowerBound - 1), steps.count, max(0, clock.lastStep + 1 - steps.upperBound)]
    let seconds = clock.timeStep / 1000 * Double(result.trials.count)
    self.init(
      rates: zip(counts, lengths).map { counts, length in
        counts.map { length > 0 ? Double($0) / (Double(length) * seconds) : .nan }
      },
      currents: Self.currents(result, network, steps),
      correlations: (0..<count).map { neuron in meanOfNumbers(result.trials.map { $0.correlations[neuron] }) },
      groupRates: zip(groups, groupCounts).map { group, counts in
        counts.enumerated().map { bin, count in
          Double(count) / (Double(bins.steps(inBin: bin) * max(group.neurons.count, 1)) * seconds)
        }
      })
  }

  private static func currents(_ result: TestResult, _ network: Network, _ steps: Range<Int>) -> [Double] {
    let (clock, targets) = (network.parameters.clock, network.targets)
    let rows = (0..<targets.rowCount).filter { steps.contains(clock.step(ofRow: $0 + 1)) }
    guard !rows.isEmpty, !result.windowedCurrents.isEmpty else {
      return Array(repeating: .nan, count: network.neuronCount)
    }
    return (0..<network.neuronCount).map { neuron in
      var sum = 0.0
      for task in 0..<targets.taskCount {
        let first = (task * network.neuronCount + neuron) * targets.rowCount
        for row in rows { sum += Double(result.windowedCurrents[first + row]) }
      }
      return sum / Double(rows.count * targets.taskCount)
    }
  }
}
