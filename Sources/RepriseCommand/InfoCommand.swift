internal import ArgumentParser
internal import Reprise

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Say in words what a folder or a file holds.")

  @Argument(help: "Folder of a network, or an HDF5 file.")
  var path: String

  func run() throws {
    for line in try Info.describe(path) { Terminal.line(line) }
  }
}
