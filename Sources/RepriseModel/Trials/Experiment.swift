// What a perturbation changed, neuron by neuron and group by group.

/// Test trials in which neurons were silenced or stimulated, against the same trials without.
public struct Experiment: Sendable, Equatable {
  /// What was done to a group.
  public struct Action: Sendable, Equatable {
    /// As it was asked for, such as `area=CA1`.
    public let group: String
    /// In the unit of X; nil: silenced.
    public let amplitude: Double?

    public init(group: String, amplitude: Double?) {
      self.group = group
      self.amplitude = amplitude
    }
  }

  public let actions: [Action]
  public let perturbation: Perturbation
  /// When it begins and ends, ms.
  public let window: ClosedRange<Double>
  public let groups: [NeuronGroup]
  /// Ends of the bins of ``TrialActivity/groupRates``, ms.
  public let times: [Double]
  public let unperturbed, perturbed: TrialActivity

  public init(
    actions: [Action], perturbation: Perturbation, window: ClosedRange<Double>, groups: [NeuronGroup], times: [Double],
    unperturbed: TrialActivity, perturbed: TrialActivity
  ) {
    (self.actions, self.perturbation, self.window) = (actions, perturbation, window)
    (self.groups, self.times) = (groups, times)
    (self.unperturbed, self.perturbed) = (unperturbed, perturbed)
  }
}

/// Activity of trials, means over trials and tasks.
public struct TrialActivity: Sendable, Equatable {
  /// The trial before, in and after the steps of the perturbation.
  public enum Period: Int, CaseIterable, Sendable { case before, during, after }

  /// Shape [period, neuron], Hz; nan where a period has no step.
  public let rates: [[Double]]
  /// Mean windowed current (M1) over the rows of the targets in the steps of the perturbation, by neuron; nan where
  /// there are none.
  public let currents: [Double]
  /// Correlation with the target (M2), by neuron; nan where it is not defined.
  public let correlations: [Double]
  /// Shape [group, bin], Hz.
  public let groupRates: [[Double]]

  public init(rates: [[Double]], currents: [Double], correlations: [Double], groupRates: [[Double]]) {
    (self.rates, self.currents, self.correlations, self.groupRates) = (rates, currents, correlations, groupRates)
  }
}

extension TrialActivity {
  /// Mean rate of a group in a period, Hz.
  public func rate(_ period: Period, of group: NeuronGroup) -> Double { mean(rates[period.rawValue], of: group) }
  public func current(of group: NeuronGroup) -> Double { mean(currents, of: group) }
  /// Mean over those neurons where it is defined.
  public func correlation(of group: NeuronGroup) -> Double { mean(correlations, of: group) }

  /// Mean of the numbers; nan without any.
  private func mean(_ values: [Double], of group: NeuronGroup) -> Double {
    let numbers = group.neurons.lazy.map { values[$0] }.filter { !$0.isNaN }
    return numbers.isEmpty ? .nan : numbers.reduce(0, +) / Double(numbers.count)
  }
}
