// What is wrong with neurons that a text describes: missing and unknown parameters, numbers that are none.
import RepriseCore

extension Parameters {
  func checkCell(_ check: inout ParameterCheck) {
    guard neuron.model == .custom else { return checkCellIsUnused(&check) }
    // A plug-in has yet to make it.
    if cell.text.isEmpty, cell.given.isGiven { return }
    guard !cell.text.isEmpty else {
      check.fail(
        "neuron.model", "= \"custom\" needs the text of a cell: set neuron.file, neuron.text or neuron.plugin.",
        related: ["neuron.file", "neuron.text"])
      return
    }
    guard let model = cell.model else {
      check.fail(cellKey, "cannot be used: \(cell.mistake?.description ?? "it is empty").", related: [cellKey])
      return
    }
    checkNames(model, &check)
    checkCounts(&check)
    checkValues(model, &check)
    checkKeysOfOthers(model, &check)
  }

  private var cellKey: String { cell.file == nil ? "neuron.text" : "neuron.file" }

  /// What was set for a custom model would be ignored.
  private func checkCellIsUnused(_ check: inout ParameterCheck) {
    let keys = [
      (cellKey, cell.text.isEmpty), ("neuron.parameters", cell.values.isEmpty),
      ("neuron.conversion", cell.conversion == .none), ("neuron.plugin", cell.given.plugin == nil),
    ]
    for (key, isUnset) in keys where !isUnset {
      check.fail(
        key, "is not used by neuron.model = \"\(neuron.model.rawValue)\": set neuron.model = \"custom\".",
        related: ["neuron.model"])
    }
  }

  private func checkNames(_ model: CellModel, _ check: inout ParameterCheck) {
    let known = model.parameters.map(\.name)
    if let unknown = cell.values.keys.sorted().first(where: { !known.contains($0) }) {
      let advice = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
      check.fail("neuron.parameters", "has \"\(unknown)\", which is no parameter of the cell model: \(advice).")
    }
    if let missing = model.parameters.first(where: { $0.defaultValue == nil && cell.values[$0.name] == nil }) {
      check.fail(
        "neuron.parameters", "needs \(missing.name), for which the cell model has no default.",
        related: [cellKey, "neuron.model"])
    }
  }

  private func checkCounts(_ check: inout ParameterCheck) {
    guard check.passed("network.N") else { return }
    for (name, value) in cell.values.sorted(by: { $0.key < $1.key }) {
      guard case .each(let values) = value, values.count != neuronCount else { continue }
      check.fail(
        "neuron.parameters",
        "has \(values.count) values of \(name) but needs network.N = \(neuronCount), one for each neuron, or two: "
          + "[excitatory, inhibitory].", related: ["network.N"])
    }
  }

  private func checkValues(_ model: CellModel, _ check: inout ParameterCheck) {
    guard check.passed("neuron.parameters", "neuron.tau_m", "neuron.t_ref", "network.N", "network.N_E", "trial.dt")
    else { return }
    let isEach = model.parameters.contains { cell.hasEach($0.name) }
    let neurons = isEach ? Array(0..<neuronCount) : [0, excitatoryCount].filter { $0 < neuronCount }
    for neuron in neurons {
      guard let problem = problem(model, cellNeuron(neuron)) else { continue }
      let owner = isEach ? "neuron \(neuron)" : "\(neuronClass(neuron).rawValue) neurons"
      check.fail(
        "neuron.parameters", "gives \(owner) \(problem).", related: [cellKey, "neuron.model"])
      return
    }
  }

  private func problem(_ model: CellModel, _ neuron: CellNeuron) -> String? {
    let names = model.parameters.map(\.name) + model.constants.map(\.name)
    let starts = ["v", "v"] + model.states.dropFirst().map(\.name)
    let startValues = [neuron.startLow, neuron.startHigh] + neuron.starts
    let numbers = Array(zip(names, neuron.fixed)) + zip(starts.map { "the start of \($0)" }, startValues)
    for (name, value) in numbers where !Float(value).isFinite {
      return "\(name) = \(value), which must be a finite number, at most 3e38"
    }
    for (name, value) in [("capacitance", neuron.capacitance), ("resistance", neuron.resistance)]
    where !(value > 0 && Float(value).isFinite) {
      return "the \(name) \(value), which must be greater than 0"
    }
    let longest = Double(Self.maximalStepCount) * trial.timeStep
    if !(neuron.refractoryPeriod >= 0 && neuron.refractoryPeriod <= longest) {
      return "the refractory period \(neuron.refractoryPeriod) ms, which must be from 0 to \(longest) ms"
    }
    return nil
  }

  /// Keys of [neuron] that the text replaces would be ignored.
  private func checkKeysOfOthers(_ model: CellModel, _ check: inout ParameterCheck) {
    let defaults = LIFParameters()
    let converts = cell.conversion == .lif
    let keys = [
      (
        "neuron.tau_m", model.capacitance == nil || neuron.membraneTimeConstant == defaults.membraneTimeConstant,
        "the cell model has a capacitance"
      ),
      (
        "neuron.t_ref", model.refractoryPeriod == nil || neuron.refractoryPeriod == defaults.refractoryPeriod,
        "the cell model has a refractory period"
      ),
      (
        "neuron.V_th", converts || neuron.threshold == defaults.threshold,
        "the cell model has a threshold, and neuron.conversion = \"none\""
      ),
      (
        "neuron.V_reset", converts || neuron.resetPotential == defaults.resetPotential,
        "the cell model has a reset, and neuron.conversion = \"none\""
      ),
    ]
    for (key, isFine, reason) in keys where check.passed(key) && !isFine {
      check.fail(key, "is not used: \(reason).", related: ["neuron.model"])
    }
  }

  /// Rates become currents by an f-I curve, which nobody knows of a text.
  func checkCellConversion(_ check: inout ParameterCheck) {
    guard neuron.model == .custom, targets.source == .rates, cell.conversion == .none else { return }
    check.fail(
      "neuron.conversion",
      "= \"none\" must be \"lif\" with targets.source = \"rates\": a custom cell has no f-I curve of its own, and rates "
        + "are converted as for a leaky integrate-and-fire neuron with neuron.V_th and neuron.V_reset above rest.",
      related: ["targets.source", "neuron.model"])
  }
}
