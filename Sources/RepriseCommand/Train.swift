internal import ArgumentParser
internal import Reprise

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train: a line per loop, learning-curve.csv and checkpoints.",
    discussion: """
      A loop is one trial of one task with learning on. Ctrl-C finishes the current loop, writes a checkpoint and \
      exits with status 130; --resume goes on from it as if nothing had happened. A second Ctrl-C ends at once. A \
      folder with checkpoints needs --resume, --from or --overwrite.
      """)

  @OptionGroup var folder: FolderArgument
  @Option(help: "Loops to train.")
  var loops: Int
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var backend: BackendOptions
  @Flag(help: "Go on from the latest checkpoint.")
  var resume = false
  @Option(help: ArgumentHelp("Go on from this checkpoint.", valueName: "checkpoint"))
  var from: String?
  @Option(help: "Measure the correlation in every loop whose number this divides, and in the last.")
  var correlationEvery = 1
  @Option(help: "Write a checkpoint every so many loops; the last loop always gets one.")
  var checkpointEvery = 0
  @Flag(
    help: """
      Keep the best checkpoint as checkpoints/best.h5: that with the highest correlation, averaged over the last loop \
      of every task, also over trainings that --resume goes on with. With several tasks, every loop must be measured.
      """)
  var saveBest = false
  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup var monitoring: MonitorOptions
  @OptionGroup var overriding: OverrideOptions

  func run() throws {
    var options = TrainOptions(loops: loops, threads: try threading.choice())
    options.backend = backend.backend
    options.device = try backend.single(for: "train")
    if resume && from != nil { throw ProjectError.invalidOption("Give --resume or --from, not both.") }
    if resume && overwriting.overwrite { throw ProjectError.invalidOption("Give --resume or --overwrite, not both.") }
    options.start = from.map { .checkpoint($0) } ?? (resume ? .resume : .anew)
    options.correlationEvery = correlationEvery
    options.checkpointEvery = checkpointEvery
    options.savesBest = saveBest
    options.monitorInterval = try monitoring.interval()
    options.overwrites = overwriting.overwrite
    options.overrides = overriding.overrides
    try Self.train(folder.project, options)
  }

  static func train(_ project: Project, _ options: TrainOptions) throws {
    Interruption.endsAfterLoop()
    defer { Interruption.endsAtOnce() }
    let report = try project.train(options, observer: TrainingScreen())
    if let fraction = report.wrongSigns { Terminal.line(Terminal.signs(fraction)) }
    if report.wasInterrupted {
      Terminal.line("Interrupted. Go on with: reprise train \(project.folder) --resume --loops N")
      throw ExitCode(ExitStatus.interrupted.rawValue)
    }
  }
}

/// Shows training as it goes.
final class TrainingScreen: TrainingObserver {
  private var lastLoop = 0
  private var finished = 0
  private var seconds = 0.0

  func trainingStarts(_ network: Network, backend: String, firstLoop: Int, lastLoop: Int) {
    self.lastLoop = lastLoop
    let (learners, count) = (network.learners.count, network.neuronCount)
    let whom = learners < count ? "\(learners) of \(count)" : "\(count)"
    Terminal.line(
      "Training \(whom) neurons with \(network.inputCount) inputs each, "
        + "loops \(firstLoop) to \(lastLoop) (\(backend))")
    Terminal.line(
      "  loop  task  seconds  rate (Hz)  correlation"
        + (learners < count ? "  trained (Hz)  untrained (Hz)" : "")
        + (network.heldOutNeurons.isEmpty ? "" : "  held out"))
  }

  func loopFinished(_ record: LoopRecord) {
    finished += 1
    seconds += record.seconds
    Terminal.clearStatus()
    Terminal.line(
      Terminal.right("\(record.loop)", 6) + Terminal.right("\(record.task)", 6)
        + Terminal.right(Terminal.decimal(record.seconds, 2), 9) + Terminal.right(Terminal.decimal(record.rate, 2), 11)
        + Terminal.right(record.correlation.map { Terminal.decimal($0, 4) } ?? "-", 13)
        + (record.subset.map(Self.columns) ?? ""))
    let left = lastLoop - record.loop
    if Interruption.isPending {
      Terminal.status("Finishing ...")
    } else if left > 0 {
      Terminal.status("\(left) loops left, about \(Terminal.duration(seconds / Double(finished) * Double(left)))")
    }
  }

  private static func columns(_ subset: SubsetRecord) -> String {
    Terminal.right(Terminal.decimal(subset.trainedRate, 2), 14)
      + Terminal.right(Terminal.decimal(subset.untrainedRate, 2), 16)
      + (subset.heldOutCorrelation.map { Terminal.right(Terminal.decimal($0, 4), 10) } ?? "")
  }

  func checkpointWritten(_ path: String) {
    Terminal.clearStatus()
    Terminal.line("Wrote \(path)")
  }

  func warn(_ sentence: String) { Terminal.error("reprise: \(sentence)") }

  func shouldStop() -> Bool { Interruption.isPending }
}
