// Runs gnuplot on a canvas and puts the files in place. Nothing else in the package starts another program.

internal import Subprocess

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// File formats of figures.
public enum FigureFormat: String, Sendable, CaseIterable {
  case pdf, svg, png
}

/// Text as gnuplot's enhanced mode and its strings need it.
enum GnuplotText {
  /// Escapes all characters that enhanced mode would take as markup; line breaks become blanks.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7F {
        result.unicodeScalars.append(" ")
        continue
      }
      if "\\{}^_@&~".unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// A string literal. Single quotes are used because gnuplot runs commands in backquotes inside double ones.
  static func quoted(markup: String) -> String {
    "'" + markup.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}

struct Gnuplot {
  /// Folders to search for gnuplot, as in `PATH`; nil for those of this process.
  var searchPath: String?

  /// Draws `canvas` in each format and moves the files to `folder`, which is created if needed.
  ///
  /// Files appear complete or not at all: they are drawn in a hidden folder beside their place and then renamed.
  /// - Returns: The paths of the files, in the order of `formats`.
  func write(_ canvas: Canvas, to folder: String, name: String, formats: [FigureFormat]) async throws -> [String] {
    guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\0") else {
      throw PlotError.unusableName(name)
    }
    // A leading "./" keeps gnuplot from reading "~", "<" or "-" at the start as something special.
    let parent = folder.hasPrefix("/") ? folder : "./" + folder
    let scratch = try Self.makeScratchFolder(in: parent, shownAs: folder)
    defer { Self.remove(scratch, files: Array(canvas.files.keys)) }

    for (file, bytes) in canvas.files { try Self.write(bytes, to: "\(scratch)/\(file)", shownAs: folder) }
    let script = Self.script(canvas, folder: scratch, formats: formats)
    try Self.write(Array(script.utf8), to: "\(scratch)/script", shownAs: folder)
    try await run("\(scratch)/script", figure: name)

    return try formats.map { format in
      let drawn = "\(scratch)/figure.\(format.rawValue)"
      guard access(drawn, F_OK) == 0 else {
        throw PlotError.gnuplotFailed(figure: name, message: "no \(format.rawValue) file was produced.")
      }
      let path = "\(folder)/\(name).\(format.rawValue)"
      guard rename(drawn, path) == 0 else { throw Self.writeError(folder) }
      return path
    }
  }

  private func run(_ script: String, figure: String) async throws {
    let environment = searchPath.map { Environment.inherit.updating(["PATH": $0]) } ?? .inherit
    do {
      // The user's gnuplot settings are left out: a figure must not depend on who draws it.
      let result = try await Subprocess.run(
        .name("gnuplot"), arguments: ["--default-settings", script], environment: environment,
        output: .discarded, error: .string(limit: 1 << 20))
      guard result.terminationStatus.isSuccess else {
        throw PlotError.gnuplotFailed(figure: figure, message: Self.lastLine(of: result.standardError))
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw PlotError.gnuplotNotFound
    } catch let error as SubprocessError {
      throw PlotError.gnuplotFailed(figure: figure, message: error.description)
    }
  }

  private static func lastLine(of text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " || $0 == "\t" } }
    return lines.last { !$0.isEmpty }.map(String.init) ?? "nothing."
  }

  // MARK: - Script

  /// The data once, then the drawing for each format.
  static func script(_ canvas: Canvas, folder: String, formats: [FigureFormat]) -> String {
    let palette = Style.heat.enumerated().map { "\($0.offset) '\($0.element)'" }.joined(separator: ", ")
    var script = """
      set encoding utf8
      FOLDER = \(GnuplotText.quoted(markup: folder + "/"))
      \(canvas.data)
      """
    for format in formats {
      script += """
        \(terminal(format, canvas))
        set output FOLDER.'figure.\(format.rawValue)'
        unset key
        set border 3 lw \(Style.axisWidth) lc rgb '\(Style.text)'
        set palette defined (\(palette))
        set cbrange [0:1]
        unset colorbox
        unset cbtics
        set multiplot
        \(canvas.commands)unset multiplot
        unset output

        """
    }
    return script
  }

  /// The terminal, scaled so that one unit of line width is one point and type has its nominal size on paper.
  ///
  /// Terminals disagree on the size of markers and ticks; `POINT` turns the diameter of a marker in points into a
  /// point size (measured with gnuplot 5.4: a marker of size 1 is 6, 3.9 and 2.5 points wide), and `TICK` likewise.
  private static func terminal(_ format: FigureFormat, _ canvas: Canvas) -> String {
    let font = "enhanced font '\(Style.font),\(Style.fontSize)'"
    switch format {
    case .pdf:
      return "set terminal pdfcairo size \(canvas.width / 10)cm,\(canvas.height / 10)cm \(font) fontscale 0.75 "
        + "linewidth 2 rounded\nPOINT = 1 / 6.0; TICK = \(Style.tickLength / 3.1)"
    case .svg:
      let scale = 96 / 25.4
      let size = "\(Int((canvas.width * scale).rounded())),\(Int((canvas.height * scale).rounded()))"
      return "set terminal svg size \(size) \(font) fontscale 1.33333 linewidth 1.33333 rounded background 'white'\n"
        + "POINT = 1 / 3.9; TICK = \(Style.tickLength / 3.9)"
    case .png:
      let scale = Style.resolution / 25.4
      let size = "\(Int((canvas.width * scale).rounded())),\(Int((canvas.height * scale).rounded()))"
      return "set terminal pngcairo size \(size) \(font) fontscale \(Style.resolution / 96) "
        + "linewidth \(Style.resolution / 72) rounded\nPOINT = 1 / 2.5; TICK = \(Style.tickLength / 3.1)"
    }
  }

  // MARK: - Files

  private static func makeScratchFolder(in parent: String, shownAs folder: String) throws -> String {
    try makeFolder(parent, shownAs: folder)
    var template = Array("\(parent)/.figure-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw writeError(folder) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func makeFolder(_ path: String, shownAs folder: String) throws {
    guard access(path, F_OK) != 0 else { return }
    if let slash = path.dropLast().lastIndex(of: "/"), slash != path.startIndex {
      try makeFolder(String(path[..<slash]), shownAs: folder)
    }
    // Another process may create the same folder at the same time.
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw writeError(folder) }
  }

  private static func remove(_ scratch: String, files: [String]) {
    let drawn = FigureFormat.allCases.map { "figure.\($0.rawValue)" }
    for file in files + drawn + ["script"] { unlink("\(scratch)/\(file)") }
    rmdir(scratch)
  }

  private static func write(_ bytes: [UInt8], to path: String, shownAs folder: String) throws {
    guard let file = fopen(path, "wb") else { throw writeError(folder) }
    let count = fwrite(bytes, 1, bytes.count, file)
    // A full disk may show only when the file is closed.
    guard fclose(file) == 0, count == bytes.count else { throw writeError(folder) }
  }

  private static func writeError(_ folder: String) -> PlotError {
    .folderNotWritable(folder: folder, reason: String(cString: strerror(errno)))
  }
}
