// Static connections with a weight each, as integers, so that sums over spikes are exact in any order.

/// Rows are presynaptic neurons; a weight is a whole number of units, of which there is one for positive and one for
/// negative weights (docs/numerics.md).
public struct WeightedTargets: Sendable, Equatable {
  /// Row of neuron i is `targets[rowStarts[i] ..< rowStarts[i + 1]]`.
  public let rowStarts: [Int]
  /// Postsynaptic neurons, ascending within a row.
  public let targets: [UInt32]
  /// Weights in units.
  public let multiples: [Int32]
  /// What a positive and what a negative unit is, current x ms; powers of two.
  public let positiveUnit, negativeUnit: Double

  /// - Precondition: No neuron gets more than 2^31 - 1 units of one sign, should all its inputs spike in one step.
  public init(
    rowStarts: [Int], targets: [UInt32], multiples: [Int32], positiveUnit: Double, negativeUnit: Double
  ) {
    precondition(rowStarts.last == targets.count && targets.count == multiples.count, "a weight for each target")
    (self.rowStarts, self.targets, self.multiples) = (rowStarts, targets, multiples)
    (self.positiveUnit, self.negativeUnit) = (positiveUnit, negativeUnit)
  }

  /// Rounds weights to the smallest units with which sums fit 31 bits.
  init(_ edges: SortedEdges, neuronCount: Int) {
    let positive = Self.unit(edges, neuronCount: neuronCount, sign: 1)
    let negative = Self.unit(edges, neuronCount: neuronCount, sign: -1)
    self.init(
      rowStarts: edges.rowStarts, targets: edges.others,
      multiples: edges.weights.map { Int32(($0 / ($0 < 0 ? negative : positive)).rounded()) },
      positiveUnit: positive, negativeUnit: negative)
  }

  /// Weight of a connection, current x ms.
  public func weight(_ index: Int) -> Double {
    Double(multiples[index]) * (multiples[index] < 0 ? negativeUnit : positiveUnit)
  }

  /// True if every sum of the inputs of a neuron fits 31 bits.
  public var fits: Bool {
    var sums = [Int](repeating: 0, count: 2 * (rowStarts.count - 1))
    for (target, multiple) in zip(targets, multiples) {
      sums[2 * Int(target) + (multiple < 0 ? 1 : 0)] += abs(Int(multiple))
    }
    return sums.allSatisfy { $0 <= Int(Int32.max) }
  }

  private static func unit(_ edges: SortedEdges, neuronCount: Int, sign: Double) -> Double {
    let weights = edges.weights
    var sums = [Double](repeating: 0, count: neuronCount)
    for (target, weight) in zip(edges.others, weights) where weight * sign > 0 { sums[Int(target)] += abs(weight) }
    guard let largest = sums.max(), largest > 0 else { return 1 }
    // The smallest power of two that is not below largest / 2^31, and twice that where rounding up makes sums too large.
    var unit = 0x1p-31 * largest.binade
    while unit * 0x1p31 < largest { unit *= 2 }
    while !fits(edges, neuronCount: neuronCount, sign: sign, unit: unit) { unit *= 2 }
    return unit
  }

  private static func fits(_ edges: SortedEdges, neuronCount: Int, sign: Double, unit: Double) -> Bool {
    var sums = [Int](repeating: 0, count: neuronCount)
    for (target, weight) in zip(edges.others, edges.weights) where weight * sign > 0 {
      sums[Int(target)] += Int((abs(weight) / unit).rounded())
    }
    return sums.allSatisfy { $0 <= Int(Int32.max) }
  }
}

extension StaticConnections {
  /// Connections with a weight each.
  ///
  /// - Parameters:
  ///   - edges: Neurons and weights, current x ms, in any order.
  ///   - source: Who gave them, for messages.
  /// - Throws: ``GivenError``.
  public init(_ edges: EdgeList, _ parameters: Parameters, source: String) throws(GivenError) {
    var rules = EdgeRules(neuronCount: parameters.neuronCount)
    rules.allowsAutapses = parameters.staticSynapses.allowsAutapses
    rules.sumsDuplicates = parameters.staticSynapses.duplicates == .sum
    self.init(
      WeightedTargets(try edges.byPresynaptic(rules, source: source), neuronCount: parameters.neuronCount))
  }
}
