// What neurons shall follow.

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
