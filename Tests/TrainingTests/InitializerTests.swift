// The untrained run: rates, mean currents and their deviation, and the targets that are built on them.
import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@Suite(.fewAtATime) struct InitializerTests {
  /// The statistics from a trial that is recorded sample by sample.
  @Test func statisticsOfTheUntrainedRun() throws {
    let network = try makeNetwork(smallParameters())
    let backend = ReferenceBackend(network: network)
    var request = TrialRequest(.untrained, index: 0)
    request.tracedNeurons = Array(0..<151)
    let result = Trial.run(request, on: backend, learns: false)
    // Trials of 300 ms are shorter than 1000 ms: the second half counts.
    let halves = result.traces.map { $0.total.suffix(150).map(Double.init) }
    let deviations = halves.map { (variance($0) * 150 / 149).squareRoot() }
    var disagreeing = 0
    for neuron in 0..<151 {
      let rate = Double(result.spikeCounts[neuron]) / 0.3
      #expect(result.traces[neuron].plastic.allSatisfy { $0 == 0 })
      // Free runs of two precisions part after a while, so some neurons may differ by a spike.
      if abs(network.untrained.rates[neuron] - rate) > 1e-6 { disagreeing += 1 }
      if abs(network.untrained.meanCurrents[neuron] - mean(halves[neuron])) > 0.02 { disagreeing += 1 }
    }
    #expect(disagreeing <= 10)
    #expect(abs(network.untrained.currentDeviation / mean(deviations) - 1) < 0.02)
  }

  @Test func targetsLieAroundTheMeanCurrents() throws {
    let network = try makeNetwork(smallParameters())
    for neuron in 0..<151 {
      let values = (1...20).map { Double(network.targets.value(task: 0, row: $0, neuron: neuron)) }
      #expect(abs(mean(values) - network.untrained.meanCurrents[neuron]) < 1e-5)
    }
  }

  @Test func mostActiveNeuronsAreCandidates() throws {
    var parameters = smallParameters()
    parameters.plastic.candidateFraction = 0.2
    let network = try makeNetwork(parameters)
    let used = Set(network.plasticConnections.presynaptic.map(Int.init))
    let rates = network.untrained.rates
    for range in [0..<70, 70..<151] {
      let least = range.filter(used.contains).map { rates[$0] }.min()!
      #expect(range.filter { !used.contains($0) }.allSatisfy { rates[$0] <= least })
    }
  }
}
