// Recorded rates against those of the model: every neuron at a glance, then two summaries.

/// Recorded PSTHs beside those of the model, mean rates against each other, and correlations; one row per task.
///
/// In the heat maps each neuron is scaled to its own range, and both maps list neurons by the time of the recorded
/// peak. Mean rates at or below the lower end of their axis are drawn on it.
public struct RatesFigure: DrawnFigure {
  /// Rates of one task.
  public struct Task: Sendable, Equatable {
    /// Title of the row, such as "Task 0".
    public var name: String
    /// Recorded rates in Hz, one row per neuron, one value per time.
    public var recorded: [[Double]]
    /// Rates of the model in Hz, neurons and times as in `recorded`.
    public var model: [[Double]]
    /// Correlation of each neuron; NaN where it is not defined.
    public var correlations: [Double]

    /// - Parameter correlations: nil to compute them from the rates.
    public init(name: String, recorded: [[Double]], model: [[Double]], correlations: [Double]? = nil) {
      self.name = name
      self.recorded = recorded
      self.model = model
      self.correlations = correlations ?? zip(recorded, model).map { Statistics.correlation($0, $1) }
    }
  }

  /// The first three are drawn.
  public var tasks: [Task]
  /// Centres of the time bins in s.
  public var times: [Double]
  /// What time 0 is, such as "stimulus onset" or "trial start".
  public var timeOrigin: String

  public init(tasks: [Task], times: [Double], timeOrigin: String = "stimulus onset") {
    self.tasks = tasks
    self.times = times
    self.timeOrigin = timeOrigin
  }

  static let taskLimit = 3
  private static let markerLimit = 3000
  /// Room for the tick labels of any row.
  private static let labelWidth = Style.width(of: "1000", size: Style.tickFontSize)

  func drawing() -> Canvas {
    let shown = tasks.isEmpty ? [Task(name: "", recorded: [], model: [])] : Array(tasks.prefix(Self.taskLimit))
    let hasHeadings = shown.count > 1 || !shown[0].name.isEmpty
    let top = hasHeadings ? 11.0 : 7
    let height = 35.0
    let pitch = height + 16
    var canvas = Canvas(
      width: Style.doubleColumnWidth, height: top + pitch * Double(shown.count - 1) + height + 10)
    let lefts = [13.0, 52.0, 107.0, 154.0]
    for (letter, left) in zip(["a", "b", "c"], [1.0, 94.5, 142]) { canvas.letter(letter, x: left, y: 3) }
    for (row, task) in shown.enumerated() {
      let y = top + Double(row) * pitch
      if hasHeadings { heading(task.name, row: row, y: y, on: &canvas) }
      let frames = zip(lefts, [33.0, 33, height, 25]).map { Frame(left: $0, top: y, width: $1, height: height) }
      // Rows share the titles of their horizontal axes, which stand below the last one.
      let isLast = row == shown.count - 1
      maps(of: task, recorded: frames[0], model: frames[1], hasTitle: isLast, on: &canvas)
      scatter(of: task, in: frames[2], hasTitle: isLast, on: &canvas)
      histogram(of: task, in: frames[3], hasTitle: isLast, on: &canvas)
    }
    return canvas
  }

  private func heading(_ name: String, row: Int, y: Double, on canvas: inout Canvas) {
    let hidden = tasks.count - Self.taskLimit
    let note = row == 0 && hidden > 0 ? " (\(hidden) more \(hidden == 1 ? "task" : "tasks") not shown)" : ""
    canvas.text(name + note, x: 6, y: y - 8, .init(isBold: true))
  }

  // MARK: - Heat maps

  private func maps(of task: Task, recorded: Frame, model: Frame, hasTitle: Bool, on canvas: inout Canvas) {
    let columnCount = max(task.recorded.first?.count ?? 0, task.model.first?.count ?? 0)
    let order = HeatMap.orderByPeak(task.recorded)
    var time = timeAxis(columnCount: columnCount)
    if hasTitle { time.title = "Time from \(timeOrigin) (s)" }
    var neurons = Self.neuronAxis(count: order.count)
    let scale = Frame(left: model.right + 2, top: model.top, width: 1.8, height: model.height)

    for (title, rates, frame) in [("Recorded", task.recorded, recorded), ("Model", task.model, model)] {
      canvas.text(title, x: frame.left + frame.width / 2, y: frame.top - 2.2, .init(align: .center))
      let map = HeatMap(rates, order: order, columnCount: columnCount)
      let isEmpty = map.rows.isEmpty || columnCount == 0
      if frame.left == model.left {
        neurons.title = ""
        neurons.hidesLabels = true
      }
      if frame.left == model.left, !isEmpty {
        canvas.colourScale(scale, lower: "min", upper: "max")
        canvas.text(
          "Rate, scaled per neuron", x: scale.right + 2.6, y: scale.top + scale.height / 2,
          .init(align: .center, isVertical: true))
      }
      let columns = map.rows.first?.count ?? 0
      let image =
        isEmpty
        ? []
        : [
          canvas.image(map.pixels, columnCount: columns, rowCount: map.rows.count, x: time, y: neurons)
        ]
      canvas.panel(frame, x: time, y: neurons, plots: image)
    }
  }

  /// Time from the left edge of the first bin to the right edge of the last.
  private func timeAxis(columnCount: Int) -> Axis {
    let finite = times.filter(\.isFinite)
    guard let first = finite.first, let last = finite.last, finite.count > 1, last > first else {
      return Axis.covering([0, Double(max(1, columnCount))], title: "", isTight: true, tickCount: 3)
    }
    let half = (last - first) / Double(finite.count - 1) / 2
    return Axis.covering([first - half, last + half], title: "", isTight: true, tickCount: 3)
  }

  /// The first neuron stands above; ticks count neurons from there.
  private static func neuronAxis(count: Int) -> Axis {
    let total = Double(max(1, count))
    var axis = Axis(title: "Neuron, by recorded peak", lower: 0, upper: total, ticks: [])
    axis.ticks = [Axis.Tick(position: total, label: "1"), Axis.Tick(position: 0, label: "\(max(1, count))")]
    return axis
  }

  // MARK: - Summaries

  private func scatter(of task: Task, in frame: Frame, hasTitle: Bool, on canvas: inout Canvas) {
    let pairs = zip(task.recorded.map(Statistics.mean), task.model.map(Statistics.mean))
      .filter { $0.isFinite && $1.isFinite }
    let axis = Axis.logarithmic(
      pairs.flatMap { [$0, $1] }, title: hasTitle ? "Recorded mean rate (Hz)" : "")
    var vertical = axis
    vertical.title = "Model mean rate (Hz)"
    vertical.reservedLabelWidth = Self.labelWidth
    let shown = Statistics.spread(pairs.count, limit: Self.markerLimit).map { pairs[$0] }
    func clamped(_ value: Double) -> Double { min(max(value, axis.lower), axis.upper) }
    var plots: [String] = []
    if let line = canvas.block([axis.lower, axis.upper], [axis.lower, axis.upper]) {
      plots.append("\(line) using 1:2 with lines lw \(Style.thinLine) lc rgb '\(Style.guide)'")
    }
    let size = shown.count > 500 ? 1.4 : shown.count > 50 ? 2 : 2.6
    if let points = canvas.block(shown.map { clamped($0.0) }, shown.map { clamped($0.1) }) {
      // The first two digits of the colour are its transparency: crowded regions get darker.
      let colour = "#70" + Style.model.dropFirst()
      plots.append("\(points) using 1:2 with points pt 7 ps POINT*\(size) lc rgb '\(colour)'")
    }
    canvas.panel(frame, x: axis, y: vertical, plots: pairs.isEmpty ? [] : plots)
  }

  private func histogram(of task: Task, in frame: Frame, hasTitle: Bool, on canvas: inout Canvas) {
    let values = task.correlations.filter(\.isFinite).map { min(max($0, -1), 1) }
    let x = Axis.correlation(values, title: hasTitle ? "Correlation" : "", isCoarse: true)
    let width = 0.05
    let binCount = Int(((x.upper - x.lower) / width).rounded())
    var counts = [Double](repeating: 0, count: binCount)
    // The small shift keeps values that should lie on an edge, such as 0.15, in the upper bin despite rounding.
    for value in values { counts[min(Int((value - x.lower) / width + 1e-9), binCount - 1)] += 1 }
    var y = Axis.covering(
      values.isEmpty ? [] : counts, title: "Neurons", includesZero: true, isWhole: true, tickCount: 3)
    y.reservedLabelWidth = Self.labelWidth
    var plots: [String] = []
    let centres = counts.indices.map { x.lower + (Double($0) + 0.5) * width }
    if !values.isEmpty, let block = canvas.block(centres, counts) {
      plots.append(
        "\(block) using 1:2:(\(width)) with boxes fillcolor rgb '\(Style.bars)' fillstyle solid border rgb '#FFFFFF' "
          + "lw 0.3")
      let median = Statistics.median(values)
      canvas.verticalGuide(at: median, colour: Style.inhibitory)
      canvas.text(
        "Median \(Number.fixed(median, decimals: 2))", x: frame.left + frame.width / 2, y: frame.top - 2.2,
        .init(align: .center, colour: Style.inhibitory))
    }
    canvas.panel(frame, x: x, y: y, plots: plots)
  }
}
