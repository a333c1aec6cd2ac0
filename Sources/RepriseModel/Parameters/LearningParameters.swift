// Recursive least squares.

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
