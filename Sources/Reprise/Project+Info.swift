// `reprise info`: what a folder or a file holds, in words.
internal import RepriseCore
internal import RepriseIO
internal import RepriseModel
internal import RepriseTraining
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Describes folders and files.
public enum Info {
  /// - Parameter path: A project's folder, or a file of Reprise, or any HDF5 file.
  /// - Returns: Lines of text.
  public static func describe(_ path: String) throws -> [String] {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ProjectError.invalidOption("\(path) does not exist. Give the folder of a network, or a file.")
    }
    return isFolder ? try describe(Project(path)) : try describe(file: path)
  }

  private static func describe(_ project: Project) throws -> [String] {
    let manager = FileManager.default
    guard manager.fileExists(atPath: project.configurationPath) else {
      throw ProjectError.invalidOption(
        "\(project.folder) has no reprise.toml. Run `reprise new \(project.folder)` to make one.")
    }
    var lines = ["\(project.configurationPath)"] + describe(try project.currentParameters())
    if manager.fileExists(atPath: project.networkPath) { lines += [""] + (try describe(file: project.networkPath)) }
    if let checkpoint = project.latestCheckpoint() {
      lines += [""] + (try describe(file: checkpoint))
      if let signs = try describeSigns(of: checkpoint, project) { lines.append(signs) }
    }
    if manager.fileExists(atPath: project.testPath) { lines += [""] + (try describe(file: project.testPath)) }
    return lines
  }

  private static func describe(file path: String) throws -> [String] {
    let file = try HDF5File(reading: path)
    switch try FileFormat.kind(of: file) {
    case .network: return try describeNetwork(path)
    case .checkpoint: return try describeCheckpoint(path)
    case .test: return try describeTest(path, file)
    case .rates:
      return ["\(path): firing rates made by `reprise rates`"] + (try describeDatasets(file))
    case nil:
      return ["\(path): an HDF5 file that Reprise did not write"] + (try describeDatasets(file))
    }
  }

  static func describe(_ p: Parameters) -> [String] {
    let clock = p.clock
    let model = p.neuron.model == .lif ? "" : "\(p.neuron.model.rawValue) "
    let perClass = p.plasticInputsPerClass
    let inputs =
      perClass.excitatory == perClass.inhibitory
      ? "\(perClass.excitatory)" : "[\(perClass.excitatory), \(perClass.inhibitory)]"
    let learners =
      p.trainsSubset
      ? " that learns: \(p.trainedCount(.excitatory)) excitatory, \(p.trainedCount(.inhibitory)) inhibitory" : ""
    var lines = [
      "  \(p.neuronCount) \(model)neurons: \(p.excitatoryCount) excitatory, \(p.inhibitoryCount) inhibitory; "
        + "seed \(p.network.seed)",
      p.staticSynapses.given.description.map { "  static: \($0)" }
        ?? "  static: K = \(p.staticInDegree), \(p.staticOutDegree) targets per neuron",
      "  plastic: L = \(inputs), \(p.plasticInputCount) inputs per neuron\(learners)",
      """
        trial: \(trimmed(p.trialDuration)) ms in steps of \(p.trial.timeStep) ms, stimulus from \
      \(trimmed(p.trial.stimulusOn)) to \(trimmed(p.trial.stimulusOff)) ms, \(clock.rowCount) updates
      """,
      "  learning: lambda \(p.learning.lambda), mu \(p.learning.mu), every \(trimmed(p.learning.interval)) ms",
      "  noise: \(p.noise.model.rawValue)\(p.noise.model == .none ? "" : ", sigma \(p.noise.sigma)")",
    ]
    switch p.targets.source {
    case .sinusoids: lines.append("  targets: sinusoids, \(p.targets.taskCount) task(s)")
    case .plugin: lines.append("  targets: \(p.targets.given.description ?? "?")")
    default: lines.append("  targets: \(p.targets.source.rawValue) of \(p.targets.file ?? "?")")
    }
    let others = [
      ("plastic connections", p.plastic.given), ("stimulus", p.stimulus.given),
      ("feed-forward rates", p.feedforward.given), ("order of tasks", p.trial.given),
    ]
    lines += others.compactMap { name, given in given.description.map { "  \(name): \($0)" } }
    if let tasks = p.trial.schedule {
      let first = tasks.prefix(20).map(String.init).joined(separator: ", ")
      lines.append("  order of tasks: \(first)\(tasks.count > 20 ? ", ..." : "")")
    }
    return lines
  }

  private static func describeNetwork(_ path: String) throws -> [String] {
    let network = try NetworkFile.read(path)
    let p = network.parameters
    let rates = network.untrained.rates
    func mean(_ range: Range<Int>) -> Double {
      range.isEmpty ? 0 : rates[range].reduce(0, +) / Double(range.count)
    }
    let given = Parameters.givenSources.compactMap { section, source in
      p[keyPath: source].description.map { "  [\(section)] made by \($0)" }
    }
    return [
      "\(path): a network of Reprise",
      "  \(network.staticConnections.count) static and "
        + "\(network.plasticCount) plastic connections",
      "  \(network.targets.taskCount) task(s) with \(network.targets.rowCount) target rows",
      """
        untrained: \(decimal(mean(0..<p.excitatoryCount))) Hz excitatory, \
      \(decimal(mean(p.excitatoryCount..<p.neuronCount))) Hz inhibitory
      """,
    ] + given
  }

  private static func describeCheckpoint(_ path: String) throws -> [String] {
    let contents = try CheckpointFile.readContents(path)
    var lines = ["\(path): a checkpoint after \(contents.loopsDone) loops"]
    let measured = contents.curve.filter { $0.correlation != nil }.suffix(10)
    if !measured.isEmpty {
      let mean = measured.compactMap(\.correlation).reduce(0, +) / Double(measured.count)
      lines.append("  correlation over the last \(measured.count) measured loops: \(decimal(mean, digits: 3))")
    }
    return lines
  }

  /// nil where the checkpoint is of another network, or has no recurrent weights.
  private static func describeSigns(of checkpoint: String, _ project: Project) throws -> String? {
    guard FileManager.default.fileExists(atPath: project.networkPath) else { return nil }
    let network = try project.storedNetwork()
    let fraction = try CheckpointFile.wrongSignFraction(checkpoint, network)
    return fraction.map { "  recurrent weights of the wrong sign for their sender's class: \(decimal(100 * $0)) %" }
  }

  private static func describeTest(_ path: String, _ file: HDF5File) throws -> [String] {
    let trials = try file.dataset("/trials/task")
    let spikes = try file.dataset("/spikes/\(TestFile.population)/timestamps")
    let neurons = try file.dataset("/currents/neuron")
    return [
      "\(path): a test",
      "  \(trials.count) trials, \(spikes.count) spikes, currents of \(neurons.count) neurons",
    ]
  }

  /// The datasets of a file, and whether they could be targets.
  private static func describeDatasets(_ file: HDF5File) throws -> [String] {
    var lines: [String] = []
    for dataset in try datasets(file, below: "/") {
      let shape = dataset.shape.map(String.init).joined(separator: " x ")
      let bin: Double? = try file.attribute("bin_ms", of: dataset.path)
      let usable = dataset.elementType.isNumeric && (2...3).contains(dataset.shape.count)
      let binText = bin.map { ", bins of \(trimmed($0)) ms" } ?? ""
      lines.append(
        "  \(dataset.path): \(shape.isEmpty ? "one value" : shape), \(dataset.elementType)\(binText)"
          + (usable ? "; usable with --rates or --targets" : ""))
    }
    return lines
  }

  private static func datasets(_ file: HDF5File, below group: String) throws -> [HDF5Dataset] {
    try file.children(of: group).flatMap { child -> [HDF5Dataset] in
      switch child.kind {
      case .dataset: return [try file.dataset(child.path)]
      case .group: return try datasets(file, below: child.path)
      default: return []
      }
    }
  }

  static func decimal(_ value: Double, digits: Int = 2) -> String { DecimalText.fixed(value, digits: digits) }
}
