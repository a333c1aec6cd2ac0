// Which neurons learn, where their inputs come from, and which recorded unit each stands for.
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct TrainedNeuronsTests {
  private func parameters(_ trained: TrainedNeurons, seed: UInt64 = 3) -> Parameters {
    var parameters = smallParameters(seed: seed)
    parameters.plastic.trained = trained
    return parameters
  }

  @Test func rowsOfSubsets() {
    let subset = NeuronSubset([2, 3, 7])
    #expect((0...8).map { subset.row(of: $0) } == [nil, nil, 0, 1, nil, nil, nil, 2, nil])
    #expect(subset.rows(of: 3..<7) == 1..<2)
    #expect(subset.rows(of: 0..<100) == 0..<3)
    #expect(subset.rows(of: 8..<9) == 3..<3)
    #expect(NeuronSubset.first(4).subtracting(subset).neurons == [0, 1])
    #expect(NeuronSubset.none.row(of: 0) == nil)
  }

  @Test func drawnNeuronsAreOfTheirClasses() {
    let drawn = TrainedNeurons.drawn(PerClass(excitatory: .count(12), inhibitory: .fraction(0.5)))
    let neurons = parameters(drawn).trainedNeurons()
    // 70 excitatory and 81 inhibitory ones.
    #expect(neurons.rows(of: 0..<70).count == 12)
    #expect(neurons.count == 12 + 41)
    #expect(parameters(drawn).trainedCount == neurons.count)
    #expect(parameters(drawn).trainedNeurons() == neurons)
    #expect(parameters(drawn, seed: 4).trainedNeurons() != neurons)
    #expect(parameters(.all(.inhibitory)).trainedNeurons() == NeuronSubset(70..<151))
    #expect(!parameters(.drawn(PerClass(both: .fraction(1)))).trainsSubset)
  }

  /// Every neuron is drawn as often as any other.
  @Test func draftsAreUniform() {
    var counts = [Int](repeating: 0, count: 151)
    for seed in 0..<UInt64(2000) {
      let some = TrainedNeurons.drawn(PerClass(excitatory: .count(7), inhibitory: .count(0)))
      for neuron in parameters(some, seed: seed).trainedNeurons().neurons { counts[Int(neuron)] += 1 }
    }
    let spread = (2000 * 0.1 * 0.9).squareRoot()
    #expect(counts[0..<70].allSatisfy { abs(Double($0) - 200) < 4.5 * spread })
    #expect(counts[70...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [PlasticParameters.Senders.all, .trained]) func inputsComeFromSenders(
    _ senders: PlasticParameters.Senders
  ) {
    var parameters = parameters(.drawn(PerClass(excitatory: .count(30), inhibitory: .count(20))))
    parameters.plastic.senders = senders
    parameters.plastic.inputsPerClass = PerClass(excitatory: 9, inhibitory: 4)
    parameters.plastic.candidateFraction = 0.5
    let rates = (0..<151).map { Double(($0 * 37) % 151) }
    let connections = PlasticConnections.erdosRenyi(parameters, untrainedRates: rates, threads: 2)
    let learners = parameters.trainedNeurons()
    #expect(connections.neurons == learners)
    #expect(connections.inputsPerNeuron == 13)
    for c in NeuronClass.allCases {
      let all = parameters.neurons(c).filter { senders == .all || learners.contains($0) }
      let candidates = all.sorted { rates[$0] > rates[$1] }.prefix(all.count / 2)
      #expect(parameters.candidateCount(c) == candidates.count)
      var used: Set<Int> = []
      for row in 0..<learners.count {
        let inputs = (c == .excitatory ? 0..<9 : 9..<13).map { connections.presynapticNeuron(row: row, input: $0) }
        #expect(Set(inputs).count == inputs.count)
        #expect(!inputs.contains(learners[row]))
        used.formUnion(inputs)
      }
      #expect(used == Set(candidates))
    }
  }

  @Test func autapsesAreDrawnWhereTheyMayBe() {
    var parameters = parameters(.all)
    parameters.plastic.autapses = true
    parameters.plastic.inputsPerClass = PerClass(excitatory: 70, inhibitory: 81)
    #expect(parameters.validate().isEmpty)
    let connections = PlasticConnections.erdosRenyi(parameters, untrainedRates: [], threads: 1)
    for neuron in 0..<151 {
      #expect((0..<151).map { connections.presynapticNeuron(of: neuron, input: $0) } == Array(0..<151))
    }
  }

  // MARK: Units

  private func map(_ map: TargetParameters.Map, heldOut: Double = 0, copies: Int = 1, units: Int) -> UnitMap {
    var parameters = parameters(.drawn(PerClass(excitatory: .count(24), inhibitory: .count(0))))
    parameters.targets.map = map
    parameters.targets.heldOutUnits = heldOut
    parameters.targets.copies = copies
    #expect(parameters.unitProblem(unitCount: units) == nil)
    return UnitMap(
      parameters, learners: parameters.trainedNeurons(), unitMeans: (0..<units).map { Double(($0 * 7) % units) },
      untrainedRates: (0..<151).map { Double(($0 * 41) % 151) })
  }

  @Test func unitsInOrder() {
    #expect(map(.inOrder, units: 24).units == (0..<24).map { UInt32($0) })
    #expect(map(.inOrder, copies: 3, units: 8).units == (0..<24).map { UInt32($0 % 8) })
  }

  @Test func unitsAtRandom() {
    let units = map(.random, units: 24).units
    #expect(units.sorted() == (0..<24).map { UInt32($0) })
    #expect(units != units.sorted())
  }

  @Test func unitsByRank() {
    let map = map(.meanRate, heldOut: 0.2, units: 30)
    let learners = parameters(.drawn(PerClass(excitatory: .count(24), inhibitory: .count(0)))).trainedNeurons()
    for group in [true, false] {
      let pairs = zip(map.neurons.neurons, map.units).filter { learners.contains(Int($0.0)) == group }
      #expect(pairs.count == (group ? 24 : 6))
      let ranked = pairs.sorted { ($0.0 * 41) % 151 < ($1.0 * 41) % 151 }
      let means = ranked.map { ($0.1 * 7) % 30 }
      #expect(means == means.sorted())
    }
    #expect(Set(map.units).count == 30)
  }

  @Test func unitsThatDoNotFit() {
    var parameters = parameters(.drawn(PerClass(excitatory: .count(24), inhibitory: .count(0))))
    #expect(parameters.unitProblem(unitCount: 25)?.contains("25 neurons must learn") == true)
    parameters.targets.heldOutUnits = 0.9
    #expect(parameters.unitProblem(unitCount: 240)?.contains("predictions of neurons that do not learn") == true)
    parameters.plastic.trained = .all
    #expect(parameters.unitProblem(unitCount: 152)?.contains("network.N must be") == true)
  }
}
