internal import RepriseCore
// The oracle: the model of docs/equations.md in double precision and plain loops, in the order in which it is
// written there. No attempt at speed.
public import RepriseModel

/// Runs a network in double precision, one neuron at a time. Every kernel is tested against this.
public final class ReferenceBackend: Backend {
  public static var name: String { "reference" }
  public let network: Network
  public var summary: String { "double precision, plain loops" }
  public var precision: LearningParameters.Precision { .float64 }
  public var threadCount: Int { 1 }
  public let groups: PresynapticGroups

  // Checks of exclusive access would take a third of the time.
  @exclusivity(unchecked) var state: ReferenceState
  var learning: ReferenceLearning
  let clock: StepClock
  /// Neurons that a text describes; nil for those that are built in.
  let cells: ReferenceCells?
  let neurons: [ReferenceNeuron]
  private let outgoing: OutgoingSynapses
  public private(set) var failure: (any Error)?
  var request = TrialRequest(.untrained, index: 0)
  var step = 0
  private var noise: SlotNoise
  var stimulusNoise: SlotNoise
  var result = TrialResult(spikeCounts: [])

  public init(network: Network) {
    self.network = network
    groups = PresynapticGroups(network.plasticConnections)
    clock = network.parameters.clock
    neurons = (0..<network.neuronCount).map { ReferenceNeuron(network.parameters, $0) }
    state = ReferenceState(network)
    learning = ReferenceLearning(network)
    outgoing = OutgoingSynapses(network)
    cells = ReferenceCells(network.parameters)
    noise = SlotNoise(seed: 0, purpose: .testNoise, trial: 0)
    stimulusNoise = noise
  }

  var parameters: Parameters { network.parameters }
  var involvesPlasticity: Bool { request.kind != .untrained }

  public func beginTrial(_ request: TrialRequest) {
    self.request = request
    step = 0
    let seed = request.trialSeed(parameters)
    noise = SlotNoise(seed: seed, purpose: request.noisePurpose, trial: request.index)
    stimulusNoise = SlotNoise(seed: parameters.network.seed, purpose: .stimulus, trial: request.task)
    state = ReferenceState(network)
    let draw = SlotNoise(seed: seed, purpose: request.potentialPurpose, trial: request.index)
    for neuron in 0..<network.neuronCount {
      let (low, high) = startRange(neuron)
      let xi = Double(draw.sample(slot: network.layout.slot(neuron), step: 0))
      state.potential[neuron] = low + (high - low) * xi
      cells?.begin(neuron, &state)
    }
    result = TrialResult(spikeCounts: Array(repeating: 0, count: network.neuronCount))
    result.binSums = request.bins.map { BinSums(network.layout, binCount: $0.count) }
    result.traces = request.tracedNeurons.map { _ in CurrentTrace() }
  }

  /// The potential after a spike, or at rest, and the threshold: between them potentials start.
  func startRange(_ neuron: Int) -> (low: Double, high: Double) {
    if let cells { return (cells.neurons[neuron].startLow, cells.neurons[neuron].startHigh) }
    let c = parameters.neuronClass(neuron)
    guard !parameters.neuron.model.isGLIF else {
      return (parameters.glif.restPotential.value(neuron, c), parameters.glif.threshold.value(neuron, c))
    }
    return (parameters.neuron.resetPotential[c], parameters.neuron.threshold[c])
  }

  public func advance(through last: Int) {
    while step < last {
      step += 1
      updateCurrents()
      updateFilteredSpikes()
      updateNeurons()
      recordCurrents()
      deliverSpikes()
      emitFeedforwardSpikes()
    }
  }

  public func finishTrial() -> TrialResult {
    failure = CellStateError.find(parameters) { state, neuron in
      state == 0 ? self.state.potential[neuron] : self.state.cells[state - 1][neuron]
    }
    return result
  }

  public func learn(row: Int) {
    precondition(step + 1 == clock.step(ofRow: row), "row \(row) is due at step \(clock.step(ofRow: row))")
    let (targets, task) = (network.targets, request.task)
    learning.update(network, filteredSpikes: state.filteredSpikes, feedforward: state.feedforwardFilteredSpikes) {
      neuron in (self.state.staticCurrent[neuron], Double(targets.value(task: task, row: row, neuron: neuron)))
    }
  }

  // E1 to E3: filtered currents from the spikes of the previous step, which are then forgotten.
  private func updateCurrents() {
    let dt = clock.timeStep
    let synapses = parameters.staticSynapses
    let hasNoise = request.noiseModel(parameters) == .current
    for neuron in 0..<network.neuronCount {
      state.excitatoryCurrent[neuron] +=
        (-dt * state.excitatoryCurrent[neuron] + state.excitatoryInput[neuron]) / synapses.excitatoryTimeConstant
      state.inhibitoryCurrent[neuron] +=
        (-dt * state.inhibitoryCurrent[neuron] + state.inhibitoryInput[neuron]) / synapses.inhibitoryTimeConstant
      state.staticCurrent[neuron] = state.excitatoryCurrent[neuron] + state.inhibitoryCurrent[neuron]
      if hasNoise { state.staticCurrent[neuron] += neurons[neuron].currentNoise * noiseSample(neuron) }
      if involvesPlasticity {
        state.plasticCurrent[neuron] +=
          (-dt * state.plasticCurrent[neuron] + state.plasticInput[neuron])
          / neurons[neuron].plasticTimeConstant
      }
      state.excitatoryInput[neuron] = 0
      state.inhibitoryInput[neuron] = 0
      state.plasticInput[neuron] = 0
    }
  }

  // E7.
  private func updateFilteredSpikes() {
    guard involvesPlasticity else { return }
    let dt = clock.timeStep
    for neuron in 0..<network.neuronCount {
      let spike = state.lastSpike[neuron] == step - 1 ? 1.0 : 0.0
      state.filteredSpikes[neuron] +=
        (-dt * state.filteredSpikes[neuron] + spike) / neurons[neuron].plasticTimeConstant
    }
    for x in 0..<network.feedforwardCount {
      let spike = state.feedforwardLastSpike[x] == step - 1 ? 1.0 : 0.0
      state.feedforwardFilteredSpikes[x] +=
        (-dt * state.feedforwardFilteredSpikes[x] + spike) / parameters.feedforwardTimeConstant
    }
  }

  func noiseSample(_ neuron: Int) -> Double {
    Double(noise.sample(slot: network.layout.slot(neuron), step: step))
  }

  private func recordCurrents() {
    guard step % clock.sampleSteps == 0 else { return }
    if let bins = request.bins, let sums = result.binSums, let bin = bins.bin(ofStep: step) {
      for neuron in 0..<network.neuronCount {
        let total = state.staticCurrent[neuron] + state.plasticCurrent[neuron]
        sums.bin(bin)[network.layout.slot(neuron)] += Float(
          bins.quantity == .totalCurrent ? total : state.plasticCurrent[neuron])
      }
    }
    for (index, neuron) in request.tracedNeurons.enumerated() {
      result.traces[index].excitatory.append(Float(state.excitatoryCurrent[neuron]))
      result.traces[index].inhibitory.append(Float(state.inhibitoryCurrent[neuron]))
      result.traces[index].plastic.append(Float(state.plasticCurrent[neuron]))
    }
  }

  private func deliverSpikes() {
    for neuron in state.spiking {
      network.forEachStaticSynapse(of: neuron) { target, weight in
        if weight > 0 {
          state.excitatoryInput[target] += weight
        } else {
          state.inhibitoryInput[target] += weight
        }
      }
      guard involvesPlasticity else { continue }
      for synapse in outgoing.synapses(of: neuron) {
        state.plasticInput[network.learners[synapse.row]] += learning.weights[synapse.row][synapse.input]
      }
    }
  }

  private func emitFeedforwardSpikes() {
    guard involvesPlasticity, step > clock.stimulusOffStep else { return }
    let spikes = FeedforwardSpikes(
      network, purpose: request.feedforwardPurpose, trial: request.index, task: request.task, seed: request.seed)
    for x in spikes.neurons where spikes.spikes(x, step: step) {
      state.feedforwardLastSpike[x] = step
      for row in 0..<network.learners.count { state.plasticInput[network.learners[row]] += learning.weights[row][x] }
    }
  }
}

/// Plastic synapses by presynaptic neuron.
struct OutgoingSynapses {
  struct Synapse { let row: Int, input: Int }
  private var lists: [[Synapse]]

  init(_ network: Network) {
    lists = Array(repeating: [], count: network.neuronCount)
    for row in 0..<network.learners.count {
      for input in 0..<network.plasticConnections.inputsPerNeuron {
        let presynaptic = network.plasticConnections.presynapticNeuron(row: row, input: input)
        guard presynaptic < network.neuronCount else { continue }
        lists[presynaptic].append(Synapse(row: row, input: network.feedforwardCount + input))
      }
    }
  }

  func synapses(of neuron: Int) -> [Synapse] { lists[neuron] }
}
