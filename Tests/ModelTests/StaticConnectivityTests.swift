// Static connections: degrees, uniformity, independence of threads.
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
    let connections = StaticConnections.erdosRenyi(parameters(count, inDegree: inDegree), threads: 2)
    #expect(connections.rowStarts.count == count + 1)
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
    let connections = StaticConnections.erdosRenyi(parameters(count, inDegree: inDegree), threads: 1)
    var degrees = [Int](repeating: 0, count: count)
    for target in connections.targets { degrees[Int(target)] += 1 }
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
      let connections = StaticConnections.erdosRenyi(parameters(count, inDegree: inDegree, seed: seed), threads: 1)
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
    let connections = StaticConnections.erdosRenyi(parameters(1000, inDegree: 100), threads: 1)
    var counts = [0, 0, 0, 0]
    for neuron in 0..<1000 {
      for target in connections.targets(of: neuron) { counts[(neuron < 500 ? 0 : 2) + (target < 500 ? 0 : 1)] += 1 }
    }
    let expected = [499.0, 500, 500, 499].map { $0 * 500 * 200 / 999 }
    #expect(chiSquareDeviation(counts, expected: expected, constraints: 2) < 4.5)
  }

  @Test(arguments: [2, 3, 5]) func threadsMakeNoDifference(threads: Int) {
    let parameters = parameters(301, inDegree: 20)
    #expect(StaticConnections.erdosRenyi(parameters, threads: threads) == .erdosRenyi(parameters, threads: 1))
  }

  @Test func seedsDiffer() {
    #expect(
      StaticConnections.erdosRenyi(parameters(300, inDegree: 20, seed: 1), threads: 1)
        != .erdosRenyi(parameters(300, inDegree: 20, seed: 2), threads: 1))
  }

  @Test func noConnections() {
    let connections = StaticConnections.erdosRenyi(parameters(10, inDegree: 0), threads: 1)
    #expect(connections.isEmpty)
    #expect(connections.targets(of: 9).isEmpty)
  }
}
