// What the cpu backend will allocate, before it does.
internal import RepriseCore
public import RepriseModel

/// A share of the memory that a network needs.
public struct MemoryPart: Sendable, Equatable {
  public let name: String
  public let bytes: Int

  public init(_ name: String, _ bytes: Int) { (self.name, self.bytes) = (name, bytes) }
}

/// Memory of a drawn network and its backend. Each formula follows the class that allocates, named beside it.
public struct CPUMemory: Sendable {
  private let parameters: Parameters
  private let taskCount: Int
  private let threads: Int
  private let slots: Int
  private let columns: InputColumns

  /// - Parameter taskCount: Tasks of the targets, which files may decide.
  public init(_ parameters: Parameters, taskCount: Int, threads: Int) {
    self.parameters = parameters
    self.taskCount = taskCount
    let layout = NeuronLayout(neuronCount: parameters.neuronCount, excitatoryCount: parameters.excitatoryCount)
    slots = layout.slotCount
    self.threads = max(1, min(threads, layout.slotCount / NeuronLayout.groupSize))
    columns = InputColumns(inputCount: parameters.plasticInputCount)
  }

  /// While `init` runs: the untrained network first, then plastic connections and targets.
  public var initialization: [MemoryPart] {
    let untrained = [staticConnections, neurons(bins: 1), traces]
    let built = [plasticSources, targets, feedforward, untrainedActivity]
    let first = untrained.map(\.bytes).reduce(0, +)
    let second = built.map(\.bytes).reduce(0, +)
    return (first > second ? untrained : built) + [program]
  }

  /// While loops are trained, checkpoints included.
  public var training: [MemoryPart] {
    let learning = parameters.learning.memory == .matrix ? matrices : history
    return [
      learning, weights, plasticSources, plasticLists, staticConnections, targets, feedforward, neurons(bins: binCount),
      untrainedActivity, program,
    ]
  }

  /// While `trials` test trials run side by side.
  public func testing(trials: Int) -> [MemoryPart] {
    let each = neurons(bins: binCount).bytes
    return [
      weights, plasticSources, plasticLists, staticConnections, targets, feedforward,
      MemoryPart("neurons and sums of \(trials) trial(s)", trials * each), untrainedActivity, program,
    ]
  }

  /// P, or what stands for it.
  public var learningBytes: Int { (parameters.learning.memory == .matrix ? matrices : history).bytes }

  /// Bytes of P that an update cannot do without: the triangles, read and written.
  public var leastBytesPerUpdate: Int {
    guard parameters.learning.memory == .matrix else { return 0 }
    let n = parameters.plasticInputCount
    let size: Int
    switch parameters.learning.precision {
    case .float16: size = 2
    case .float32: size = 4
    case .float64: size = 8
    }
    return 2 * size * parameters.presynapticSetCount * n * (n + 1) / 2
  }

  // MARK: Parts

  /// PackedMatrices, EventMatrices.
  private var matrices: MemoryPart {
    let numbers: Int
    let full = columns.inputCount * columns.padded
    switch parameters.learning.precision {
    case .float16 where parameters.usesEvents: numbers = 2 * full + (2 * 16 + 4) * columns.padded + 4
    case .float32 where parameters.usesEvents: numbers = 4 * full + 4 * 16 * columns.padded + 4
    case .float16: numbers = 2 * columns.correlationSize + 8 * columns.padded
    case .float32: numbers = 4 * (columns.correlationSize + columns.padded)
    case .float64: numbers = 8 * (columns.correlationSize + columns.padded)
    }
    return MemoryPart(
      "P of \(parameters.presynapticSetCount) presynaptic sets, \(parameters.learning.precision.rawValue)",
      parameters.presynapticSetCount * numbers)
  }

  /// CPUHistory.
  private var history: MemoryPart {
    let frames = (parameters.historyFrames + 15) / 16 * 16
    return MemoryPart(
      "filtered spikes of \(parameters.historyFrames) updates",
      4 * (parameters.neuronCount + parameters.feedforward.count + 1) * frames)
  }

  /// CPULearning.
  private var weights: MemoryPart { MemoryPart("plastic weights", 4 * slots * columns.padded) }

  /// PlasticConnections and PresynapticGroups, with the kernels' copy.
  private var plasticSources: MemoryPart {
    let recurrent = 2 * parameters.plasticInputsPerClass
    return MemoryPart(
      "plastic inputs of each neuron",
      parameters.neuronCount * (4 * recurrent + 8) + 16 * parameters.presynapticSetCount)
  }

  /// CPUPartition.
  private var plasticLists: MemoryPart {
    let recurrent = 2 * parameters.plasticInputsPerClass
    return MemoryPart("plastic targets of each neuron", 4 * parameters.neuronCount * recurrent + 8 * threads * slots)
  }

  /// StaticTargetLists or DrawnDelivery.
  private var staticConnections: MemoryPart {
    guard parameters.staticOutDegree > 0 else { return MemoryPart("static connections", 0) }
    if parameters.staticSynapses.storage == .procedural {
      return MemoryPart("static connections, drawn at each spike", threads > 1 ? 8 * threads * slots : 0)
    }
    let blocks = (slots / threads + 65_535) / 65_536
    return MemoryPart(
      "static connections",
      2 * parameters.neuronCount * parameters.staticOutDegree + threads * slots * (8 + 2 * blocks))
  }

  private var targets: MemoryPart {
    MemoryPart("targets", 4 * taskCount * parameters.clock.rowCount * parameters.neuronCount)
  }

  private var feedforward: MemoryPart {
    let steps = parameters.clock.lastStep - parameters.clock.stimulusOffStep
    return MemoryPart("feed-forward rates", 4 * steps * parameters.feedforward.count)
  }

  /// CPUState, the spike lists of CPUWorker, BinSums, and what a trial returns.
  private func neurons(bins: Int) -> MemoryPart {
    MemoryPart("neurons, and sums of their currents", slots * (56 + 8 + 4 * bins) + 16 * parameters.neuronCount)
  }

  /// Currents of the neurons that give the deviation.
  private var traces: MemoryPart {
    MemoryPart("currents of the untrained run", 12 * min(1000, parameters.neuronCount) * Int(parameters.trialDuration))
  }

  private var untrainedActivity: MemoryPart { MemoryPart("untrained rates and currents", 16 * parameters.neuronCount) }

  /// The program itself, libraries, stacks, and the buffers of files.
  private var program: MemoryPart { MemoryPart("program and file buffers", 40_000_000) }

  /// Bins of `WindowedCurrent` where window and interval are whole multiples of one another, which is the usual case.
  private var binCount: Int {
    let clock = parameters.clock
    let width = max(1, min(clock.learningIntervalSteps, max(clock.windowSteps, clock.sampleSteps)))
    return (clock.lastStep - clock.stimulusOffStep) / width + 1
  }
}

extension [MemoryPart] {
  public var totalBytes: Int { map(\.bytes).reduce(0, +) }
}
