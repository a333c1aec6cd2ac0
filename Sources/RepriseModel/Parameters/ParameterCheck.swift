// Collects what is wrong with parameters, in one wording.

/// The errors found so far, and which keys have one.
struct ParameterCheck {
  private(set) var errors: [ParameterError] = []
  private var failed: Set<String> = []

  /// True if none of the keys has an error, so that they can be compared with each other.
  func passed(_ keys: String...) -> Bool { failed.isDisjoint(with: keys) }

  mutating func fail(_ key: String, _ problem: String, related: [String] = []) {
    errors.append(ParameterError(key, problem, related: related))
    failed.insert(key)
  }

  mutating func range(_ key: String, _ value: Int, _ range: ClosedRange<Int>) {
    if value < range.lowerBound {
      fail(key, "= \(value) must be at least \(range.lowerBound).")
    } else if value > range.upperBound {
      fail(key, "= \(value) must be at most \(range.upperBound).")
    }
  }

  mutating func notNegative(_ key: String, _ value: Int) {
    range(key, value, 0...Int.max)
  }

  mutating func positive(_ key: String, _ value: Double, _ unit: String = "") {
    number(key, value, unit) { $0 > 0 ? nil : "must be greater than 0" }
  }

  mutating func notNegative(_ key: String, _ value: Double, _ unit: String = "") {
    number(key, value, unit) { $0 >= 0 ? nil : "must not be negative" }
  }

  /// Checks a number: finite, and whatever else `needed` asks for (nil where it is content).
  mutating func number(_ key: String, _ value: Double, _ unit: String = "", needed: (Double) -> String?) {
    if let problem = Self.problem(value, needed) {
      fail(key, "= \(Self.text(value, unit)) \(problem).")
    }
  }

  /// Checks both values of a class-dependent number, and names the class where they differ.
  mutating func each(
    _ key: String, _ values: PerClass<Double>, _ unit: String = "", needed: (Double) -> String?
  ) {
    for neuronClass in NeuronClass.allCases {
      guard let problem = Self.problem(values[neuronClass], needed) else { continue }
      let shared = values.excitatory == values.inhibitory
      let owner = shared ? "" : " of \(neuronClass.rawValue) neurons"
      fail(key, "= \(Self.text(values[neuronClass], unit))\(owner) \(problem).")
      return
    }
  }

  static func text(_ value: Double, _ unit: String) -> String {
    unit.isEmpty ? "\(value)" : "\(value) \(unit)"
  }

  static func problem(_ value: Double, _ needed: (Double) -> String?) -> String? {
    value.isFinite ? needed(value) : "must be a finite number"
  }
}
