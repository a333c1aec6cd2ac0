internal import ArgumentParser
internal import Reprise

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Build the network, run it untrained, make the targets: network.h5.")

  @OptionGroup var folder: FolderArgument
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var backend: BackendOptions
  @OptionGroup var overriding: OverrideOptions

  func run() throws {
    let device = try backend.single(for: "init")
    try Self.initialize(
      folder.project, overriding.overrides, threads: threading.choice(), backend: backend.backend, device: device)
  }

  static func initialize(
    _ project: Project, _ overrides: [String], threads: ThreadChoice, backend: BackendChoice, device: Int?
  ) throws {
    Terminal.status("Building the network and running it untrained ...")
    let report = try project.initialize(
      overrides: overrides, threads: threads, backend: backend, device: device, plugins: RootCommand.plugins)
    Terminal.clearStatus()
    let p = report.network.parameters
    Terminal.line(
      "\(p.neuronCount) neurons (\(p.excitatoryCount) excitatory, \(p.inhibitoryCount) inhibitory), "
        + "\(report.network.staticConnections.count) static and "
        + "\(report.network.plasticSynapseCount) plastic synapses, "
        + "\(report.network.targets.taskCount) task(s)")
    if report.network.learners.count < p.neuronCount {
      let heldOut = report.network.heldOutNeurons.count
      Terminal.line(
        "\(report.network.learners.count) neurons learn (\(p.trainedCount(.excitatory)) excitatory, "
          + "\(p.trainedCount(.inhibitory)) inhibitory)"
          + (heldOut > 0 ? "; \(heldOut) others stand for units that are held out" : ""))
    }
    Terminal.line(
      "Untrained rates: \(Terminal.decimal(report.excitatoryRate, 2)) Hz excitatory, "
        + "\(Terminal.decimal(report.inhibitoryRate, 2)) Hz inhibitory")
    let plan = report.plan
    if let device = plan.device { tell(" on \(device.name)", plan.deviceTraining, plan.deviceTrainingBytes) }
    tell(plan.device == nil ? "" : " on this machine", plan.training, plan.trainingBytes)
    if let available = plan.availableBytes, plan.trainingBytes > available {
      Terminal.line("This is more than the \(Terminal.bytes(available)) that are free: see `reprise plan`")
    }
    Terminal.line("Wrote \(report.networkPath) in \(Terminal.duration(report.seconds))")
  }

  private static func tell(_ place: String, _ parts: [Plan.Part], _ all: Int) {
    let largest = parts.max { $0.bytes < $1.bytes }
    Terminal.line(
      "Training will need \(Terminal.bytes(all))\(place)"
        + (largest.map { ", of which \($0.name) \(Terminal.bytes($0.bytes))" } ?? ""))
  }
}
