// What a network will need: memory of this machine and of a device, and disk, before anything is allocated.
public import RepriseBackends
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
    /// Of the device, for backends on devices.
    public let trainingBytes: Int
    /// True if the network has to be made anew.
    public let needsInit: Bool
  }

  /// The project's.
  public let folder: String
  public let neuronCount: Int
  public let inputCount: Int
  public let threads: Int
  /// Memory of this machine by part, while `init`, `train` and `test` run.
  public let initialization, training, testing: [Part]
  /// Memory of the device by part; empty for backends on processors.
  public let deviceInitialization, deviceTraining, deviceTesting: [Part]
  /// The device that is meant; nil where there is none.
  public let device: DeviceDescription?
  /// Of this machine; nil where the system does not say.
  public let availableBytes: Int?
  public let networkFileBytes, checkpointBytes: Int
  /// Of the drive of the project; nil where the system does not say.
  public let freeDiskBytes: Int?
  /// Ways to train in less memory, the smallest change first.
  public let alternatives: [Alternative]

  /// - Parameters:
  ///   - backend: `cpu`, or one on devices.
  ///   - device: The device that is meant, where there is one.
  init(
    _ parameters: Parameters, taskCount: Int, threads: Int, folder: String, backend: BackendChoice = .cpu,
    device: DeviceDescription? = nil
  ) {
    var parameters = parameters
    if parameters.targets.source != .sinusoids { parameters.targets.recordedTaskCount = taskCount }
    func parts(_ list: [MemoryPart]) -> [Part] {
      list.filter { $0.bytes > 0 }.map { Part(name: $0.name, bytes: $0.bytes) }
    }
    if backend.isDevice {
      let memory = GPUMemory(parameters, taskCount: taskCount, deviceMemory: device?.memoryBytes)
      initialization = parts(memory.hostInitialization)
      training = parts(memory.hostTraining)
      testing = parts(memory.hostTesting(devices: 1))
      deviceInitialization = parts(memory.initialization)
      deviceTraining = parts(memory.training)
      deviceTesting = parts(memory.testing)
    } else {
      let memory = CPUMemory(parameters, taskCount: taskCount, threads: threads)
      initialization = parts(memory.initialization)
      training = parts(memory.training)
      testing = parts(memory.testing(trials: threads))
      (deviceInitialization, deviceTraining, deviceTesting) = ([], [], [])
    }
    self.device = device
    self.folder = folder
    neuronCount = parameters.neuronCount
    inputCount = parameters.plasticInputCount
    self.threads = threads
    // What this process holds already is part of what it needs.
    let held = ProcessUsage.residentBytes ?? 0
    availableBytes = MachineResources.availableMemory().map { $0 + held }
    networkFileBytes = StoredSizes.network(parameters, taskCount: taskCount)
    checkpointBytes = StoredSizes.checkpoint(parameters)
    freeDiskBytes = MachineResources.freeDisk(of: folder)
    alternatives = Self.alternatives(parameters, taskCount: taskCount, threads: threads, backend, device)
  }

  public var initializationBytes: Int { initialization.map(\.bytes).reduce(0, +) }
  public var trainingBytes: Int { training.map(\.bytes).reduce(0, +) }
  public var testingBytes: Int { testing.map(\.bytes).reduce(0, +) }
  public var deviceInitializationBytes: Int { deviceInitialization.map(\.bytes).reduce(0, +) }
  public var deviceTrainingBytes: Int { deviceTraining.map(\.bytes).reduce(0, +) }
  public var deviceTestingBytes: Int { deviceTesting.map(\.bytes).reduce(0, +) }

  private static func alternatives(
    _ parameters: Parameters, taskCount: Int, threads: Int, _ backend: BackendChoice, _ device: DeviceDescription?
  ) -> [Alternative] {
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
      backend.isDevice
        ? GPUMemory(parameters, taskCount: taskCount, deviceMemory: device?.memoryBytes).training.totalBytes
        : CPUMemory(parameters, taskCount: taskCount, threads: threads).training.totalBytes
    }
    func isPossible(_ parameters: Parameters) -> Bool {
      parameters.validate().isEmpty
    }
    let now = bytes(parameters)
    var seen = [parameters]
    return candidates.compactMap { setting, changed, needsInit in
      let needed = bytes(changed)
      guard !seen.contains(changed), isPossible(changed), needed < now * 9 / 10 else { return nil }
      seen.append(changed)
      return Alternative(setting: setting, trainingBytes: needed, needsInit: needsInit)
    }
  }
}
