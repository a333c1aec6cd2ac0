// Who is silenced or stimulated in a test, when, and whose activity is reported.
internal import RepriseCore
internal import RepriseIO
internal import RepriseModel

/// Silenced and stimulated groups of neurons.
public struct ExperimentOptions: Sendable {
  /// Groups as ``NeuronGroups`` reads them.
  public var silenced: [String] = []
  /// `GROUP=AMPLITUDE`, amplitudes in the unit of the drive X.
  public var stimulated: [String] = []
  /// ms; nil: the start of the learning window.
  public var from: Double?
  /// ms; nil: the end of the trial, its last step included.
  public var to: Double?

  public init() {}

  var isEmpty: Bool { silenced.isEmpty && stimulated.isEmpty }

  /// - Throws: ``ProjectError`` where options do not fit each other.
  func check() throws(ProjectError) {
    guard !isEmpty || from == nil && to == nil else {
      throw .invalidOption(
        "--from and --to say when neurons are silenced or stimulated: give --silence or --stimulate.")
    }
    if let from, let to, to <= from {
      throw .invalidOption("--to is \(Self.text(to)), but must be later than --from, which is \(Self.text(from)).")
    }
  }

  static func text(_ milliseconds: Double) -> String { "\(DecimalText.short(milliseconds)) ms" }
}

/// Groups whose activity is reported.
public struct GroupOptions: Sendable {
  /// Attributes of units, or `class`, of which each value makes a group.
  public var attributes: [String] = []
  /// `NAME=GROUP`.
  public var named: [String] = []

  public init() {}

  /// Those that were asked for, or else the usual ones.
  func groups(_ groups: NeuronGroups) throws -> [NeuronGroup] {
    guard !attributes.isEmpty || !named.isEmpty else { return groups.usual }
    return try attributes.flatMap { try groups.groups(by: $0, option: "--groups") }
      + named.map { text in
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
          throw ProjectError.invalidOption(
            "--group is \"\(text)\"; a name and a group are needed, as in fast=0-99 or deep=\"depth>500\".")
        }
        let group = try groups.group(String(text[text.index(after: equals)...]), option: "--group")
        return NeuronGroup(String(text[..<equals]), group.neurons)
      }
  }
}

/// What is done to which neurons.
struct ExperimentPlan {
  let actions: [Experiment.Action]
  let perturbation: Perturbation
  /// The groups that are silenced or stimulated, and those who are neither.
  private let involved: [NeuronGroup]

  /// - Returns: nil where nobody is silenced or stimulated.
  init?(_ options: ExperimentOptions, _ groups: NeuronGroups, _ network: Network) throws {
    guard !options.isEmpty else { return nil }
    var involved: [NeuronGroup] = []
    var actions: [Experiment.Action] = []
    var silenced: Set<Int> = []
    var stimulation = [Double](repeating: 0, count: options.stimulated.isEmpty ? 0 : network.neuronCount)
    for text in options.silenced {
      let group = try groups.group(text, option: "--silence")
      actions.append(.init(group: text, amplitude: nil))
      silenced.formUnion(group.neurons)
      involved.append(group)
    }
    for text in options.stimulated {
      let (name, amplitude) = try Self.stimulus(text)
      let group = try groups.group(name, option: "--stimulate")
      actions.append(.init(group: name, amplitude: amplitude))
      for neuron in group.neurons { stimulation[neuron] += amplitude }
      involved.append(group)
    }
    let touched = Set(involved.flatMap(\.neurons))
    let others = (0..<network.neuronCount).filter { !touched.contains($0) }
    if !others.isEmpty { involved.append(NeuronGroup("others", others)) }
    self.actions = actions
    self.involved = involved
    perturbation = Perturbation(
      steps: try Self.steps(options, network.parameters), silenced: Array(silenced),
      stimulation: stimulation.map { Float($0) })
  }

  /// All groups to report, each once.
  func groups(_ reported: [NeuronGroup]) -> [NeuronGroup] {
    var names: Set<String> = []
    return (involved + reported).filter { names.insert($0.name).inserted }
  }

  /// The group and the amplitude of `GROUP=AMPLITUDE`; the group may have "=" in it.
  private static func stimulus(_ text: String) throws(ProjectError) -> (group: String, amplitude: Double) {
    guard let equals = text.lastIndex(of: "="), equals > text.startIndex,
      let amplitude = Double(text[text.index(after: equals)...]), abs(amplitude) <= 1e6
    else {
      throw .invalidOption(
        "--stimulate is \"\(text)\"; a group and an amplitude are needed, as in 0-99=0.5 or area=CA1=0.5.")
    }
    return (String(text[..<equals]), amplitude)
  }

  /// The steps with from <= t < to.
  private static func steps(_ options: ExperimentOptions, _ parameters: Parameters) throws(ProjectError) -> Range<Int> {
    let (clock, end) = (parameters.clock, parameters.trialDuration)
    for (name, time) in [("--from", options.from), ("--to", options.to)] {
      guard let time else { continue }
      guard time <= end else {
        throw .invalidOption(
          "\(name) is \(ExperimentOptions.text(time)), but trials end at \(ExperimentOptions.text(end)).")
      }
      guard StepClock.isWhole(time, timeStep: clock.timeStep) else {
        throw .invalidOption(
          "\(name) is \(ExperimentOptions.text(time)), but must be a multiple of trial.dt, which is "
            + "\(ExperimentOptions.text(clock.timeStep)).")
      }
    }
    let first = options.from.map { StepClock.steps(for: $0, timeStep: clock.timeStep) } ?? clock.stimulusOffStep
    let last = options.to.map { StepClock.steps(for: $0, timeStep: clock.timeStep) } ?? clock.lastStep + 1
    guard max(first, 1) < last else {
      throw .invalidOption(
        "--to is \(ExperimentOptions.text(clock.milliseconds(last))), but must be later than --from, which is "
          + "\(ExperimentOptions.text(clock.milliseconds(first))).")
    }
    return max(first, 1)..<last
  }
}
