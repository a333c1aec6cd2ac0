// What can go wrong when a figure is drawn, and what the user can do about it.

/// A figure that could not be written.
public enum PlotError: Error, Equatable, CustomStringConvertible {
  /// No executable named `gnuplot` is on the search path.
  case gnuplotNotFound
  /// gnuplot ran and stopped; `message` is what it printed last.
  case gnuplotFailed(figure: String, message: String)
  /// A file or folder could not be created; `reason` is the system's word for it.
  case folderNotWritable(folder: String, reason: String)
  /// `name` cannot be the stem of a file name.
  case unusableName(String)

  public var description: String {
    switch self {
    case .gnuplotNotFound:
      "gnuplot was not found on PATH: install it (Debian and Ubuntu: apt install gnuplot-nox; macOS: brew install "
        + "gnuplot), or plot the recordings with another program."
    case .gnuplotFailed(let figure, let message):
      "\(figure): gnuplot could not draw the figure. It said: \(message)"
    case .folderNotWritable(let folder, let reason):
      "\(folder): the figure could not be written (\(reason)). Choose a folder that you may write to."
    case .unusableName(let name):
      "The figure name '\(name)' must be a file name without a folder: not empty, no '/', no leading '.'."
    }
  }
}
