// Silenced and stimulated neurons (X1, X2): the same on every backend, and nothing but what they say.
import Foundation
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

/// All that a test trial leaves behind, bit by bit.
private struct Trace: Equatable {
  let spikes: SpikeTrain
  let bins: [UInt32]
  let currents: [CurrentTrace]

  init(_ backend: any Backend, index: Int = 2, learns: Bool = false, _ change: (inout TrialRequest) -> Void) {
    let network = backend.network
    var request = TrialRequest(learns ? .training : .test, index: index)
    request.recordsSpikes = true
    request.bins = WindowedCurrent(network).bins
    request.tracedNeurons = [3, 140, 80]
    change(&request)
    let result = Trial.run(request, on: backend, learns: learns)
    spikes = result.spikes
    bins = result.binSums!.values.map(\.bitPattern)
    currents = result.traces
  }

  /// Spikes in some steps, by neuron.
  func spikes(in steps: Range<Int>) -> [(step: Int, neuron: Int)] {
    zip(spikes.steps, spikes.neurons).map { (Int($0), Int($1)) }.filter { steps.contains($0.0) }
  }
}

@Suite(.fewAtATime) struct PerturbationTests {
  private static let silenced = Array(10..<40) + [100, 150]

  /// A window that begins while the stimulus is on.
  private static func perturbation(_ network: Network) -> Perturbation {
    let clock = network.parameters.clock
    var amplitudes = [Float](repeating: 0, count: network.neuronCount)
    for neuron in 60..<110 { amplitudes[neuron] = neuron % 2 == 0 ? 0.8 : -0.3 }
    let last = clock.lastStep
    return Perturbation(steps: (last / 4)..<(last * 3 / 4), silenced: Self.silenced, stimulation: amplitudes)
  }

  /// The backend that tests a network, and others that must leave the same bits behind.
  private static func backends(_ network: Network) throws -> [any Backend] {
    var backends: [any Backend] = try [1, 2, 3].map { try CPUBackend(network: network, threads: $0, learns: false) }
    for name in CPUKernels.available {
      backends.append(try CPUBackend(network: network, threads: 1, kernels: CPUKernels(named: name), learns: false))
    }
    guard hasOpenCL else { return backends }
    for mode in GPUStepMode.allCases {
      backends.append(
        try GPUBackend(network, OpenCLRuntime(), threads: 1, learns: false, settings: GPUSettings(steps: mode)))
    }
    return backends
  }

  @Test(arguments: NetworkVariant.forward) func backendsGiveTheSameBits(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(shortened(variant.parameters))
    let perturbation = Self.perturbation(network)
    var wanted: [Trace] = []
    for backend in try Self.backends(network) {
      // Before and after a perturbed trial there are others, of the same shape but for that.
      let traces = [false, true, true, false].enumerated().map { index, isPerturbed in
        Trace(backend, index: 1 + index) { request in
          if isPerturbed { request.perturbation = perturbation }
          if index == 2 { (request.hasNoise, request.seed) = (false, 99) }
        }
      }
      try backend.requireNoFailure()
      if wanted.isEmpty { wanted = traces }
      #expect(agree(traces, wanted), "\(type(of: backend)), \(backend.summary)")
    }
    #expect(wanted[1].spikes.steps.count > 20)
  }

  /// Single and double precision part where a potential comes close to the threshold; until then spikes are the same.
  @Test(arguments: NetworkVariant.forward) func spikesAreThoseOfTheReference(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(shortened(variant.parameters))
    let perturbation = Self.perturbation(network)
    func trace(_ backend: any Backend) -> Trace {
      Trace(backend) { request in
        request.perturbation = perturbation
        request.seed = 5
      }
    }
    let reference = trace(ReferenceBackend(network: network))
    let cpu = trace(try CPUBackend(network: network, threads: 1, learns: false))
    // All spikes, or those up to well into the window.
    let common = zip(
      zip(reference.spikes.steps, reference.spikes.neurons), zip(cpu.spikes.steps, cpu.spikes.neurons)
    ).prefix { $0 == $1 }.count
    let reached = common < cpu.spikes.steps.count ? Int(cpu.spikes.steps[common]) : network.parameters.clock.lastStep
    let window = perturbation.steps
    #expect(reached > window.lowerBound + window.count / 4, "apart from step \(reached) on, in \(window)")
  }

  @Test(arguments: NetworkVariant.forward, TestedBackend.here)
  func silencedNeuronsAreSilentAndNothingChangesBefore(_ variant: NetworkVariant, on tested: TestedBackend) throws {
    let network = try makeNetwork(shortened(variant.parameters))
    let backend = try tested.make(network, learns: false)
    let window = Self.perturbation(network).steps
    let plain = Trace(backend) { _ in }
    let perturbed = Trace(backend) { $0.perturbation = Self.perturbation(network) }
    #expect(!perturbed.spikes(in: window).contains { Self.silenced.contains($0.neuron) })
    let before = 0..<window.lowerBound
    let pairs = [perturbed, plain].map { trace in trace.spikes(in: before).map { [$0.step, $0.neuron] } }
    #expect(agree(pairs[0], pairs[1]))
    let samples = (window.lowerBound - 1) / network.parameters.clock.sampleSteps
    for (a, b) in zip(perturbed.currents, plain.currents) {
      #expect(agree(Array(a.total.prefix(samples)), Array(b.total.prefix(samples))))
    }
    #expect(!agree(perturbed, plain))
  }

  /// Neither an amplitude of 0, nor an empty window, nor the network's own seed changes anything.
  @Test(
    arguments: [
      "voltage noise", "feed-forward neurons", "GLIF5, a cell for each neuron, feed-forward neurons, three tasks",
    ], TestedBackend.here)
  func nothingPerturbedChangesNothing(name: String, on tested: TestedBackend) throws {
    let network = try makeNetwork(shortened(NetworkVariant.named(name).parameters))
    let backend = try tested.make(network, learns: false)
    let all = Perturbation(steps: 1..<network.parameters.clock.lastStep + 1)
    let zeros = [Float](repeating: 0, count: network.neuronCount)
    let plain = Trace(backend) { _ in }
    for perturbation in [
      all, Perturbation(steps: all.steps, stimulation: zeros),
      Perturbation(steps: 30..<30, silenced: Array(0..<network.neuronCount)),
    ] {
      let found = Trace(backend) { request in
        request.perturbation = perturbation
        request.seed = network.parameters.network.seed
      }
      #expect(agree(found, plain))
    }
  }

  /// With all neurons silenced from the start, each begins at rest when the window ends, as if it had never spiked.
  @Test(arguments: ["static and plastic", "unequal time constants and classes", "GLIF1"], TestedBackend.here)
  func silencedNeuronsGoOnFromRest(name: String, on tested: TestedBackend) throws {
    let network = try makeNetwork(shortened(NetworkVariant.named(name).parameters))
    let backend = try tested.make(network, learns: false)
    let (end, last) = (400, network.parameters.clock.lastStep)
    let all = Perturbation(steps: 1..<end, silenced: Array(0..<network.neuronCount))
    // No stimulus while they are held: from rest and without currents, neurons of a class rise alike.
    let trace = Trace(backend) { $0.perturbation = all }
    #expect(trace.spikes(in: 1..<end).isEmpty)
    let p = network.parameters
    let first = try #require(trace.spikes(in: end..<last + 1).first)
    let c = p.neuronClass(first.neuron)
    let (low, high) =
      p.neuron.model.isGLIF
      ? (p.glif.restPotential.value(0, c), p.glif.threshold.value(0, c))
      : (p.neuron.resetPotential[c], p.neuron.threshold[c])
    // The time from rest to threshold in a constant drive.
    let drive = p.baselineCurrent(first.neuron)
    let steps = p.membraneTimeConstant(first.neuron) * log((drive - low) / (drive - high)) / p.trial.timeStep
    #expect(abs(Double(first.step - end + 1) - steps) <= 0.02 * steps + 2)
  }

  @Test(arguments: TestedBackend.here) func noiseAndSeeds(on tested: TestedBackend) throws {
    let noisy = NetworkVariant.named("voltage noise").parameters
    var quiet = noisy
    quiet.noise.model = .none
    let network = try makeNetwork(shortened(noisy))
    let backend = try tested.make(network, learns: false)
    // The same network without noise.
    let other = Network(
      parameters: shortened(quiet), staticConnections: network.staticConnections,
      plasticConnections: network.plasticConnections, feedforwardRates: network.feedforwardRates,
      targets: network.targets, untrained: network.untrained)
    let wanted = Trace(try tested.make(other, learns: false)) { _ in }
    #expect(agree(Trace(backend) { $0.hasNoise = false }, wanted))
    #expect(!agree(Trace(backend) { _ in }, wanted))
    let seeded = Trace(backend) { $0.seed = 3 }
    #expect(!agree(seeded, Trace(backend) { _ in }))
    #expect(agree(seeded, Trace(backend) { $0.seed = 3 }))
  }

  /// More drive, more spikes: of those that get it, in the window.
  @Test func stimulationActsInItsWindow() throws {
    let variant = NetworkVariant.named("no static connections, voltage noise")
    let network = try makeNetwork(shortened(variant.parameters))
    let backend = try CPUBackend(network: network, threads: 1, learns: false)
    let window = 500..<800
    func count(_ amplitude: Float) -> Int {
      var stimulation = [Float](repeating: 0, count: network.neuronCount)
      for neuron in 20..<60 { stimulation[neuron] = amplitude }
      let trace = Trace(backend) { $0.perturbation = Perturbation(steps: window, stimulation: stimulation) }
      return trace.spikes(in: window).count { (20..<60).contains($0.neuron) }
    }
    let counts = [-1, 0, 0.5, 1, 3].map { count($0) }
    #expect(counts == counts.sorted() && Set(counts).count == counts.count, "\(counts)")
    #expect(counts[0] == 0)
  }
}
