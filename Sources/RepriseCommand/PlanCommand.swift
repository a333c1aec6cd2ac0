internal import ArgumentParser
internal import Reprise

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Tell the memory, time and disk that a network will need, before anything is made.",
    discussion: """
      Memory follows from the configuration; with --backend opencl or cuda it is
      that of a device and of this machine, and there need not be a device. The
      time of a loop on processors is put together from measurements of about a
      second; it depends on the rate, which is that of the untrained network once
      `reprise init` has run.

        reprise plan my-network
        reprise plan my-network --set learning.precision=float16
        reprise plan my-network --backend cuda
      """)

  @OptionGroup var folder: FolderArgument
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var backend: BackendOptions
  @Flag(help: "Leave out the time of a loop, which takes a second to measure.")
  var noTime = false
  @OptionGroup var overriding: OverrideOptions

  func run() throws {
    let threads = try threading.choice()
    let plan = try folder.project.plan(
      overrides: overriding.overrides, threads: threads, backend: backend.backend,
      device: try backend.single(for: "plan"))
    Terminal.line("\(plan.neuronCount) neurons with \(plan.inputCount) plastic inputs each, \(plan.threads) thread(s)")
    if !plan.deviceTraining.isEmpty { Self.device(plan) }
    Self.table("Memory to train", plan.training, plan.trainingBytes)
    Terminal.line(
      "Memory to build \(Terminal.bytes(plan.initializationBytes)), to test \(Terminal.bytes(plan.testingBytes))")
    if let available = plan.availableBytes {
      let fits = plan.trainingBytes <= available
      Terminal.line("\(Terminal.bytes(available)) are free: it \(fits ? "fits" : "does not fit")")
      if plan.deviceTraining.isEmpty { Self.alternatives(plan, fits: fits) }
    }
    Terminal.line(
      "Disk: network.h5 \(Terminal.bytes(plan.networkFileBytes)), "
        + "each checkpoint \(Terminal.bytes(plan.checkpointBytes))"
        + (plan.freeDiskBytes.map { "; \(Terminal.bytes($0)) are free" } ?? ""))
    guard !noTime, plan.deviceTraining.isEmpty else { return }
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

  private static func device(_ plan: Plan) {
    table("Memory of the device to train", plan.deviceTraining, plan.deviceTrainingBytes)
    Terminal.line(
      "Memory of the device to build \(Terminal.bytes(plan.deviceInitializationBytes)), "
        + "to test \(Terminal.bytes(plan.deviceTestingBytes))")
    let fits = plan.device.map { plan.deviceTrainingBytes <= $0.memoryBytes }
    if let device = plan.device {
      Terminal.line("\(device.name) has \(Terminal.bytes(device.memoryBytes)): it \(fits! ? "fits" : "does not fit")")
    } else {
      Terminal.line("There is no device here to compare with: see `reprise doctor`")
    }
    alternatives(plan, fits: fits ?? true)
  }

  private static func alternatives(_ plan: Plan, fits: Bool) {
    guard !plan.alternatives.isEmpty else { return }
    Terminal.line(fits ? "In less memory:" : "What helps:")
    for way in plan.alternatives {
      Terminal.line(
        "  \(Terminal.right(Terminal.bytes(way.trainingBytes), 9))  \(way.setting)\(way.needsInit ? " (at init)" : "")")
    }
  }
}
