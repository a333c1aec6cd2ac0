// Spikes of one trial, and the rate of the population below them.

/// Raster of spikes with excitatory and inhibitory neurons in two colours, and population rates in 10-ms bins.
///
/// At most 200 neurons are drawn, evenly chosen from both kinds in proportion, and fewer if they spike so much that the
/// file would become unwieldy. The rates are those of all neurons.
public struct RasterFigure: DrawnFigure {
  /// Time of each spike in ms from the start of the trial.
  public var times: [Double]
  /// Index of the neuron of each spike.
  public var neurons: [Int]
  /// Kind of each neuron; its count is the number of neurons.
  public var isExcitatory: [Bool]
  /// Length of the trial in ms.
  public var duration: Double
  /// Start and end of the stimulus in ms; nil for none.
  public var stimulus: ClosedRange<Double>?

  public init(
    times: [Double], neurons: [Int], isExcitatory: [Bool], duration: Double, stimulus: ClosedRange<Double>?
  ) {
    self.times = times
    self.neurons = neurons
    self.isExcitatory = isExcitatory
    self.duration = duration
    self.stimulus = stimulus
  }

  static let neuronLimit = 200
  static let spikeLimit = 60_000
  private static let binWidth = 10.0
  private static let binLimit = 2000
  /// Room for the tick labels of both panels.
  private static let labelWidth = Style.width(of: "200", size: Style.tickFontSize)

  func drawing() -> Canvas {
    var canvas = Canvas(width: Style.singleColumnWidth, height: 92)
    let left = 13.0
    let raster = Frame(left: left, top: 8, width: Style.singleColumnWidth - left - 4, height: 46)
    let rate = Frame(left: left, top: 60, width: raster.width, height: 21)
    let end = duration.isFinite && duration > 0 ? min(duration / 1000, 1e9) : 1
    let time = Axis.covering([0, end], title: "Time (s)", isTight: true, tickCount: 5)
    canvas.letter("a", x: 1, y: 3)
    canvas.letter("b", x: 1, y: 57.5)
    legend(on: &canvas, x: left)
    drawRaster(in: raster, time: time, on: &canvas)
    drawRates(in: rate, time: time, on: &canvas)
    return canvas
  }

  private var stimulusSeconds: ClosedRange<Double>? {
    stimulus.map { $0.lowerBound / 1000...$0.upperBound / 1000 }
  }

  private func legend(on canvas: inout Canvas, x: Double) {
    var entries: [LegendEntry] = [
      .init(sample: .line(colour: Style.excitatory, width: Style.boldLine), text: "Excitatory"),
      .init(sample: .line(colour: Style.inhibitory, width: Style.boldLine), text: "Inhibitory"),
    ]
    if stimulus != nil { entries.append(.init(sample: .box(colour: Style.stimulus), text: "Stimulus")) }
    canvas.legend(entries, x: x, y: 3)
  }

  // MARK: - Raster

  private func drawRaster(in frame: Frame, time: Axis, on canvas: inout Canvas) {
    let shown = Self.choose(isExcitatory: isExcitatory, neurons: neurons)
    var axis = Axis(title: "Neuron", lower: 0, upper: Double(max(1, shown.count)), ticks: [])
    if shown.count < isExcitatory.count { axis.title = "Neuron (\(shown.count) of \(isExcitatory.count))" }
    axis.reservedLabelWidth = Self.labelWidth
    if !shown.isEmpty {
      axis.ticks = [
        .init(position: 0.5, label: "1"), .init(position: Double(shown.count) - 0.5, label: "\(shown.count)"),
      ]
    }
    var rows = [Int: Int]()
    for (row, neuron) in shown.enumerated() { rows[neuron] = row }
    let axisEnd = time.upper * 1000
    var excitatory = ""
    var inhibitory = ""
    for (time, neuron) in zip(times, neurons) where time >= 0 && time <= axisEnd {
      guard let row = rows[neuron] else { continue }
      // Two points and a blank line are one tick; gnuplot joins all ticks into one path, which keeps files small.
      let tick = "\(Float(time / 1000)) \(row).08\n\(Float(time / 1000)) \(row).92\n\n"
      if isExcitatory[neuron] { excitatory += tick } else { inhibitory += tick }
    }
    let width = shown.count > 80 ? 0.4 : 0.6
    let plots = [(excitatory, Style.excitatory), (inhibitory, Style.inhibitory)].filter { !$0.0.isEmpty }.map {
      "\(canvas.store($0)) using 1:2 with lines lw \(width) lc rgb '\($1)'"
    }
    canvas.shade(stimulusSeconds, on: time)
    var axisOfTime = time
    axisOfTime.title = ""
    axisOfTime.hidesLabels = true
    canvas.panel(frame, x: axisOfTime, y: axis, plots: shown.isEmpty || plots.isEmpty ? [] : plots)
  }

  /// Neurons to draw from below: excitatory first, both kinds in proportion.
  static func choose(isExcitatory: [Bool], neurons: [Int]) -> [Int] {
    let excitatory = isExcitatory.indices.filter { isExcitatory[$0] }
    let inhibitory = isExcitatory.indices.filter { !isExcitatory[$0] }
    var spikeCounts = [Int](repeating: 0, count: isExcitatory.count)
    for neuron in neurons where isExcitatory.indices.contains(neuron) { spikeCounts[neuron] += 1 }
    var limit = min(neuronLimit, isExcitatory.count)
    while true {
      var fewer = isExcitatory.isEmpty ? 0 : inhibitory.count * limit / isExcitatory.count
      if !inhibitory.isEmpty, !excitatory.isEmpty { fewer = min(max(fewer, 1), max(1, limit - 1)) }
      let shown =
        Statistics.spread(excitatory.count, limit: limit - fewer).map { excitatory[$0] }
        + Statistics.spread(inhibitory.count, limit: fewer).map { inhibitory[$0] }
      let spikeCount = shown.reduce(0) { $0 + spikeCounts[$1] }
      guard spikeCount > spikeLimit, limit > 10 else { return shown }
      limit /= 2
    }
  }

  // MARK: - Population rates

  private func drawRates(in frame: Frame, time: Axis, on canvas: inout Canvas) {
    let end = time.upper * 1000
    let binCount = Int(min(Double(Self.binLimit), max(1, (end / Self.binWidth).rounded(.up))))
    let width = max(Self.binWidth, end / Double(binCount))
    var counts = [[Double]](repeating: [Double](repeating: 0, count: binCount), count: 2)
    for (time, neuron) in zip(times, neurons)
    where time >= 0 && time <= end && isExcitatory.indices.contains(neuron) {
      counts[isExcitatory[neuron] ? 0 : 1][min(Int(time / width), binCount - 1)] += 1
    }
    let sizes = [isExcitatory.count(where: \.self), isExcitatory.count { !$0 }]
    let centres = (0..<binCount).map { (Double($0) + 0.5) * width / 1000 }
    var plots: [String] = []
    var shown: [Double] = []
    for (index, colour) in [Style.excitatory, Style.inhibitory].enumerated() where sizes[index] > 0 {
      let rates = counts[index].map { $0 / Double(sizes[index]) / (width / 1000) }
      guard let block = canvas.block(centres, rates) else { continue }
      shown += rates
      plots.append("\(block) using 1:2 with lines lw \(Style.line) lc rgb '\(colour)'")
    }
    canvas.shade(stimulusSeconds, on: time)
    var y = Axis.covering(shown, title: "Rate (Hz)", includesZero: true, tickCount: 3)
    y.reservedLabelWidth = Self.labelWidth
    canvas.panel(frame, x: time, y: y, plots: plots)
  }
}
