// Connections that are given: how they are rounded and sorted, and what is refused.
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct EdgeListTests {
  private let parameters = smallParameters()

  private func connections(
    _ edges: EdgeList, change: (inout Parameters) -> Void = { _ in }
  ) throws -> WeightedTargets {
    var parameters = parameters
    change(&parameters)
    return try #require(StaticConnections(edges, parameters, source: "edges.h5").weighted)
  }

  private func refusal(_ edges: EdgeList, change: (inout Parameters) -> Void = { _ in }) -> String {
    do {
      _ = try connections(edges, change: change)
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// The rounding error is at most 2^-31 of the largest sum of inputs of one sign.
  @Test func weightsAreRoundedLittle() throws {
    let edges = randomEdges(parameters, probability: 0.3, scale: 0.7)
    let rows = try connections(edges)
    #expect(rows.fits)
    var wanted: [[Double]] = Array(repeating: Array(repeating: 0, count: 151), count: 151)
    var sums = [[Double]](repeating: [0, 0], count: 151)
    for index in 0..<edges.count {
      let (pre, post, weight) = (edges.presynaptic[index], edges.postsynaptic[index], edges.weights[index])
      wanted[pre][post] = weight
      sums[post][weight < 0 ? 1 : 0] += abs(weight)
    }
    let bounds = (0..<2).map { sign in sums.map { $0[sign] }.max()! * 0x1p-31 }
    var count = 0
    for pre in 0..<151 {
      for index in rows.rowStarts[pre]..<rows.rowStarts[pre + 1] {
        let weight = wanted[pre][Int(rows.targets[index])]
        #expect(weight != 0 && abs(rows.weight(index) - weight) <= bounds[weight < 0 ? 1 : 0])
        count += 1
      }
    }
    #expect(count == edges.count)
  }

  @Test func orderDoesNotMatter() throws {
    let edges = randomEdges(parameters, probability: 0.1, scale: 2)
    let reversed = EdgeList(
      presynaptic: edges.presynaptic.reversed(), postsynaptic: edges.postsynaptic.reversed(),
      weights: edges.weights.reversed())
    #expect(try connections(edges) == connections(reversed))
  }

  /// Sums that would just not fit make units larger, and extreme weights are no problem.
  @Test(arguments: [1.0, 3.0, 0x1p31, 1e30, 1e-30]) func sumsFit(_ weight: Double) throws {
    var edges = EdgeList()
    for pre in 1..<151 { edges.append(from: pre, to: 0, weight: weight) }
    let rows = try connections(edges)
    #expect(rows.fits)
    #expect(abs(rows.weight(0) / weight - 1) <= 150 * 0x1p-31)
  }

  @Test func duplicatesAreAddedOnRequest() throws {
    var edges = EdgeList()
    for weight in [1.0, 0.5, 2] { edges.append(from: 3, to: 4, weight: weight) }
    #expect(
      refusal(edges) == "edges.h5: there is more than one connection from neuron 3 to neuron 4. "
        + "Set static.duplicates = \"sum\" to add their weights.")
    let rows = try connections(edges) { $0.staticSynapses.duplicates = .sum }
    #expect(rows.targets == [4] && rows.weight(0) == 3.5)
  }

  @Test func autapsesAreAllowedOnRequest() throws {
    let edges = EdgeList(presynaptic: [1, 5], postsynaptic: [2, 5], weights: [1, 1])
    #expect(refusal(edges).contains("connection 1 is from neuron 5 to itself, which is refused. Set static.autapses"))
    #expect(try connections(edges) { $0.staticSynapses.allowsAutapses = true }.targets == [2, 5])
  }

  @Test func mistakesAreSentences() {
    #expect(
      refusal(EdgeList(presynaptic: [0, 151], postsynaptic: [1, 2], weights: [1, 1]))
        == "edges.h5: presynaptic[1] is 151, but neurons are numbered from 0 to network.N - 1 = 150.")
    #expect(
      refusal(EdgeList(presynaptic: [0], postsynaptic: [-1], weights: [1])).contains("postsynaptic[0] is -1, but"))
    #expect(refusal(EdgeList(presynaptic: [0], postsynaptic: [1, 2], weights: [1])).contains("has 1 values and post"))
    #expect(refusal(EdgeList(presynaptic: [0], postsynaptic: [1])).contains("weight has 0 values, but needs 1"))
    #expect(refusal(EdgeList()).contains("there are no connections, but at least one is needed."))
    for weight in [Double.nan, .infinity, 2e30] {
      #expect(
        refusal(EdgeList(presynaptic: [0], postsynaptic: [1], weights: [weight]))
          .contains("weight[0] is \(weight), but must be a finite number"))
    }
  }
}
