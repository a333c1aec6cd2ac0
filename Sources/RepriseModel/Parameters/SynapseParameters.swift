// Connections that learn, those that do not, and feed-forward neurons.

/// `[static]`: the connections that do not learn, and the constant drive that balances them.
public struct StaticParameters: Sendable, Equatable, Codable {
  public enum Storage: String, Sendable, Codable, CaseIterable {
    /// Lists of targets, 2 bytes for each connection.
    case stored
    /// No memory: the targets of a spike are drawn from the seed each time.
    case procedural
  }

  public enum Duplicates: String, Sendable, Codable, CaseIterable {
    case refuse
    /// Their weights are added.
    case sum
  }

  /// p, connection probability; sets K where `inDegree` is nil.
  public var probability = 0.1
  /// K, number of excitatory (and of inhibitory) static inputs per neuron, on average where N_E = N / 2; 0: no static
  /// connections; nil: round(p N_E).
  public var inDegree: Int?
  /// tau_E, ms.
  public var excitatoryTimeConstant = 3.0
  /// tau_I, ms.
  public var inhibitoryTimeConstant = 3.0
  /// Weight from excitatory neurons by class of the receiving neuron (J_EE, J_IE), in units of
  /// J = 2 tau_m g / sqrt(K).
  public var excitatoryWeights = PerClass(excitatory: 0.15, inhibitory: 1.0)
  /// Weight from inhibitory neurons (J_EI, J_II), in units of J.
  public var inhibitoryWeights = PerClass(excitatory: -0.75, inhibitory: -1.0)
  /// Constant drive in units of 0.08 g sqrt(K).
  public var drive = PerClass(excitatory: 1.5, inhibitory: 1.0)
  /// X of each neuron, in place of `drive`.
  public var drives: [Double]?
  /// Where the connections are kept; the network is the same either way.
  public var storage = Storage.stored
  /// Connections with weights of their own in place of the drawn ones.
  public var given = GivenSource()
  /// What to do with several connections from one neuron to another, where they are given.
  public var duplicates = Duplicates.refuse
  /// Given connections may lead from a neuron to itself.
  public var allowsAutapses = false

  public init() {}
}

/// `[plastic]`: the connections that learn.
public struct PlasticParameters: Sendable, Equatable, Codable {
  /// Which senders plastic inputs are drawn from.
  public enum Senders: String, Sendable, Codable, CaseIterable {
    case all
    /// Neurons that learn.
    case trained
  }

  /// Which neurons learn; the others have no plastic inputs and no targets.
  public var trained = TrainedNeurons.all
  /// L, number of excitatory and of inhibitory plastic inputs of each neuron; nil: round(2 sqrt(K)) of both.
  public var inputsPerClass: PerClass<Int>?
  public var senders = Senders.all
  /// True if a neuron may be an input of its own.
  public var autapses = false
  /// tau_P, ms.
  public var timeConstant = PerNeuron.shared(150)
  /// Fraction of each class, the most active in the untrained run, from which inputs are drawn.
  public var candidateFraction = 1.0
  /// Size of the start weights in units of tau_m g / sqrt(L), with L of the sender's class; positive from excitatory,
  /// negative from inhibitory neurons.
  public var weightScale = 1.0
  /// G: so many neurons of a class that follow one another draw one presynaptic set together.
  public var pool = 1
  /// Connections in place of the drawn ones.
  public var given = GivenSource()

  public init() {}
}

/// `[feedforward]`: Poisson neurons that project with plastic weights to every neuron that learns.
public struct FeedforwardParameters: Sendable, Equatable, Codable {
  /// Where the rates of the neurons of a task come from.
  public enum Rates: String, Sendable, Codable, CaseIterable {
    /// The same for all tasks.
    case shared
    /// Drawn for each task.
    case own
  }

  /// L_X, number of feed-forward neurons, of each task where these have their own.
  public var count = 0
  /// True if each task has feed-forward neurons of its own, which are silent in trials of other tasks.
  public var perTask = false
  /// Of neurons of different tasks.
  public var rates = Rates.shared
  /// Mean of the Ornstein-Uhlenbeck rate, Hz.
  public var meanRate = 5.0
  /// Relaxation of the rate, 1/ms.
  public var relaxation = 1.0 / 400
  /// Noise amplitude of the rate, Hz per sqrt(ms).
  public var sigma = 0.2
  /// Half width of the running mean over the rate, ms.
  public var smoothing = 50.0
  /// Start weight.
  public var weight = 0.0
  /// Rates in place of the Ornstein-Uhlenbeck process.
  public var given = GivenSource()
  /// A file of start weights, and the dataset in it; nil: all are `weight`.
  public var weightFile: String?
  public var weightDataset: String?

  public init() {}
}
