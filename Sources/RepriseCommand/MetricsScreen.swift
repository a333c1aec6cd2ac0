internal import Reprise

/// Shows metrics by group.
enum MetricsScreen {
  /// What is shown where some neuron has it.
  private static let columns: [(metric: Metric, title: String, digits: Int)] = [
    (.currentCorrelation, "current", 2), (.rateCorrelation, "rate", 2), (.normalizedCorrelation, "of ceiling", 2),
    (.heldOutCorrelation, "held out", 2), (.rate, "Hz", 1),
  ]

  static func show(_ metrics: NeuronMetrics, _ groups: [NeuronGroup]) {
    let shown = columns.filter { metrics.isDefined($0.metric) }
    Terminal.line("Correlations with the target, and how neurons fire: medians (quartiles) over neurons")
    var table = TextTable(["group", "neurons"] + shown.map(\.title))
    for group in groups {
      table.add(
        [group.name, "\(group.neurons.count)"]
          + shown.map { column in
            let values = metrics.quartiles(column.metric, of: group).map { Terminal.decimal($0, column.digits) }
            return "\(values[1]) (\(values[0])..\(values[2]))"
          })
    }
    for line in table.lines { Terminal.line("  " + line) }
  }
}
