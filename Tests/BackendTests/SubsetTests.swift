// Networks in which some neurons learn.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime) struct SubsetTests {
  /// What two loops leave behind.
  private func trained(_ backend: any Backend) -> (spikes: [SpikeTrain], weights: [Double], correlations: [Double?]) {
    var trainer = Trainer(backend)
    var (spikes, correlations): ([SpikeTrain], [Double?]) = ([], [])
    for loop in 1...2 {
      spikes.append(Trial.run(trainingRequest(loop: loop + 5), on: backend, learns: false).spikes)
      correlations.append(try? trainer.runLoop(measuringCorrelation: true).correlation)
    }
    return (spikes, backend.readWeights(0..<backend.network.learners.count), correlations)
  }

  /// All neurons in a list are all neurons.
  @Test(arguments: TestedBackend.here) func allThroughTheListIsAll(_ backend: TestedBackend) throws {
    for change in [{ _ in }, { (p: inout Parameters) in p.plastic.senders = .trained }] {
      var parameters = shortened(NetworkVariant.named("feed-forward neurons").parameters, learning: 80)
      let all = try makeNetwork(parameters)
      parameters.plastic.trained = .listed((0..<parameters.neuronCount).reversed())
      change(&parameters)
      let listed = try makeNetwork(parameters, threads: 2)
      #expect(listed.fingerprint == all.fingerprint)
      let (a, b) = (trained(try backend.make(all)), trained(try backend.make(listed)))
      #expect(a.spikes == b.spikes)
      #expect(a.weights == b.weights)
      #expect(a.correlations == b.correlations)
    }
  }

  static let subsets = NetworkVariant.all.filter { $0.parameters.trainsSubset }

  /// Neurons that do not learn have no plastic current, whatever is learned, and no correlation with a target.
  @Test(arguments: subsets, TestedBackend.here)
  func untrainedNeuronsHaveNoPlasticInput(_ variant: NetworkVariant, _ kind: TestedBackend) throws {
    let network = try makeNetwork(shortened(variant.parameters, learning: 80))
    #expect(network.learners == variant.parameters.trainedNeurons())
    #expect(network.targets.neurons == network.learners)
    let backend = try kind.make(network, threads: 2)
    let window = WindowedCurrent(network)
    for loop in 1...2 {
      var request = trainingRequest(loop: loop)
      request.tracedNeurons = Array(0..<network.neuronCount)
      (request.bins, request.windows) = (window.bins, window.rows)
      let result = Trial.run(request, on: backend, learns: true)
      try backend.requireNoFailure()
      let active = (0..<network.neuronCount).filter { neuron in
        result.traces[neuron].plastic.contains { $0 != 0 }
      }
      #expect(active.allSatisfy(network.isTrained))
      #expect(active.count > network.learners.count / 2)
      let fit = try #require(
        result.fit ?? result.binSums.map { TargetFit($0, window, network.targets, task: 0, threads: 1) })
      #expect(fit.correlations.count == network.neuronCount)
      #expect(network.untrainedNeurons.allSatisfy { fit.correlations[$0].isNaN })
    }
  }

  /// What a network of all neurons learns, with the same spikes, a subset with the same inputs learns too, bit by bit.
  @Test(arguments: TestedBackend.here) func learningIsThatOfTheRowsOfAll(_ kind: TestedBackend) throws {
    let parameters = shortened(NetworkVariant.named("feed-forward neurons").parameters, learning: 80)
    let all = try makeNetwork(parameters)
    let learners = NeuronSubset([0, 5, 69, 70, 71, 128, 150])
    let inputs = all.plasticConnections.inputsPerNeuron
    var some = all
    some.plasticConnections = PlasticConnections(
      neurons: learners, inputsPerNeuron: inputs,
      presynaptic: learners.neurons.flatMap { neuron in
        (0..<inputs).map { UInt32(all.plasticConnections.presynapticNeuron(of: Int(neuron), input: $0)) }
      })
    let (whole, part) = (try kind.make(all), try kind.make(some))
    var request = trainingRequest()
    let spikes = Trial.run(request, on: try kind.make(all), learns: true).spikes
    request.imposedSpikes = spikes.byStep(lastStep: parameters.clock.lastStep)
    request.tracedNeurons = learners.neurons.map { Int($0) }
    let (a, b) = (
      Trial.run(request, on: whole, learns: true), Trial.run(request, on: part, learns: true)
    )
    #expect(a.traces == b.traces)
    for (row, neuron) in learners.neurons.map({ Int($0) }).enumerated() {
      #expect(
        part.readLearning(neurons: row..<(row + 1), includingCorrelation: true)
          == whole.readLearning(neurons: neuron..<(neuron + 1), includingCorrelation: true))
    }
  }
}
