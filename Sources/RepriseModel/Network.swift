// A network as a value: who is connected to whom, and what shall be learned. State and weights are a backend's.
public import RepriseCore

/// A recurrent network with its tasks.
public struct Network: Sendable {
  public let parameters: Parameters
  public let layout: NeuronLayout
  public let staticConnections: StaticConnections
  public var plasticConnections: PlasticConnections
  /// Rates of the feed-forward neurons, Hz; empty without any.
  public var feedforwardRates: FeedforwardRates
  /// Start weights of feed-forward neurons, shape [neuron, L_X], current x ms; nil: all as `feedforward.weight`.
  public var feedforwardWeights: [Float]?
  /// A stimulus that was given; nil: the Ornstein-Uhlenbeck process.
  public var stimulus: StimulusCurrents?
  /// Tasks of loops 1, 2, ..., which begin anew when all are done; nil: as `trial.task_order` says.
  public var schedule: [Int]?
  public var targets: Targets
  public var untrained: UntrainedActivity
  /// What is known of the units that neurons stand for.
  public var unitAttributes: [UnitAttribute] = []

  public init(
    parameters: Parameters, staticConnections: StaticConnections,
    plasticConnections: PlasticConnections = .none, feedforwardRates: FeedforwardRates = .none,
    targets: Targets = .none, untrained: UntrainedActivity = .none
  ) {
    self.parameters = parameters
    layout = NeuronLayout(neuronCount: parameters.neuronCount, excitatoryCount: parameters.excitatoryCount)
    self.staticConnections = staticConnections
    self.plasticConnections = plasticConnections
    self.feedforwardRates = feedforwardRates
    self.targets = targets
    self.untrained = untrained
  }

  public var neuronCount: Int { layout.neuronCount }

  /// n, plastic inputs of a neuron: feed-forward ones first, then recurrent ones.
  public var inputCount: Int { feedforwardCount + plasticConnections.inputsPerNeuron }

  public var feedforwardCount: Int { parameters.feedforwardCount }

  /// The neurons that learn. Weights, P and what goes with them have a row for each of these.
  public var learners: NeuronSubset { plasticConnections.neurons }

  /// True for neurons that learn.
  public func isTrained(_ neuron: Int) -> Bool { learners.contains(neuron) }

  /// Column of the targets of each row; 0 where there are no targets.
  public var targetColumns: [UInt32] { learners.neurons.map { UInt32(targets.neurons.row(of: Int($0)) ?? 0) } }

  /// Neurons that have targets but do not learn: they stand for units that are held out.
  public var heldOutNeurons: NeuronSubset { targets.neurons.subtracting(learners) }

  /// Neurons that do not learn, ascending.
  public var untrainedNeurons: [Int] { (0..<neuronCount).filter { !isTrained($0) } }

  /// Start weight of a plastic input of a neuron that learns, current x ms.
  public func startWeight(row: Int, input: Int) -> Double {
    if input < feedforwardCount {
      return feedforwardWeights.map { Double($0[learners[row] * feedforwardCount + input]) }
        ?? parameters.feedforward.weight
    }
    let (connections, place) = (plasticConnections, row * plasticConnections.inputsPerNeuron + input - feedforwardCount)
    guard connections.startWeights.isEmpty else { return Double(connections.startWeights[place]) }
    let presynaptic = Int(connections.presynaptic[place])
    guard presynaptic < neuronCount else { return 0 }
    return parameters.plasticStartWeight(from: parameters.neuronClass(presynaptic), onto: learners[row])
  }

  /// The same network with other parameters, of those that do not shape it.
  public func with(_ parameters: Parameters) -> Network {
    var parameters = parameters
    let taskCount = self.parameters.targets.recordedTaskCount
    parameters.targets.recordedTaskCount = parameters.targets.recordedTaskCount ?? taskCount
    var network = Network(
      parameters: parameters, staticConnections: staticConnections, plasticConnections: plasticConnections,
      feedforwardRates: feedforwardRates, targets: targets, untrained: untrained)
    (network.feedforwardWeights, network.stimulus, network.schedule) = (feedforwardWeights, stimulus, schedule)
    network.unitAttributes = unitAttributes
    return network
  }

  /// A number that differs between networks that cannot exchange checkpoints.
  public var fingerprint: UInt64 {
    var hash = Fingerprint()
    hash.combine(UInt64(neuronCount))
    hash.combine(UInt64(inputCount))
    staticConnections.combine(into: &hash)
    hash.combine(plasticConnections.presynaptic)
    hash.combine(plasticConnections.startWeights)
    hash.combine(targets.values)
    if parameters.neuron.model == .custom { parameters.cell.combine(into: &hash) }
    for subset in [learners, targets.neurons] where subset.count < neuronCount { hash.combine(subset.neurons) }
    return hash.value
  }
}

/// What the network does before training.
public struct UntrainedActivity: Sendable, Equatable {
  /// Hz, per neuron.
  public let rates: [Double]
  /// Mean static current per neuron, noise included, from 1000 ms or half of the trial on, whichever is earlier.
  public let meanCurrents: [Double]
  /// Mean over the first 1000 neurons of the temporal standard deviation of the filtered static current, without noise,
  /// over the same time.
  public let currentDeviation: Double

  public init(rates: [Double], meanCurrents: [Double], currentDeviation: Double) {
    self.rates = rates
    self.meanCurrents = meanCurrents
    self.currentDeviation = currentDeviation
  }

  public static let none = UntrainedActivity(rates: [], meanCurrents: [], currentDeviation: 0)
}

/// FNV-1a over 64-bit words.
struct Fingerprint {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func combine(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01b3 }
  mutating func combine(_ words: [UInt32]) { for word in words { combine(UInt64(word)) } }
  mutating func combine(_ numbers: [Float]) { for number in numbers { combine(UInt64(number.bitPattern)) } }
}
