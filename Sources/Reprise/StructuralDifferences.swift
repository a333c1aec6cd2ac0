// Which parameters shape a network.
internal import RepriseIO
internal import RepriseModel

extension Parameters {
  /// True for overrides of keys that ``structuralDifferences(_:_:)`` compares: they hold until the next `init`.
  static func isStructural(override: String) -> Bool {
    let key = override.prefix { $0 != "=" }.filter { !$0.isWhitespace }
    let sections = ["network", "trial", "neuron", "glif", "static", "plastic", "feedforward", "targets"]
    let others = ["learning.every", "stimulus.file", "stimulus.plugin", "stimulus.options"]
    if ["trial.task_order", "trial.schedule", "static.storage"].contains(key) { return false }
    return others.contains(key) || sections.contains { key.hasPrefix($0 + ".") }
  }

  /// Sections of the configuration whose values shaped a network and differ.
  static func structuralDifferences(_ a: Parameters, _ b: Parameters) -> [String] {
    let (a, b) = (a.comparable, b.comparable)
    var sections: [String] = []
    if a.network != b.network { sections.append("network") }
    var (trialA, trialB) = (a.trial, b.trial)
    (trialA.taskOrder, trialB.taskOrder) = (.inTurn, .inTurn)
    (trialA.schedule, trialB.schedule) = (nil, nil)
    if trialA != trialB { sections.append("trial") }
    if a.neuron != b.neuron || a.cell != b.cell { sections.append("neuron") }
    if a.glif != b.glif { sections.append("glif") }
    var (staticA, staticB) = (a.staticSynapses, b.staticSynapses)
    (staticA.storage, staticB.storage) = (.stored, .stored)
    if staticA != staticB { sections.append("static") }
    if a.plastic != b.plastic { sections.append("plastic") }
    if a.feedforward != b.feedforward { sections.append("feedforward") }
    if a.stimulus.given != b.stimulus.given { sections.append("stimulus") }
    if a.targets != b.targets { sections.append("targets") }
    if a.learning.interval != b.learning.interval { sections.append("learning") }
    return sections
  }

  /// With paths that do not depend on how they are written, and without what only a network knows.
  private var comparable: Parameters {
    var parameters = self
    parameters.mapFiles(FilePath.absolute)
    for (_, source) in Self.givenSources { parameters[keyPath: source].valueCount = nil }
    parameters.targets.recordedTaskCount = nil
    if plastic.given.isGiven { parameters.plastic.trained = .all }
    if cell.given.isGiven { (parameters.cell.text, parameters.cell.values) = ("", [:]) }
    return parameters
  }
}
