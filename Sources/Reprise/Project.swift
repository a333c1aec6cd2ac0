// A folder with one network: where its files are, and how its parameters are read.
internal import RepriseIO
public import RepriseModel
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A folder that holds one network and everything made from it.
public struct Project: Sendable {
  public let folder: String

  public init(_ folder: String) {
    self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
  }

  public var configurationPath: String { path("reprise.toml") }
  public var networkPath: String { path("network.h5") }
  public var learningCurvePath: String { path("learning-curve.csv") }
  public var testPath: String { path("test.h5") }
  public var metricsPath: String { path("metrics.csv") }
  public var figuresFolder: String { path("figures") }
  public var checkpointsFolder: String { path("checkpoints") }

  public func checkpointPath(loop: Int) -> String {
    let digits = String(loop)
    let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    return checkpointsFolder + "/loop-\(padded).h5"
  }

  public var bestCheckpointPath: String { checkpointsFolder + "/best.h5" }

  private func path(_ name: String) -> String { folder + "/" + name }

  func removeFile(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw ProjectError.cannotRemove(path)
    }
  }

  /// Parameters of `reprise.toml` and overrides.
  public func parameters(overrides: [String]) throws -> Parameters {
    try ConfigReader.read(path: configurationPath, overrides: overrides, resolveDataset: PerNeuronDataset.read)
  }

  /// The same, with those overrides of `init` that hold still.
  func currentParameters(_ overrides: [String] = []) throws -> Parameters {
    guard FileManager.default.fileExists(atPath: networkPath), let origin = try NetworkFile.readOrigin(networkPath)
    else { return try parameters(overrides: overrides) }
    // With the same text, values of neurons whose file is gone are those that the network has.
    let isSameText = try origin.configuration == configurationText()
    let stored = try NetworkFile.readShape(networkPath).parameters
    var parameters = try ConfigReader.read(
      path: configurationPath, overrides: origin.overrides + overrides, resolveDataset: PerNeuronDataset.read,
      stored: isSameText ? stored : nil)
    parameters.targets.recordedTaskCount = stored.targets.recordedTaskCount
    return parameters
  }

  /// The network of `network.h5` with the parameters that may change after it was built, as they are now.
  ///
  /// Overrides of `init` that shaped the network hold still, so that they need not be repeated.
  ///
  /// - Throws: ``ProjectError``, if parameters that shaped the network have changed since, among others.
  public func network(overrides: [String]) throws -> Network {
    guard FileManager.default.fileExists(atPath: networkPath) else { throw ProjectError.notInitialized(folder) }
    let stored = try storedNetwork()
    guard FileManager.default.fileExists(atPath: configurationPath) else { return stored }
    let origin = try NetworkFile.readOrigin(networkPath)
    let wanted = try currentParameters(overrides)
    var changed = Parameters.structuralDifferences(stored.parameters, wanted)
    if changed.isEmpty, let origin { changed = try changesBehindOverrides(since: origin) }
    guard changed.isEmpty else { throw ProjectError.networkOutdated(path: networkPath, sections: changed) }
    return stored.with(wanted.countingGiven(as: stored.parameters))
  }

  /// The network of `network.h5` with the parameters it was made with.
  func storedNetwork() throws -> Network {
    let network = try NetworkFile.read(networkPath)
    var parameters = network.parameters
    parameters.mapFiles { FilePath.resolve($0, in: folder) }
    return network.with(parameters)
  }

  /// Writes `network.h5`, in which files inside the folder have a path relative to it: the folder may be named in several
  /// ways, and moved.
  func store(_ network: Network, _ origin: NetworkOrigin) throws {
    var parameters = network.parameters
    parameters.mapFiles { FilePath.relative($0, to: folder) }
    try NetworkFile.write(network.with(parameters), origin: origin, to: networkPath)
  }

  /// Sections of `reprise.toml` that shape the network and changed since it was made, where an override of `init`
  /// hides the change.
  private func changesBehindOverrides(since origin: NetworkOrigin) throws -> [String] {
    let text = try configurationText()
    guard !origin.overrides.isEmpty, text != origin.configuration else { return [] }
    func alone(_ text: String) -> Parameters? {
      try? ConfigReader.parse(
        text: text, sourceName: configurationPath, folder: folder, resolveDataset: PerNeuronDataset.read)
    }
    // Where the file is right with the overrides only, nobody can tell what changed.
    guard let before = alone(origin.configuration), let now = alone(text) else {
      return Set(origin.overrides.compactMap { $0.split(separator: ".").first.map(String.init) }).sorted()
    }
    return Parameters.structuralDifferences(before, now)
  }

  func configurationText() throws -> String { try String(contentsOfFile: configurationPath, encoding: .utf8) }

  func createFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw ProjectError.cannotCreateFolder(path)
    }
  }
}

/// Why a project cannot do what was asked.
public enum ProjectError: Error, Equatable, CustomStringConvertible {
  case notInitialized(String)
  case networkOutdated(path: String, sections: [String])
  case cannotCreateFolder(String)
  case cannotRemove(String)
  case alreadyExists(String)
  case noCheckpoint(String)
  /// Checkpoints that a training would replace; `continuing` are the options of `train` that go on from them.
  case earlierTraining(checkpoint: String, folder: String, continuing: String)
  case unknownExample(name: String, known: [String])
  case invalidOption(String)
  /// A network that does not fit this machine.
  case tooLittleMemory(String)
  case tooLittleDisk(String)
  /// A device that failed while it trained, and what to do.
  case deviceFailed(String, goOn: String)
  /// A recording whose units do not fit the network.
  case unfitRecording(String)
  case nothingToPlot(String)

  public var description: String {
    switch self {
    case .notInitialized(let folder):
      "\(folder)/network.h5 does not exist. Run `reprise init \(folder)` first."
    case .networkOutdated(let path, let sections):
      """
      \(path) was made with other values in \(sections.map { "[\($0)]" }.joined(separator: ", ")) than reprise.toml \
      and --set give now. Run `reprise init` again, or undo the change.
      """
    case .cannotCreateFolder(let path):
      "\(path) cannot be created as a folder. Check that its parent exists, is a folder and is writable."
    case .cannotRemove(let path):
      "\(path) is of an earlier training and cannot be removed. Check the permissions of its folder."
    case .alreadyExists(let path):
      "\(path) exists already. Choose another folder, or delete it first."
    case .noCheckpoint(let folder):
      "\(folder) has no checkpoint. Run `reprise train` first, or leave out --resume."
    case .earlierTraining(let checkpoint, let folder, let continuing):
      """
      \(checkpoint) is of an earlier training: go on from it with `reprise train \(folder) \(continuing)`, or replace \
      the earlier training with --overwrite.
      """
    case .unknownExample(let name, let known):
      "There is no example '\(name)'. Examples are \(known.joined(separator: ", "))."
    case .invalidOption(let sentence), .unfitRecording(let sentence), .tooLittleMemory(let sentence),
      .tooLittleDisk(let sentence):
      sentence
    case .deviceFailed(let problem, let goOn): "\(problem) \(goOn)"
    case .nothingToPlot(let folder):
      "\(folder) has neither learning-curve.csv nor test.h5 to draw. Run `reprise train` or `reprise test` first."
    }
  }
}

/// Values of one parameter for every neuron, from a dataset of an HDF5 file.
enum PerNeuronDataset {
  static func read(_ reference: String) throws -> [Double] {
    guard let colon = reference.lastIndex(of: ":"), reference[colon...].hasPrefix(":/") else {
      throw ProjectError.invalidOption("'\(reference)' must name a file and a dataset, as in values.h5:/tau.")
    }
    let file = try HDF5File(reading: String(reference[..<colon]))
    return try file.dataset(String(reference[reference.index(after: colon)...])).read()
  }
}
