// Updates of P alone: `CPUBackend.learn`, timed between passes of the bandwidth probe.
internal import RepriseBackends
internal import RepriseCore
internal import RepriseIO
internal import RepriseModel

extension Bench {
  /// Bytes of P of all neurons together, in single precision.
  private var correlationBytes: Int { options.isQuick ? 1 << 20 : 1 << 29 }
  /// Where P is so small that more neurons would only take time to set up.
  private static let mostNeurons = 1_000_000

  /// Time from the start of the trial to the updates, ms: long enough for most filtered spikes not to be zero.
  private static let settling = 200

  /// So many updates are one measurement: those that are driven by spikes write P in every 16th only.
  private static let updatesPerSample = 16

  /// Forms to measure: both where the precision has both.
  var updateForms: [LearningParameters.Form] {
    let learning = try? ConfigReader.parse(
      text: "", sourceName: "reprise bench", overrides: options.overrides.filter { $0.hasPrefix("learning.") })
    guard let learning, learning.learning.memory == .matrix, learning.learning.precision != .float64 else {
      return [.auto]
    }
    return [.dense, .events]
  }

  /// Updates of neurons with `inputs` plastic inputs and no static ones, every 10 ms.
  func measureUpdate(inputs: Int, form: LearningParameters.Form) throws -> BenchUpdate {
    let network = try updateNetwork(inputs: inputs, form: form)
    let backend = try CPUBackend(network: network, threads: threads, kernels: kernels)
    let probe = BandwidthProbe(byteCount: probeBytes(), threads: [threads])
    let clock = network.parameters.clock
    backend.beginTrial(TrialRequest(.training, index: 1))
    var (times, bandwidths): ([Double], [Double]) = ([], [])
    var (seconds, passes): (Double, [Double]) = (0, [])
    for row in 1...clock.rowCount {
      if row % 4 == 0 { passes.append(probe.run(.readModifyWrite, threads: threads)) }
      backend.advance(through: clock.step(ofRow: row) - 1)
      let started = ContinuousClock.now
      backend.learn(row: row)
      seconds += started.secondsToNow
      guard row % Self.updatesPerSample == 0 else { continue }
      if row > Self.updatesPerSample {
        times.append(seconds / Double(Self.updatesPerSample * network.neuronCount))
        bandwidths.append(BenchSpread(passes).median)
      }
      (seconds, passes) = (0, [])
    }
    _ = backend.finishTrial()
    let bytes = backend.bytesPerLearningUpdate
    let rates = times.map { Double(bytes) / $0 / 1e9 }
    return BenchUpdate(
      inputs: inputs, form: network.parameters.usesEvents ? "events" : "dense",
      precision: network.parameters.learning.precision.rawValue, neurons: network.neuronCount, threads: threads,
      bytesPerUpdate: bytes,
      correlationBytes: CPUMemory(network.parameters, taskCount: 1, threads: threads).learningBytes,
      rlsNsPerUpdate: BenchSpread(times.map { $0 * 1e9 }), rlsGbPerSecond: BenchSpread(rates),
      readModifyWriteGbPerSecond: BenchSpread(bandwidths),
      rlsPercentOfBandwidth: BenchSpread(zip(rates, bandwidths).map { 100 * $0 / $1 }))
  }

  private func updateNetwork(inputs: Int, form: LearningParameters.Form) throws -> Network {
    let triangle = 4 * inputs * (inputs + 1) / 2
    // Neurons draw L others of each class.
    let neurons = max(inputs + 2, min(Self.mostNeurons, correlationBytes / triangle))
    let rows = Self.updatesPerSample * (options.isQuick ? 2 : options.kernelRepeats + 1)
    return try kernelNetwork([
      "network.N=\(neurons)", "static.K=0", "plastic.L=\(inputs / 2)", "learning.every=10",
      "learning.form=\(form.rawValue)",
      "trial.stim_on=\(Self.settling)", "trial.stim_off=\(Self.settling)",
      "trial.train_duration=\(10 * rows)", "record.window=0", "noise.model=voltage", "noise.sigma=0.65",
    ])
  }

  /// A network with targets of zero, after the overrides that concern kernels and then `overrides`.
  func kernelNetwork(_ overrides: [String]) throws -> Network {
    let own = options.overrides.filter {
      $0.hasPrefix("learning.") && !$0.hasPrefix("learning.form") || $0.hasPrefix("plastic.pool")
    }
    let parameters = try ConfigReader.parse(text: "", sourceName: "reprise bench", overrides: own + overrides)
    let (count, rows) = (parameters.neuronCount, parameters.clock.rowCount)
    return Network(
      parameters: parameters, staticConnections: .erdosRenyi(parameters),
      plasticConnections: .erdosRenyi(parameters, untrainedRates: [], threads: threads),
      targets: Targets(
        taskCount: 1, rowCount: rows, neuronCount: count, values: Array(repeating: 0, count: rows * count)),
      untrained: UntrainedActivity(
        rates: Array(repeating: 0, count: count), meanCurrents: Array(repeating: 0, count: count),
        currentDeviation: 0))
  }
}
