internal import Reprise

/// Shows measurements as tables.
struct BenchScreen: BenchObserver {
  func benchStarts(_ machine: BenchMachine, _ program: BenchProgram) {
    let cache = machine.lastLevelCacheBytes.map { ", last cache \(Terminal.bytes($0))" } ?? ""
    Terminal.line("\(machine.processor), \(machine.cores) cores, \(Terminal.bytes(machine.memoryBytes))\(cache)")
    let commit = program.commit.map { ", commit \($0)" } ?? ""
    Terminal.line(
      "reprise \(program.version)\(commit), \(program.kernels) kernels, \(program.threads) "
        + "thread\(program.threads == 1 ? "" : "s")")
  }

  func measuring(_ what: String) { Terminal.status("\(what) ...") }

  func measured(_ bandwidth: [BenchBandwidth]) {
    var table = TextTable(["threads", "read", "copy", "read-modify-write"])
    for row in bandwidth {
      table.add([
        "\(row.threads)", text(row.readGbPerSecond, 1), text(row.copyGbPerSecond, 1),
        text(row.readModifyWriteGbPerSecond, 1),
      ])
    }
    show("Memory bandwidth, GB/s, array of \(Terminal.bytes(bandwidth[0].arrayBytes))", table)
  }

  func measured(_ updates: [BenchUpdate]) {
    var table = TextTable(["n", "P", "form", "neurons", "ns per update", "GB/s", "read-modify-write GB/s", "% of it"])
    for row in updates {
      table.add([
        "\(row.inputs)", row.precision, row.form, "\(row.neurons)", text(row.rlsNsPerUpdate, 0),
        text(row.rlsGbPerSecond, 1),
        text(row.readModifyWriteGbPerSecond, 1), text(row.rlsPercentOfBandwidth, 0),
      ])
    }
    show("Updates by recursive least squares, n inputs a neuron", table)
  }

  func measured(_ steps: BenchSteps) {
    var table = TextTable(["", "ns"])
    table.add(["neuron and step", text(steps.lifNsPerNeuronStep, 2)])
    table.add(["neuron and step, with noise", text(steps.lifWithNoiseNsPerNeuronStep, 2)])
    table.add(["static event", text(steps.staticNsPerEvent, 2)])
    table.add(["plastic event", text(steps.plasticNsPerEvent, 2)])
    table.add(["normal sample, one thread", text(steps.normalNsPerSample, 2)])
    show("Steps of \(steps.neurons) neurons", table)
  }

  func measured(_ loop: BenchLoop) {
    var table = TextTable(["", "s per loop"])
    table.add(["training", text(loop.secondsPerLoop, 3)])
    table.add(["with the correlation", text(loop.secondsPerLoopWithCorrelation, 3)])
    table.add(["P read and written", Terminal.decimal(loop.floorSecondsPerLoop, 3)])
    let overrides = loop.overrides.isEmpty ? "" : ", " + loop.overrides.joined(separator: ", ")
    show(
      "Setting \(loop.setting): \(loop.neurons) neurons, n \(loop.inputs), \(loop.steps) steps, "
        + "\(loop.updates) updates\(overrides)", table)
    Terminal.line(
      "  training takes \(Terminal.decimal(loop.multipleOfFloor, 2)) times what P takes at "
        + "\(text(loop.readModifyWriteGbPerSecond, 1)) GB/s")
    let resident = loop.residentBytes.map(Terminal.bytes) ?? "unknown"
    let peak = loop.peakBytes.map(Terminal.bytes) ?? "unknown"
    Terminal.line(
      "  memory \(resident), at most \(peak); built in \(Terminal.duration(loop.buildSeconds)); "
        + "rate \(Terminal.decimal(loop.rateHz, 2)) Hz")
  }

  func measured(_ loop: BenchDeviceLoop) {
    var table = TextTable(["", "s per loop"])
    table.add(["training", text(loop.secondsPerLoop, 4)])
    table.add(["with the correlation", text(loop.secondsPerLoopWithCorrelation, 4)])
    let overrides = loop.overrides.isEmpty ? "" : ", " + loop.overrides.joined(separator: ", ")
    show(
      "Setting \(loop.setting) on \(loop.device): \(loop.neurons) neurons, n \(loop.inputs), \(loop.steps) steps, "
        + "\(loop.updates) updates\(overrides)", table)
    let (step, matrices) = (Terminal.decimal(loop.nsPerStep, 0), Terminal.decimal(loop.usPerUpdateOfP, 1))
    Terminal.line(
      "  when every launch is waited for: a step \(step) ns, an update of P \(matrices) us, of the weights "
        + "\(Terminal.decimal(loop.usPerUpdateOfWeights, 1)) us, the rest of a loop "
        + "\(Terminal.decimal(loop.otherSeconds, 4)) s")
    Terminal.line(
      "  an update of P moves \(Terminal.bytes(loop.bytesPerUpdate)), \(Terminal.decimal(loop.gbPerSecond, 1)) GB/s; "
        + "a copy has \(text(loop.copyGbPerSecond, 1)) GB/s")
    Terminal.line(
      "  memory of the device \(Terminal.bytes(loop.allocatedBytes)); built in \(Terminal.duration(loop.buildSeconds)); "
        + "rate \(Terminal.decimal(loop.rateHz, 2)) Hz")
  }

  private func show(_ title: String, _ table: TextTable) {
    Terminal.clearStatus()
    Terminal.line("")
    Terminal.line(title)
    for line in table.lines { Terminal.line("  " + line) }
  }

  /// A median with the smallest and largest value.
  private func text(_ spread: BenchSpread, _ digits: Int) -> String {
    let values = [spread.median, spread.min, spread.max].map { Terminal.decimal($0, digits) }
    return "\(values[0]) (\(values[1])-\(values[2]))"
  }
}
