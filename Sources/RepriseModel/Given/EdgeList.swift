// Connections one by one, and the checks that they pass before a network has them.

/// Connections from one neuron to another, each with a weight: three arrays of one length.
public struct EdgeList: Sendable, Equatable {
  /// Neurons from 0 on.
  public var presynaptic: [Int]
  public var postsynaptic: [Int]
  /// Current x ms: a spike adds weight / tau to the filtered current. Empty: weights as the section has them, which
  /// plastic connections alone can have.
  public var weights: [Double]

  public init(presynaptic: [Int] = [], postsynaptic: [Int] = [], weights: [Double] = []) {
    (self.presynaptic, self.postsynaptic, self.weights) = (presynaptic, postsynaptic, weights)
  }

  public var count: Int { presynaptic.count }

  public mutating func append(from presynaptic: Int, to postsynaptic: Int, weight: Double) {
    self.presynaptic.append(presynaptic)
    self.postsynaptic.append(postsynaptic)
    weights.append(weight)
  }
}

/// What connections must be.
struct EdgeRules {
  var neuronCount: Int
  /// A neuron may project to itself.
  var allowsAutapses = false
  /// Several connections from one neuron to another become one of their sum.
  var sumsDuplicates = false
  var needsWeights = true
  /// Key of the configuration that allows what is refused.
  var section = "static"
}

/// Connections by one of their ends, ascending, without duplicates.
struct SortedEdges {
  /// Row of neuron i is `rowStarts[i] ..< rowStarts[i + 1]`.
  let rowStarts: [Int]
  /// The other end of each connection.
  let others: [UInt32]
  /// Empty where none are given.
  let weights: [Double]
}

extension EdgeList {
  /// Weights beyond this are refused: sums of them would leave single precision.
  static let largestWeight = 1e30

  /// Sorts connections by the neuron that they leave.
  ///
  /// - Parameter source: Who gave them, for messages.
  /// - Throws: ``GivenError``.
  func byPresynaptic(_ rules: EdgeRules, source: String) throws(GivenError) -> SortedEdges {
    try check(rules, source)
    return try sorted(by: presynaptic, others: postsynaptic, rules, source) { ($0, $1) }
  }

  /// Sorts connections by the neuron that they reach.
  ///
  /// - Throws: ``GivenError``.
  func byPostsynaptic(_ rules: EdgeRules, source: String) throws(GivenError) -> SortedEdges {
    try check(rules, source)
    return try sorted(by: postsynaptic, others: presynaptic, rules, source) { ($1, $0) }
  }

  private func check(_ rules: EdgeRules, _ source: String) throws(GivenError) {
    func refuse(_ problem: String) -> GivenError { GivenError(source, problem) }
    guard postsynaptic.count == count else {
      throw refuse("presynaptic has \(count) values and postsynaptic \(postsynaptic.count), but both need the same.")
    }
    guard weights.count == count || weights.isEmpty && !rules.needsWeights else {
      throw refuse("weight has \(weights.count) values, but needs \(count), one for each connection.")
    }
    guard count > 0 else { throw refuse("there are no connections, but at least one is needed.") }
    for (name, neurons) in [("presynaptic", presynaptic), ("postsynaptic", postsynaptic)] {
      if let index = neurons.firstIndex(where: { !(0..<rules.neuronCount).contains($0) }) {
        throw refuse(
          "\(name)[\(index)] is \(neurons[index]), but neurons are numbered from 0 to network.N - 1 = "
            + "\(rules.neuronCount - 1).")
      }
    }
    if let index = weights.firstIndex(where: { !(abs($0) <= Self.largestWeight) }) {
      throw refuse("weight[\(index)] is \(weights[index]), but must be a finite number of at most 1e30 in size.")
    }
    if !rules.allowsAutapses, let index = (0..<count).first(where: { presynaptic[$0] == postsynaptic[$0] }) {
      throw refuse(
        "connection \(index) is from neuron \(presynaptic[index]) to itself, which is refused. Set "
          + "\(rules.section).autapses = true, or leave it out.")
    }
  }

  private func sorted(
    by owners: [Int], others: [Int], _ rules: EdgeRules, _ source: String, _ ends: (Int, Int) -> (Int, Int)
  ) throws(GivenError) -> SortedEdges {
    var next = [Int](repeating: 0, count: rules.neuronCount + 1)
    for owner in owners { next[owner + 1] += 1 }
    for row in 1...rules.neuronCount { next[row] += next[row - 1] }
    let rows = next
    var order = [Int](repeating: 0, count: count)
    for index in 0..<count {
      order[next[owners[index]]] = index
      next[owners[index]] += 1
    }
    var starts = [0]
    var (ordered, weighted): ([UInt32], [Double]) = ([], [])
    ordered.reserveCapacity(count)
    weighted.reserveCapacity(weights.count)
    for owner in 0..<rules.neuronCount {
      let start = ordered.count
      // The order of a file does not matter, up to the order in which duplicates are added.
      for index in order[rows[owner]..<rows[owner + 1]].sorted(by: { (others[$0], $0) < (others[$1], $1) }) {
        let other = UInt32(others[index])
        guard ordered.count > start, ordered.last == other else {
          ordered.append(other)
          if !weights.isEmpty { weighted.append(weights[index]) }
          continue
        }
        guard rules.sumsDuplicates else {
          let (pre, post) = ends(owner, others[index])
          let advice = rules.section == "static" ? " Set static.duplicates = \"sum\" to add their weights." : ""
          throw GivenError(source, "there is more than one connection from neuron \(pre) to neuron \(post).\(advice)")
        }
        if !weights.isEmpty { weighted[weighted.count - 1] += weights[index] }
      }
      starts.append(ordered.count)
    }
    return SortedEdges(rowStarts: starts, others: ordered, weights: weighted)
  }
}
