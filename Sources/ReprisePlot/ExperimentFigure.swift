// What silencing or stimulation changed: rates of groups over time, and the change of each group.

/// Rates of groups in trials with and without a perturbation, and what it changed while it acted.
public struct ExperimentFigure: DrawnFigure {
  /// A group of neurons.
  public struct Group: Sendable, Equatable {
    public var name: String
    public var neuronCount: Int
    /// Rates in Hz, one value per time.
    public var unperturbed: [Double]
    public var perturbed: [Double]
    /// Of the mean rate while the perturbation acts, Hz.
    public var rateChange: Double
    /// Of the correlation with the target.
    public var correlationChange: Double

    public init(
      name: String, neuronCount: Int, unperturbed: [Double], perturbed: [Double], rateChange: Double,
      correlationChange: Double
    ) {
      (self.name, self.neuronCount) = (name, neuronCount)
      (self.unperturbed, self.perturbed) = (unperturbed, perturbed)
      (self.rateChange, self.correlationChange) = (rateChange, correlationChange)
    }
  }

  /// The first eight are drawn.
  public var groups: [Group]
  /// Centres of the bins of the rates in s, from the start of the trial.
  public var times: [Double]
  /// When the perturbation acts, s.
  public var window: ClosedRange<Double>
  /// What it is, such as "Silenced".
  public var perturbation: String

  public init(groups: [Group], times: [Double], window: ClosedRange<Double>, perturbation: String) {
    (self.groups, self.times, self.window, self.perturbation) = (groups, times, window, perturbation)
  }

  static let groupLimit = 8
  private static let sampleLimit = 1000
  private static let panelHeight = 18.0
  private static let pitch = panelHeight + 9

  func drawing() -> Canvas {
    let shown = Array(groups.prefix(Self.groupLimit))
    let rows = max(1, (shown.count + 1) / 2)
    let (top, bottom) = (13.0, 11.0)
    let height = max(Self.pitch * Double(rows) - 9, 24)
    var canvas = Canvas(width: Style.doubleColumnWidth, height: top + height + bottom)
    canvas.letter("a", x: 1, y: 3)
    canvas.letter("b", x: 128, y: 3)
    canvas.letter("c", x: 158, y: 3)
    let hidden = groups.count - shown.count
    canvas.legend(
      [
        .init(sample: .line(colour: Style.guide, width: Style.boldLine), text: "Without"),
        .init(sample: .line(colour: Style.model, width: Style.boldLine), text: "With"),
        .init(sample: .box(colour: Style.stimulus), text: perturbation),
      ], x: 13, y: 3)
    if hidden > 0 {
      canvas.text(
        "\(hidden) more \(hidden == 1 ? "group" : "groups") not shown", x: 98, y: 3,
        .init(align: .right, size: Style.tickFontSize, colour: Style.quietText))
    }
    canvas.text("Rate (Hz)", x: 3.2, y: top + height / 2, .init(align: .center, isVertical: true))
    for index in 0..<max(1, shown.count) {
      let frame = Frame(
        left: index % 2 == 0 ? 12 : 60, top: top + Double(index / 2) * Self.pitch, width: 38, height: Self.panelHeight)
      drawRates(index < shown.count ? shown[index] : nil, in: frame, isLast: index + 2 >= shown.count, on: &canvas)
    }
    let change = Frame(left: 131, top: top, width: 20, height: height)
    drawNames(shown, beside: change, on: &canvas)
    draw(shown.map(\.rateChange), title: "Change of rate (Hz)", in: change, on: &canvas)
    let correlation = Frame(left: 161, top: top, width: 18, height: height)
    draw(shown.map(\.correlationChange), title: "Of correlation", in: correlation, on: &canvas)
    return canvas
  }

  // MARK: - Rates over time

  private func drawRates(_ group: Group?, in frame: Frame, isLast: Bool, on canvas: inout Canvas) {
    let x = Axis.covering(times, title: isLast ? "Time in trial (s)" : "", isTight: true, tickCount: 3)
    canvas.shade(window, on: x)
    guard let group else {
      canvas.panel(frame, x: x, y: Axis.covering([], title: ""), plots: [])
      return
    }
    let title = "\(Style.shortened(group.name, to: frame.width - 14)) (\(group.neuronCount))"
    canvas.text(title, x: frame.left, y: frame.top - 2.4)
    // What comes before may be much higher, such as the response to the stimulus; it is the same with and without.
    let shown = times.indices.filter { times[$0] >= window.lowerBound }
    let values = [group.unperturbed, group.perturbed].flatMap { rates in
      shown.filter { $0 < rates.count }.map { rates[$0] }
    }
    let y = Axis.covering(values, title: "", includesZero: true, tickCount: 2)
    let lines = [(group.unperturbed, Style.guide), (group.perturbed, Style.model)]
    let plots = lines.compactMap { values, colour -> String? in
      let times = Statistics.thinned(Array(self.times.prefix(values.count)), to: Self.sampleLimit)
      let values = Statistics.thinned(Array(values.prefix(self.times.count)), to: Self.sampleLimit)
      guard !values.isEmpty, let block = canvas.block(times, values) else { return nil }
      return "\(block) using 1:2 with lines lw \(Style.line) lc rgb '\(colour)'"
    }
    canvas.panel(frame, x: x, y: y, plots: plots)
  }

  // MARK: - Change by group

  /// Group 0 stands above.
  private func row(_ index: Int, of count: Int) -> Double { Double(count - index) - 0.5 }

  private func drawNames(_ groups: [Group], beside frame: Frame, on canvas: inout Canvas) {
    for (index, group) in groups.enumerated() {
      let y = frame.bottom - frame.height * row(index, of: groups.count) / Double(groups.count)
      canvas.text(Style.shortened(group.name, to: 27), x: frame.left - 2, y: y, .init(align: .right))
    }
  }

  private func draw(_ values: [Double], title: String, in frame: Frame, on canvas: inout Canvas) {
    let x = Axis.covering(values, title: title, includesZero: true, tickCount: 2)
    let y = Axis(title: "", lower: 0, upper: Double(max(1, values.count)), ticks: [])
    var bars = ""
    var points: (x: [Double], y: [Double]) = ([], [])
    for (index, value) in values.enumerated() where value.isFinite {
      let height = row(index, of: values.count)
      let end = min(max(value, -1e30), 1e30)
      bars += "0 \(height)\n\(Float(end)) \(height)\n\n"
      points.x.append(end)
      points.y.append(height)
    }
    guard let dots = canvas.block(points.x, points.y) else {
      canvas.panel(frame, x: x, y: y, plots: [])
      return
    }
    canvas.verticalGuide(at: 0, colour: Style.guide)
    canvas.panel(
      frame, x: x, y: y,
      plots: [
        "\(canvas.store(bars)) using 1:2 with lines lw \(Style.boldLine) lc rgb '\(Style.bars)'",
        "\(dots) using 1:2 with points pt 7 ps POINT*3 lc rgb '\(Style.model)'",
      ])
  }
}
