// Learning curve: correlation with the targets and firing rate, loop by loop.

/// Correlation and firing rate against training loops.
///
/// With several tasks there is a light line for each task and a bold one for the mean over tasks, pass by pass: the
/// n-th point of the bold line is the mean of the n-th values of all tasks, at the mean of their loops.
public struct LearningCurveFigure: DrawnFigure {
  /// One training loop.
  public struct Point: Sendable, Equatable {
    /// Index of the loop.
    public var loop: Int
    /// Index of the task that was trained or tested.
    public var task: Int
    /// Mean correlation of synaptic input and target over neurons; NaN where it was not measured.
    public var correlation: Double
    /// Mean firing rate in Hz; NaN where it was not measured.
    public var rateHz: Double
    /// Time that the loop took, in s; NaN if unknown.
    public var seconds: Double
    /// Mean correlation of neurons that do not learn, with units that are held out; NaN where there are none.
    public var heldOutCorrelation = Double.nan
    /// Mean firing rate of neurons that do not learn in Hz, `rateHz` being that of the others; NaN where all learn.
    public var untrainedRateHz = Double.nan

    public init(loop: Int, task: Int, correlation: Double, rateHz: Double, seconds: Double = .nan) {
      self.loop = loop
      self.task = task
      self.correlation = correlation
      self.rateHz = rateHz
      self.seconds = seconds
    }
  }

  /// All loops in any order.
  public var points: [Point]

  public init(points: [Point]) { self.points = points }

  private static let pointLimit = 1500
  private static let namedTaskLimit = 4

  func drawing() -> Canvas {
    let sorted = points.sorted { ($0.loop, $0.task) < ($1.loop, $1.task) }
    let tasks = Set(sorted.map(\.task)).sorted()
    // Without a legend the panels move up.
    let hasLegend = tasks.count > 1 || hasUntrained
    let top = hasLegend ? 8.0 : 4
    var canvas = Canvas(width: Style.singleColumnWidth, height: hasLegend ? 82 : 78)
    let byTask = tasks.map { task in sorted.filter { $0.task == task } }
    let loops = Axis.covering(
      sorted.map { Double($0.loop) }, title: "Training loop", isTight: true, isWhole: true, tickCount: 6)
    var upperLoops = loops
    upperLoops.hidesLabels = true
    upperLoops.title = ""

    var correlations = Axis.correlation(
      sorted.map(\.correlation) + sorted.map(\.heldOutCorrelation), title: "Correlation")
    var rates = Axis.covering(
      sorted.map(\.rateHz) + sorted.map(\.untrainedRateHz), title: "Firing rate (Hz)", includesZero: true,
      tickCount: 4)
    correlations.reservedLabelWidth = max(correlations.labelWidth, rates.labelWidth)
    rates.reservedLabelWidth = correlations.reservedLabelWidth
    let left = 13.0
    let upper = Frame(left: left, top: top, width: Style.singleColumnWidth - left - 4, height: 34)
    let lower = Frame(left: left, top: upper.bottom + 6, width: upper.width, height: 24)

    canvas.letter("a", x: 1, y: 3)
    canvas.letter("b", x: 1, y: lower.top - 2.5)
    legend(on: &canvas, tasks: tasks, x: left)
    // The factor of the axis takes the same place.
    if loops.exponent == nil {
      summary(on: &canvas, right: lower.right, y: lower.bottom + Style.horizontalTitleOffset)
    }
    canvas.panel(
      upper, x: upperLoops, y: correlations,
      plots: lines(of: \.correlation, byTask, and: \.heldOutCorrelation, on: &canvas))
    canvas.panel(lower, x: loops, y: rates, plots: lines(of: \.rateHz, byTask, and: \.untrainedRateHz, on: &canvas))
    return canvas
  }

  private var hasUntrained: Bool { points.contains { $0.untrainedRateHz.isFinite } }

  private func legend(on canvas: inout Canvas, tasks: [Int], x: Double) {
    guard tasks.count > 1 || hasUntrained else { return }
    let mean = hasUntrained ? "Trained" : "Mean"
    var entries: [LegendEntry] = [.init(sample: .line(colour: Style.model, width: Style.boldLine), text: mean)]
    if hasUntrained {
      entries.append(.init(sample: .line(colour: Style.inhibitory, width: Style.boldLine), text: "Untrained"))
    }
    if tasks.count == 1 {
      // Its lines are those of the mean.
    } else if tasks.count <= Self.namedTaskLimit {
      entries += tasks.enumerated().map { index, task in
        .init(sample: .line(colour: Style.tasks[index], width: Style.line), text: "Task \(task)")
      }
    } else {
      entries.append(.init(sample: .line(colour: Style.tasks[0], width: Style.line), text: "Single tasks"))
    }
    canvas.legend(entries, x: x, y: 3)
  }

  /// How much training the curve stands for.
  private func summary(on canvas: inout Canvas, right: Double, y: Double) {
    guard !points.isEmpty else { return }
    let seconds = points.map(\.seconds).filter(\.isFinite).reduce(0, +)
    var parts = ["\(points.count) \(points.count == 1 ? "loop" : "loops")"]
    if seconds > 0 { parts.append(Self.duration(seconds)) }
    canvas.text(
      parts.joined(separator: ", "), x: right, y: y,
      .init(align: .right, size: Style.tickFontSize, colour: Style.quietText))
  }

  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<10: "\(Number.fixed(seconds, decimals: 1)) s"
    case ..<120: "\(Number.fixed(seconds, decimals: 0)) s"
    case ..<7200: "\(Number.fixed(seconds / 60, decimals: 0)) min"
    default: "\(Number.fixed(seconds / 3600, decimals: 1)) h"
    }
  }

  /// Lines of a quantity, and of another its mean over tasks alone.
  private func lines(
    of quantity: KeyPath<Point, Double>, _ byTask: [[Point]], and other: KeyPath<Point, Double>,
    on canvas: inout Canvas
  ) -> [String] {
    let isSingle = byTask.count == 1
    var plots = mean(of: other, byTask, colour: Style.inhibitory, on: &canvas)
    for (index, points) in byTask.enumerated() {
      let colour = isSingle ? Style.model : Style.tasks[byTask.count > Self.namedTaskLimit ? 0 : index]
      let width = isSingle ? Style.boldLine : Style.thinLine
      plots += line(
        x: points.map { Double($0.loop) }, y: points.map { $0[keyPath: quantity] }, colour: colour, width: width,
        on: &canvas)
    }
    return isSingle ? plots : plots + mean(of: quantity, byTask, colour: Style.model, on: &canvas)
  }

  /// The mean over tasks, pass by pass; nothing where there is no number.
  private func mean(
    of quantity: KeyPath<Point, Double>, _ byTask: [[Point]], colour: String, on canvas: inout Canvas
  ) -> [String] {
    let passCount = byTask.map(\.count).max() ?? 0
    let passes = (0..<passCount).map { pass in byTask.compactMap { pass < $0.count ? $0[pass] : nil } }
    let measured = passes.map { pass in pass.filter { $0[keyPath: quantity].isFinite } }
    guard measured.contains(where: { !$0.isEmpty }) else { return [] }
    return line(
      x: measured.map { Statistics.mean($0.map { Double($0.loop) }) },
      y: measured.map { Statistics.mean($0.map { $0[keyPath: quantity] }) },
      colour: colour, width: Style.boldLine, on: &canvas)
  }

  /// A line, with markers while they can be told apart.
  private func line(x: [Double], y: [Double], colour: String, width: Double, on canvas: inout Canvas) -> [String] {
    let x = Statistics.thinned(x, to: Self.pointLimit)
    let y = Statistics.thinned(y, to: Self.pointLimit)
    guard let block = canvas.block(x, y) else { return [] }
    var plots = ["\(block) using 1:2 with lines lw \(width) lc rgb '\(colour)'"]
    if y.count(where: \.isFinite) <= 30 {
      plots.append("\(block) using 1:2 with points pt 7 ps POINT*\(width + 1.6) lc rgb '\(colour)'")
    }
    return plots
  }
}
