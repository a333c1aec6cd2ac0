// Parameters of a network, its trial and its learning: plain values with their defaults.
// Derived quantities are in Parameters+Derived.swift, the checks in Parameters+Validation.swift.

/// One value for excitatory and one for inhibitory neurons.
public struct PerClass<Value: Sendable & Equatable & Codable>: Sendable, Equatable, Codable {
  public var excitatory: Value
  public var inhibitory: Value

  public init(excitatory: Value, inhibitory: Value) {
    self.excitatory = excitatory
    self.inhibitory = inhibitory
  }

  public init(both value: Value) {
    self.init(excitatory: value, inhibitory: value)
  }

  public subscript(_ neuronClass: NeuronClass) -> Value {
    neuronClass == .excitatory ? excitatory : inhibitory
  }
}

extension PerClass: ExpressibleByIntegerLiteral where Value == Int {
  /// The same number for both classes.
  public init(integerLiteral value: Int) { self.init(both: value) }
}

public enum NeuronClass: String, Sendable, Codable, CaseIterable {
  case excitatory, inhibitory
}

/// Everything that defines a network, its trials and its learning.
///
/// Times are in ms, rates in Hz, voltages and currents in the unit of the threshold
/// (the membrane resistance is part of the weights).
public struct Parameters: Sendable, Equatable, Codable {
  public var network = NetworkParameters()
  public var trial = TrialParameters()
  public var neuron = LIFParameters()
  public var glif = GLIFParameters()
  public var cell = CellParameters()
  public var staticSynapses = StaticParameters()
  public var plastic = PlasticParameters()
  public var feedforward = FeedforwardParameters()
  public var stimulus = StimulusParameters()
  public var targets = TargetParameters()
  public var learning = LearningParameters()
  public var noise = NoiseParameters()
  public var record = RecordParameters()

  public init() {}
}

/// `[network]`: size and seed.
public struct NetworkParameters: Sendable, Equatable, Codable {
  /// Seed of every random number.
  public var seed: UInt64 = 1
  /// N, number of neurons.
  public var neuronCount = 4096
  /// N_E, number of excitatory neurons, which come first; nil: floor(N / 2).
  public var excitatoryCount: Int?
  /// g, scale of static and initial plastic weights and of the constant drive.
  public var gain = 1.0

  public init() {}
}

/// `[trial]`: the time course of one trial, in ms.
public struct TrialParameters: Sendable, Equatable, Codable {
  public enum TaskOrder: String, Sendable, Codable, CaseIterable {
    /// Task 0, 1, 2, ... and again.
    case inTurn = "in_turn"
    /// Every pass over the tasks in a new random order.
    case random
  }

  /// dt, step of the forward Euler scheme.
  public var timeStep = 0.1
  public var stimulusOn = 800.0
  public var stimulusOff = 1000.0
  /// Length of the learning window, which starts at `stimulusOff`.
  public var trainDuration = 1000.0
  public var taskOrder = TaskOrder.inTurn
  /// Tasks of loops 1, 2, ..., which begin anew when all are done; nil: as `taskOrder` says.
  public var schedule: [Int]?
  /// A plug-in that makes such a list.
  public var given = GivenSource()

  public init() {}
}

/// `[neuron]`: the model of neurons, and the parameters of leaky integrate-and-fire neurons.
///
/// | Property               | Symbol | Unit | Default |
/// |------------------------|--------|------|---------|
/// | `membraneTimeConstant` | tau_m  | ms   | 10      |
/// | `threshold`            | V_th   | as V | 1       |
/// | `resetPotential`       | V_r    | as V | 0       |
/// | `refractoryPeriod`     | t_ref  | ms   | 0.1     |
public struct LIFParameters: Sendable, Equatable, Codable {
  public enum Model: String, Sendable, Codable, CaseIterable {
    case lif
    /// Generalised; the parameters are ``GLIFParameters``.
    case glif1, glif2, glif3, glif4, glif5
    /// As a text describes them: ``CellParameters``.
    case custom
  }

  public var model = Model.lif
  public var membraneTimeConstant = PerClass(both: 10.0)
  public var threshold = PerClass(both: 1.0)
  public var resetPotential = PerClass(both: 0.0)
  public var refractoryPeriod = 0.1

  public init() {}
}

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

/// A parameter that all neurons share, or one value for each neuron.
public enum PerNeuron: Sendable, Equatable, Codable {
  case shared(Double)
  case each([Double])

  public func value(_ neuron: Int) -> Double {
    switch self {
    case .shared(let value): value
    case .each(let values): values[neuron]
    }
  }
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

/// `[stimulus]`: an Ornstein-Uhlenbeck current per neuron and task, the same in every trial.
public struct StimulusParameters: Sendable, Equatable, Codable {
  public var mean = 0.0
  /// b, relaxation, 1/ms.
  public var relaxation = 1.0 / 20
  /// Amplitude, per sqrt(ms).
  public var sigma = 0.2
  /// Currents in place of the process.
  public var given = GivenSource()

  public init() {}
}

/// `[targets]`: what each neuron's synaptic current shall follow.
public struct TargetParameters: Sendable, Equatable, Codable {
  public enum Source: String, Sendable, Codable, CaseIterable {
    case sinusoids, currents, rates, plugin
  }
  public enum Bias: String, Sendable, Codable, CaseIterable {
    case none, ou, ramp
  }
  /// How recorded units are assigned to neurons.
  public enum Map: String, Sendable, Codable, CaseIterable {
    case inOrder = "in_order"
    case random
    /// The unit of each rank of mean rate to the neuron of the same rank in the untrained run.
    case meanRate = "mean_rate"
  }
  /// Which axis order a file has; `auto` decides by the axis that has the expected length.
  public enum AxisOrder: String, Sendable, Codable, CaseIterable {
    case auto
    /// (time, neuron) or (time, neuron, task), as written by h5py.
    case timeFirst = "time_first"
    /// The reverse, as written by Julia.
    case timeLast = "time_last"
  }

  public var source = Source.sinusoids
  /// Number of tasks of sinusoid targets; files bring their own number.
  public var taskCount = 1
  /// Sinusoids: amplitude and period (ms).
  public var amplitude = 0.5
  public var period = 1000.0
  public var bias = Bias.none
  /// `ou`: stationary standard deviation; `ramp`: height reached at the end of the window.
  public var biasAmplitude = 0.25
  /// Path of the HDF5 file of currents or rates, already resolved against the configuration's folder.
  public var file: String?
  public var dataset: String?
  public var axisOrder = AxisOrder.auto
  /// Condition on a unit attribute, such as `split_half_r > 0.5`; nil: all units.
  public var select: String?
  /// How many model neurons stand for each recorded unit.
  public var copies = 1
  /// Which unit each neuron stands for.
  public var map = Map.inOrder
  /// Fraction of the units that neurons stand for which do not learn: predictions.
  public var heldOutUnits = 0.0
  /// Tasks of the file to use, in this order; nil: all.
  public var tasks: [Int]?
  /// The plug-in of `Source.plugin`.
  public var given = GivenSource()
  /// Number of tasks that the recording gave, once it has been read. It is no setting.
  public var recordedTaskCount: Int?

  public init() {}
}

/// `[learning]`: recursive least squares.
public struct LearningParameters: Sendable, Equatable, Codable {
  public enum Gain: String, Sendable, Codable, CaseIterable {
    /// k = P_new z, the textbook gain.
    case posterior
    /// k = P_old z, as TrainSpikingNet.jl since 2024.
    case prior
  }

  /// The numbers that hold P.
  public enum Precision: String, Sendable, Codable, CaseIterable {
    /// Float16 off the diagonal, rounded at random so that the mean is right; float32 on the diagonal.
    case float16
    case float32
    case float64
  }

  /// How P is updated; the equations are the same.
  public enum Form: String, Sendable, Codable, CaseIterable {
    /// Driven by spikes where that is faster and P stays below 8 GiB, else dense.
    case auto
    /// All of P is read and written in every update.
    case dense
    /// Rows of P are read for inputs that spiked, and P is written in every 16th update; twice the memory.
    case events
  }

  /// What stands for P.
  public enum Memory: String, Sendable, Codable, CaseIterable {
    /// P itself, n^2 / 2 numbers for each neuron.
    case matrix
    /// The filtered spikes of the last updates, from which P z is solved for anew in every update.
    case history
  }

  /// Weight penalty of recurrent weights.
  public var lambda = 0.8
  /// Penalty on the sum of weights that start with the same sign.
  public var mu = 0.01
  /// Weight penalty of feed-forward weights.
  public var lambdaFeedforward = 1.0
  /// learn_every, time between updates, ms.
  public var interval = 10.0
  public var gain = Gain.posterior
  public var precision = Precision.float32
  public var form = Form.auto
  public var memory = Memory.matrix
  /// How far back `Memory.history` reaches, ms.
  public var history = 100.0
  /// Dale's law: weights whose sign is not that of the presynaptic neuron's class become 0 in each update.
  public var keepsSigns = false
  /// Does the work of every update and leaves the weights unchanged.
  public var isFrozen = false

  public init() {}
}

/// `[noise]`: white noise on every neuron.
public struct NoiseParameters: Sendable, Equatable, Codable {
  public enum Model: String, Sendable, Codable, CaseIterable {
    case none, voltage, current
  }

  public var model = Model.none
  /// sigma, in units of V; used when `model` is not `none`, and by the conversion of rates.
  public var sigma = 0.65

  public init() {}
}

/// `[record]`: how fits are measured.
public struct RecordParameters: Sendable, Equatable, Codable {
  /// Half width of the running mean of the current that is compared with the target, ms.
  public var window = 50.0

  public init() {}
}
