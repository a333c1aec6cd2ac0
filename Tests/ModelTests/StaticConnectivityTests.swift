// Static connections: degrees, uniformity, independence of threads.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct StaticConnectivityTests {
  private func parameters(_ count: Int, inDegree: Int, seed: UInt64 = 3) -> Parameters {
    var parameters = Parameters()
    parameters.network.neuronCount = count
    parameters.network.seed = seed
    parameters.staticSynapses.inDegree = inDegree
    return parameters
  }

  @Test(arguments: [(300, 30), (301, 1), (11, 5), (3, 1)]) func rows(count: Int, inDegree: Int) {
    let connections = StaticConnections.erdosRenyi(parameters(count, inDegree: inDegree))
    #expect(connections.count == count * 2 * inDegree)
    for neuron in 0..<count {
      let row = connections.targets(of: neuron)
      #expect(row.count == 2 * inDegree)
      #expect(zip(row, row.dropFirst()).allSatisfy { $0 < $1 }, "ascending, so without repeats")
      #expect(!row.contains(UInt32(neuron)))
      #expect(row.allSatisfy { $0 < count })
    }
  }

  @Test func inDegreesAreBinomial() {
    let (count, inDegree) = (2000, 50)
    let connections = StaticConnections.erdosRenyi(parameters(count, inDegree: inDegree))
    var degrees = [Int](repeating: 0, count: count)
    for neuron in 0..<count {
      for target in connections.targets(of: neuron) { degrees[Int(target)] += 1 }
    }
    #expect(degrees.max()! <= connections.mostInputs(ofClassOfSize: count, 0..<count))
    // Each of the N - 1 others projects here with probability 2K / (N - 1).
    let probability = Double(2 * inDegree) / Double(count - 1)
    let spread = Double(count - 1) * probability * (1 - probability)
    let found = degrees.map(Double.init)
    #expect(mean(found) == Double(2 * inDegree))
    // The variance of N degrees has a relative standard error of about sqrt(2 / N) = 3 %.
    #expect(abs(variance(found) / spread - 1) < 0.14)
    let within = found.count { abs($0 - 100) <= spread.squareRoot() }
    // 67 % of a binomial around 100 with deviation 9.75 lie within 9 of its mean.
    #expect(abs(Double(within) / Double(count) - 0.67) < 0.05)
  }

  @Test func targetsAreUniform() {
    let (count, inDegree) = (60, 10)
    var counts = [Int](repeating: 0, count: count * count)
    for seed in 0..<400 as Range<UInt64> {
      let connections = StaticConnections.erdosRenyi(parameters(count, inDegree: inDegree, seed: seed))
      for neuron in 0..<count {
        for target in connections.targets(of: neuron) { counts[neuron * count + Int(target)] += 1 }
      }
    }
    // Targets of one neuron exclude each other, so the variance of a count is less than its mean by 1 - 2K / (N - 1).
    let pairs = counts.indices.filter { $0 / count != $0 % count }.map { counts[$0] }
    let expected = 400.0 * 20 / 59
    let narrowing = 1 - 20.0 / 59
    let statistic = pairs.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected / narrowing }
    #expect(abs(statistic / Double(pairs.count) - 1) < 4.5 * (2 / Double(pairs.count)).squareRoot())
    #expect(counts.indices.filter { $0 / count == $0 % count }.allSatisfy { counts[$0] == 0 })
  }

  @Test func classesAreMixedByTheirSizes() {
    let connections = StaticConnections.erdosRenyi(parameters(1000, inDegree: 100))
    var counts = [0, 0, 0, 0]
    for neuron in 0..<1000 {
      for target in connections.targets(of: neuron) { counts[(neuron < 500 ? 0 : 2) + (target < 500 ? 0 : 1)] += 1 }
    }
    let expected = [499.0, 500, 500, 499].map { $0 * 500 * 200 / 999 }
    #expect(chiSquareDeviation(counts, expected: expected, constraints: 2) < 4.5)
  }

  /// Two targets of one neuron are any two others with equal probability: few numbers, where a poor permutation shows.
  @Test(arguments: [12, 31, 300]) func pairsOfTargetsAreUniform(count: Int) {
    let degree = 2 * (count / 6)
    let draws = 10_000
    var counts = [Int](repeating: 0, count: count * count)
    for seed in 0..<UInt64(draws) {
      let targets = StaticConnections.erdosRenyi(parameters(count, inDegree: degree / 2, seed: seed)).targets(of: 0)
      for (place, target) in targets.enumerated() {
        for other in targets[..<place] { counts[Int(target) * count + Int(other)] += 1 }
      }
    }
    let others = Double(count - 1)
    let probability = Double(degree * (degree - 1)) / (others * (others - 1))
    let spread = Double(draws) * probability * (1 - probability)
    var deviations: [Double] = []
    for a in 1..<count {
      for b in 1..<a {
        deviations.append((Double(counts[a * count + b]) - Double(draws) * probability) / spread.squareRoot())
      }
    }
    // Pairs that share a target depend on one another, so the mean of squares scatters by more than sqrt(2 / pairs):
    // by 0.3 with 55 pairs.
    let scatter = 2.2 / Double(deviations.count).squareRoot()
    #expect(abs(deviations.reduce(0) { $0 + $1 * $1 } / Double(deviations.count) - 1) < 4 * scatter)
    #expect(deviations.allSatisfy { abs($0) < 5.5 })
  }

  @Test func seedsDiffer() {
    #expect(
      StaticConnections.erdosRenyi(parameters(300, inDegree: 20, seed: 1))
        != .erdosRenyi(parameters(300, inDegree: 20, seed: 2)))
  }

  @Test func slotsOfRowsAreThoseOfTheTargets() {
    for connections in [
      StaticConnections.erdosRenyi(parameters(301, inDegree: 20)),
      StaticConnections(rowStarts: [0, 2, 3] + Array(repeating: 3, count: 299), targets: [150, 3, 300]),
    ] {
      let layout = NeuronLayout(neuronCount: 301, excitatoryCount: 150)
      var rows = 0
      connections.forEachRow(layout) { neuron, slots in
        #expect(slots.sorted() == connections.targets(of: neuron).map { UInt32(layout.slot(Int($0))) })
        rows += 1
      }
      #expect(rows == 301)
    }
  }

  @Test func noConnections() {
    let connections = StaticConnections.erdosRenyi(parameters(10, inDegree: 0))
    #expect(connections.isEmpty)
    #expect(connections.targets(of: 9).isEmpty)
  }
}
