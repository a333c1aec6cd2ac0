internal import ArgumentParser
internal import Reprise

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run trials with frozen weights: spikes and currents to test.h5.")

  @OptionGroup var folder: FolderArgument
  @Option(help: "Trials of each task.")
  var trials: Int
  @Option(help: "Neurons whose currents are kept, as in 0-15,20 (default: 16 spread over the network).")
  var neurons: NeuronList?
  @Option(help: ArgumentHelp("Checkpoint to test (default: the latest).", valueName: "checkpoint"))
  var from: String?
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var backend: BackendOptions
  @OptionGroup var overriding: OverrideOptions

  func run() throws {
    var options = TestOptions(trials: trials, threads: try threading.choice())
    options.neurons = neurons?.neurons
    options.checkpoint = from
    options.backend = backend.backend
    options.devices = try backend.choice()
    options.overrides = overriding.overrides
    try Self.test(folder.project, options)
  }

  static func test(_ project: Project, _ options: TestOptions) throws {
    let report = try project.test(options) { done, all in Terminal.status("Trial \(done) of \(all)") }
    Terminal.clearStatus()
    Terminal.line("\(options.trials) trials of each task after \(report.loopsDone) loops (\(report.checkpoint))")
    for task in report.tasks {
      let (correlation, rate) = (Terminal.decimal(task.correlation, 4), Terminal.decimal(task.rate, 2))
      Terminal.line("  task \(task.task): correlation \(correlation), rate \(rate) Hz")
    }
    Terminal.line("Wrote \(report.path)")
  }
}
