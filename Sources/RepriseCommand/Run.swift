internal import ArgumentParser
internal import Reprise

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "All of it: init, train, test, plot.",
    discussion: "A folder with checkpoints needs --overwrite; `reprise train --resume` goes on from them instead.")

  @OptionGroup var folder: FolderArgument
  @Option(help: "Loops to train.")
  var loops: Int
  @Option(help: "Test trials of each task.")
  var trials: Int
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var backend: BackendOptions
  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup var monitoring: MonitorOptions
  @OptionGroup var overriding: OverrideOptions

  func run() async throws {
    let threads = try threading.choice()
    let project = folder.project
    let device = try backend.single(for: "run")
    var training = TrainOptions(loops: loops, threads: threads)
    (training.backend, training.device) = (backend.backend, device)
    training.monitorInterval = try monitoring.interval()
    training.overwrites = overwriting.overwrite
    training.overrides = overriding.overrides
    // A wrong number must not show after hours of training, and a refused training must leave its network alone.
    try training.check()
    var testing = TestOptions(trials: trials, threads: threads)
    testing.backend = backend.backend
    if let device { testing.devices = .numbers([device]) }
    testing.checkpoint = project.checkpointPath(loop: loops)
    testing.overrides = overriding.overrides
    try testing.check()
    try project.checkEarlierTraining(training)
    try Init.initialize(
      project, overriding.overrides, threads: threads, backend: backend.backend, device: device)
    try Train.train(project, training)
    try Test.test(project, testing)
    try await Plot.plot(project)
    Terminal.line("Learning curve: \(project.learningCurvePath)")
    Terminal.line("Figures: \(project.figuresFolder)")
  }
}
