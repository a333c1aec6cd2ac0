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
  /// What is known of the units that neurons stand for: neuron i stands for unit i mod their number.
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

  public var feedforwardCount: Int { parameters.feedforward.count }

  /// Start weight of a plastic input, current x ms.
  public func startWeight(neuron: Int, input: Int) -> Double {
    if input < feedforwardCount {
      return feedforwardWeights.map { Double($0[neuron * feedforwardCount + input]) } ?? parameters.feedforward.weight
    }
    let presynaptic = plasticConnections.presynapticNeuron(of: neuron, input: input - feedforwardCount)
    return parameters.plasticStartWeight(from: parameters.neuronClass(presynaptic), onto: neuron)
  }

  /// The same network with other parameters, of those that do not shape it.
  public func with(_ parameters: Parameters) -> Network {
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
    hash.combine(targets.values)
    if parameters.neuron.model == .custom { parameters.cell.combine(into: &hash) }
    return hash.value
  }
}

/// The recurrent connections that learn. Rows are postsynaptic neurons; all have the same number of inputs.
public struct PlasticConnections: Sendable, Equatable {
  public let inputsPerNeuron: Int
  /// Shape [neuron, input]: presynaptic neurons, ascending within a row where Reprise has drawn them.
  public let presynaptic: [UInt32]

  public init(inputsPerNeuron: Int, presynaptic: [UInt32]) {
    self.inputsPerNeuron = inputsPerNeuron
    self.presynaptic = presynaptic
  }

  public static let none = PlasticConnections(inputsPerNeuron: 0, presynaptic: [])

  /// Presynaptic neuron of recurrent input 0 ..< `inputsPerNeuron`.
  public func presynapticNeuron(of neuron: Int, input: Int) -> Int {
    Int(presynaptic[neuron * inputsPerNeuron + input])
  }
}

/// Target currents, one set per task.
public struct Targets: Sendable, Equatable {
  public let taskCount: Int
  public let rowCount: Int
  public let neuronCount: Int
  /// Shape [task, row, neuron].
  public let values: [Float]

  public init(taskCount: Int, rowCount: Int, neuronCount: Int, values: [Float]) {
    precondition(values.count == taskCount * rowCount * neuronCount, "targets have the wrong number of values")
    self.taskCount = taskCount
    self.rowCount = rowCount
    self.neuronCount = neuronCount
    self.values = values
  }

  public static let none = Targets(taskCount: 0, rowCount: 0, neuronCount: 0, values: [])

  /// The targets of all neurons in row 1, 2, ... of a task.
  public func row(_ row: Int, task: Int) -> ArraySlice<Float> {
    let start = (task * rowCount + row - 1) * neuronCount
    return values[start..<(start + neuronCount)]
  }

  public func value(task: Int, row: Int, neuron: Int) -> Float {
    values[(task * rowCount + row - 1) * neuronCount + neuron]
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
