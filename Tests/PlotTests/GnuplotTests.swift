// What can go wrong around gnuplot, and text that gnuplot must not take as markup or commands.

import Glibc
import Testing

@testable import ReprisePlot

@Suite(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
struct GnuplotTextTests {
  @Test(
    "Odd characters appear in the figure as they were written",
    arguments: [
      "unit_12", "it's", "a\"b", "x^2", "{brace}", "back\\slash", "at@home", "a&b", "~tilde", "`date`", "100 %",
      "\\n", "τ → µ", "$5 #3", "'; system 'false'", "@FOLDER",
    ])
  func oddText(text: String) async throws {
    try await withFolder { folder in
      var figure = Synthetic.synapticInput(panelCount: 1)
      figure.unit = text
      _ = try await figure.write(to: folder, name: "odd")
      // Gnuplot splits text at changes of font only, so that the label is one piece.
      let expected = "Synaptic input (\(text))".reduce(into: "") { result, character in
        result += character == "&" ? "&amp;" : character == "<" ? "&lt;" : character == ">" ? "&gt;" : String(character)
      }
      #expect(try PlotTests.text("\(folder)/odd.svg").contains(expected))
    }
  }

  @Test("Line breaks and other control characters become blanks")
  func controlCharacters() {
    #expect(GnuplotText.quoted(markup: GnuplotText.escaped("a\nb\tc\u{1B}'")) == "'a b c '''")
  }

  @Test("Folders with odd names work, absolute and relative")
  func oddFolders() async throws {
    try await withFolder { folder in
      let odd = "\(folder)/it's a \"folder\" $x `id` {é}"
      let nested = "\(odd)/deeper"
      defer {
        for name in listing(nested) { unlink("\(nested)/\(name)") }
        rmdir(nested)
        rmdir(odd)
      }
      let paths = try await Synthetic.rates(taskCount: 1, neuronCount: 5).write(to: nested, name: "rates'1'")
      #expect(paths == ["pdf", "svg", "png"].map { "\(nested)/rates'1'.\($0)" })
      #expect(listing(nested).count == 3)
    }
  }
}

struct GnuplotErrorTests {
  let canvas = LearningCurveFigure(points: []).drawing()

  @Test("Without gnuplot the error says what to install, and nothing is left behind")
  func missing() async throws {
    try await withFolder { folder in
      let error = await #expect(throws: PlotError.self) {
        try await Gnuplot(searchPath: "\(folder)/nowhere").write(canvas, to: folder, name: "none", formats: [.png])
      }
      #expect(error == .gnuplotNotFound)
      #expect(error?.description.contains("apt install gnuplot-nox") == true)
      #expect(listing(folder).isEmpty)
    }
  }

  @Test("The message of a failing gnuplot is passed on, and an older figure stays")
  func failing() async throws {
    try await withFolder { folder in
      let program = "\(folder)/gnuplot"
      let old = "\(folder)/curve.png"
      try write(
        "#!/bin/sh\necho 'plot x' >&2\necho ' line 3: undefined variable: x' >&2\necho >&2\nexit 1\n", to: program)
      chmod(program, 0o755)
      try write("old", to: old)
      defer { unlink(program) }
      let error = await #expect(throws: PlotError.self) {
        try await Gnuplot(searchPath: folder).write(canvas, to: folder, name: "curve", formats: [.png])
      }
      #expect(error == .gnuplotFailed(figure: "curve", message: "line 3: undefined variable: x"))
      #expect(try text(old) == "old")
      #expect(Set(listing(folder)) == ["gnuplot", "curve.png"])
    }
  }

  @Test("A gnuplot that draws nothing is an error too")
  func drawingNothing() async throws {
    try await withFolder { folder in
      let program = "\(folder)/gnuplot"
      try write("#!/bin/sh\nexit 0\n", to: program)
      chmod(program, 0o755)
      defer { unlink(program) }
      let error = await #expect(throws: PlotError.self) {
        try await Gnuplot(searchPath: folder).write(canvas, to: folder, name: "curve2", formats: [.svg])
      }
      #expect(error == .gnuplotFailed(figure: "curve2", message: "no svg file was produced."))
    }
  }

  @Test("A folder that cannot be made is named with the reason")
  func unwritableFolder() async throws {
    try await withFolder { folder in
      let file = "\(folder)/file"
      try write("", to: file)
      let error = await #expect(throws: PlotError.self) {
        try await LearningCurveFigure(points: []).write(to: "\(file)/figures", name: "curve")
      }
      #expect(error == .folderNotWritable(folder: "\(file)/figures", reason: "Not a directory"))
    }
  }

  @Test("Names that are no file names are refused", arguments: ["", "a/b", ".hidden", "a\0b"])
  func unusableNames(name: String) async throws {
    let error = await #expect(throws: PlotError.self) {
      try await LearningCurveFigure(points: []).write(to: "/tmp", name: name)
    }
    #expect(error == .unusableName(name))
  }

  private func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "wb"))
    fputs(text, file)
    fclose(file)
  }
}
