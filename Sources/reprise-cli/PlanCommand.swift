internal import ArgumentParser
internal import Reprise

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Tell the memory, time and disk that a network will need, before anything is made.",
    discussion: """
      Memory follows from the configuration. The time of a loop is put together
      from measurements of about a second; it depends on the rate, which is that
      of the untrained network once `reprise init` has run.

        reprise plan my-network
        reprise plan my-network --set learning.precision=float16
      """)

  @OptionGroup var folder: FolderArgument
  @OptionGroup var threading: ThreadOptions
  @Flag(help: "Leave out the time of a loop, which takes a second to measure.")
  var noTime = false
  @OptionGroup var overriding: OverrideOptions

  func run() throws {
    let threads = try threading.choice()
    let plan = try folder.project.plan(overrides: overriding.overrides, threads: threads)
    Terminal.line("\(plan.neuronCount) neurons with \(plan.inputCount) plastic inputs each, \(plan.threads) thread(s)")
    Self.table("Memory to train", plan.training, plan.trainingBytes)
    Terminal.line(
      "Memory to build \(Terminal.bytes(plan.initializationBytes)), to test \(Terminal.bytes(plan.testingBytes))")
    Self.verdict(plan)
    Terminal.line(
      "Disk: network.h5 \(Terminal.bytes(plan.networkFileBytes)), "
        + "each checkpoint \(Terminal.bytes(plan.checkpointBytes))"
        + (plan.freeDiskBytes.map { "; \(Terminal.bytes($0)) are free" } ?? ""))
    guard !noTime else { return }
    Terminal.status("Measuring ...")
    let time = try folder.project.estimateLoopTime(overrides: overriding.overrides, threads: threads)
    Terminal.clearStatus()
    let rate = Terminal.decimal(time.rate, 1)
    Terminal.line(
      "Time: about \(Terminal.duration(time.seconds)) for a loop at \(rate) Hz"
        + (time.rateIsMeasured ? " (the untrained rate)" : " (a guess before init)"))
  }

  private static func table(_ title: String, _ parts: [Plan.Part], _ total: Int) {
    Terminal.line("\(title) \(Terminal.bytes(total)):")
    for part in parts.sorted(by: { $0.bytes > $1.bytes }) {
      Terminal.line("  \(Terminal.right(Terminal.bytes(part.bytes), 9))  \(part.name)")
    }
  }

  private static func verdict(_ plan: Plan) {
    guard let available = plan.availableBytes else { return }
    let fits = plan.trainingBytes <= available
    Terminal.line("\(Terminal.bytes(available)) are free: it \(fits ? "fits" : "does not fit")")
    guard !plan.alternatives.isEmpty else { return }
    Terminal.line(fits ? "In less memory:" : "What helps:")
    for way in plan.alternatives {
      Terminal.line(
        "  \(Terminal.right(Terminal.bytes(way.trainingBytes), 9))  \(way.setting)\(way.needsInit ? " (at init)" : "")")
    }
  }
}
