// A page in mm on which a figure places panels and text; it becomes a gnuplot script. Gnuplot chooses nothing by
// itself: frames, ranges, ticks and the places of all titles are given, which is what keeps panels aligned.

/// A rectangle in mm from the left and upper edge of the page.
struct Frame {
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }
}

/// One entry of a legend: a sample and its name.
struct LegendEntry {
  enum Sample {
    case line(colour: String, width: Double)
    case box(colour: String)
  }
  var sample: Sample
  var text: String
}

struct Canvas {
  enum Alignment: String { case left, center, right }

  /// Page size in mm.
  let width: Double
  let height: Double
  /// Named data blocks, read once for all file formats.
  private(set) var data = ""
  /// Commands that draw the page, repeated for each file format.
  private(set) var commands = ""
  /// Binary files that the commands read, by name.
  private(set) var files: [String: [UInt8]] = [:]
  /// Text, lines and boxes that wait for the next panel, because gnuplot draws them only with a plot.
  private var pending = ""
  private var blockCount = 0

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  // MARK: - Data

  /// Stores columns of equal length and returns the name of the block; nil without a row in which all are finite.
  ///
  /// A row with a gap becomes a blank line, which ends a line or an area.
  mutating func block(_ columns: [Double]...) -> String? {
    var rows = ""
    var isAfterGap = true
    var hasRow = false
    for row in columns[0].indices {
      guard columns.allSatisfy({ $0[row].isFinite }) else {
        if !isAfterGap { rows += "\n" }
        isAfterGap = true
        continue
      }
      // Single precision is more than paper resolves and halves the size of the script.
      rows += columns.map { "\(Float(min(max($0[row], -1e30), 1e30)))" }.joined(separator: " ") + "\n"
      isAfterGap = false
      hasRow = true
    }
    return hasRow ? store(rows) : nil
  }

  /// Stores rows that are already text.
  mutating func store(_ rows: String) -> String {
    blockCount += 1
    data += "$block\(blockCount) << EOD\n\(rows)EOD\n"
    return "$block\(blockCount)"
  }

  /// Stores an image of `values` (row by row from below) and returns the part of a `plot` command that reads it.
  mutating func image(_ values: [Float], columnCount: Int, rowCount: Int, x: Axis, y: Axis) -> String {
    let name = "image\(files.count + 1)"
    files[name] = values.flatMap { value in withUnsafeBytes(of: value) { Array($0) } }
    let dx = (x.upper - x.lower) / Double(columnCount)
    let dy = (y.upper - y.lower) / Double(rowCount)
    // FOLDER is set by the script: the folder's name may hold characters that have to be quoted only once.
    return "FOLDER.'\(name)' binary array=(\(columnCount),\(rowCount)) format='%float' dx=\(dx) dy=\(dy) "
      + "origin=(\(x.lower + dx / 2),\(y.lower + dy / 2)) with image"
  }

  // MARK: - Text and marks in page coordinates

  struct TextStyle {
    var align = Alignment.left
    var size = Style.fontSize
    var colour = Style.text
    var isBold = false
    var isVertical = false
  }

  mutating func text(_ text: String, x: Double, y: Double, _ style: TextStyle = TextStyle()) {
    var markup = GnuplotText.escaped(text)
    if style.isBold { markup = "{/:Bold \(markup)}" }
    pending +=
      "set label \(GnuplotText.quoted(markup: markup)) at \(point(x, y)) \(style.align.rawValue) "
      + "\(style.isVertical ? "rotate by 90 " : "")font ',\(style.size)' textcolor rgb '\(style.colour)' front\n"
  }

  mutating func line(fromX: Double, fromY: Double, toX: Double, toY: Double, colour: String, width: Double) {
    pending +=
      "set arrow from \(point(fromX, fromY)) to \(point(toX, toY)) nohead lw \(width) lc rgb '\(colour)' front\n"
  }

  mutating func box(_ frame: Frame, colour: String) {
    pending +=
      "set object rectangle from \(point(frame.left, frame.bottom)) to \(point(frame.right, frame.top)) "
      + "fillcolor rgb '\(colour)' fillstyle solid noborder behind\n"
  }

  /// The letter of a panel, at its upper left corner.
  mutating func letter(_ letter: String, x: Double, y: Double) {
    text(letter, x: x, y: y, .init(size: Style.letterSize, isBold: true))
  }

  /// Draws a legend in one row that starts at `x`, centred on `y`; returns where it ends.
  @discardableResult
  mutating func legend(_ entries: [LegendEntry], x: Double, y: Double) -> Double {
    var x = x
    for entry in entries {
      switch entry.sample {
      case .line(let colour, let width):
        line(fromX: x, fromY: y, toX: x + Style.legendSample, toY: y, colour: colour, width: width)
      case .box(let colour): box(Frame(left: x, top: y - 1.1, width: Style.legendSample, height: 2.2), colour: colour)
      }
      let start = x + Style.legendSample + 0.9
      text(entry.text, x: start, y: y)
      x = start + Style.width(of: entry.text) + Style.legendGap
    }
    return x
  }

  // MARK: - Marks in the coordinates of the next panel

  /// Shades a range of x over the full height of the next panel, cut at the ends of its axis.
  mutating func shade(_ range: ClosedRange<Double>?, on axis: Axis) {
    guard let range, range.lowerBound.isFinite, range.upperBound.isFinite else { return }
    let from = max(range.lowerBound, axis.lower)
    let to = min(range.upperBound, axis.upper)
    guard from < to else { return }
    pending +=
      "set object rectangle from first \(from), graph 0 to first \(to), graph 1 "
      + "fillcolor rgb '\(Style.stimulus)' fillstyle solid noborder behind\n"
  }

  /// Draws a vertical line through the next panel.
  mutating func verticalGuide(at x: Double, colour: String) {
    pending +=
      "set arrow from first \(x), graph 0 to first \(x), graph 1 nohead lw \(Style.line) "
      + "lc rgb '\(colour)' front\n"
  }

  // MARK: - Panels

  /// Draws one panel with its axes, all that waits, and `plots`, parts of a `plot` command in order.
  ///
  /// Without plots, "no data" stands in the frame.
  mutating func panel(_ frame: Frame, x: Axis, y: Axis, plots: [String]) {
    if plots.isEmpty {
      text(
        "no data", x: frame.left + frame.width / 2, y: frame.top + frame.height / 2,
        .init(align: .center, colour: Style.quietText))
    }
    titles(of: frame, x: x, y: y)
    commands += pending
    pending = ""
    // A plot of NaN draws the axes alone.
    let parts = (plots.isEmpty ? ["NaN"] : plots).map { $0 + " notitle" }
    commands += """
      set lmargin at screen \(frame.left / width)
      set rmargin at screen \(frame.right / width)
      set tmargin at screen \(1 - frame.top / height)
      set bmargin at screen \(1 - frame.bottom / height)
      \(setUp("x", x))
      \(setUp("y", y))
      plot \(parts.joined(separator: ", "))
      unset label; unset arrow; unset object; unset colorbox

      """
  }

  /// Lets the next panel show its colour scale beside it; the scale runs from 0 to 1.
  mutating func colourScale(_ frame: Frame, lower: String, upper: String) {
    commands +=
      "set colorbox vertical user origin screen \(frame.left / width), screen \(1 - frame.bottom / height) "
      + "size screen \(frame.width / width), screen \(frame.height / height) noborder front\n"
    text(upper, x: frame.right + 1, y: frame.top + 1, .init(size: Style.tickFontSize))
    text(lower, x: frame.right + 1, y: frame.bottom - 1, .init(size: Style.tickFontSize))
  }

  /// Places the titles of both axes at the same distance from the frame in all panels.
  private mutating func titles(of frame: Frame, x: Axis, y: Axis) {
    if !x.title.isEmpty {
      text(
        x.title, x: frame.left + frame.width / 2, y: frame.bottom + Style.horizontalTitleOffset, .init(align: .center))
    }
    if !y.title.isEmpty {
      let offset = max(y.labelWidth, y.reservedLabelWidth) + Style.tickLabelGap + Style.verticalTitleMargin
      text(y.title, x: frame.left - offset, y: frame.top + frame.height / 2, .init(align: .center, isVertical: true))
    }
    if let exponent = x.exponent, !x.hidesLabels {
      power(exponent, x: frame.right, y: frame.bottom + Style.horizontalTitleOffset)
    }
    if let exponent = y.exponent { power(exponent, x: frame.left - 0.8, y: frame.top - 2.8) }
  }

  /// The factor of an axis, which ends at `x`.
  private mutating func power(_ exponent: Int, x: Double, y: Double) {
    pending +=
      "set label '×10^{\(Number.integer(exponent))}' at \(point(x, y)) right "
      + "font ',\(Style.tickFontSize)' textcolor rgb '\(Style.text)' front\n"
  }

  private func setUp(_ name: String, _ axis: Axis) -> String {
    let ticks = axis.ticks.map { tick in
      tick.label.isEmpty && axis.isLogarithmic
        ? "'' \(tick.position) 1" : "'\(axis.hidesLabels ? "" : tick.label)' \(tick.position)"
    }
    return """
      set \(name)range [\(axis.lower):\(axis.upper)]
      \(axis.isLogarithmic ? "set" : "unset") logscale \(name)
      \(ticks.isEmpty ? "unset \(name)tics" : "set \(name)tics \(Self.tickStyle) (\(ticks.joined(separator: ", ")))")
      """
  }

  /// Repeated for each axis, because gnuplot forgets it where a panel has no ticks.
  private static let tickStyle =
    "out nomirror scale TICK,TICK*0.6 font ',\(Style.tickFontSize)' textcolor rgb '\(Style.text)'"

  private func point(_ x: Double, _ y: Double) -> String { "screen \(x / width), screen \(1 - y / height)" }
}
