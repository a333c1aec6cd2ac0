// What all figures share: drawing is separate from writing, so that tests can look at the drawing alone.

/// A figure that can be written as PDF, SVG and PNG.
public protocol Figure: Sendable {
  /// Draws the figure and writes `<name>.pdf`, `<name>.svg` and `<name>.png` into `folder`, which is created if needed.
  ///
  /// Existing files of these names are replaced; if the drawing fails, they stay as they were.
  /// - Returns: The paths of the files: PDF, SVG, PNG.
  /// - Throws: ``PlotError``.
  @discardableResult
  func write(to folder: String, name: String) async throws -> [String]
}

/// A figure of this module.
protocol DrawnFigure: Figure {
  func drawing() -> Canvas
}

extension DrawnFigure {
  public func write(to folder: String, name: String) async throws -> [String] {
    try await Gnuplot().write(drawing(), to: folder, name: name, formats: FigureFormat.allCases)
  }
}
