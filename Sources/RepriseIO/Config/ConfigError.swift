// What is wrong with a configuration, as values and as sentences.

/// One mistake in a configuration.
public struct ConfigMistake: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as it was named, or the override: `--set network.N=1024`.
  public let source: String
  /// Line in the file, from 1 on; nil where no single line is to blame.
  public let line: Int?
  /// The key, such as `neuron.tau_m`; nil where the file as a whole cannot be read.
  public let key: String?
  /// What was found and what is needed, a sentence that continues the key.
  public let problem: String

  public init(source: String, line: Int? = nil, key: String? = nil, problem: String) {
    self.source = source
    self.line = line
    self.key = key
    self.problem = problem
  }

  public var description: String {
    let place = line.map { "\(source):\($0)" } ?? source
    return key.map { "\(place): \($0) \(problem)" } ?? "\(place): \(problem)"
  }
}

/// All mistakes of a configuration, in the order of its lines.
public struct ConfigError: Error, Equatable, Sendable, CustomStringConvertible {
  public let mistakes: [ConfigMistake]

  public init(_ mistakes: [ConfigMistake]) {
    self.mistakes = mistakes
  }

  /// One line per mistake.
  public var description: String { mistakes.map(\.description).joined(separator: "\n") }
}

/// Why a value cannot be used, without the place where it stands.
struct ConfigProblem: Error {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  /// A value of the wrong kind.
  init(_ value: ConfigValue, mustBe allowed: String) {
    text = "= \(value.found) must be \(allowed)."
  }
}
