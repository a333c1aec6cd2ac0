// What a GPU backend will allocate, on the device and on the host, before it does.
internal import CReprise
internal import RepriseCore
public import RepriseModel

/// Memory of a drawn network and its GPU backend. Each formula follows the class that allocates, named beside it.
public struct GPUMemory: Sendable {
  private let parameters: Parameters
  private let network: NetworkMemory
  private let slots: Int
  private let deviceMemory: Int
  private let limits = GPULimits()

  /// Neurons whose currents `reprise test` keeps unless it is told others.
  private static let testedNeurons = 16

  /// - Parameters:
  ///   - taskCount: Tasks of the targets, which files may decide.
  ///   - deviceMemory: All that the device has, bytes: the form of P can depend on it. nil: enough.
  public init(_ parameters: Parameters, taskCount: Int, deviceMemory: Int? = nil) {
    self.parameters = parameters
    self.deviceMemory = deviceMemory ?? .max
    network = NetworkMemory(parameters: parameters, taskCount: taskCount)
    slots =
      NeuronLayout(neuronCount: parameters.neuronCount, excitatoryCount: parameters.excitatoryCount).slotCount
  }

  // MARK: On the device

  /// While the untrained network runs.
  public var initialization: [MemoryPart] {
    [staticTargets, neurons, sums(bins: 1), currents(of: network.tracedNeurons), driver]
  }

  /// While loops are trained, checkpoints included.
  public var training: [MemoryPart] {
    [
      correlation, groups, weights, plasticTargets, staticTargets, neurons, feedforward, targets,
      sums(bins: network.binCount), correlations, driver,
    ]
  }

  /// While test trials run one after the other.
  public var testing: [MemoryPart] {
    [
      weights, plasticTargets, staticTargets, neurons, feedforward, sums(bins: network.binCount), spikes,
      currents(of: min(Self.testedNeurons, parameters.neuronCount)), driver,
    ]
  }

  /// GPUMatrixStore: P, pending terms, diagonals; or GPUHistory.
  private var correlation: MemoryPart {
    let (sets, n) = (parameters.presynapticSetCount, parameters.plasticInputCount)
    guard case .matrices(let form) = GPUForm(parameters, groupCount: sets, deviceMemory: deviceMemory) else {
      let sources = slots + parameters.feedforwardCount
      return MemoryPart(
        "filtered spikes of \(parameters.historyFrames) updates",
        4 * sources * GPUHistory.stride(frames: parameters.historyFrames) + MemoryLayout<rp_gpu_history>.size)
    }
    return MemoryPart(
      "P of \(sets) presynaptic sets, \(parameters.learning.precision.rawValue)", sets * form.bytesPerGroup(n))
  }

  /// GPUGroups.
  private var groups: MemoryPart {
    let (sets, n) = (parameters.presynapticSetCount, parameters.plasticInputCount)
    return MemoryPart("inputs and gains of each presynaptic set", sets * (8 * n + 8) + 4 * parameters.trainedCount)
  }

  /// GPULearning.
  private var weights: MemoryPart {
    MemoryPart("plastic weights", 4 * parameters.trainedCount * parameters.plasticInputCount)
  }

  /// GPUConnectivity.
  private var plasticTargets: MemoryPart {
    MemoryPart(
      "plastic targets of each neuron",
      4 * parameters.trainedCount * (parameters.recurrentInputCount + 2))
  }

  /// GPUConnectivity.
  private var staticTargets: MemoryPart {
    if let count = parameters.staticSynapses.given.valueCount {
      return MemoryPart("static targets of each neuron", 8 * count + 8 * (slots + 1))
    }
    guard parameters.staticOutDegree > 0, parameters.staticSynapses.storage == .stored else {
      return MemoryPart("static targets of each neuron", 0)
    }
    return MemoryPart(
      "static targets of each neuron", 4 * parameters.neuronCount * parameters.staticOutDegree + 8 * (slots + 1))
  }

  /// GPUState, GPUCells, the constants of GPUConnectivity, and spikes of feed-forward neurons in GPUFeedforward.
  private var neurons: MemoryPart {
    let feedforward = parameters.feedforwardCount
    // Potential, four currents, filtered spikes and what they gained, two times, count; then inputs of two steps.
    let state = slots * (4 * (5 + 2 + 2 + 1) + 16 + 16) + slots / 8 + 8 * feedforward
    // Where lists of plastic targets begin are there without plastic targets, too.
    var constants = MemoryLayout<rp_gpu_network>.size + MemoryLayout<rp_gpu_trial>.size + 8 * (slots + 1)
    // And so is the row of each slot.
    constants += MemoryLayout<rp_gpu_progress>.size + 4 * slots
    let ages = parameters.clock.learningIntervalSteps + 1
    if case .each = parameters.plastic.timeConstant {
      constants += 4 * slots * (ages + 2)
    } else {
      constants += 4 * ages
    }
    if parameters.staticSynapses.drives != nil, !parameters.neuron.model.isGLIF { constants += 4 * slots }
    let spikes = 4 * (1 + limits.steps) * ((feedforward + 31) / 32) + 4 * ages
    return MemoryPart("neurons", state + GPUCells.byteCount(parameters, slots: slots) + constants + spikes)
  }

  /// GPUFeedforward.
  private var feedforward: MemoryPart {
    let (clock, bytes) = (parameters.clock, 4 * parameters.feedforwardCount)
    let rows = GPULimits.rows(
      of: clock.lastStep - clock.stimulusOffStep, bytesOfEach: bytes, most: limits.bytesOfRates, atLeast: limits.steps)
    return MemoryPart("feed-forward rates", bytes * rows)
  }

  /// GPUTargets.
  private var targets: MemoryPart {
    let bytes = 4 * network.targetCount
    let rows = GPULimits.rows(
      of: network.taskCount * parameters.clock.rowCount, bytesOfEach: bytes, most: limits.bytesOfTargets)
    return MemoryPart("targets", bytes * rows)
  }

  /// GPUFit.
  private var correlations: MemoryPart {
    MemoryPart("correlations with targets", 12 * network.targetCount + 16 * parameters.clock.rowCount + 4)
  }

  /// GPUBins.
  private func sums(bins: Int) -> MemoryPart {
    let rows = GPULimits.rows(of: bins, bytesOfEach: 4 * slots, most: limits.bytesOfSums)
    return MemoryPart("sums of currents", 4 * slots * rows)
  }

  /// GPURecorder.
  private var spikes: MemoryPart {
    MemoryPart("recorded spikes", room(recordsSpikes: true, traced: 0).recordBytes)
  }

  /// GPURecorder.
  private func currents(of neurons: Int) -> MemoryPart {
    MemoryPart(
      "currents of chosen neurons", room(recordsSpikes: false, traced: neurons).traceBytes + 4 * slots)
  }

  private func room(recordsSpikes: Bool, traced: Int) -> GPURecorderRoom {
    GPURecorderRoom(parameters.clock, slots: slots, recordsSpikes: recordsSpikes, traced: traced, limits)
  }

  /// What a driver takes for itself when a program begins to use a device: an estimate.
  private var driver: MemoryPart { MemoryPart("driver and kernels", 400_000_000) }

  // MARK: On the host

  /// While `init` runs: the untrained network first, then plastic connections and targets.
  public var hostInitialization: [MemoryPart] {
    let untrained = [
      network.givenConnections, network.givenEdges, staging, hostSums(bins: 1), network.traces,
    ]
    let built = [
      network.givenConnections, network.stimulus, network.plasticSources, network.targets, network.feedforward,
      network.untrainedActivity,
    ]
    return (untrained.totalBytes > built.totalBytes ? untrained : built) + [network.program]
  }

  /// While loops are trained, checkpoints included.
  public var hostTraining: [MemoryPart] {
    [
      network.givenConnections, network.stimulus, network.plasticSources, network.targets, network.feedforward, staging,
      hostSums(bins: network.binCount), network.untrainedActivity, network.program,
    ]
  }

  /// While test trials run on `devices` devices, one on each at a time.
  public func hostTesting(devices: Int) -> [MemoryPart] {
    let each = hostSums(bins: network.binCount).bytes
    return [
      network.givenConnections, network.stimulus, network.plasticSources, network.targets, network.feedforward, staging,
      MemoryPart("sums of currents of \(devices) trial(s)", devices * each), network.untrainedActivity, network.program,
    ]
  }

  /// Lists of synapses while they go to a device, or the pieces of P while they go to and fro (`piecesToCopy`).
  private var staging: MemoryPart {
    let sets = 4 * parameters.presynapticSetCount * parameters.plasticInputCount
    let lists = max(staticTargets.bytes, plasticTargets.bytes + 2 * 8 * slots, sets)
    return MemoryPart("data on the way to and from the device", max(lists, 64 << 20))
  }

  /// BinSums, and what a trial returns.
  private func hostSums(bins: Int) -> MemoryPart {
    MemoryPart("sums of currents", 4 * slots * bins + 16 * parameters.neuronCount)
  }
}
