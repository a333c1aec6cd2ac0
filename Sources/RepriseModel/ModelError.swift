// Errors of a model that cannot be built as asked.

/// A parameter, or a combination of parameters, that cannot be used.
///
/// `description` reads: key, what was found, what is needed.
public struct ParameterError: Error, Equatable, CustomStringConvertible {
  /// The configuration key, such as `neuron.tau_m`.
  public let key: String
  /// What was found and what is needed, one sentence without the key.
  public let problem: String

  public init(_ key: String, _ problem: String) {
    self.key = key
    self.problem = problem
  }

  public var description: String { "\(key) \(problem)" }
}
