// The connections that do not learn: lists of targets, or a rule that draws them.
public import RepriseCore

/// Connections whose weight depends on the classes of the two neurons only, or is their own. Rows are presynaptic neurons.
public struct StaticConnections: Sendable, Equatable {
  /// Where the rows come from.
  public enum Content: Sendable, Equatable {
    /// Row of neuron i is `targets[rowStarts[i] ..< rowStarts[i + 1]]`.
    case lists(rowStarts: [Int], targets: [UInt32])
    case drawn(DrawnTargets)
    /// Each with a weight of its own.
    case weighted(WeightedTargets)
  }

  public let content: Content

  /// Connections with a weight each; nil where weights follow from classes.
  public var weighted: WeightedTargets? { if case .weighted(let targets) = content { targets } else { nil } }

  public init(_ targets: WeightedTargets) { content = .weighted(targets) }

  public init(_ rule: DrawnTargets) { content = .drawn(rule) }

  public init(rowStarts: [Int], targets: [UInt32]) {
    precondition(rowStarts.last == targets.count, "row starts must end with the number of connections")
    content = .lists(rowStarts: rowStarts, targets: targets)
  }

  public static func none(neuronCount: Int) -> StaticConnections {
    StaticConnections(rowStarts: Array(repeating: 0, count: neuronCount + 1), targets: [])
  }

  /// Number of connections.
  public var count: Int {
    switch content {
    case .lists(_, let targets): targets.count
    case .drawn(let rule): rule.neuronCount * rule.degree
    case .weighted(let rows): rows.targets.count
    }
  }

  public var isEmpty: Bool { count == 0 }

  /// Postsynaptic neurons of a neuron, ascending.
  public func targets(of neuron: Int) -> [UInt32] {
    switch content {
    case .lists(let rowStarts, let targets):
      return targets[rowStarts[neuron]..<rowStarts[neuron + 1]].sorted()
    case .weighted(let rows):
      return Array(rows.targets[rows.rowStarts[neuron]..<rows.rowStarts[neuron + 1]])
    case .drawn(let rule):
      var targets = [UInt32](unsafeUninitializedCapacity: rule.capacity) { buffer, count in
        rule.draw(neuron, into: buffer.baseAddress!)
        count = rule.degree
      }
      targets.sort()
      return targets
    }
  }

  /// Calls `body` with each neuron and the slots of its targets, in no order.
  public func forEachRow(_ layout: NeuronLayout, _ body: (_ neuron: Int, _ slots: UnsafeBufferPointer<UInt32>) -> Void)
  {
    switch content {
    case .lists(let rowStarts, let targets): Self.forEachRow(layout, rowStarts, targets, body)
    case .weighted(let rows): Self.forEachRow(layout, rows.rowStarts, rows.targets, body)
    case .drawn(let rule):
      let slots = AlignedBuffer<UInt32>(count: rule.capacity)
      let gap = layout.inhibitoryStart - layout.excitatoryCount
      withExtendedLifetime(slots) {
        for neuron in 0..<layout.neuronCount {
          rule.draw(neuron, excitatoryCount: layout.excitatoryCount, slotGap: gap, into: slots.pointer)
          body(neuron, UnsafeBufferPointer(start: slots.pointer, count: rule.degree))
        }
      }
    }
  }

  private static func forEachRow(
    _ layout: NeuronLayout, _ rowStarts: [Int], _ targets: [UInt32],
    _ body: (_ neuron: Int, _ slots: UnsafeBufferPointer<UInt32>) -> Void
  ) {
    var slots: [UInt32] = []
    for neuron in 0..<layout.neuronCount {
      slots.removeAll(keepingCapacity: true)
      for target in targets[rowStarts[neuron]..<rowStarts[neuron + 1]] {
        slots.append(UInt32(layout.slot(Int(target))))
      }
      slots.withUnsafeBufferPointer { body(neuron, $0) }
    }
  }

  /// An upper bound of the static inputs that a neuron has from one class: exact for lists; for drawn connections the
  /// mean of the binomial distribution and twenty of its standard deviations, with room for small means; 0 for weights
  /// of their own, whose sums fit in any case.
  public func mostInputs(ofClassOfSize size: Int, _ senders: Range<Int>) -> Int {
    switch content {
    case .lists(let rowStarts, let targets):
      var counts = [Int](repeating: 0, count: rowStarts.count - 1)
      for target in targets[rowStarts[senders.lowerBound]..<rowStarts[senders.upperBound]] { counts[Int(target)] += 1 }
      return counts.max() ?? 0
    case .weighted: return 0
    case .drawn(let rule):
      let mean = Double(size) * Double(rule.degree) / Double(rule.neuronCount - 1)
      return min(size, Int(mean + 20 * mean.squareRoot() + 100))
    }
  }

  func combine(into hash: inout Fingerprint) {
    switch content {
    case .lists(_, let targets): hash.combine(targets)
    case .weighted(let rows):
      hash.combine(rows.targets)
      for multiple in rows.multiples { hash.combine(UInt64(UInt32(bitPattern: multiple))) }
      for unit in [rows.positiveUnit, rows.negativeUnit] { hash.combine(unit.bitPattern) }
    case .drawn(let rule):
      for word in [rule.seed, UInt64(rule.neuronCount), UInt64(rule.degree)] { hash.combine(word) }
    }
  }
}

extension StaticConnections {
  /// Every neuron projects to 2K others, uniform without repeats or itself (docs/equations.md, C1).
  public static func erdosRenyi(_ parameters: Parameters) -> StaticConnections {
    let degree = parameters.staticOutDegree
    guard degree > 0 else { return .none(neuronCount: parameters.neuronCount) }
    return StaticConnections(
      DrawnTargets(seed: parameters.network.seed, neuronCount: parameters.neuronCount, degree: degree))
  }
}
