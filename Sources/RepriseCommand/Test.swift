internal import ArgumentParser
internal import Reprise

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run trials with frozen weights, also with silenced or stimulated neurons: test.h5.",
    discussion: """
      With --silence or --stimulate every trial runs twice, without and with it, with the same random numbers, and what
      changed is shown by group.

        reprise test net --trials 10 --silence area=CA1 --from 1200ms --to 1600ms
        reprise test net --trials 10 --stimulate 0-99=0.5 --no-noise --seed 7 -o more.h5
      """)

  @OptionGroup var folder: FolderArgument
  @Option(help: "Trials of each task.")
  var trials: Int
  @Option(help: "Neurons whose currents are kept, as in 0-15,20 (default: 16 spread over the network).")
  var neurons: NeuronList?
  @Option(help: ArgumentHelp("Checkpoint to test (default: the latest).", valueName: "file"))
  var checkpoint: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("File to write (default: test.h5 in the folder).", valueName: "file"))
  var output: String?
  @OptionGroup var experiment: ExperimentArguments
  @Flag(name: .customLong("no-noise"), help: "Leave out the noise of noise.model.")
  var withoutNoise = false
  @Option(help: "Seed of potentials, noise and feed-forward spikes (default: network.seed); stimuli stay as they are.")
  var seed: UInt64?
  @OptionGroup var groups: GroupArguments
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var backend: BackendOptions
  @OptionGroup var overriding: OverrideOptions

  func run() throws {
    var options = TestOptions(trials: trials, threads: try threading.choice())
    options.neurons = neurons?.neurons
    options.checkpoint = checkpoint
    options.output = output
    options.experiment = try experiment.options()
    (options.hasNoise, options.seed) = (!withoutNoise, seed)
    options.groups = groups.options
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
      Terminal.line(
        "  task \(task.task): correlation \(correlation), rate \(rate) Hz" + (task.subset.map(Self.text) ?? ""))
    }
    if let fraction = report.wrongSigns { Terminal.line(Terminal.signs(fraction)) }
    MetricsScreen.show(report.metrics, report.groups)
    if let experiment = report.experiment { ExperimentScreen.show(experiment) }
    Terminal.line("Wrote \(report.path) and \(report.metricsPath)")
  }

  private static func text(_ subset: SubsetRecord) -> String {
    let rates = [subset.trainedRate, subset.untrainedRate].map { Terminal.decimal($0, 2) }
    let heldOut = subset.heldOutCorrelation.map { ", correlation of held-out units \(Terminal.decimal($0, 4))" } ?? ""
    return " (trained \(rates[0]), untrained \(rates[1]))\(heldOut)"
  }
}
