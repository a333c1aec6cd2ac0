// Every size and colour of the figures, so that all of them look alike. Lengths are in mm on paper, type and line
// widths in points.

enum Style {
  // Sizes of journal columns.
  static let singleColumnWidth = 89.0
  static let doubleColumnWidth = 183.0

  // Arial is asked for because journals ask for it; where it is absent, fontconfig substitutes Liberation Sans, which
  // has the same metrics.
  static let font = "Arial"
  static let fontSize = 7.0
  static let tickFontSize = 6.5
  static let letterSize = 8.5

  static let axisWidth = 0.5
  static let tickLength = 2.2
  static let thinLine = 0.6
  static let line = 0.9
  static let boldLine = 1.5

  /// Length of the line or box of a legend entry, and the distance to the next entry, in mm.
  static let legendSample = 3.4
  static let legendGap = 2.8

  // Distances from the frame of a panel to the centre of the text.
  static let horizontalTitleOffset = 7.2
  static let verticalTitleMargin = 3.2
  static let tickLabelGap = 1.6

  static let text = "#222222"
  static let quietText = "#6E6E6E"
  static let stimulus = "#F2EFE6"
  static let recorded = "#1A1A1A"
  static let model = "#2F6DA8"
  static let modelBand = "#C3D7EA"
  static let modelTrial = "#8FB4D6"
  static let excitatory = "#2F6DA8"
  static let inhibitory = "#C4573A"
  static let bars = "#9DB9D3"
  static let guide = "#9A9A9A"

  /// Light colours of single tasks, told apart also by people with red-green blindness.
  static let tasks = ["#A9C7E2", "#EBC08F", "#A5D3C3", "#E0B3CB"]

  /// Anchors of the colour scale of heat maps, light to dark with nearly even steps of lightness.
  static let heat = [
    "#F4F8F3", "#D3EAE0", "#A5D8CD", "#74C0C2", "#4CA3B8", "#3884AC", "#34659D", "#364787", "#33305F", "#241B38",
  ]

  /// Dots per inch of PNG files.
  static let resolution = 300.0

  /// Estimates the width of a text in mm from the average letter of Arial; used to space legends.
  static func width(of text: String, size: Double = fontSize) -> Double {
    let narrow = Set("iljtfrI.,:;'|()[] ")
    let wide = Set("mwMW%@—")
    let ems = text.reduce(0.0) { sum, character in
      sum + (narrow.contains(character) ? 0.3 : wide.contains(character) ? 0.86 : character.isUppercase ? 0.68 : 0.55)
    }
    return ems * size * millimetresPerPoint
  }

  /// A name that fits a width in mm; a long one loses its end.
  static func shortened(_ name: String, to width: Double) -> String {
    guard Self.width(of: name) > width else { return name }
    var name = name
    while name.count > 3, Self.width(of: name + "…") > width { name.removeLast() }
    return name + "…"
  }

  static let millimetresPerPoint = 25.4 / 72
}
