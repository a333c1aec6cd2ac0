// What a plug-in is told.
public import RepriseCore

/// Read-only knowledge of the network that a plug-in makes a part of.
public struct PluginContext {
  /// All parameters in force.
  public let parameters: Parameters
  /// What the plug-in is told in `reprise.toml`.
  public let options: PluginOptions
  /// Rates and currents of the untrained run; empty where static connections are made, which it needs.
  public let untrained: UntrainedActivity
  /// Number of tasks; 0 where targets, which decide it, are not made yet.
  public let taskCount: Int
  private let stream: UInt64

  public init(
    _ parameters: Parameters, options: PluginOptions, stream: String, untrained: UntrainedActivity = .none,
    taskCount: Int = 0
  ) {
    self.parameters = parameters
    self.options = options
    self.untrained = untrained
    self.taskCount = taskCount
    var hash = Fingerprint()
    for byte in stream.utf8 { hash.combine(UInt64(byte)) }
    self.stream = hash.value ^ (hash.value >> 32)
  }

  public var neuronCount: Int { parameters.neuronCount }
  /// Excitatory neurons, which come first.
  public var excitatoryCount: Int { parameters.excitatoryCount }
  public func isExcitatory(_ neuron: Int) -> Bool { neuron < excitatoryCount }
  /// Rows of targets: updates of a trial.
  public var rowCount: Int { parameters.clock.rowCount }

  /// Random numbers of this plug-in, a stream for each index: the same for the same seed, section, name and index.
  public func random(_ index: Int = 0) -> RandomStream {
    RandomStream(
      seed: parameters.network.seed, purpose: .plugin, index: index, trial: Int(UInt32(truncatingIfNeeded: stream)))
  }
}

/// Options of a plug-in. Those that it does not ask for are a mistake.
public final class PluginOptions {
  private let values: [String: OptionValue]
  private let owner: String
  private var asked: Set<String> = []

  /// - Parameter owner: Names the plug-in in messages.
  public init(_ values: [String: OptionValue], owner: String) { (self.values, self.owner) = (values, owner) }

  /// A number; `fallback` where it is left out.
  ///
  /// - Throws: ``GivenError`` where it is needed or of another kind.
  public func number(_ name: String, default fallback: Double? = nil) throws(GivenError) -> Double {
    try value(name, "a number", fallback) { $0.number }
  }

  public func whole(_ name: String, default fallback: Int? = nil) throws(GivenError) -> Int {
    try value(name, "a whole number", fallback) { if case .whole(let value) = $0 { value } else { nil } }
  }

  public func flag(_ name: String, default fallback: Bool? = nil) throws(GivenError) -> Bool {
    try value(name, "true or false", fallback) { if case .flag(let value) = $0 { value } else { nil } }
  }

  public func text(_ name: String, default fallback: String? = nil) throws(GivenError) -> String {
    try value(name, "a text", fallback) { if case .text(let value) = $0 { value } else { nil } }
  }

  public func numbers(_ name: String, default fallback: [Double]? = nil) throws(GivenError) -> [Double] {
    try value(name, "a list of numbers", fallback) { value in
      guard case .list(let values) = value else { return nil }
      let numbers = values.compactMap(\.number)
      return numbers.count == values.count ? numbers : nil
    }
  }

  private func value<Value>(
    _ name: String, _ kind: String, _ fallback: Value?, _ read: (OptionValue) -> Value?
  ) throws(GivenError) -> Value {
    asked.insert(name)
    guard let found = values[name] else {
      if let fallback { return fallback }
      throw GivenError(owner, "option \(name) is missing, but must be \(kind).")
    }
    guard let value = read(found) else { throw GivenError(owner, "option \(name) = \(found) must be \(kind).") }
    return value
  }

  /// - Throws: ``GivenError`` where there are options that were not asked for.
  public func requireAllAsked() throws(GivenError) {
    let unknown = values.keys.filter { !asked.contains($0) }.sorted()
    guard let first = unknown.first else { return }
    let known = asked.isEmpty ? "It has no options." : "It has \(asked.sorted().joined(separator: ", "))."
    throw GivenError(owner, "option \(first) is not known. \(known)")
  }
}

extension OptionValue {
  fileprivate var number: Double? {
    switch self {
    case .whole(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
