// Networks whose connections, stimulus and rates are given: the same on every backend.
import CReprise
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime) struct GivenNetworkTests {
  /// Parameters with which all weights are small multiples of powers of two, and so are their sums.
  private var dyadic: Parameters {
    var p = smallParameters()
    p.staticSynapses.inDegree = 16
    p.neuron.membraneTimeConstant = PerClass(both: 8)
    p.staticSynapses.excitatoryTimeConstant = 4
    p.staticSynapses.inhibitoryTimeConstant = 4
    p.staticSynapses.excitatoryWeights = PerClass(excitatory: 0.125, inhibitory: 1)
    return p
  }

  /// The connections that a network draws, one by one with the weights of their classes.
  private func edges(_ network: Network) -> EdgeList {
    var edges = EdgeList()
    for neuron in 0..<network.neuronCount {
      network.forEachStaticSynapse(of: neuron) { target, weight in
        edges.append(from: neuron, to: target, weight: weight)
      }
    }
    return edges
  }

  /// Weights of their own that follow classes do what weights of classes do, to the last bit.
  @Test(arguments: TestedBackend.here) func weightsOfClassesGiveTheSameBits(_ backend: TestedBackend) throws {
    let drawn = try makeNetwork(dyadic)
    var parameters = dyadic
    parameters.staticSynapses.given.file = "edges.h5"
    var given = NetworkSources()
    given.staticEdges = givenPart(edges(drawn))
    let listed = try makeGivenNetwork(parameters, given)
    #expect(listed.untrained == drawn.untrained)
    #expect(listed.targets == drawn.targets)
    #expect(listed.staticConnections.count == drawn.staticConnections.count)
    for kind in [TrialRequest.Kind.untrained, .training] {
      let wanted = GPUTrace(kind, try backend.make(drawn, learns: false))
      #expect(wanted.spikes.steps.count > 100)
      #expect(GPUTrace(kind, try backend.make(listed, learns: false)) == wanted)
    }
  }

  @Test(arguments: [LIFParameters.Model.lif, .glif4])
  func threadsMakeNoDifference(_ model: LIFParameters.Model) throws {
    let network = try makeGivenNetwork(givenParameters(model: model))
    for task in 0..<2 {
      let wanted = GPUTrace(.training, try CPUBackend(network: network, threads: 1), task: task, learns: true)
      #expect(wanted.spikes.steps.count > 100)
      for threads in [2, 3] {
        let found = GPUTrace(.training, try CPUBackend(network: network, threads: threads), task: task, learns: true)
        #expect(found == wanted)
      }
    }
  }

  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device"), arguments: [LIFParameters.Model.lif, .glif4])
  func devicesGiveTheBitsOfTheCPU(_ model: LIFParameters.Model) throws {
    let network = try makeGivenNetwork(givenParameters(model: model))
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 1), try TestedBackend.openCL.make(network))
    for kind in [TrialRequest.Kind.untrained, .training, .test] {
      for task in [1, 0, 1] { #expect(GPUTrace(kind, gpu, task: task) == GPUTrace(kind, cpu, task: task)) }
    }
    try gpu.requireNoFailure()
  }

  /// With the spikes of the reference, currents, stimulus and weights are those of the reference.
  @Test(arguments: TestedBackend.fast) func followsTheReference(_ kind: TestedBackend) throws {
    let network = try makeGivenNetwork(givenParameters())
    let reference = ReferenceBackend(network: network)
    var request = trainingRequest(loop: 2, task: 1)
    request.tracedNeurons = [0, 80, 150]
    let wanted = Trial.run(request, on: reference, learns: true)
    #expect(wanted.spikes.steps.count > 100)
    request.imposedSpikes = wanted.spikes.byStep(lastStep: network.parameters.clock.lastStep)
    let backend = try kind.make(network)
    let found = Trial.run(request, on: backend, learns: true)
    try backend.requireNoFailure()
    for (a, b) in zip(found.traces, wanted.traces) {
      #expect(relativeDistance(a.excitatory.map(Double.init), from: b.excitatory.map(Double.init)) < 1e-5)
      #expect(relativeDistance(a.inhibitory.map(Double.init), from: b.inhibitory.map(Double.init)) < 1e-5)
    }
    let all = 0..<network.neuronCount
    #expect(relativeDistance(backend.readWeights(all), from: reference.readWeights(all)) < 1e-4)
  }

  /// Each row is what neurons get in its steps, and in no others.
  @Test func stimulusIsThatOfItsRow() throws {
    let network = try makeGivenNetwork(givenParameters())
    let (clock, stimulus) = (network.parameters.clock, try #require(network.stimulus))
    let backend = try CPUBackend(network: network, threads: 2)
    let reference = ReferenceBackend(network: network)
    let backends: [any Backend] = [backend, reference]
    for backend in backends { backend.beginTrial(TrialRequest(.training, index: 1, task: 1)) }
    for step in [200, 201, 300, 301, 401, 501, 599, 700] {
      for backend in backends { backend.advance(through: step) }
      let row = min(3, (step - 201) / 100)
      for neuron in 0..<network.neuronCount {
        let wanted = step <= clock.stimulusOnStep ? 0 : stimulus.values[stimulus.start(task: 1, row: row) + neuron]
        #expect(backend.state.stimulus[network.layout.slot(neuron)] == wanted)
        #expect(reference.state.stimulus[neuron] == Double(wanted))
      }
    }
  }

  @Test func feedforwardNeuronsFireAtGivenRates() throws {
    let network = try makeGivenNetwork(givenParameters())
    for task in 0..<2 {
      for x in 0..<3 {
        var count = 0
        for trial in 1...200 {
          let spikes = FeedforwardSpikes(network, purpose: .feedforwardSpikes, trial: trial, task: task)
          count += (851...1100).count { spikes.spikes(x, step: $0) }
        }
        // 25 ms of row 1 in each of 200 trials.
        let wanted = Double(30 * task + 20 + x) * 0.025 * 200
        #expect(abs(Double(count) - wanted) < 5 * wanted.squareRoot())
      }
    }
    #expect(network.startWeight(row: 7, input: 2) == Double(Float(0.07 - 0.2)))
  }

  @Test func kernelSums() {
    let offsets: [UInt64] = [0, 2, 2, 5]
    let pairs: [(UInt32, UInt32)] = [(0, 5), (3, 2), (1, 7), (3, 1 << 30), (0, 1)]
    let targets = pairs.map { rp_weighted_target(place: $0.0, weight: $0.1) }
    let sums = AlignedBuffer<Int32>(count: 4)
    rp_deliver_weighted([2, 0, 1, 0], 4, offsets, targets, sums.pointer)
    let wanted: [Int32] = [11, 7, 0, 4 + (1 << 30)]
    for (place, sum) in wanted.enumerated() { #expect(sums[place] == sum) }
  }
}
