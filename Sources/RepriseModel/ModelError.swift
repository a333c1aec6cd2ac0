// Errors of a model that cannot be built as asked.

/// A parameter, or a combination of parameters, that cannot be used.
///
/// `description` reads: key, what was found, what is needed.
public struct ParameterError: Error, Equatable, CustomStringConvertible {
  /// The configuration key, such as `neuron.tau_m`.
  public let key: String
  /// What was found and what is needed, one sentence without the key.
  public let problem: String
  /// Other keys that take part in a contradiction, so that a reader can point at the one that was set.
  public let related: [String]

  public init(_ key: String, _ problem: String, related: [String] = []) {
    self.key = key
    self.problem = problem
    self.related = related
  }

  public var description: String { "\(key) \(problem)" }
}

/// Everything that is wrong with a set of parameters.
public struct InvalidParameters: Error, Equatable, CustomStringConvertible {
  public let errors: [ParameterError]

  public init(_ errors: [ParameterError]) {
    self.errors = errors
  }

  public var description: String { errors.map(\.description).joined(separator: "\n") }
}
