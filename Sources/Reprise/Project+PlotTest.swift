// Figures of metrics and of an experiment.
internal import RepriseIO
internal import RepriseModel
internal import ReprisePlot

extension ExperimentFigure {
  init(_ experiment: Experiment) {
    let (a, b) = (experiment.unperturbed, experiment.perturbed)
    let groups = experiment.groups.enumerated().map { index, group in
      Group(
        name: group.name, neuronCount: group.neurons.count, unperturbed: a.groupRates[index],
        perturbed: b.groupRates[index], rateChange: b.rate(.during, of: group) - a.rate(.during, of: group),
        correlationChange: b.correlation(of: group) - a.correlation(of: group))
    }
    let starts = [0] + experiment.times.dropLast()
    self.init(
      groups: groups, times: zip(starts, experiment.times).map { ($0 + $1) / 2000 },
      window: (experiment.window.lowerBound / 1000)...(experiment.window.upperBound / 1000),
      perturbation: Self.name(experiment.actions))
  }

  private static func name(_ actions: [Experiment.Action]) -> String {
    let kinds = Set(actions.map { $0.amplitude == nil ? "silenced" : "stimulated" })
    return kinds.sorted().joined(separator: " and ").capitalizedFirst
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension FitFigure {
  /// Metrics of the usual groups; those that no neuron has are left out.
  init(_ metrics: NeuronMetrics, _ network: Network) {
    let groups = NeuronGroups(network, networkFile: "").usual
    let titles: [(Metric, String)] = [
      (.trialCorrelation, "Current, single trials (r)"), (.currentCorrelation, "Current, mean (r)"),
      (.rateCorrelation, "Rate (r)"), (.normalizedCorrelation, "Rate, of noise ceiling"),
      (.heldOutCorrelation, "Rate, held-out trials (r)"), (.rateExplained, "Rate, explained"), (.rate, "Rate (Hz)"),
      (.intervalVariation, "CV of intervals"),
    ]
    let unbounded: Set<Metric> = [.rate, .intervalVariation, .normalizedCorrelation, .rateExplained]
    self.init(
      panels: titles.filter { metrics.isDefined($0.0) }.map { metric, title in
        Panel(
          title: title, isCorrelation: !unbounded.contains(metric),
          values: groups.map { group in group.neurons.map { metrics[metric, neuron: $0, task: nil] } })
      }, groups: groups.map(\.name))
  }
}
