// How well groups of neurons follow their targets: medians and quartiles of each metric.

/// Distributions of metrics over the neurons of groups, a panel for each metric.
public struct FitFigure: DrawnFigure {
  /// A metric.
  public struct Panel: Sendable, Equatable {
    /// What it is, with its unit.
    public var title: String
    /// True for what cannot exceed 1, such as correlations.
    public var isCorrelation: Bool
    /// Values of each group; those that are not finite are left out.
    public var values: [[Double]]

    public init(title: String, isCorrelation: Bool, values: [[Double]]) {
      (self.title, self.isCorrelation, self.values) = (title, isCorrelation, values)
    }
  }

  /// The first eight are drawn.
  public var panels: [Panel]
  /// Names of the groups; the first ten are drawn.
  public var groups: [String]

  public init(panels: [Panel], groups: [String]) {
    (self.panels, self.groups) = (panels, groups)
  }

  static let panelLimit = 8
  static let groupLimit = 10

  func drawing() -> Canvas {
    let shown = Array(panels.prefix(Self.panelLimit))
    let names = Array(groups.prefix(Self.groupLimit))
    let columns = 4
    let rows = max(1, (shown.count + columns - 1) / columns)
    let height = 8 + 4.5 * Double(max(1, names.count))
    let (left, top, width, pitch) = (32.0, 11.0, 31.0, height + 17)
    var canvas = Canvas(width: Style.doubleColumnWidth, height: top + pitch * Double(rows - 1) + height + 11)
    canvas.legend(
      [
        .init(sample: .box(colour: Style.modelBand), text: "Quartiles"),
        .init(sample: .line(colour: Style.model, width: Style.boldLine), text: "Median"),
      ], x: left, y: 3)
    for index in 0..<max(1, shown.count) {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let frame = Frame(
        left: left + Double(column) * (width + 7), top: top + Double(row) * pitch, width: width, height: height)
      if column == 0 { drawNames(names, beside: frame, on: &canvas) }
      draw(index < shown.count ? shown[index] : nil, groupCount: names.count, in: frame, on: &canvas)
    }
    return canvas
  }

  /// Group 0 stands above.
  private func height(_ index: Int, of count: Int) -> Double { Double(count - index) - 0.5 }

  private func drawNames(_ names: [String], beside frame: Frame, on canvas: inout Canvas) {
    for (index, name) in names.enumerated() {
      let y = frame.bottom - frame.height * height(index, of: names.count) / Double(names.count)
      canvas.text(Style.shortened(name, to: 27), x: frame.left - 2, y: y, .init(align: .right))
    }
  }

  private func draw(_ panel: Panel?, groupCount: Int, in frame: Frame, on canvas: inout Canvas) {
    let y = Axis(title: "", lower: 0, upper: Double(max(1, groupCount)), ticks: [])
    let quartiles = (panel?.values ?? []).prefix(groupCount).map { Statistics.quantiles($0, [0.25, 0.5, 0.75]) }
    let values = quartiles.flatMap { $0 }
    let title = panel?.title ?? ""
    let x =
      panel?.isCorrelation == true
      ? Axis.correlation(values, title: title, isCoarse: true)
      : Axis.covering(values, title: title, includesZero: true, tickCount: 3)
    var (boxes, medians) = ("", "")
    for (index, quartile) in quartiles.enumerated() where quartile.allSatisfy(\.isFinite) {
      let place = height(index, of: groupCount)
      let (low, middle, high) = (Float(clamped(quartile[0])), Float(clamped(quartile[1])), Float(clamped(quartile[2])))
      boxes += "\(low) \(place - 0.28)\n\(high) \(place - 0.28)\n\(high) \(place + 0.28)\n\(low) \(place + 0.28)\n\n"
      medians += "\(middle) \(place - 0.34)\n\(middle) \(place + 0.34)\n\n"
    }
    guard !medians.isEmpty else {
      canvas.panel(frame, x: x, y: y, plots: [])
      return
    }
    canvas.panel(
      frame, x: x, y: y,
      plots: [
        "\(canvas.store(boxes)) using 1:2 with filledcurves closed fillcolor rgb '\(Style.modelBand)' fillstyle solid "
          + "noborder",
        "\(canvas.store(medians)) using 1:2 with lines lw \(Style.boldLine) lc rgb '\(Style.model)'",
      ])
  }

  private func clamped(_ value: Double) -> Double { min(max(value, -1e30), 1e30) }
}
