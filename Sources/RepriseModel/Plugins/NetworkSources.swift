// What makes the parts of a network that are given: files or plug-ins, already chosen and opened.

/// One part that is given.
public struct GivenPart<Value> {
  /// Who gives it, for messages.
  public let source: String
  private let make: (PluginContext) throws -> Value
  private let owner: String
  private let options: [String: OptionValue]

  /// A part that a file gives.
  public init(source: String, _ value: @escaping () throws -> Value) {
    self.source = source
    (owner, options) = (source, [:])
    make = { _ in try value() }
  }

  /// A part that a plug-in gives.
  ///
  /// - Parameter section: Of the configuration.
  public init(
    section: String, plugin: String, options: [String: OptionValue],
    _ make: @escaping (PluginContext) throws -> Value
  ) {
    source = "plug-in \(plugin)"
    owner = "\(section)/\(plugin)"
    self.options = options
    self.make = make
  }

  /// - Throws: What a plug-in or a file throws; ``GivenError`` for options that nobody asked for.
  public func value(
    _ parameters: Parameters, untrained: UntrainedActivity = .none, taskCount: Int = 0
  ) throws -> Value {
    let options = PluginOptions(options, owner: source)
    let value = try make(
      PluginContext(parameters, options: options, stream: owner, untrained: untrained, taskCount: taskCount))
    try options.requireAllAsked()
    return value
  }
}

/// The parts of a network that are given, in place of the rules of Reprise.
public struct NetworkSources {
  public var staticEdges: GivenPart<EdgeList>?
  public var plasticEdges: GivenPart<EdgeList>?
  public var stimulus: GivenPart<TaskValues>?
  public var feedforwardRates: GivenPart<TaskValues>?
  /// Shape [1, 1, L_X] or [1, neuron, L_X].
  public var feedforwardWeights: GivenPart<TaskValues>?
  public var targets: GivenPart<TaskValues>?
  public var schedule: GivenPart<[Int]>?

  public init() {}
}
