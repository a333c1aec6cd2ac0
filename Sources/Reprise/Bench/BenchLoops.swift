// Whole loops of training, from a network in memory to seconds per loop.
internal import RepriseBackends
internal import RepriseIO
internal import RepriseModel
internal import RepriseTraining

extension Bench {
  /// Parameters of a setting with the overrides.
  ///
  /// - Throws: `ConfigError`, or ``ProjectError`` for targets of a file or a network larger than the memory.
  func parameters(of setting: BenchSetting) throws -> Parameters {
    let parameters = try ConfigReader.parse(
      text: setting.configuration, sourceName: "setting \(setting.name)", overrides: options.overrides)
    guard parameters.targets.source == .sinusoids else {
      throw ProjectError.invalidOption(
        "`reprise bench` builds its own targets: leave out --set targets.source=\(parameters.targets.source.rawValue).")
    }
    let memory = CPUMemory(parameters, taskCount: parameters.targets.taskCount, threads: threads)
    let needed = memory.training.totalBytes
    // On a GPU most of it is in the GPU's memory, whose driver says what does not fit.
    guard options.backend.isDevice || needed <= machine.memoryBytes else {
      throw ProjectError.invalidOption(
        "Setting \(setting.name) needs about \(gigabytes(needed)) GB, and this machine has "
          + "\(gigabytes(machine.memoryBytes)) GB.")
    }
    return parameters
  }

  /// Builds the network and trains it: loops without and with the correlation, and the probe, in turn.
  func measureLoop(_ setting: BenchSetting, _ parameters: Parameters) throws -> BenchLoop {
    ProcessUsage.resetPeak()
    let residentBefore = ProcessUsage.residentBytes ?? 0
    let started = ContinuousClock.now
    let network = try Initializer.makeNetwork(parameters, recorded: nil, threads: threads) {
      try CPUBackend(network: $0, threads: threads, kernels: kernels, learns: false)
    }
    var trainer = Trainer(try CPUBackend(network: network, threads: threads, kernels: kernels))
    let building = started.secondsToNow
    let probe = BandwidthProbe(byteCount: probeBytes(), threads: [threads])
    _ = try trainer.runLoop(measuringCorrelation: false)
    var (plain, correlated): ([LoopRecord], [LoopRecord]) = ([], [])
    var bandwidths: [Double] = []
    for _ in 0..<options.loopRepeats {
      plain.append(try trainer.runLoop(measuringCorrelation: false))
      // Near in time to both loops.
      for _ in 0..<3 { bandwidths.append(probe.run(.readModifyWrite, threads: threads)) }
      correlated.append(try trainer.runLoop(measuringCorrelation: true))
    }
    let clock = parameters.clock
    let seconds = BenchSpread(plain.map(\.seconds))
    let bandwidth = BenchSpread(bandwidths)
    let floor =
      Double(
        CPUMemory(parameters, taskCount: 1, threads: threads).leastBytesPerUpdate * clock.rowCount)
      / (bandwidth.median * 1e9)
    return BenchLoop(
      setting: setting.name, overrides: options.overrides, neurons: network.neuronCount, inputs: network.inputCount,
      updates: clock.rowCount, steps: clock.lastStep, threads: threads, buildSeconds: building,
      secondsPerLoop: seconds, secondsPerLoopWithCorrelation: BenchSpread(correlated.map(\.seconds)),
      readModifyWriteGbPerSecond: bandwidth, floorSecondsPerLoop: floor, multipleOfFloor: seconds.median / floor,
      residentBytes: ProcessUsage.residentBytes.map { $0 - residentBefore - probe.byteCount },
      peakBytes: ProcessUsage.peakBytes.map { $0 - residentBefore - probe.byteCount },
      rateHz: plain.last!.rate, correlation: correlated.last!.correlation)
  }

  private func gigabytes(_ bytes: Int) -> String { DecimalText.fixed(Double(bytes) / 1e9, digits: 1) }
}
