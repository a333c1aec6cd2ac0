// `reprise bench`: what this machine and this build do, in numbers.
internal import RepriseBackends
internal import RepriseModel

/// Measures memory bandwidth, kernels and loops of training in this process.
public struct Bench {
  let options: BenchOptions
  let machine: BenchMachine
  let kernels: CPUKernels
  let threads: Int

  /// Runs all chosen parts in order and tells `observer` what came out of each.
  ///
  /// - Throws: ``ProjectError`` for an option that cannot be used, `ConfigError` for overrides, ``BackendError``.
  public static func run(_ options: BenchOptions, observer: some BenchObserver) throws -> BenchReport {
    try options.check()
    let bench = Bench(
      options: options, machine: .current(), kernels: try CPUKernels(), threads: options.threadCount)
    return try bench.run(observer)
  }

  private func run(_ observer: some BenchObserver) throws -> BenchReport {
    // Mistakes show before anything is measured.
    let settings = try options.chosenSettings()
    let parameters = try settings.map(parameters(of:))
    var report = BenchReport(
      machine: machine, program: .current(kernels, threads: threads), isQuick: options.isQuick)
    observer.benchStarts(report.machine, report.program)
    if options.backend.isDevice {
      report.deviceLoops = try measureDevice(settings, parameters, observer)
      return report
    }
    if options.parts.contains(.bandwidth) {
      observer.measuring("Memory bandwidth")
      report.bandwidth = measureBandwidth()
      observer.measured(report.bandwidth)
    }
    if options.parts.contains(.kernels) { try measureKernels(&report, observer) }
    if options.parts.contains(.loops) {
      for (setting, parameters) in zip(settings, parameters) {
        observer.measuring("Loops of setting \(setting.name)")
        report.loops.append(try measureLoop(setting, parameters))
        observer.measured(report.loops.last!)
      }
    }
    return report
  }

  private func measureKernels(_ report: inout BenchReport, _ observer: some BenchObserver) throws {
    for inputs in options.inputs {
      for form in updateForms {
        observer.measuring("Updates with \(inputs) inputs, \(form.rawValue)")
        report.updates.append(try measureUpdate(inputs: inputs, form: form))
      }
    }
    observer.measured(report.updates)
    // A call for updates of given sizes is for these alone.
    guard options.inputCounts == nil else { return }
    observer.measuring("Steps and events")
    report.steps = try measureSteps()
    observer.measured(report.steps!)
  }
}
