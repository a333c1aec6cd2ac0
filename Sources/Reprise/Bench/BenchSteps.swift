// Steps of neurons, events at synapses and random numbers: `CPUBackend.advance` in trials that differ in one thing.
internal import RepriseBackends
internal import RepriseCore
internal import RepriseModel

extension Bench {
  func measureSteps() throws -> BenchSteps {
    let neurons = options.isQuick ? 1024 : 16_384
    let quiet = try silentBackend(neurons: neurons, noise: nil)
    // Noise that is drawn in full and never reaches the threshold.
    let noisy = try silentBackend(neurons: neurons, noise: 1e-3)
    let events = try EventTrials(self, neurons: neurons)
    var (plain, withNoise, samples): ([Double], [Double], [Double]) = ([], [], [])
    var (staticEvents, plasticEvents): ([Double], [Double]) = ([], [])
    for round in 0...options.kernelRepeats {
      let values = (
        nanosecondsPerNeuronStep(quiet), nanosecondsPerNeuronStep(noisy), events.measure(),
        kernels.timeNormalSamples(neurons, times: options.isQuick ? 10 : 500)
      )
      guard round > 0 else { continue }
      plain.append(values.0)
      withNoise.append(values.1)
      staticEvents.append(values.2.static)
      plasticEvents.append(values.2.plastic)
      samples.append(values.3.seconds / Double(values.3.samples) * 1e9)
    }
    return BenchSteps(
      threads: threads, neurons: neurons, lifNsPerNeuronStep: BenchSpread(plain),
      lifWithNoiseNsPerNeuronStep: BenchSpread(withNoise), staticNsPerEvent: BenchSpread(staticEvents),
      plasticNsPerEvent: BenchSpread(plasticEvents), normalNsPerSample: BenchSpread(samples))
  }

  /// Neurons without static connections and hence without drive, in a trial that has no stimulus.
  private func silentBackend(neurons: Int, noise: Double?) throws -> CPUBackend {
    let noise = noise.map { ["noise.model=voltage", "noise.sigma=\($0)"] } ?? []
    let network = try kernelNetwork(
      ["network.N=\(neurons)", "static.K=0", "plastic.L=8"] + shortTrial + noise)
    return try CPUBackend(network: network, threads: threads, kernels: kernels, learns: false)
  }

  /// Overrides for a trial without a stimulus, long enough to time.
  fileprivate var shortTrial: [String] {
    let length = options.isQuick ? 10 : 300
    return [
      "trial.dt=0.1", "learning.every=10", "trial.stim_on=0", "trial.stim_off=0", "trial.train_duration=\(length)",
    ]
  }

  private func nanosecondsPerNeuronStep(_ backend: CPUBackend) -> Double {
    let network = backend.network
    let steps = network.parameters.clock.lastStep
    let seconds = Bench.secondsToAdvance(backend, TrialRequest(.training, index: 1))
    return seconds / Double(steps * network.neuronCount) * 1e9
  }

  /// Seconds of all steps of a trial, without its start and end.
  fileprivate static func secondsToAdvance(_ backend: CPUBackend, _ request: TrialRequest) -> Double {
    backend.beginTrial(request)
    let started = ContinuousClock.now
    backend.advance(through: backend.network.parameters.clock.lastStep)
    let seconds = started.secondsToNow
    _ = backend.finishTrial()
    return seconds
  }
}

/// The time of an event is the difference between trials with imposed spikes and without any. Untrained trials deliver
/// static events alone, others plastic ones too.
private struct EventTrials {
  private let backend: CPUBackend
  private let spikes, silence: [[Int]]
  private let staticCount, plasticCount: Int

  /// About the rate of balanced networks, Hz.
  private static let rate = 6.0

  init(_ bench: Bench, neurons: Int) throws {
    let (inDegree, perClass) = bench.options.isQuick ? (50, 10) : (512, 45)
    let network = try bench.kernelNetwork(
      ["network.N=\(neurons)", "static.K=\(inDegree)", "plastic.L=\(perClass)"] + bench.shortTrial)
    backend = try CPUBackend(network: network, threads: bench.threads, kernels: bench.kernels, learns: false)
    let clock = network.parameters.clock
    silence = Array(repeating: [], count: clock.lastStep + 1)
    let perStep = max(1, Int((Double(neurons) * Self.rate * clock.timeStep / 1000).rounded()))
    var stream = RandomStream(seed: 1, purpose: .synthetic, index: 0)
    spikes = (0...clock.lastStep).map { step in
      step == 0 ? [] : (0..<perStep).map { _ in Int(stream.uniform(below: UInt32(neurons))) }.sorted()
    }
    var outDegrees = [Int](repeating: 0, count: neurons)
    for sender in network.plasticConnections.presynaptic { outDegrees[Int(sender)] += 1 }
    let senders = spikes.joined()
    staticCount = senders.count * network.parameters.staticOutDegree
    plasticCount = senders.reduce(0) { $0 + outDegrees[$1] }
  }

  /// ns per event.
  func measure() -> (static: Double, plastic: Double) {
    let onStatic = seconds(.untrained, spikes) - seconds(.untrained, silence)
    let onBoth = seconds(.training, spikes) - seconds(.training, silence)
    return (onStatic / Double(staticCount) * 1e9, (onBoth - onStatic) / Double(plasticCount) * 1e9)
  }

  private func seconds(_ kind: TrialRequest.Kind, _ spikes: [[Int]]) -> Double {
    var request = TrialRequest(kind, index: 1)
    request.imposedSpikes = spikes
    return Bench.secondsToAdvance(backend, request)
  }
}
