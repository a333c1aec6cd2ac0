// Plastic connections that are given: neurons with different numbers of inputs, and start weights of their own.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime) struct GivenPlasticTests {
  private func parameters(_ change: (inout Parameters) -> Void = { _ in }) -> Parameters {
    var p = givenParameters()
    p.staticSynapses.given = GivenSource()
    p.plastic.given.file = "plastic.h5"
    p.feedforward.meanRate = 60
    change(&p)
    return p
  }

  /// Neuron i has 3 + i mod `spread` inputs, every tenth neuron none.
  private func edges(_ p: Parameters, spread: Int, weighted: Bool = true) -> EdgeList {
    var edges = EdgeList()
    for post in 0..<p.neuronCount where post % 10 != 4 {
      for input in 0..<(3 + post % spread) {
        let pre = (post + 7 * input + 1) % p.neuronCount
        let size = 0.5 + 0.1 * Double((pre + post) % 7)
        edges.append(from: pre, to: post, weight: input == 2 ? 0 : p.neuronClass(pre) == .excitatory ? size : -size)
      }
    }
    if !weighted { edges.weights = [] }
    return edges
  }

  private func network(_ p: Parameters, _ edges: EdgeList) throws -> Network {
    var given = NetworkSources()
    given.plasticEdges = givenPart(edges)
    return try makeGivenNetwork(p, given)
  }

  @Test func neuronsThatAreReachedLearn() throws {
    let p = parameters()
    let network = try network(p, edges(p, spread: 5))
    #expect(network.learners.count == 136 && !network.isTrained(14))
    #expect(network.plasticConnections.inputsPerNeuron == 7 && network.inputCount == 10)
    #expect(network.hasSilentInputs && network.plasticCount == edges(p, spread: 5).count)
    #expect(network.parameters.trainedCount == 136 && network.parameters.recurrentInputCount == 7)
    let row = try #require(network.learners.row(of: 5))
    // Neuron 5 has inputs 6, 13 and 20, in the order of their numbers, and four silent ones.
    #expect((0..<3).map { network.plasticConnections.presynapticNeuron(row: row, input: $0) } == [6, 13, 20])
    let areZero = (0..<7).map { network.startWeight(row: row, input: 3 + $0) == 0 }
    #expect(areZero == [false, false, true, true, true, true, true])
    #expect(network.startSigns(row: row).dropFirst(3).suffix(4).allSatisfy { $0 == .alone })
  }

  /// Silent inputs change no bit of what is learned in double precision.
  @Test func silentInputsChangeNothing() throws {
    let p = parameters { $0.learning.mu = 0.3 }
    var few = EdgeList()
    let all = edges(p, spread: 1)
    for index in 0..<all.count {
      few.append(from: all.presynaptic[index], to: all.postsynaptic[index], weight: all.weights[index])
    }
    var more = few
    // One neuron with many inputs gives all others silent ones.
    for pre in 1..<9 { more.append(from: pre, to: 14, weight: 0.1) }
    let (short, long) = (try network(p, few), try network(p, more))
    #expect(!short.hasSilentInputs && long.hasSilentInputs)
    let (wanted, found) = (ReferenceBackend(network: short), ReferenceBackend(network: long))
    var request = trainingRequest()
    request.imposedSpikes = Trial.run(request, on: ReferenceBackend(network: short), learns: false).spikes.byStep(
      lastStep: p.clock.lastStep)
    for backend in [wanted, found] { _ = Trial.run(request, on: backend, learns: true) }
    var changed = 0
    for (row, neuron) in short.learners.neurons.enumerated() {
      let other = try #require(long.learners.row(of: Int(neuron)))
      let (a, b) = (wanted.readWeights(row..<(row + 1)), found.readWeights(other..<(other + 1)))
      #expect(Array(b.prefix(a.count)) == a)
      #expect(b.dropFirst(a.count).allSatisfy { $0 == 0 })
      if a != (0..<short.inputCount).map({ short.startWeight(row: row, input: $0) }) { changed += 1 }
    }
    #expect(changed > 100)
  }

  static let forms: [(LearningParameters.Form, LearningParameters.Precision)] = [
    (.dense, .float32), (.events, .float32), (.dense, .float64), (.events, .float16),
  ]

  /// What all backends learn, with the spikes of the reference.
  @Test(arguments: TestedBackend.fast, forms.indices)
  func followsTheReference(_ kind: TestedBackend, _ form: Int) throws {
    let p = parameters { p in
      (p.learning.form, p.learning.precision) = Self.forms[form]
      p.learning.mu = 0.3
    }
    let network = try network(p, edges(p, spread: 20))
    let reference = ReferenceBackend(network: network)
    var request = trainingRequest(loop: 2, task: 1)
    let wanted = Trial.run(request, on: reference, learns: true)
    request.imposedSpikes = wanted.spikes.byStep(lastStep: p.clock.lastStep)
    let backend = try kind.make(network, threads: kind == .cpu ? 2 : 1)
    _ = Trial.run(request, on: backend, learns: true)
    try backend.requireNoFailure()
    let all = 0..<network.learners.count
    let bound = p.learning.precision == .float16 ? 3e-3 : 1e-4
    #expect(relativeDistance(backend.readWeights(all), from: reference.readWeights(all)) < bound)
    for row in all {
      let silent = network.startSigns(row: row).count { $0 == .alone }
      #expect(backend.readWeights(row..<(row + 1)).suffix(silent).allSatisfy { $0 == 0 })
    }
  }

  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device")) func devicesGiveTheBitsOfTheCPU() throws {
    let p = parameters { $0.learning.isFrozen = true }
    let network = try network(p, edges(p, spread: 9, weighted: false))
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 2), try TestedBackend.openCL.make(network))
    #expect(GPUTrace(.training, gpu, learns: true) == GPUTrace(.training, cpu, learns: true))
    try gpu.requireNoFailure()
  }

  @Test func historyRefusesSilentInputs() throws {
    let p = parameters { $0.learning.memory = .history }
    #expect(throws: GivenError.self) { try network(p, edges(p, spread: 5)) }
    let same = try network(p, edges(p, spread: 1))
    for kind in TestedBackend.here { _ = Trial.run(trainingRequest(), on: try kind.make(same), learns: true) }
  }

  @Test func mistakesAreSentences() {
    let p = parameters()
    func said(_ edges: EdgeList) -> String {
      do {
        _ = try PlasticConnections(edges, p, source: "plastic.h5")
        return ""
      } catch { return "\(error)" }
    }
    let twice = said(EdgeList(presynaptic: [1, 1], postsynaptic: [2, 2]))
    #expect(twice.contains("more than one connection from neuron 1 to neuron 2."))
    let itself = said(EdgeList(presynaptic: [3], postsynaptic: [3]))
    #expect(itself.contains("Set plastic.autapses = true, or leave it out."))
    #expect(said(EdgeList(presynaptic: [3], postsynaptic: [4], weights: [1, 2])).contains("weight has 2 values, but"))
    #expect(said(EdgeList()).contains("there are no connections, but at least one is needed."))
  }
}
