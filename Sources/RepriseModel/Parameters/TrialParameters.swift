// The seed and size of a network, its trials, and what acts on all neurons.

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
