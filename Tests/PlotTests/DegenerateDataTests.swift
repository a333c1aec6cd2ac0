// Data that real runs produce now and then: nothing, one value, all equal, gaps, infinities, ragged rows.

import ReprisePlot
import Testing

@Suite(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
struct DegenerateDataTests {
  static let odd: [[Double]] = [
    [], [1], [0, 0, 0], [.nan, .nan], [.nan, 2, .nan, 3, 4], [.infinity, 1, -.infinity], [1e300, -1e300, 0],
    [1, 1 + 1e-15], [-1e-300, 1e-300], [1e6, 1e6 + 1], [-3, -2],
  ]

  @Test("Learning curves", arguments: odd)
  func learningCurve(values: [Double]) async throws {
    try await draws(
      LearningCurveFigure(
        points: values.enumerated().map { .init(loop: $0 * $0, task: $0 % 2, correlation: $1, rateHz: $1, seconds: $1) }
      ))
  }

  @Test("Synaptic input", arguments: odd)
  func synapticInput(values: [Double]) async throws {
    let panel = SynapticInputFigure.Panel(
      neuron: "0", task: "", correlation: .nan, target: values, trials: [values, [1], []])
    try await draws(
      SynapticInputFigure(panels: [panel, panel], times: values.indices.map(Double.init), stimulus: -1e9...1e9))
    try await draws(SynapticInputFigure(panels: [panel], times: values, stimulus: nil))
  }

  @Test("Rates", arguments: odd)
  func rates(values: [Double]) async throws {
    let task = RatesFigure.Task(name: "", recorded: [values, [], values], model: [[1, 2], values])
    try await draws(RatesFigure(tasks: [task], times: values.indices.map(Double.init)))
    try await draws(RatesFigure(tasks: [task, task], times: values))
  }

  @Test("Raster", arguments: odd)
  func raster(values: [Double]) async throws {
    try await draws(
      RasterFigure(
        times: values, neurons: values.indices.map { $0 - 1 }, isExcitatory: [true, false], duration: 3,
        stimulus: 1...9))
    try await draws(
      RasterFigure(times: values, neurons: [], isExcitatory: [], duration: values.first ?? 0, stimulus: nil))
  }

  @Test("Experiments and fits", arguments: odd)
  func experimentsAndFits(values: [Double]) async throws {
    let group = ExperimentFigure.Group(
      name: "", neuronCount: 0, unperturbed: values, perturbed: [1], rateChange: values.first ?? .nan,
      correlationChange: .nan)
    try await draws(
      ExperimentFigure(groups: [group, group, group], times: values, window: 0...1, perturbation: "Silenced"))
    let panel = FitFigure.Panel(title: "Rate", isCorrelation: values.count == 3, values: [values, [], [1]])
    try await draws(FitFigure(panels: [panel], groups: ["a", "b"]))
  }

  @Test("No panels and no tasks")
  func nothing() async throws {
    try await draws(SynapticInputFigure(panels: [], times: [], stimulus: 0...1))
    try await draws(RatesFigure(tasks: [], times: []))
    try await draws(ExperimentFigure(groups: [], times: [], window: 0...1, perturbation: ""))
    try await draws(FitFigure(panels: [], groups: []))
  }

  private func draws(_ figure: any Figure) async throws {
    try await withFolder { folder in
      let paths = try await figure.write(to: folder, name: "degenerate")
      for path in paths { #expect(try !bytes(path).isEmpty) }
    }
  }
}
