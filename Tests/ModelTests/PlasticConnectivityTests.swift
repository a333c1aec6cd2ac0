// Plastic connections: numbers per class, uniformity, the most active candidates.
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct PlasticConnectivityTests {
  private func parameters(
    _ count: Int = 41, excitatory: Int = 17, perClass: Int = 5, fraction: Double = 1, seed: UInt64 = 3
  ) -> Parameters {
    var parameters = Parameters()
    parameters.network.neuronCount = count
    parameters.network.excitatoryCount = excitatory
    parameters.network.seed = seed
    parameters.staticSynapses.inDegree = 0
    parameters.plastic.inputsPerClass = PerClass(both: perClass)
    parameters.plastic.candidateFraction = fraction
    return parameters
  }

  private func inputs(_ connections: PlasticConnections, of neuron: Int) -> [Int] {
    (0..<connections.inputsPerNeuron).map { connections.presynapticNeuron(of: neuron, input: $0) }
  }

  @Test(arguments: [5, 1, 16]) func inputsOfEachClass(perClass: Int) {
    let connections = PlasticConnections.erdosRenyi(parameters(perClass: perClass), untrainedRates: [], threads: 2)
    #expect(connections.inputsPerNeuron == 2 * perClass)
    for neuron in 0..<41 {
      let inputs = inputs(connections, of: neuron)
      #expect(Set(inputs).count == 2 * perClass)
      #expect(!inputs.contains(neuron))
      #expect(inputs.prefix(perClass).allSatisfy { $0 < 17 })
      #expect(inputs.dropFirst(perClass).allSatisfy { $0 >= 17 && $0 < 41 })
    }
  }

  @Test func inputsAreUniform() {
    var counts = [Int](repeating: 0, count: 41 * 41)
    let networks = 1000
    for seed in 0..<UInt64(networks) {
      let connections = PlasticConnections.erdosRenyi(parameters(seed: seed), untrainedRates: [], threads: 1)
      for neuron in 0..<41 {
        for input in inputs(connections, of: neuron) { counts[neuron * 41 + input] += 1 }
      }
    }
    // Every ordered pair of neurons; a neuron has one candidate less in its own class.
    var (statistic, pairs) = (0.0, 0.0)
    for neuron in 0..<41 {
      for input in 0..<41 where input != neuron {
        let sameClass = (neuron < 17) == (input < 17)
        let probability = 5.0 / Double((input < 17 ? 17 : 24) - (sameClass ? 1 : 0))
        let spread = Double(networks) * probability * (1 - probability)
        let difference = Double(counts[neuron * 41 + input]) - Double(networks) * probability
        statistic += difference * difference / spread
        pairs += 1
      }
      #expect(counts[neuron * 41 + neuron] == 0)
    }
    #expect(abs(statistic / pairs - 1) < 4.5 * (2 / pairs).squareRoot())
  }

  @Test func onlyTheMostActiveAreCandidates() {
    let rates = (0..<41).map { Double(($0 * 7) % 41) }
    let connections = PlasticConnections.erdosRenyi(
      parameters(perClass: 3, fraction: 0.5), untrainedRates: rates, threads: 1)
    let excitatory = (0..<17).sorted { rates[$0] > rates[$1] }.prefix(8)
    let inhibitory = (17..<41).sorted { rates[$0] > rates[$1] }.prefix(12)
    let used = Set(connections.presynaptic.map(Int.init))
    // Eight or twelve candidates and over a hundred draws: all are used, and no other.
    #expect(used == Set(excitatory).union(inhibitory))
  }

  @Test func equalRatesGoToTheLowerNumbers() {
    let rates = [Double](repeating: 1, count: 41)
    let connections = PlasticConnections.erdosRenyi(
      parameters(perClass: 3, fraction: 0.5), untrainedRates: rates, threads: 1)
    #expect(Set(connections.presynaptic.map(Int.init)) == Set(0..<8).union(17..<29))
  }

  @Test(arguments: [2, 3, 5]) func threadsMakeNoDifference(threads: Int) {
    let parameters = parameters(501, excitatory: 200, perClass: 20)
    #expect(
      PlasticConnections.erdosRenyi(parameters, untrainedRates: [], threads: threads)
        == .erdosRenyi(parameters, untrainedRates: [], threads: 1))
  }

  @Test func seedsDiffer() {
    #expect(
      PlasticConnections.erdosRenyi(parameters(seed: 1), untrainedRates: [], threads: 1)
        != .erdosRenyi(parameters(seed: 2), untrainedRates: [], threads: 1))
  }
}
