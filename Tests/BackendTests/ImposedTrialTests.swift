// A whole training trial with spikes imposed from the reference: what learning and the currents come to.
import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@Suite(.fewAtATime) struct ImposedTrialTests {
  /// What one training trial leaves behind.
  private struct Outcome {
    var weights: [Double]
    var correlation: [Double]
    var means: [Float]
    var traces: [CurrentTrace]
    var start: [Double]
  }

  private func run(_ request: TrialRequest, _ backend: any Backend) -> (Outcome, SpikeTrain) {
    let network = backend.network
    let window = WindowedCurrent(network)
    var request = request
    request.bins = window.bins
    request.tracedNeurons = [0, network.neuronCount - 1, 77]
    let all = 0..<network.learners.count
    let start = backend.readLearning(neurons: all, includingCorrelation: false).weights
    let result = Trial.run(request, on: backend, learns: true)
    let learned = backend.readLearning(neurons: all, includingCorrelation: true)
    let means = window.means(result.binSums!)
    return (
      Outcome(
        weights: learned.weights, correlation: learned.inverseCorrelation ?? backend.history!.values, means: means,
        traces: result.traces,
        start: start), result.spikes
    )
  }

  @Test(arguments: NetworkVariant.all) func trialWithImposedSpikes(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(variant.parameters)
    let task = network.targets.taskCount - 1
    let reference = ReferenceBackend(network: network)
    let (wanted, spikes) = run(trainingRequest(loop: 3, task: task), reference)
    #expect(spikes.steps.count > 100)
    var request = trainingRequest(loop: 3, task: task)
    request.imposedSpikes = spikes.byStep(lastStep: network.parameters.clock.lastStep)
    var backends = try CPUKernels.available.map { name in
      (name, try CPUBackend(network: network, threads: 2, kernels: CPUKernels(named: name)) as any Backend)
    }
    if hasOpenCL {
      backends.append(("OpenCL", try TestedBackend.openCL.make(network)))
    }
    for (name, backend) in backends {
      let (found, itsSpikes) = run(request, backend)
      try backend.requireNoFailure()
      #expect(itsSpikes == spikes)
      let weights = relativeDistance(found.weights, from: wanted.weights)
      let correlation = relativeDistance(found.correlation, from: wanted.correlation)
      let means = relativeDistance(found.means.map(Double.init), from: wanted.means.map(Double.init))
      print("\(variant), \(name): weights \(weights), P \(correlation), currents \(means)")
      // A rounding of float16 is 2^-11, and 20 updates change P by little.
      let isHalf = network.parameters.learning.precision == .float16
      #expect(weights < (isHalf ? 3e-3 : 1e-4))
      #expect(correlation < (isHalf ? 2e-3 : 1e-5))
      #expect(means < (isHalf ? 1e-3 : 1e-4))
      for (a, b) in zip(found.traces, wanted.traces) {
        #expect(a.plastic.count == b.plastic.count)
        #expect(relativeDistance(a.total.map(Double.init), from: b.total.map(Double.init)) < (isHalf ? 1e-2 : 1e-3))
      }
      if network.parameters.learning.isFrozen {
        #expect(found.weights == found.start)
        #expect(wanted.weights == wanted.start)
      } else {
        #expect(relativeDistance(found.weights, from: found.start) > 1e-3, "weights have moved")
      }
    }
  }

  /// P moves in the same way whether or not weights are frozen, given the same spikes.
  @Test func frozenTrialsUpdateCorrelations() throws {
    var parameters = smallParameters()
    parameters.learning.isFrozen = true
    let frozen = try makeNetwork(parameters)
    parameters.learning.isFrozen = false
    let free = try makeNetwork(parameters)
    let (_, spikes) = run(trainingRequest(), ReferenceBackend(network: free))
    var request = trainingRequest()
    request.imposedSpikes = spikes.byStep(lastStep: parameters.clock.lastStep)
    let start = try CPUBackend(network: free, threads: 1).readLearning(neurons: 0..<151, includingCorrelation: true)
    for backend in TestedBackend.here {
      let (a, _) = run(request, try backend.make(frozen))
      let (b, _) = run(request, try backend.make(free))
      #expect(a.correlation == b.correlation)
      #expect(a.weights == a.start)
      #expect(b.weights != b.start)
      #expect(relativeDistance(a.correlation, from: start.inverseCorrelation!) > 1e-4)
    }
  }

  /// Imposing a backend's own spikes changes nothing.
  @Test(arguments: TestedBackend.here) func ownSpikesImposed(_ backend: TestedBackend) throws {
    let network = try makeNetwork(smallParameters())
    let (free, spikes) = run(trainingRequest(), try backend.make(network))
    var request = trainingRequest()
    request.imposedSpikes = spikes.byStep(lastStep: network.parameters.clock.lastStep)
    let (imposed, same) = run(request, try backend.make(network))
    #expect(same == spikes)
    #expect(imposed.weights == free.weights)
    #expect(imposed.correlation == free.correlation)
    #expect(imposed.traces == free.traces)
  }

  /// Three updates by hand: P_n^-1 = P_0^-1 + sum z z^T holds for the backend as a whole.
  @Test func correlationsSumUpRegressors() throws {
    var parameters = smallParameters()
    parameters.trial.trainDuration = 100
    let network = try makeNetwork(parameters)
    let clock = parameters.clock
    let backend = ReferenceBackend(network: network)
    let n = network.inputCount
    let neuron = 100
    func inverse() -> [Double] {
      let packed = backend.readLearning(neurons: neuron..<(neuron + 1), includingCorrelation: true).inverseCorrelation!
      var full = [Double](repeating: 0, count: n * n)
      for i in 0..<n { for j in 0...i { full[i * n + j] = packed[i * (i + 1) / 2 + j] } }
      return Cholesky(full, order: n).inverse()
    }
    var wanted = inverse()
    // r by its definition from the spikes: a spike k + 2 steps before an update counts a^k / tau_P.
    let (_, spikes) = run(trainingRequest(), ReferenceBackend(network: network))
    let decay = 1 - 0.1 / 150
    for row in 1...clock.rowCount {
      let update = clock.step(ofRow: row)
      var r = [Double](repeating: 0, count: network.neuronCount)
      for (step, spiking) in zip(spikes.steps, spikes.neurons) where step <= update - 2 {
        var value = 1 / 150.0
        for _ in 0..<(update - 2 - Int(step)) { value *= decay }
        r[Int(spiking)] += value
      }
      let z = (0..<n).map { r[network.plasticConnections.presynapticNeuron(of: neuron, input: $0)] }
      for i in 0..<n { for j in 0..<n { wanted[i * n + j] += z[i] * z[j] } }
    }
    _ = run(trainingRequest(), backend)
    #expect(relativeDistance(inverse(), from: wanted) < 1e-9)
  }
}
