// What `reprise.toml` gives by files and plug-ins, opened.
internal import RepriseIO
internal import RepriseModel

extension NetworkSources {
  /// - Throws: ``GivenError`` where a plug-in is not known. Files are read when their part is made.
  init(_ parameters: Parameters, _ plugins: PluginList) throws {
    self.init()
    let p = parameters
    staticEdges = try Self.edges("static", p.staticSynapses.given, needsWeights: true) { name in
      let plugin = try plugins.find(name, (any StaticConnectivityPlugin).self, section: "static")
      return { try plugin.staticConnections($0) }
    }
    plasticEdges = try Self.edges("plastic", p.plastic.given, needsWeights: false) { name in
      let plugin = try plugins.find(name, (any PlasticConnectivityPlugin).self, section: "plastic")
      return { try plugin.plasticConnections($0) }
    }
    stimulus = try Self.values("stimulus", p.stimulus.given, .stimulus) { name in
      let plugin = try plugins.find(name, (any StimulusPlugin).self, section: "stimulus")
      return { try plugin.stimulus($0) }
    }
    feedforwardRates = try Self.values("feedforward", p.feedforward.given, .rates) { name in
      let plugin = try plugins.find(name, (any FeedforwardPlugin).self, section: "feedforward")
      return { try plugin.feedforwardRates($0) }
    }
    targets = try Self.part("targets", p.targets.given, file: nil) { name in
      let plugin = try plugins.find(name, (any TargetPlugin).self, section: "targets")
      return { try plugin.targets($0) }
    }
    schedule = try Self.part("trial", p.trial.given, file: nil) { name in
      let plugin = try plugins.find(name, (any TaskSchedulePlugin).self, section: "trial")
      return { try plugin.schedule($0) }
    }
    if let file = p.feedforward.weightFile {
      let dataset = p.feedforward.weightDataset
      feedforwardWeights = GivenPart(source: Self.place(file, dataset)) {
        try TaskValuesFile.read(file, dataset: dataset, .weights)
      }
    }
  }

  private typealias Making<Value> = (PluginContext) throws -> Value

  private static func edges(
    _ section: String, _ given: GivenSource, needsWeights: Bool, _ find: (String) throws -> Making<EdgeList>
  ) throws -> GivenPart<EdgeList>? {
    let file = given.file.map { file in
      GivenPart(source: place(file, given.dataset)) {
        try EdgeFile.read(file, group: given.dataset, needsWeights: needsWeights)
      }
    }
    return try part(section, given, file: file, find)
  }

  private static func values(
    _ section: String, _ given: GivenSource, _ kind: TaskValuesFile.Kind, _ find: (String) throws -> Making<TaskValues>
  ) throws -> GivenPart<TaskValues>? {
    let file = given.file.map { file in
      GivenPart(source: place(file, given.dataset ?? "/" + kind.rawValue)) {
        try TaskValuesFile.read(file, dataset: given.dataset, kind)
      }
    }
    return try part(section, given, file: file, find)
  }

  private static func part<Value>(
    _ section: String, _ given: GivenSource, file: GivenPart<Value>?, _ find: (String) throws -> Making<Value>
  ) throws -> GivenPart<Value>? {
    guard let name = given.plugin else { return file }
    return GivenPart(section: section, plugin: name, options: given.options, try find(name))
  }

  private static func place(_ file: String, _ dataset: String?) -> String { dataset.map { "\(file):\($0)" } ?? file }
}

extension Parameters {
  /// The same, with the numbers of connections and values that their files announce: what they need in memory.
  func countingGiven() throws -> Parameters {
    var counted = self
    let synapses = staticSynapses.given
    if let file = synapses.file {
      counted.staticSynapses.given.valueCount = try EdgeFile.count(file, group: synapses.dataset)
    }
    if let file = plastic.given.file {
      let edges = try EdgeFile.read(file, group: plastic.given.dataset, needsWeights: false)
      var counts: [Int: Int] = [:]
      for neuron in edges.postsynaptic { counts[neuron, default: 0] += 1 }
      counted.plastic.given.valueCount = counts.values.max() ?? 0
    }
    if let file = stimulus.given.file {
      let size = try TaskValuesFile.size(file, dataset: stimulus.given.dataset, .stimulus)
      counted.stimulus.given.valueCount = size.values
    }
    if let file = feedforward.given.file {
      let tasks = try TaskValuesFile.size(file, dataset: feedforward.given.dataset, .rates).tasks
      counted.feedforward.given.valueCount = tasks * (clock.lastStep - clock.stimulusOffStep) * feedforward.count
    }
    return counted
  }

  /// Those of a network that is drawn and about as large, whose loops take about as long.
  var asDrawn: Parameters {
    var drawn = self
    if staticSynapses.given.isGiven {
      drawn.staticSynapses.given = GivenSource()
      let inputs = (staticSynapses.given.valueCount ?? 0) / (2 * neuronCount)
      drawn.staticSynapses.inDegree = min(max(inputs, 1), (neuronCount - 1) / 2)
      // K is the default of L, which stays.
      if plastic.inputsPerClass == nil { drawn.plastic.inputsPerClass = plasticInputsPerClass }
    }
    if plastic.given.isGiven {
      drawn.plastic.given = GivenSource()
      (drawn.plastic.candidateFraction, drawn.plastic.pool, drawn.plastic.senders) = (1, 1, .all)
      let most = max(0, min(excitatoryCount, inhibitoryCount) - 1)
      drawn.plastic.inputsPerClass = PerClass(both: min(((plastic.given.valueCount ?? 0) + 1) / 2, most))
    }
    // A plug-in has not said yet what neurons are.
    if neuron.model == .custom, cell.model == nil { (drawn.neuron.model, drawn.cell) = (.lif, CellParameters()) }
    return drawn
  }

  /// Lets the plug-in that is named make the text of the neurons.
  ///
  /// - Throws: ``GivenError``, ``CellModelError``, ``InvalidParameters`` or what the plug-in throws.
  mutating func takeCell(from plugins: PluginList) throws {
    guard neuron.model == .custom, let name = cell.given.plugin else { return }
    guard cell.text.isEmpty, cell.values.isEmpty else {
      throw GivenError(
        "neuron.plugin",
        "\"\(name)\" makes text and values of the neurons: leave out neuron.file, neuron.text and neuron.parameters.")
    }
    let plugin = try plugins.find(name, (any CellModelPlugin).self, section: "neuron")
    let part = GivenPart(section: "neuron", plugin: name, options: cell.given.options) { try plugin.cellModel($0) }
    let made = try part.value(self)
    (cell.text, cell.values) = (made.text, made.values)
    guard !cell.text.isEmpty else { throw GivenError(part.source, "there is no text of a cell, but one is needed.") }
    try requireValid()
  }

  /// The same, with the numbers of connections and values that a network has from files and plug-ins.
  func countingGiven(as stored: Parameters) -> Parameters {
    var counted = self
    for (_, source) in Self.givenSources where self[keyPath: source].isGiven {
      counted[keyPath: source].valueCount = stored[keyPath: source].valueCount
    }
    if plastic.given.isGiven { counted.plastic.trained = stored.plastic.trained }
    if cell.given.isGiven { (counted.cell.text, counted.cell.values) = (stored.cell.text, stored.cell.values) }
    return counted
  }
}
