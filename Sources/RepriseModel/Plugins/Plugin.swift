// What users add in Swift: parts of a network, made once by `reprise init` and kept in network.h5 as numbers.

/// Something that makes a part of a network. `reprise.toml` chooses it by its name, as in `plugin = "ring"`, and tells it
/// options. What it makes is checked like the contents of a file, and stored: training and tests never call it.
public protocol Plugin: Sendable {
  /// Unique among those of a program.
  var name: String { get }
}

/// `[static]`: connections that do not learn. Their weights are in current x ms.
public protocol StaticConnectivityPlugin: Plugin {
  func staticConnections(_ context: PluginContext) throws -> EdgeList
}

/// `[plastic]`: connections that learn, with the weights they start with, or none for those of the section.
public protocol PlasticConnectivityPlugin: Plugin {
  func plasticConnections(_ context: PluginContext) throws -> EdgeList
}

/// `[stimulus]`: currents of shape [task, row, neuron] between `stim_on` and `stim_off`; each row holds for the same time.
public protocol StimulusPlugin: Plugin {
  func stimulus(_ context: PluginContext) throws -> TaskValues
}

/// `[feedforward]`: rates of feed-forward neurons, Hz, of shape [task, row, neuron] in the learning window, for one task
/// or all; each row holds for the same time.
public protocol FeedforwardPlugin: Plugin {
  func feedforwardRates(_ context: PluginContext) throws -> TaskValues
}

/// `[targets]`: target currents of shape [task, row, neuron], a row for each update.
public protocol TargetPlugin: Plugin {
  func targets(_ context: PluginContext) throws -> TaskValues
}

/// `[trial]`: the tasks of loops 1, 2, ..., which begin anew when all are done.
public protocol TaskSchedulePlugin: Plugin {
  func schedule(_ context: PluginContext) throws -> [Int]
}

/// `[neuron]`, `model = "custom"`: the text of neurons and its values, as in
/// `CellParameters(try CellModel(text: text), values: ["tau_m": .each(list)])`.
public protocol CellModelPlugin: Plugin {
  func cellModel(_ context: PluginContext) throws -> CellParameters
}

/// The plug-ins of a program.
public struct PluginList: Sendable {
  public let plugins: [any Plugin]

  public init(_ plugins: [any Plugin] = []) { self.plugins = plugins }

  /// The plug-in of a name, as one of a kind.
  ///
  /// - Parameter section: Of the configuration, for messages.
  /// - Throws: ``GivenError``.
  public func find<Kind>(_ name: String, _ kind: Kind.Type, section: String) throws(GivenError) -> Kind {
    let matching = plugins.filter { $0 is Kind }
    let found = matching.filter { $0.name == name }
    guard found.count <= 1 else {
      throw GivenError(
        "\(section).plugin", "there are \(found.count) plug-ins \"\(name)\"; give each a name of its own.")
    }
    if let plugin = found.first as? Kind { return plugin }
    guard !matching.isEmpty else {
      throw GivenError(
        "\(section).plugin",
        "\"\(name)\" is not known: this program has no plug-ins for [\(section)]. Run the program that has it, or see "
          + "docs/plugins.md for how to build one.")
    }
    let names = matching.map { "\"\($0.name)\"" }.sorted().joined(separator: ", ")
    throw GivenError("\(section).plugin", "\"\(name)\" is not known. For [\(section)] there is \(names).")
  }
}
