internal import ArgumentParser
internal import Reprise

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a commented reprise.toml into a new folder.",
    discussion: """
      From a file of firing rates it takes the number of neurons, the learning window, the interval between updates
      and the tasks, chooses settings that learn recorded rates well, and says what it chose and why.

        reprise new mouse --rates psth.h5:/psth --select "split_half_r > 0.5"
        reprise new monkey --rates it.h5 --copies 8
        reprise new demo --example sequence
      """)

  @OptionGroup var folder: FolderArgument
  @Option(
    help: ArgumentHelp(
      "HDF5 file of firing rates in Hz: (time, neuron) or (time, neuron, task).",
      valueName: "file[:/dataset]"))
  var rates: String?
  @Option(help: ArgumentHelp("HDF5 file of target currents.", valueName: "file[:/dataset]"))
  var targets: String?
  @Option(help: "An embedded example: sequence or sinusoids.")
  var example: String?
  @Option(help: "Time between rows, as in 20ms, where the file has no attribute bin_ms.")
  var bin: String?
  @Option(help: "Condition on attributes of units, such as \"split_half_r > 0.5\".")
  var select: String?
  @Option(help: "Model neurons for each recorded unit.")
  var copies = 1
  @OptionGroup var overriding: OverrideOptions

  func run() throws {
    var options = NewOptions()
    options.rates = rates
    options.targets = targets
    options.example = example
    options.bin = try bin.map { try ConfigReader.milliseconds($0, option: "--bin") }
    options.select = select
    options.copies = copies
    options.overrides = overriding.overrides
    let report = try folder.project.create(options)
    for choice in report.choices { Terminal.line("  " + choice) }
    Terminal.line(
      "Wrote \(report.configurationPath). Look at it, then: reprise run \(folder.folder) --loops 100 --trials 10")
  }
}
