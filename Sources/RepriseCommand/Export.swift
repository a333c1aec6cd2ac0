internal import ArgumentParser
internal import Reprise

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the spikes of a test as NWB or SONATA, for other programs.",
    discussion: """
      The trials of test.h5 follow one another, with a pause of 1 s, and tables
      say when each began and what its task was, and of which class each neuron
      is. `reprise rates` reads both formats:

        reprise export mouse -o mouse.nwb
        reprise rates mouse.nwb -o model.h5 --align stimulus_off \\
          --window 0..1000ms --condition task --min-rate 0

      Weights, currents and all else are in the network's own HDF5 files, which
      docs/file-formats.md describes; examples/python reads them.
      """)

  @OptionGroup var folder: FolderArgument
  @Option(name: .shortAndLong, help: "File to write.")
  var output: String
  @Option(help: "nwb or sonata (default: nwb for a file whose name ends so, else sonata).")
  var format: ExportFormat?

  func run() throws {
    let report = try folder.project.export(to: output, format: format)
    Terminal.line(
      "Wrote \(output) (\(report.format.rawValue.uppercased())): \(report.spikeCount) spikes of \(report.neuronCount) "
        + "neurons in \(report.trialCount) trials")
  }
}
