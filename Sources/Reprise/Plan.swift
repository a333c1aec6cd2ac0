// What a network will need of this machine: memory, time and disk, before anything is allocated.
internal import RepriseBackends
internal import RepriseCore
internal import RepriseModel

/// Needs of a network, and what there is.
public struct Plan: Sendable {
  public struct Part: Sendable, Equatable {
    public let name: String
    public let bytes: Int
  }

  /// A change of the configuration that needs less.
  public struct Alternative: Sendable, Equatable {
    /// As for `--set`.
    public let setting: String
    public let trainingBytes: Int
    /// True if the network has to be made anew.
    public let needsInit: Bool
  }

  /// The project's.
  public let folder: String
  public let neuronCount: Int
  public let inputCount: Int
  public let threads: Int
  /// Memory by part, while `init`, `train` and `test` run.
  public let initialization, training, testing: [Part]
  /// nil where the system does not say.
  public let availableBytes: Int?
  public let networkFileBytes, checkpointBytes: Int
  /// Of the drive of the project; nil where the system does not say.
  public let freeDiskBytes: Int?
  /// Ways to train in less memory, the smallest change first.
  public let alternatives: [Alternative]

  init(_ parameters: Parameters, taskCount: Int, threads: Int, folder: String) {
    let memory = CPUMemory(parameters, taskCount: taskCount, threads: threads)
    func parts(_ list: [MemoryPart]) -> [Part] {
      list.filter { $0.bytes > 0 }.map { Part(name: $0.name, bytes: $0.bytes) }
    }
    self.folder = folder
    neuronCount = parameters.neuronCount
    inputCount = parameters.plasticInputCount
    self.threads = threads
    initialization = parts(memory.initialization)
    training = parts(memory.training)
    testing = parts(memory.testing(trials: threads))
    // What this process holds already is part of what it needs.
    let held = ProcessUsage.residentBytes ?? 0
    availableBytes = MachineResources.availableMemory().map { $0 + held }
    networkFileBytes = StoredSizes.network(parameters, taskCount: taskCount)
    checkpointBytes = StoredSizes.checkpoint(parameters)
    freeDiskBytes = MachineResources.freeDisk(of: folder)
    alternatives = Self.alternatives(parameters, taskCount: taskCount, threads: threads)
  }

  public var initializationBytes: Int { initialization.map(\.bytes).reduce(0, +) }
  public var trainingBytes: Int { training.map(\.bytes).reduce(0, +) }
  public var testingBytes: Int { testing.map(\.bytes).reduce(0, +) }

  private static func alternatives(_ parameters: Parameters, taskCount: Int, threads: Int) -> [Alternative] {
    var (dense, half, drawn, both) = (parameters, parameters, parameters, parameters)
    dense.learning.form = .dense
    half.learning.precision = .float16
    drawn.staticSynapses.storage = .procedural
    (both.learning.precision, both.staticSynapses.storage) = (.float16, .procedural)
    var (pooled, remembered, least) = (parameters, parameters, parameters)
    pooled.plastic.pool = 64
    remembered.learning.memory = .history
    (least.learning.memory, least.staticSynapses.storage) = (.history, .procedural)
    let candidates: [(String, Parameters, Bool)] = [
      ("learning.form=dense", dense, false),
      ("learning.precision=float16", half, false), ("static.storage=procedural", drawn, false),
      ("learning.precision=float16 and static.storage=procedural", both, false), ("plastic.pool=64", pooled, true),
      ("learning.memory=history", remembered, false),
      ("learning.memory=history and static.storage=procedural", least, false),
    ]
    func bytes(_ parameters: Parameters) -> Int {
      CPUMemory(parameters, taskCount: taskCount, threads: threads).training.totalBytes
    }
    let now = bytes(parameters)
    var seen = [parameters]
    return candidates.compactMap { setting, changed, needsInit in
      let needed = bytes(changed)
      guard !seen.contains(changed), changed.validate().isEmpty, needed < now * 9 / 10 else { return nil }
      seen.append(changed)
      return Alternative(setting: setting, trainingBytes: needed, needsInit: needsInit)
    }
  }
}

// MARK: - Refusals

extension Plan {
  /// - Throws: ``ProjectError/tooLittleMemory(_:)`` if `init` cannot fit.
  func requireMemoryToInitialize() throws(ProjectError) {
    guard let available = availableBytes, initializationBytes > available else { return }
    throw .tooLittleMemory(
      "Building the network needs about \(size(initializationBytes)) of memory, and \(size(available)) "
        + "are free. Use static.storage = \"procedural\", a smaller network.N, or a machine with more memory.")
  }

  /// - Throws: ``ProjectError`` if training, or its checkpoint, cannot fit.
  func requireRoomToTrain() throws(ProjectError) {
    if let available = availableBytes, trainingBytes > available {
      let fitting = alternatives.filter { $0.trainingBytes <= available }
      let ways = fitting.map {
        "--set \($0.setting.replacing(" and ", with: " --set ")) (\(size($0.trainingBytes))"
          + ($0.needsInit ? ", and `reprise init` again)" : ")")
      }
      let advice = ways.isEmpty ? "a smaller network.N or plastic.L" : ways.joined(separator: ", ")
      throw .tooLittleMemory(
        "Training needs about \(size(trainingBytes)) of memory, and \(size(available)) are free. Use "
          + "\(advice), or a machine with more memory.")
    }
    try requireRoomForCheckpoint()
  }

  /// - Throws: ``ProjectError`` if a checkpoint cannot fit on the drive.
  func requireRoomForCheckpoint() throws(ProjectError) {
    if let free = freeDiskBytes, checkpointBytes > free {
      throw .tooLittleDisk(
        "A checkpoint needs \(size(checkpointBytes)) on the drive of \(folder), and \(size(free)) are free. Make room, "
          + "or use learning.precision = \"float16\" or learning.memory = \"history\".")
    }
  }

  private func size(_ bytes: Int) -> String {
    if bytes < 1_000_000 { return "\(bytes / 1000) kB" }
    return bytes < 1_000_000_000
      ? "\(bytes / 1_000_000) MB" : "\(DecimalText.fixed(Double(bytes) / 1e9, digits: 1)) GB"
  }
}

/// Sizes of files, from what they hold.
private enum StoredSizes {
  private static let overhead = 20_000

  static func network(_ p: Parameters, taskCount: Int) -> Int {
    let feedforward = p.feedforward.count * (p.clock.lastStep - p.clock.stimulusOffStep)
    let plastic = 2 * p.plasticInputsPerClass * p.neuronCount
    return overhead + 4 * (plastic + taskCount * p.clock.rowCount * p.neuronCount + feedforward) + 16 * p.neuronCount
  }

  static func checkpoint(_ p: Parameters) -> Int {
    let n = p.plasticInputCount
    let isDouble = p.learning.precision == .float64
    let weights = (isDouble ? 8 : 4) * p.neuronCount * n
    if p.learning.memory == .history {
      return overhead + weights + (isDouble ? 8 : 4) * p.historyFrames * (p.neuronCount + p.feedforward.count)
    }
    let triangle = n * (n + 1) / 2
    let perSet: Int
    switch p.learning.precision {
    case .float16: perSet = 2 * triangle + 4 * n
    case .float32: perSet = 4 * triangle
    case .float64: perSet = 8 * triangle
    }
    return overhead + weights + 4 * p.neuronCount + p.presynapticSetCount * perSet
  }
}
