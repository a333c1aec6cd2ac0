// Test trials as one session, for formats whose spikes are all on one clock.
internal import RepriseCore
package import RepriseModel

/// Test trials one after the other, with a pause between them, and what is known of neurons and trials.
package struct ExportedSession {
  /// From the end of a trial to the start of the next, ms: no window around an event reaches into the next trial.
  static let pause = 1000.0

  let network: Network
  let test: TestResult
  let loopsDone: Int
  private let clock: StepClock
  /// Steps from the start of a trial to the start of the next.
  private let period: Int

  package init(_ test: TestResult, _ network: Network, loopsDone: Int) {
    (self.network, self.test, self.loopsDone) = (network, test, loopsDone)
    clock = network.parameters.clock
    period = clock.lastStep + StepClock.steps(for: Self.pause, timeStep: clock.timeStep)
  }

  /// A name that differs between sessions: network and loops.
  var identifier: String { "reprise-\(String(network.fingerprint, radix: 16))-loop-\(loopsDone)" }

  var description: String {
    "Simulation by Reprise \(repriseVersion): \(network.neuronCount) neurons after \(loopsDone) loops of training, "
      + "\(test.trialCount) trials of each of \(network.targets.taskCount) tasks"
  }

  var timeStep: Double { clock.timeStep }

  /// ms since the start of the session.
  private func time(_ step: Int, trial: Int) -> Double { clock.milliseconds(trial * period + step) }

  /// Spikes in the order of time, then neuron.
  func spikesByTime() -> (times: [Double], neurons: [UInt64]) {
    let count = test.trials.reduce(0) { $0 + $1.spikes.steps.count }
    var (times, neurons): ([Double], [UInt64]) = ([], [])
    times.reserveCapacity(count)
    neurons.reserveCapacity(count)
    for (trial, result) in test.trials.enumerated() {
      for (step, neuron) in zip(result.spikes.steps, result.spikes.neurons) {
        times.append(time(Int(step), trial: trial))
        neurons.append(UInt64(neuron))
      }
    }
    return (times, neurons)
  }

  /// Spikes of neuron after neuron, each in the order of time, and where those of each neuron end.
  func spikesByNeuron() -> (times: [Double], ends: [Int]) {
    let all = spikesByTime()
    var ends = [Int](repeating: 0, count: network.neuronCount)
    for neuron in all.neurons { ends[Int(neuron)] += 1 }
    for neuron in ends.indices.dropFirst() { ends[neuron] += ends[neuron - 1] }
    var next = [0] + ends.dropLast()
    var times = [Double](repeating: 0, count: all.times.count)
    for (time, neuron) in zip(all.times, all.neurons) {
      times[next[Int(neuron)]] = time
      next[Int(neuron)] += 1
    }
    return (times, ends)
  }
}

/// One column of a table of neurons or trials.
struct ExportedColumn {
  enum Values {
    /// Times since the start of the session, ms.
    case times([Double])
    case numbers([Double])
    case integers([Int64])
    case texts([String])
  }

  let name: String
  let meaning: String
  let values: Values
}

extension ExportedSession {
  /// A row for each trial, in their order.
  var trialColumns: [ExportedColumn] {
    let trials = test.trials.indices
    func times(_ name: String, _ step: Int, _ meaning: String) -> ExportedColumn {
      ExportedColumn(name: name, meaning: meaning, values: .times(trials.map { time(step, trial: $0) }))
    }
    return [
      times("start_time", 0, "start of the trial"),
      times("stop_time", clock.lastStep, "end of the trial"),
      times("stimulus_on", clock.stimulusOnStep, "start of the stimulus"),
      times("stimulus_off", clock.stimulusOffStep, "end of the stimulus, start of the learning window"),
      ExportedColumn(
        name: "task", meaning: "task, from 0", values: .integers(test.trials.map { Int64($0.task) })),
      ExportedColumn(
        name: "repeat", meaning: "trial of the task, from 0",
        values: .integers(trials.map { Int64($0 % test.trialCount) })),
    ]
  }

  /// A row for each neuron, in their order.
  var neuronColumns: [ExportedColumn] {
    let neurons = 0..<network.neuronCount
    return [
      ExportedColumn(
        name: "neuron_class", meaning: "excitatory or inhibitory",
        values: .texts(neurons.map { network.parameters.neuronClass($0).rawValue })),
      ExportedColumn(
        name: "correlation",
        meaning: "correlation of the synaptic current with its target, mean over trials; nan where it is not defined",
        values: .numbers(neurons.map { neuron in meanOfNumbers(test.trials.map { $0.correlations[neuron] }) })),
    ]
  }
}
