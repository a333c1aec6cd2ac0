// Loops of training on a GPU, and what its kernels take of them.
internal import RepriseBackends
internal import RepriseCore
internal import RepriseIO
internal import RepriseModel
internal import RepriseTraining

extension Bench {
  /// Each chosen setting: whole loops, then one loop more in which every launch is waited for.
  func measureDevice(
    _ settings: [BenchSetting], _ parameters: [Parameters], _ observer: some BenchObserver
  ) throws -> [BenchDeviceLoop] {
    let device = try options.deviceBench()
    observer.measuring("Bandwidth of \(try device.device().name)")
    let copy = BenchSpread(
      try device.copyBandwidth(byteCount: options.isQuick ? 1 << 20 : 1 << 30, passes: options.kernelRepeats))
    var loops: [BenchDeviceLoop] = []
    for (setting, parameters) in zip(settings, parameters) {
      observer.measuring("Loops of setting \(setting.name)")
      loops.append(try measureLoop(setting, parameters, on: device, copy))
      observer.measured(loops.last!)
    }
    return loops
  }

  private func measureLoop(
    _ setting: BenchSetting, _ parameters: Parameters, on device: DeviceBench, _ copy: BenchSpread
  ) throws -> BenchDeviceLoop {
    let started = ContinuousClock.now
    let network = try Initializer.makeNetwork(parameters, recorded: nil, threads: threads) {
      try device.backend($0, threads: threads, learns: false)
    }
    let building = started.secondsToNow
    let (plain, correlated) = try wholeLoops(network, device)
    let clock = parameters.clock
    let kernels = try kernelTimes(network, device)
    return BenchDeviceLoop(
      setting: setting.name, overrides: options.overrides, device: try device.device().name,
      neurons: network.neuronCount, inputs: network.inputCount, updates: clock.rowCount, steps: clock.lastStep,
      buildSeconds: building, secondsPerLoop: BenchSpread(plain.map(\.seconds)),
      secondsPerLoopWithCorrelation: BenchSpread(correlated.map(\.seconds)),
      nsPerStep: kernels.steps / Double(clock.lastStep) * 1e9,
      usPerUpdateOfP: kernels.correlation / Double(clock.rowCount) * 1e6,
      usPerUpdateOfWeights: kernels.weights / Double(clock.rowCount) * 1e6,
      otherSeconds: kernels.other, bytesPerUpdate: kernels.bytesPerUpdate,
      gbPerSecond: Double(kernels.bytesPerUpdate * clock.rowCount) / kernels.correlation / 1e9,
      copyGbPerSecond: copy, allocatedBytes: kernels.allocatedBytes, rateHz: plain.last!.rate,
      correlation: correlated.last!.correlation)
  }

  private func wholeLoops(
    _ network: Network, _ device: DeviceBench
  ) throws -> (plain: [LoopRecord], correlated: [LoopRecord]) {
    var trainer = Trainer(try device.backend(network, threads: threads))
    // Sequences are prepared, and memory is touched, in the first ones.
    for measuring in [false, true] { _ = try trainer.runLoop(measuringCorrelation: measuring) }
    var (plain, correlated): ([LoopRecord], [LoopRecord]) = ([], [])
    for _ in 0..<options.loopRepeats {
      plain.append(try trainer.runLoop(measuringCorrelation: false))
      correlated.append(try trainer.runLoop(measuringCorrelation: true))
    }
    return (plain, correlated)
  }

  /// Seconds of a loop by what they are spent on.
  private struct KernelTimes {
    var steps, correlation, weights, other: Double
    var bytesPerUpdate, allocatedBytes: Int
  }

  private func kernelTimes(_ network: Network, _ device: DeviceBench) throws -> KernelTimes {
    let (backend, profile) = try device.profiledBackend(network, threads: threads)
    var trainer = Trainer(backend)
    _ = try trainer.runLoop(measuringCorrelation: false)
    profile.reset()
    _ = try trainer.runLoop(measuringCorrelation: false)
    let steps = profile.seconds(of: "step")
    let correlation = ["_gain", "_flush", "remember"].map(profile.seconds(of:)).reduce(0, +)
    let weights = profile.seconds(of: "apply")
    return KernelTimes(
      steps: steps, correlation: correlation, weights: weights,
      other: profile.seconds.values.reduce(0, +) - steps - correlation - weights,
      bytesPerUpdate: backend.bytesPerLearningUpdate, allocatedBytes: profile.allocatedBytes)
  }
}
