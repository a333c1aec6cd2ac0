internal import ArgumentParser
internal import Reprise

struct Plot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw learning curve, synaptic input, rates and raster as PDF, SVG and PNG (needs gnuplot).")

  @OptionGroup var folder: FolderArgument

  func run() async throws { try await Self.plot(folder.project) }

  static func plot(_ project: Project) async throws {
    Terminal.status("Drawing ...")
    let paths = try await project.plot()
    Terminal.clearStatus()
    for path in paths where path.hasSuffix(".png") { Terminal.line("Wrote \(path), and the same as .pdf and .svg") }
  }
}
