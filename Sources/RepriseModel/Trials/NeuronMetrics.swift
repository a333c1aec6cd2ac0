// How well each neuron follows its target and its recording, and how it fires.
internal import RepriseCore

/// What is measured of a neuron in test trials (docs/equations.md, M2 to M11). The raw value names it in files.
public enum Metric: String, CaseIterable, Sendable {
  /// In the learning window, Hz.
  case rate = "rate_hz"
  /// M5, mean over rows, Hz.
  case targetRate = "target_rate_hz"
  /// M2, mean over trials.
  case trialCorrelation = "trial_correlation"
  /// M6 and M7 of the current.
  case currentCorrelation = "current_correlation"
  case currentExplained = "current_variance_explained"
  /// M6 and M7 of the rate.
  case rateCorrelation = "rate_correlation"
  case rateExplained = "rate_variance_explained"
  /// M3, of the recorded unit.
  case reliability = "reliability"
  /// M8.
  case normalizedCorrelation = "normalized_correlation"
  /// M9, of the model and of the target.
  case heldOutCorrelation = "held_out_correlation"
  case targetHeldOutCorrelation = "target_held_out_correlation"
  /// M10.
  case intervalVariation = "cv_isi"
  /// M11, in the unit of the threshold.
  case excitatoryCurrent = "excitatory_current"
  case inhibitoryCurrent = "inhibitory_current"
  case plasticCurrent = "plastic_current"
}

/// Metrics of all neurons, for each task and for all tasks together.
public struct NeuronMetrics: Sendable, Equatable {
  public let neuronCount: Int
  public let taskCount: Int
  /// Shape [metric][task, neuron], in the order of `Metric.allCases`; the row after those of the tasks is of all of them.
  /// NaN where a metric is not defined.
  public private(set) var values: [[Double]]

  /// All not defined.
  public init(neuronCount: Int, taskCount: Int) {
    (self.neuronCount, self.taskCount) = (neuronCount, taskCount)
    values = Metric.allCases.map { _ in Array(repeating: .nan, count: (taskCount + 1) * neuronCount) }
  }

  /// - Parameter task: nil: all tasks together.
  public subscript(_ metric: Metric, neuron neuron: Int, task task: Int?) -> Double {
    get { values[Self.index(metric)][(task ?? taskCount) * neuronCount + neuron] }
    set { values[Self.index(metric)][(task ?? taskCount) * neuronCount + neuron] = newValue }
  }

  /// All values of a metric, shape [task, neuron] as in ``values``.
  public subscript(_ metric: Metric) -> [Double] {
    get { values[Self.index(metric)] }
    set {
      precondition(newValue.count == (taskCount + 1) * neuronCount, "a value for each task and neuron")
      values[Self.index(metric)] = newValue
    }
  }

  /// Lower quartile, median and upper quartile over the neurons of a group, of all tasks together; those for which the
  /// metric is not defined are left out.
  public func quartiles(_ metric: Metric, of group: NeuronGroup) -> [Double] {
    quantiles(group.neurons.lazy.map { self[metric, neuron: $0, task: nil] }, [0.25, 0.5, 0.75])
  }

  /// True where some neuron has the metric.
  public func isDefined(_ metric: Metric) -> Bool { self[metric].contains { !$0.isNaN } }

  private static func index(_ metric: Metric) -> Int { Metric.allCases.firstIndex(of: metric)! }
}
