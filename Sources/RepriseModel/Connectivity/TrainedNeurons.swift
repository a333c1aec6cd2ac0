// Which neurons learn.
internal import RepriseCore

/// `plastic.trained`.
public enum TrainedNeurons: Sendable, Equatable, Codable {
  case all
  /// So many of each class, drawn from the seed.
  case drawn(PerClass<Share>)
  case listed([Int])

  /// Some of a class.
  public enum Share: Sendable, Equatable, Codable {
    case count(Int)
    /// 0 to 1.
    case fraction(Double)

    /// Neurons of a class of some size.
    func count(of size: Int) -> Int {
      switch self {
      case .count(let count): count
      case .fraction(let fraction): Int((fraction * Double(size)).rounded())
      }
    }
  }

  /// All neurons of one class.
  public static func all(_ neuronClass: NeuronClass) -> TrainedNeurons {
    .drawn(
      PerClass(
        excitatory: .fraction(neuronClass == .excitatory ? 1 : 0),
        inhibitory: .fraction(neuronClass == .inhibitory ? 1 : 0)))
  }
}

extension Parameters {
  /// Neurons of a class.
  public func neurons(_ neuronClass: NeuronClass) -> Range<Int> {
    neuronClass == .excitatory ? 0..<excitatoryCount : excitatoryCount..<neuronCount
  }

  /// Number of neurons of a class that learn.
  public func trainedCount(_ neuronClass: NeuronClass) -> Int {
    let neurons = neurons(neuronClass)
    switch plastic.trained {
    case .all: return neurons.count
    case .drawn(let shares): return shares[neuronClass].count(of: neurons.count)
    case .listed(let list): return list.count { neurons.contains($0) }
    }
  }

  /// Number of neurons that learn.
  public var trainedCount: Int { trainedCount(.excitatory) + trainedCount(.inhibitory) }

  /// True where some neurons do not learn.
  public var trainsSubset: Bool { trainedCount < neuronCount }

  /// The neurons that learn (docs/equations.md, C3).
  public func trainedNeurons() -> NeuronSubset {
    switch plastic.trained {
    case .all: return .first(neuronCount)
    case .listed(let list): return NeuronSubset(list.sorted())
    case .drawn:
      let drawn = NeuronClass.allCases.enumerated().flatMap { index, neuronClass in
        let candidates = Array(neurons(neuronClass))
        var stream = RandomStream(seed: network.seed, purpose: .trainedNeurons, index: index)
        return stream.subset(trainedCount(neuronClass), of: candidates)
      }
      return NeuronSubset(drawn)
    }
  }
}

extension RandomStream {
  /// Draws `count` of some elements without repeats, in their order.
  mutating func subset<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    guard count < elements.count else { return elements }
    var places: [Int] = []
    var sampler = DistinctSampler(count: elements.count)
    sampler.draw(count, from: &self) { places.append(Int($0)) }
    return places.sorted().map { elements[$0] }
  }
}
