// Where parts of a network come from that no rule of Reprise makes: files and plug-ins.

/// A file or a plug-in that gives a part of a network in place of the rule of its section.
public struct GivenSource: Sendable, Equatable, Codable {
  /// Path of an HDF5 file, already resolved against the configuration's folder.
  public var file: String?
  /// Dataset or group of the file; nil: the usual name.
  public var dataset: String?
  /// Name of a plug-in.
  public var plugin: String?
  /// What the plug-in is told, as the configuration has it.
  public var options: [String: OptionValue] = [:]
  /// Connections or numbers that it gave, of plastic connections the most inputs of a neuron; nil before they are known.
  public var valueCount: Int?

  public init() {}

  /// True if a file or a plug-in takes the place of the rule.
  public var isGiven: Bool { file != nil || plugin != nil }

  /// `file edges.h5` or `plug-in ring (radius = 0.1)`, as people read it; nil where nothing is given.
  public var description: String? {
    if let plugin {
      let told = options.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
      return "plug-in \(plugin)\(told.isEmpty ? "" : " (\(told))")"
    }
    return file.map { "file \($0)\(dataset.map { ":\($0)" } ?? "")" }
  }
}

/// An option of a plug-in, as TOML knows values.
public enum OptionValue: Sendable, Equatable, Codable, CustomStringConvertible {
  case whole(Int)
  case number(Double)
  case flag(Bool)
  case text(String)
  case list([OptionValue])

  public var description: String {
    switch self {
    case .whole(let value): "\(value)"
    case .number(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .text(let value): "\"\(value)\""
    case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
    }
  }
}

extension Parameters {
  /// Everything that may be given, by the section that says so.
  public static let givenSources: [(section: String, source: any WritableKeyPath<Parameters, GivenSource> & Sendable)] =
    [
      ("trial", \.trial.given), ("neuron", \.cell.given), ("static", \.staticSynapses.given),
      ("plastic", \.plastic.given),
      ("feedforward", \.feedforward.given), ("stimulus", \.stimulus.given), ("targets", \.targets.given),
    ]

  /// Changes every path of a file that `init` reads.
  public mutating func mapFiles(_ change: (String) -> String) {
    targets.file = targets.file.map(change)
    feedforward.weightFile = feedforward.weightFile.map(change)
    for (_, source) in Self.givenSources { self[keyPath: source].file = self[keyPath: source].file.map(change) }
  }
}

/// What a file or a plug-in gave and a network cannot have: who gave it, and a sentence.
public struct GivenError: Error, Equatable, CustomStringConvertible {
  /// Such as `edges.h5:/weight` or `plug-in ring`.
  public let source: String
  /// What was found and what is needed.
  public let problem: String

  public init(_ source: String, _ problem: String) { (self.source, self.problem) = (source, problem) }

  public var description: String { "\(source): \(problem)" }
}
