// Which recorded unit each neuron stands for.
internal import RepriseCore

/// The neurons that have targets of a recording, and the unit of each (docs/equations.md, C4).
public struct UnitMap: Sendable, Equatable {
  public let neurons: NeuronSubset
  /// In the order of `neurons`, counted among the selected units.
  public let units: [UInt32]

  public init(neurons: NeuronSubset, units: [UInt32]) {
    precondition(neurons.count == units.count, "a unit for each neuron")
    self.neurons = neurons
    self.units = units
  }

  /// - Parameters:
  ///   - unitMeans: Mean recorded value of each unit.
  ///   - untrainedRates: Hz per neuron.
  /// - Precondition: ``Parameters/unitProblem(unitCount:)`` is nil.
  public init(_ parameters: Parameters, learners: NeuronSubset, unitMeans: [Double], untrainedRates: [Double]) {
    let targets = parameters.targets
    var random = RandomStream(seed: parameters.network.seed, purpose: .heldOutUnits, index: 0)
    let heldOut = random.subset(parameters.heldOutCount(ofUnits: unitMeans.count), of: Array(unitMeans.indices))
    let isHeldOut = Set(heldOut)
    let kept = unitMeans.indices.filter { !isHeldOut.contains($0) }
    let neurons = learners.neurons.map { Int($0) }
    let untrained = (0..<parameters.neuronCount).filter { !learners.contains($0) }
    var others = RandomStream(seed: parameters.network.seed, purpose: .heldOutUnits, index: 1)
    let predicting = heldOut.isEmpty ? [] : others.subset(heldOut.count, of: untrained)

    let all = [(neurons, (0..<targets.copies).flatMap { _ in kept }), (predicting, heldOut)]
    var pairs: [(neuron: Int, unit: Int)] = []
    for (index, (neurons, units)) in all.enumerated() {
      precondition(neurons.count == units.count, "a unit for each neuron that has targets")
      switch targets.map {
      case .inOrder: pairs += zip(neurons, units).map { ($0, $1) }
      case .random:
        var stream = RandomStream(seed: parameters.network.seed, purpose: .unitMap, index: index)
        pairs += zip(neurons, stream.shuffled(units)).map { ($0, $1) }
      case .meanRate:
        let ranked = (
          neurons.sorted { (untrainedRates[$0], $0) < (untrainedRates[$1], $1) },
          units.enumerated().sorted { (unitMeans[$0.element], $0.offset) < (unitMeans[$1.element], $1.offset) }
        )
        pairs += zip(ranked.0, ranked.1).map { ($0, $1.element) }
      }
    }
    pairs.sort { $0.neuron < $1.neuron }
    self.neurons = NeuronSubset(pairs.map(\.neuron))
    units = pairs.map { UInt32($0.unit) }
  }
}

extension Parameters {
  /// Units of a recording that no neuron learns: `targets.held_out_units` of them, at least one unless that is 0, and
  /// never all.
  public func heldOutCount(ofUnits unitCount: Int) -> Int {
    guard targets.heldOutUnits > 0 else { return 0 }
    return max(0, min(max(1, Int((targets.heldOutUnits * Double(unitCount)).rounded())), unitCount - 1))
  }

  /// Why the units of a recording and the neurons of the network do not fit, a sentence; nil where they do.
  public func unitProblem(unitCount: Int) -> String? {
    let heldOut = heldOutCount(ofUnits: unitCount)
    let needed = (unitCount - heldOut) * targets.copies
    guard trainsSubset else {
      guard needed != neuronCount else { return nil }
      return "gives \(unitCount) units, and targets.copies = \(targets.copies), so network.N must be \(needed), not "
        + "\(neuronCount); or fewer neurons must learn, as plastic.trained says."
    }
    let kept = heldOut > 0 ? ", \(unitCount - heldOut) of them without targets.held_out_units" : ""
    if needed != trainedCount {
      return "gives \(unitCount) units\(kept), and targets.copies = \(targets.copies), so \(needed) neurons must "
        + "learn, but plastic.trained makes it \(trainedCount). Change plastic.trained, targets.select or targets.copies."
    }
    guard heldOut > neuronCount - trainedCount else { return nil }
    return "gives \(unitCount) units, and targets.held_out_units = \(targets.heldOutUnits) makes \(heldOut) of them "
      + "predictions of neurons that do not learn, of which there are only \(neuronCount - trainedCount)."
  }
}

extension RandomStream {
  /// All elements in a random order.
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for i in elements.indices.dropLast() {
      elements.swapAt(i, i + Int(uniform(below: UInt32(elements.count - i))))
    }
    return elements
  }
}
