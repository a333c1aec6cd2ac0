internal import ArgumentParser
internal import Reprise

struct Plot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw learning curve, synaptic input, rates, raster and experiment as PDF, SVG and PNG (needs gnuplot).")

  @OptionGroup var folder: FolderArgument
  @Option(help: ArgumentHelp("Test to draw (default: test.h5 in the folder).", valueName: "file"))
  var test: String?

  func run() async throws { try await Self.plot(folder.project, test: test) }

  static func plot(_ project: Project, test: String? = nil) async throws {
    Terminal.status("Drawing ...")
    let paths = try await project.plot(test: test)
    Terminal.clearStatus()
    for path in paths where path.hasSuffix(".png") { Terminal.line("Wrote \(path), and the same as .pdf and .svg") }
  }
}
