// What is known of the recorded units that neurons stand for.

/// A property of recorded units, such as their area, with one value for each unit.
public struct UnitAttribute: Sendable, Equatable {
  public enum Values: Sendable, Equatable {
    /// NaN where a value is missing.
    case numbers([Double])
    /// Empty where a value is missing.
    case texts([String])

    public var count: Int {
      switch self {
      case .numbers(let numbers): numbers.count
      case .texts(let texts): texts.count
      }
    }
  }

  public let name: String
  public let values: Values

  public init(_ name: String, _ values: Values) {
    self.name = name
    self.values = values
  }

  /// The texts; nil for numbers.
  public var texts: [String]? { if case .texts(let texts) = values { texts } else { nil } }
  /// The numbers; nil for texts.
  public var numbers: [Double]? { if case .numbers(let numbers) = values { numbers } else { nil } }
}

extension Network {
  /// An attribute of the units; nil where they do not have it.
  public func unitAttribute(_ name: String) -> UnitAttribute? { unitAttributes.first { $0.name == name } }

  /// The unit that a neuron stands for, counted among those of the attributes; nil for neurons that stand for none.
  public func unit(of neuron: Int) -> Int? { targets.units.isEmpty ? neuron % unitCount : targets.unit(of: neuron) }

  /// True if the unit of every neuron that stands for one has attributes.
  public var hasUnitOfEachNeuron: Bool {
    guard !targets.units.isEmpty else { return unitCount > 0 && neuronCount % unitCount == 0 }
    return targets.units.allSatisfy { $0 < unitCount }
  }

  /// Units that neurons stand for. As many as neurons where there are no units.
  public var unitCount: Int { unitAttributes.first?.values.count ?? neuronCount }
}
