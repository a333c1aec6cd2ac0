// Synaptic input of chosen neurons against their targets, one small panel each.

/// Synaptic input of chosen neurons: target, median and quartiles over trials, and one single trial.
public struct SynapticInputFigure: DrawnFigure {
  /// One neuron in one task.
  public struct Panel: Sendable, Equatable {
    /// Name or index of the neuron.
    public var neuron: String
    /// Name or index of the task.
    public var task: String
    /// Correlation of target and mean input; NaN if unknown.
    public var correlation: Double
    /// Target at each time.
    public var target: [Double]
    /// Input at each time, one row per trial.
    public var trials: [[Double]]

    public init(neuron: String, task: String, correlation: Double, target: [Double], trials: [[Double]]) {
      self.neuron = neuron
      self.task = task
      self.correlation = correlation
      self.target = target
      self.trials = trials
    }
  }

  /// At most 16 are drawn, in this order.
  public var panels: [Panel]
  /// Times of the samples in s.
  public var times: [Double]
  /// Start and end of the stimulus in s; nil for none.
  public var stimulus: ClosedRange<Double>?
  /// What time 0 is, such as "stimulus onset" or "trial start".
  public var timeOrigin: String
  /// Unit of the input.
  public var unit: String

  public init(
    panels: [Panel], times: [Double], stimulus: ClosedRange<Double>?, timeOrigin: String = "stimulus onset",
    unit: String = "units of threshold"
  ) {
    self.panels = panels
    self.times = times
    self.stimulus = stimulus
    self.timeOrigin = timeOrigin
    self.unit = unit
  }

  static let panelLimit = 16
  private static let sampleLimit = 1000

  func drawing() -> Canvas {
    let shown = Array(panels.prefix(Self.panelLimit))
    let count = max(1, shown.count)
    let columnCount = count <= 3 ? count : count == 4 ? 2 : count <= 6 ? 3 : 4
    let rowCount = (count + columnCount - 1) / columnCount
    let width = columnCount < 3 ? Style.singleColumnWidth : Style.doubleColumnWidth
    let left = 14.0
    let gap = 8.5
    let panelWidth = (width - left - 3 - gap * Double(columnCount - 1)) / Double(columnCount)
    // The title of the vertical axis needs the height of one tall panel or two others.
    let panelHeight = rowCount == 1 ? 36.0 : columnCount == 4 ? 22.0 : 26.0
    let rowPitch = panelHeight + 11
    let top = 12.0
    var canvas = Canvas(width: width, height: top + rowPitch * Double(rowCount) - 11 + 11)

    legend(on: &canvas, x: left)
    canvas.text(
      "Synaptic input (\(unit))", x: 3.2, y: top + (rowPitch * Double(rowCount) - 11) / 2,
      .init(align: .center, isVertical: true))
    for index in 0..<count {
      let (row, column) = index.quotientAndRemainder(dividingBy: columnCount)
      let frame = Frame(
        left: left + Double(column) * (panelWidth + gap), top: top + Double(row) * rowPitch, width: panelWidth,
        height: panelHeight)
      // The title of time stands below the last panel of each column.
      let title = index + columnCount >= count ? "Time from \(timeOrigin) (s)" : ""
      draw(index < shown.count ? shown[index] : nil, in: frame, timeTitle: title, on: &canvas)
    }
    return canvas
  }

  private func legend(on canvas: inout Canvas, x: Double) {
    var entries: [LegendEntry] = [
      .init(sample: .line(colour: Style.recorded, width: Style.line), text: "Target"),
      .init(sample: .line(colour: Style.model, width: Style.boldLine), text: "Median"),
      .init(sample: .box(colour: Style.modelBand), text: "Quartiles"),
      .init(sample: .line(colour: Style.modelTrial, width: Style.thinLine), text: "One trial"),
    ]
    let isSingleColumn = canvas.width <= Style.singleColumnWidth
    if stimulus != nil { entries.append(.init(sample: .box(colour: Style.stimulus), text: "Stimulus")) }
    canvas.legend(entries, x: isSingleColumn ? 4 : x, y: 3)
  }

  private func draw(_ panel: Panel?, in frame: Frame, timeTitle: String, on canvas: inout Canvas) {
    let x = Axis.covering(times, title: timeTitle, isTight: true, tickCount: frame.width > 50 ? 5 : 3)
    canvas.shade(stimulus, on: x)
    guard let panel else {
      canvas.panel(frame, x: x, y: Axis.covering([], title: ""), plots: [])
      return
    }
    canvas.text(Self.title(of: panel, width: frame.width), x: frame.left, y: frame.top - 2.6)
    let lines = Lines(panel, times: times, limit: Self.sampleLimit)
    let y = Axis.covering(lines.allValues, title: "", tickCount: 3)
    canvas.panel(frame, x: x, y: y, plots: lines.plots(on: &canvas))
  }

  /// Neuron, task and correlation. A long name stands alone, and then loses its end, so that it stays above its panel.
  static func title(of panel: Panel, width: Double) -> String {
    var tail = panel.task.isEmpty ? "" : ", task \(panel.task)"
    if panel.correlation.isFinite { tail += ", r = \(Number.fixed(panel.correlation, decimals: 2))" }
    func fits(_ name: String) -> Bool { Style.width(of: name + tail) <= width + 2 }
    if fits("Neuron " + panel.neuron) { return "Neuron " + panel.neuron + tail }
    if fits(panel.neuron) { return panel.neuron + tail }
    var name = panel.neuron
    while name.count > 3, !fits(name + "…") { name.removeLast() }
    return name + "…" + tail
  }
}

/// What one panel shows, thinned to what paper resolves.
private struct Lines {
  var times: [Double]
  var target: [Double]
  var trial: [Double]
  var quartiles: [[Double]]

  init(_ panel: SynapticInputFigure.Panel, times: [Double], limit: Int) {
    // Rows shorter than the others end in a gap.
    func aligned(_ row: [Double]) -> [Double] {
      times.indices.map { $0 < row.count ? row[$0] : .nan }
    }
    let trials = panel.trials.map(aligned)
    let statistics = times.indices.map { time in
      Statistics.quantiles(trials.map { $0[time] }, [0.25, 0.5, 0.75])
    }
    self.times = Statistics.thinned(times, to: limit)
    target = Statistics.thinned(aligned(panel.target), to: limit)
    trial = trials.first.map { Statistics.thinned($0, to: limit) } ?? []
    quartiles = (0..<3).map { index in Statistics.thinned(statistics.map { $0[index] }, to: limit) }
  }

  var allValues: [Double] { target + trial + quartiles[0] + quartiles[2] }

  func plots(on canvas: inout Canvas) -> [String] {
    var plots: [String] = []
    if let block = canvas.block(times, quartiles[0], quartiles[2]) {
      plots.append("\(block) using 1:2:3 with filledcurves fillcolor rgb '\(Style.modelBand)' fillstyle solid noborder")
    }
    func line(_ values: [Double], _ colour: String, _ width: Double) {
      guard !values.isEmpty, let block = canvas.block(times, values) else { return }
      plots.append("\(block) using 1:2 with lines lw \(width) lc rgb '\(colour)'")
      if times.count == 1 { plots.append("\(block) using 1:2 with points pt 7 ps POINT*3 lc rgb '\(colour)'") }
    }
    line(trial, Style.modelTrial, Style.thinLine)
    line(quartiles[1], Style.model, Style.line * 1.4)
    line(target, Style.recorded, Style.line)
    return plots
  }
}
