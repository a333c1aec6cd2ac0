// What the cpu backend will allocate, before it does.
internal import RepriseCore
public import RepriseModel

/// Memory of a drawn network and its backend. Each formula follows the class that allocates, named beside it.
public struct CPUMemory: Sendable {
  private let parameters: Parameters
  private let network: NetworkMemory
  private let threads: Int
  private let slots: Int
  private let columns: InputColumns

  /// - Parameter taskCount: Tasks of the targets, which files may decide.
  public init(_ parameters: Parameters, taskCount: Int, threads: Int) {
    self.parameters = parameters
    network = NetworkMemory(parameters: parameters, taskCount: taskCount)
    let layout = NeuronLayout(neuronCount: parameters.neuronCount, excitatoryCount: parameters.excitatoryCount)
    slots = layout.slotCount
    self.threads = max(1, min(threads, layout.slotCount / NeuronLayout.groupSize))
    columns = InputColumns(inputCount: parameters.plasticInputCount)
  }

  /// While `init` runs: the untrained network first, then plastic connections and targets.
  public var initialization: [MemoryPart] {
    let untrained = [network.givenConnections, network.givenEdges, staticConnections, neurons(bins: 1), network.traces]
    let built = [
      network.givenConnections, network.stimulus, network.plasticSources, network.targets, network.feedforward,
      network.untrainedActivity,
    ]
    let first = untrained.map(\.bytes).reduce(0, +)
    let second = built.map(\.bytes).reduce(0, +)
    return (first > second ? untrained : built) + [network.program]
  }

  /// While loops are trained, checkpoints included.
  public var training: [MemoryPart] {
    let learning = parameters.learning.memory == .matrix ? matrices : history
    return [
      learning, weights, network.plasticSources, plasticLists, staticConnections, network.targets, network.feedforward,
      network.givenConnections, network.stimulus, neurons(bins: network.binCount), network.untrainedActivity,
      network.program,
    ]
  }

  /// While `trials` test trials run side by side.
  public func testing(trials: Int) -> [MemoryPart] {
    let each = neurons(bins: network.binCount).bytes
    return [
      weights, network.plasticSources, plasticLists, staticConnections, network.targets, network.feedforward,
      network.givenConnections, network.stimulus, MemoryPart("neurons and sums of \(trials) trial(s)", trials * each),
      network.untrainedActivity, network.program,
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
      4 * (parameters.neuronCount + parameters.feedforwardCount + 1) * frames)
  }

  /// CPULearning.
  private var weights: MemoryPart { MemoryPart("plastic weights", 4 * parameters.trainedCount * (columns.padded + 2)) }

  /// CPUPartition.
  private var plasticLists: MemoryPart {
    MemoryPart(
      "plastic targets of each neuron",
      4 * parameters.trainedCount * (parameters.recurrentInputCount + 1) + 8 * threads * slots)
  }

  /// StaticTargetLists or DrawnDelivery.
  private var staticConnections: MemoryPart {
    if let count = parameters.staticSynapses.given.valueCount {
      return MemoryPart("static connections", 8 * count + threads * 8 * slots)
    }
    guard parameters.staticOutDegree > 0 else { return MemoryPart("static connections", 0) }
    if parameters.staticSynapses.storage == .procedural {
      return MemoryPart("static connections, drawn at each spike", threads > 1 ? 8 * threads * slots : 0)
    }
    let blocks = (slots / threads + 65_535) / 65_536
    return MemoryPart(
      "static connections",
      2 * parameters.neuronCount * parameters.staticOutDegree + threads * slots * (8 + 2 * blocks))
  }

  /// CPUCells and their state, for each slot; every backend has its own.
  private var cellBytes: Int {
    let sizes = CellSizes(parameters)
    return sizes.isEmpty ? 0 : 4 * (sizes.constantRows + sizes.stateRows) + 4
  }

  /// CPUState, the spike lists of CPUWorker, BinSums, and what a trial returns.
  private func neurons(bins: Int) -> MemoryPart {
    MemoryPart(
      "neurons, and sums of their currents", slots * (56 + 8 + 4 * bins + cellBytes) + 16 * parameters.neuronCount)
  }
}
