// What a network takes in the memory of the host, whatever computes.
internal import RepriseCore
internal import RepriseModel

/// A share of the memory that a network needs.
public struct MemoryPart: Sendable, Equatable {
  public let name: String
  public let bytes: Int

  public init(_ name: String, _ bytes: Int) { (self.name, self.bytes) = (name, bytes) }
}

extension [MemoryPart] {
  public var totalBytes: Int { map(\.bytes).reduce(0, +) }
}

/// Memory of a `Network` and of the program. Each formula follows the type that allocates, named beside it.
struct NetworkMemory {
  let parameters: Parameters
  let taskCount: Int

  /// PlasticConnections and PresynapticGroups, with the kernels' copy.
  var plasticSources: MemoryPart {
    MemoryPart(
      "plastic inputs of each neuron",
      parameters.trainedCount * (4 * parameters.recurrentInputCount + 16) + 16 * parameters.presynapticSetCount)
  }

  /// Targets.
  var targets: MemoryPart {
    MemoryPart("targets", 4 * taskCount * parameters.clock.rowCount * targetCount)
  }

  /// Neurons that have targets, those that predict held-out units included, of which a file says how many they are.
  var targetCount: Int {
    let trained = parameters.trainedCount
    let share = parameters.targets.heldOutUnits
    return min(parameters.neuronCount, trained + Int(Double(trained) * share / (1 - share)) + (share > 0 ? 1 : 0))
  }

  /// FeedforwardRates.
  var feedforward: MemoryPart {
    let steps = parameters.clock.lastStep - parameters.clock.stimulusOffStep
    let count = parameters.feedforward.given.valueCount ?? steps * parameters.feedforwardCount
    return MemoryPart("feed-forward rates", 4 * count)
  }

  /// Connections that are given: WeightedTargets.
  var givenConnections: MemoryPart {
    MemoryPart("given static connections", 8 * (parameters.staticSynapses.given.valueCount ?? 0))
  }

  /// EdgeList and SortedEdges, which `init` has beside WeightedTargets.
  var givenEdges: MemoryPart {
    MemoryPart("static connections as they are given", 44 * (parameters.staticSynapses.given.valueCount ?? 0))
  }

  /// StimulusCurrents.
  var stimulus: MemoryPart { MemoryPart("stimulus", 4 * (parameters.stimulus.given.valueCount ?? 0)) }

  /// Currents of the neurons that give the deviation.
  var traces: MemoryPart {
    MemoryPart("currents of the untrained run", 4 * 3 * tracedNeurons * Int(parameters.trialDuration))
  }

  /// `Initializer.deviationNeurons`.
  var tracedNeurons: Int { min(1000, parameters.neuronCount) }

  /// UntrainedActivity.
  var untrainedActivity: MemoryPart { MemoryPart("untrained rates and currents", 16 * parameters.neuronCount) }

  /// The program itself, libraries, stacks, and the buffers of files.
  var program: MemoryPart { MemoryPart("program and file buffers", 40_000_000) }

  /// Bins of `WindowedCurrent` where window and interval are whole multiples of one another, which is the usual case.
  var binCount: Int {
    let clock = parameters.clock
    let width = max(1, min(clock.learningIntervalSteps, max(clock.windowSteps, clock.sampleSteps)))
    return (clock.lastStep - clock.stimulusOffStep) / width + 1
  }
}
