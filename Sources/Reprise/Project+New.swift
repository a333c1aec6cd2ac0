// `reprise new`: a folder with a commented configuration.
internal import RepriseCore
internal import RepriseIO
public import RepriseModel
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

public struct NewOptions: Sendable {
  /// `FILE` or `FILE:/dataset` of firing rates, Hz.
  public var rates: String?
  /// `FILE` or `FILE:/dataset` of target currents.
  public var targets: String?
  public var example: String?
  /// Bin width, ms, for files without the attribute `bin_ms`.
  public var bin: Double?
  public var select: String?
  public var copies = 1
  public var overrides: [String] = []

  public init() {}

  /// The order of axes that the overrides ask for: without it rows might be taken for units.
  var axisOrder: TargetParameters.AxisOrder {
    let key = "targets.axis_order="
    let values = overrides.map { $0.filter { !$0.isWhitespace && $0 != "\"" } }.filter { $0.hasPrefix(key) }
    return values.last.flatMap { TargetParameters.AxisOrder(rawValue: String($0.dropFirst(key.count))) } ?? .auto
  }
}

/// What `new` wrote, and why.
public struct NewReport: Sendable {
  public let configurationPath: String
  public let parameters: Parameters
  /// One sentence for each choice.
  public let choices: [String]
}

extension Project {
  /// Makes the folder and writes `reprise.toml`, and the recording of an example.
  public func create(_ options: NewOptions) throws -> NewReport {
    let sources = [options.rates, options.targets, options.example].compactMap { $0 }
    guard sources.count <= 1 else {
      throw ProjectError.invalidOption("Give one of --rates, --targets and --example, not several.")
    }
    guard !FileManager.default.fileExists(atPath: configurationPath) else {
      throw ProjectError.alreadyExists(configurationPath)
    }
    let isNewFolder = !FileManager.default.fileExists(atPath: folder)
    var draft = Draft()
    do {
      if let file = options.rates { draft = try Draft(recorded: file, .rates, options) }
      if let file = options.targets { draft = try Draft(recorded: file, .currents, options) }
      if let name = options.example { draft = try Example.draft(name, in: self) }
      let parameters = try write(draft, overrides: options.overrides)
      return NewReport(configurationPath: configurationPath, parameters: parameters, choices: draft.choices)
    } catch {
      for path in isNewFolder ? [folder] : draft.written { try? FileManager.default.removeItem(atPath: path) }
      throw error
    }
  }

  private func write(_ draft: Draft, overrides: [String]) throws -> Parameters {
    let text = ConfigTemplate.commented(draft.parameters, highlighting: draft.highlighted, folder: folder)
    let parameters = try ConfigReader.parse(
      text: text, sourceName: configurationPath, folder: folder, overrides: overrides,
      resolveDataset: PerNeuronDataset.read)
    try createFolder(folder)
    try AtomicFile.write(
      ConfigTemplate.commented(parameters, highlighting: draft.highlighted, folder: folder), to: configurationPath)
    return parameters
  }
}

/// Parameters in the making, with the reasons for them.
struct Draft {
  var parameters = Parameters()
  var choices: [String] = []
  /// Files that were written already; removed again if the rest fails.
  var written: [String] = []
  /// Keys that are shown as active although they have their default.
  var highlighted: Set<String> = ["network.N", "network.seed"]

  init() { choices.append("A balanced network of 4096 neurons that learns sinusoids: the defaults.") }

  init(parameters: Parameters, choices: [String]) {
    self.parameters = parameters
    self.choices = choices
  }

  /// Settings for a file of rates or currents.
  init(recorded file: String, _ source: TargetParameters.Source, _ options: NewOptions) throws {
    guard options.copies >= 1 else {
      throw ProjectError.invalidOption("--copies is \(options.copies), but must be at least 1.")
    }
    var request = RecordedMatrix.Request(
      file: absolute(file), kind: source == .rates ? .rates : .currents, axisOrder: options.axisOrder,
      select: options.select)
    let summary = try RecordedMatrix.inspect(request)
    request.dataset = summary.datasetPath
    guard let bin = options.bin ?? summary.binMilliseconds else {
      throw ProjectError.invalidOption(
        """
        \(file):\(summary.datasetPath) has no attribute bin_ms, so the time between its rows is unknown. \
        Give it, as in --bin 20ms.
        """)
    }
    parameters.network.neuronCount = summary.selectedUnitCount * options.copies
    parameters.trial.trainDuration = Double(summary.rowCount) * bin
    parameters.learning.interval = bin
    parameters.targets.source = source
    parameters.targets.file = request.file
    parameters.targets.dataset = summary.datasetPath
    parameters.targets.select = options.select
    parameters.targets.copies = options.copies
    highlighted.formUnion(["learning.every", "trial.train_duration", "targets.file"])
    explain(summary, bin: bin, copies: options.copies)
    if source == .rates { useSettingsForRates() }
    alignStimulus()
  }

  private mutating func explain(_ summary: RecordedMatrix.Summary, bin: Double, copies: Int) {
    let selection = summary.selectedUnitCount < summary.unitCount ? " of \(summary.unitCount)" : ""
    let times = copies > 1 ? " x \(copies) copies" : ""
    choices.append(
      "network.N = \(parameters.network.neuronCount): \(summary.selectedUnitCount)\(selection) recorded units\(times).")
    choices.append(
      """
      learning.every = \(trimmed(bin)) ms and trial.train_duration = \(trimmed(parameters.trial.trainDuration)) ms: \
      \(summary.rowCount) bins of \(trimmed(bin)) ms.
      """)
    choices.append("\(summary.taskCount) task\(summary.taskCount == 1 ? "" : "s"), one per condition of the file.")
  }

  /// What learned recorded rates well (docs/performance.md says how it was found).
  mutating func useSettingsForRates() {
    parameters.staticSynapses.inDegree = 0
    parameters.noise.model = .voltage
    parameters.noise.sigma = 0.65
    choices.append(
      """
      static.K = 0 with voltage noise 0.65: all recurrent input is learned, and noise keeps neurons firing \
      irregularly.
      """)
    // P grows with the square of L: beyond 20,000 neurons half of it keeps P below 3 GB.
    let wanted = parameters.neuronCount > 20_000 ? 64 : 128
    let inputs = min(wanted, max(1, parameters.neuronCount / 8))
    parameters.plastic.inputsPerClass = PerClass(both: inputs)
    choices.append(
      """
      plastic.L = \(inputs): a neuron that listens to many others averages out their noise.
      """)
    parameters.plastic.timeConstant = .shared(300)
    choices.append("plastic.tau = 300 ms: slow synapses average over time, and carry a trial's beginning further.")
    parameters.stimulus.sigma = 1
    choices.append("stimulus.sigma = 1: a strong stimulus starts every trial of a task in the same state.")
    parameters.learning.lambda = 0.02
    parameters.learning.mu = 0
    choices.append("learning.lambda = 0.02 and mu = 0: a weak penalty, because recorded rates need small currents.")
  }

  /// Stimulus times must be whole numbers of learning intervals.
  private mutating func alignStimulus() {
    let every = parameters.learning.interval
    guard every > 0 else { return }
    parameters.trial.stimulusOff = (parameters.trial.stimulusOff / every).rounded(.up) * every
    parameters.trial.stimulusOn = min(parameters.trial.stimulusOn, parameters.trial.stimulusOff)
  }
}

/// A path that stays valid when the folder changes.
private func absolute(_ path: String) -> String {
  path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}

/// A number without needless decimals.
func trimmed(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
}
