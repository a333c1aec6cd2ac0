// Metrics of test trials against their definitions, and closed forms.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseTraining

@Suite struct NeuronMetricsTests {
  /// A network with targets of its own, and reliabilities for its units, two neurons each.
  private func network(_ change: (inout Parameters) -> Void = { _ in }) throws -> Network {
    var parameters = smallParameters()
    parameters.network.neuronCount = 20
    parameters.network.excitatoryCount = 12
    // The noise gives rates to target currents.
    parameters.staticSynapses.inDegree = 0
    parameters.noise.model = .voltage
    parameters.plastic.inputsPerClass = 2
    parameters.targets.taskCount = 2
    change(&parameters)
    var network = try makeNetwork(parameters)
    let reliability = [0.25, .nan, 0, -0.5] + Array(repeating: 0.81, count: 6)
    network.unitAttributes = [UnitAttribute("reliability", .numbers(reliability))]
    return network
  }

  private func result(
    _ network: Network, trials: Int = 3, currents: [Float] = [], _ spikes: (_ task: Int, _ trial: Int) -> SpikeTrain
  ) -> TestResult {
    var result = TestResult(
      trialCount: trials, tracedNeurons: [],
      trials: (0..<network.targets.taskCount).flatMap { task in
        (0..<trials).map { trial in
          TestTrial(
            task: task, spikes: spikes(task, trial), traces: [], rate: 0,
            correlations: (0..<network.neuronCount).map { $0 == 3 ? .nan : Double(trial) / 10 })
        }
      })
    result.windowedCurrents = currents
    return result
  }

  private func randomSpikes(_ network: Network, seed: UInt64) -> SpikeTrain {
    var (train, random) = (SpikeTrain(), TestRandom(seed))
    for step in 1...network.parameters.clock.lastStep {
      for neuron in 0..<network.neuronCount where random.uniform(0...1) < 0.005 {
        train.append(step: step, neuron: neuron)
      }
    }
    return train
  }

  /// Targets of a task, shape [neuron, row], as windowed currents are.
  private func transposedTargets(_ network: Network) -> [Float] {
    let targets = network.targets
    return (0..<targets.taskCount).flatMap { task in
      (0..<targets.neuronCount).flatMap { neuron in
        (1...targets.rowCount).map { targets.value(task: task, row: $0, neuron: neuron) }
      }
    }
  }

  // MARK: Spikes

  @Test func regularAndRandomIntervals() {
    var regular = IntervalMoments()
    for _ in 0..<50 { regular.add(37) }
    #expect(regular.variation == 0)
    // Geometric intervals, as of a neuron that spikes in each step with the same probability: CV = sqrt(1 - p).
    var (random, poisson) = (TestRandom(4), IntervalMoments())
    let p = 0.01
    for _ in 0..<20_000 {
      var interval = 1
      while random.uniform(0...1) >= p { interval += 1 }
      poisson.add(interval)
    }
    // The standard error of the CV of n exponential intervals is about 1 / sqrt(n).
    #expect(abs(poisson.variation - (1 - p).squareRoot()) < 4.5 / 20_000.0.squareRoot())
    var two = IntervalMoments()
    two.add(10)
    #expect(two.variation.isNaN)
    two.add(30)
    #expect(abs(two.variation - 0.5) < 1e-12)
  }

  /// Rates count spikes of the learning window, intervals are within a trial.
  @Test func ratesAndIntervals() throws {
    let network = try network()
    let clock = network.parameters.clock
    let start = clock.stimulusOffStep
    let found = result(network) { task, trial in
      var train = SpikeTrain()
      train.append(step: start, neuron: 5)
      for index in 0..<4 where task == 0 { train.append(step: start + 1 + 100 * index, neuron: 5) }
      train.append(step: start + 700 + trial, neuron: 6)
      return train
    }
    let metrics = NeuronMetrics(found, network, heldOut: nil, threads: 1)
    let seconds = Double(clock.lastStep - start) * clock.timeStep / 1000
    #expect(abs(metrics[.rate, neuron: 5, task: 0] - 4 / seconds) < 1e-9)
    #expect(metrics[.rate, neuron: 5, task: 1] == 0)
    #expect(abs(metrics[.rate, neuron: 5, task: nil] - 2 / seconds) < 1e-9)
    #expect(metrics[.intervalVariation, neuron: 5, task: 0] == 0)
    #expect(metrics[.intervalVariation, neuron: 5, task: 1].isNaN)
    #expect(metrics[.intervalVariation, neuron: 6, task: nil].isNaN)
    #expect(abs(metrics[.trialCorrelation, neuron: 5, task: 0] - 0.1) < 1e-12)
    #expect(metrics[.trialCorrelation, neuron: 3, task: nil].isNaN)
  }

  /// M4 by its definition: spikes in [t - w, t + w), cut at the ends of the learning window.
  @Test(arguments: [20.0, 15, 0, 90]) func windowedRates(window: Double) throws {
    let network = try network { $0.record.window = window }
    let clock = network.parameters.clock
    let found = result(network) { task, trial in randomSpikes(network, seed: UInt64(10 * task + trial)) }
    let rates = ModelRates(found, network)
    for task in 0..<2 {
      for neuron in [0, 7, 19] {
        let model = rates.rates(task: task, neuron: neuron)
        try #require(model.count == clock.rowCount)
        for row in 1...clock.rowCount where window > 0 {
          let center = clock.step(ofRow: row)
          let first = max(center - clock.windowSteps, clock.stimulusOffStep)
          let steps = first..<min(center + clock.windowSteps, clock.lastStep + 1)
          let count = (0..<3).reduce(0) { sum, trial in
            let spikes = found.trial(trial, task: task).spikes
            return sum + zip(spikes.steps, spikes.neurons).count { steps.contains(Int($0)) && Int($1) == neuron }
          }
          let wanted = Double(count) / (Double(steps.count) * 3 * clock.timeStep / 1000)
          #expect(abs(model[row - 1] - wanted) < 1e-9 * max(1, wanted), "row \(row)")
        }
        #expect(model.allSatisfy { $0 >= 0 })
      }
    }
  }

  // MARK: Fits

  @Test func currentsThatAreTheTarget() throws {
    let network = try network()
    let targets = transposedTargets(network)
    let same = NeuronMetrics(
      result(network, currents: targets) { _, _ in SpikeTrain() }, network, heldOut: nil, threads: 1)
    let rows = network.targets.rowCount
    let means = stride(from: 0, to: targets.count, by: rows).flatMap { start -> [Float] in
      let mean = targets[start..<(start + rows)].reduce(0) { $0 + Double($1) } / Double(rows)
      return Array(repeating: Float(mean), count: rows)
    }
    let flat = NeuronMetrics(
      result(network, currents: means) { _, _ in SpikeTrain() }, network, heldOut: nil, threads: 1)
    for neuron in 0..<network.neuronCount {
      for task in [0, 1, nil] {
        #expect(abs(same[.currentCorrelation, neuron: neuron, task: task] - 1) < 1e-9)
        #expect(same[.currentExplained, neuron: neuron, task: task] == 1)
        #expect(same[.rateCorrelation, neuron: neuron, task: task].isNaN, "no spike, no variation")
        if let task { #expect(abs(flat[.currentExplained, neuron: neuron, task: task]) < 1e-6) }
      }
      #expect(flat[.currentCorrelation, neuron: neuron, task: 0].isNaN)
    }
    #expect(!same.isDefined(.heldOutCorrelation) && same.isDefined(.rate))
  }

  @Test func knownVectors() {
    #expect(abs(correlation([1.0, 2, 3, 4], [1.0, 3, 2, 5]) - 5.5 / (5 * 8.75).squareRoot()) < 1e-12)
    #expect(varianceExplained([1, 2, 3], of: [1, 2, 3]) == 1)
    #expect(varianceExplained([2, 2, 2], of: [1, 2, 3]) == 0)
    #expect(varianceExplained([3, 2, 1], of: [1, 2, 3]) == -3)
    #expect(varianceExplained([1, 2], of: [5, 5]).isNaN)
    #expect(normalizedCorrelation(0.4, reliability: 0.64) == 0.5)
    for reliability in [0, -0.2, Double.nan] { #expect(normalizedCorrelation(0.4, reliability: reliability).isNaN) }
  }

  /// Units without a reliability, or with one that is not above 0, have no normalised correlation.
  @Test func reliabilityOfUnits() throws {
    let network = try network()
    let found = result(network) { task, trial in randomSpikes(network, seed: UInt64(20 + 10 * task + trial)) }
    for threads in [1, 3] {
      let metrics = NeuronMetrics(found, network, heldOut: nil, threads: threads)
      for neuron in 0..<20 {
        let unit = neuron % 10
        let r = metrics[.rateCorrelation, neuron: neuron, task: nil]
        let normalized = metrics[.normalizedCorrelation, neuron: neuron, task: nil]
        #expect((1...3).contains(unit) ? normalized.isNaN : abs(normalized - r / (unit == 0 ? 0.5 : 0.9)) < 1e-12)
        #expect(metrics[.normalizedCorrelation, neuron: neuron, task: 1].isNaN)
      }
    }
  }

  /// A model that has part of a signal, and a recording that has it in noise: the correlation in units of the ceiling is
  /// that with the signal itself (Schoppe et al. 2016).
  @Test func normalizedCorrelationRecoversTheTruth() {
    var random = TestRandom(11)
    func normal() -> Double {
      var sum = -6.0
      for _ in 0..<12 { sum += random.uniform(0...1) }
      return sum
    }
    let rows = 20_000
    for truth in [0.3, 0.8] {
      for noise in [0.5, 2.0] {
        let signal = (0..<rows).map { _ in normal() }
        let model = signal.map { truth * $0 + (1 - truth * truth).squareRoot() * normal() }
        let halves = (0..<2).map { _ in signal.map { $0 + noise * normal() } }
        let recorded = zip(halves[0], halves[1]).map { ($0 + $1) / 2 }
        let r = correlation(halves[0], halves[1])
        let found = normalizedCorrelation(correlation(model, recorded), reliability: 2 * r / (1 + r))
        #expect(abs(found - truth) < 0.03, "\(found) for \(truth) in noise of \(noise)")
        #expect(correlation(model, recorded) < truth)
      }
    }
  }

  @Test func heldOutRates() throws {
    let network = try network()
    let found = result(network) { task, trial in randomSpikes(network, seed: UInt64(40 + 10 * task + trial)) }
    let rates = ModelRates(found, network)
    // Of unit 4: what its first neuron does; of the others, nothing that varies.
    let rows = network.targets.rowCount
    var values = [Float](repeating: 1, count: 2 * rows * 10)
    for task in 0..<2 {
      for (row, rate) in rates.rates(task: task, neuron: 4).enumerated() {
        values[(task * rows + row) * 10 + 4] = Float(rate)
      }
    }
    let heldOut = RecordedActivity(taskCount: 2, rowCount: rows, unitCount: 10, values: values)
    let metrics = NeuronMetrics(found, network, heldOut: heldOut, threads: 2)
    for task in [0, 1, nil] {
      #expect(abs(metrics[.heldOutCorrelation, neuron: 4, task: task] - 1) < 1e-5)
      #expect(metrics[.heldOutCorrelation, neuron: 14, task: task] < 0.9)
      #expect(metrics[.heldOutCorrelation, neuron: 5, task: task].isNaN)
    }
  }

  // MARK: Target rates

  @Test(arguments: [
    "voltage noise", "unequal time constants and classes", "GLIF1", "GLIF4, no static connections, voltage noise",
  ])
  func targetRatesAreThoseOfTheFormula(name: String) throws {
    let network = try makeNetwork(NetworkVariant.named(name).parameters)
    let (p, deviation) = (network.parameters, network.untrained.currentDeviation)
    let rates = try #require(network.targetRates())
    for neuron in [0, 69, 70, 150] {
      let currents = (1...network.targets.rowCount).map {
        Double(network.targets.value(task: 0, row: $0, neuron: neuron))
      }
      for (current, rate) in zip(currents, rates.rates(currents, neuron: neuron)) {
        let wanted: Double
        if p.neuron.model.isGLIF {
          let cell = p.glifNeuron(neuron)
          let sigma =
            p.staticInDegree == 0
            ? p.noise.sigma : cell.resistance * deviation / (1.3 * p.staticSynapses.excitatoryTimeConstant).squareRoot()
          wanted = RicciardiRate(
            membraneTimeConstant: cell.membraneTimeConstant, threshold: cell.threshold - cell.restPotential,
            resetPotential: 0, sigma: sigma
          ).rate(cell.resistance * (current + p.baselineCurrent(neuron)))
        } else {
          wanted = p.rateFunction(p.neuronClass(neuron), currentDeviation: deviation).rate(
            current + p.baselineCurrent(neuron))
        }
        #expect(abs(rate - wanted) <= 1e-3 * wanted + 1e-12, "\(rate) for \(wanted)")
      }
    }
  }

  /// Targets from recorded rates stand for these rates, but for those below 0.1 Hz.
  @Test func targetRatesOfRecordings() throws {
    var parameters = smallParameters()
    parameters.targets.source = .rates
    let clock = parameters.clock
    let values = (0..<clock.rowCount * 151).map { Float($0 % 40) }
    let recorded = RecordedActivity(taskCount: 1, rowCount: clock.rowCount, unitCount: 151, values: values)
    var network = try makeNetwork(smallParameters())
    network.targets = .rates(
      recorded, .inTurn(parameters, unitCount: 151), parameters,
      currentDeviation: network.untrained.currentDeviation, threads: 1)
    let rates = try #require(network.targetRates())
    for neuron in [0, 100] {
      let currents = (1...clock.rowCount).map { Double(network.targets.value(task: 0, row: $0, neuron: neuron)) }
      for (row, rate) in rates.rates(currents, neuron: neuron).enumerated() {
        let wanted = max(0.1, Double(values[row * 151 + neuron]))
        #expect(abs(rate - wanted) < 1e-4 * wanted)
      }
    }
  }

  /// Without fluctuations, or with next to none, the formula has no rates.
  @Test(arguments: [0, 1e-20, 1e-5]) func noFluctuations(sigma: Double) throws {
    let network = try network { p in
      p.noise.model = .none
      p.noise.sigma = sigma
    }
    #expect(!network.fluctuatesEnough)
    let metrics = NeuronMetrics(
      result(network) { _, _ in randomSpikes(network, seed: 1) }, network, heldOut: nil, threads: 1)
    #expect(!metrics.isDefined(.rateCorrelation) && metrics.isDefined(.rate))
  }

  @Test func quartilesOfGroups() {
    var metrics = NeuronMetrics(neuronCount: 6, taskCount: 1)
    for (neuron, value) in [1, .nan, 2, 3, 4, 5].enumerated() { metrics[.rate, neuron: neuron, task: nil] = value }
    #expect(metrics.quartiles(.rate, of: NeuronGroup("all", 0..<6)) == [2, 3, 4])
    #expect(metrics.quartiles(.rate, of: NeuronGroup("one", [1])).allSatisfy { $0.isNaN })
    #expect(metrics[.rate, neuron: 2, task: 0].isNaN)
  }
}
