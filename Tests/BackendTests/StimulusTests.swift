// The stimulus: an Ornstein-Uhlenbeck process per neuron and task, the same in every trial.
import Foundation
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseBackends

@Suite struct StimulusTests {
  private func network(count: Int = 4001, mean: Double = 0) -> Network {
    var parameters = smallParameters()
    parameters.network.neuronCount = count
    parameters.network.excitatoryCount = count / 3
    parameters.trial.stimulusOn = 10
    parameters.trial.stimulusOff = 200
    parameters.stimulus.mean = mean
    parameters.staticSynapses.inDegree = 0
    return Network(parameters: parameters, staticConnections: .none(neuronCount: count))
  }

  /// The stimulus of all neurons as a step finds it.
  private func stimulus(
    _ network: Network, throughStep step: Int, trial: Int = 1, task: Int = 0, kind: TrialRequest.Kind = .training
  ) throws -> [Double] {
    let backend = try CPUBackend(network: network, threads: 1, learns: false)
    backend.beginTrial(TrialRequest(kind, index: trial, task: task))
    backend.advance(through: step)
    return (0..<network.neuronCount).map { Double(backend.state.stimulus[network.layout.slot($0)]) }
  }

  /// Stationary variance sigma^2 / (2 b - b^2 dt) of the Euler scheme and correlation (1 - b dt)^k.
  @Test func momentsAndCorrelationTime() throws {
    let network = network(mean: 0.7)
    let count = Double(network.neuronCount)
    let (early, late) = (try stimulus(network, throughStep: 1600), try stimulus(network, throughStep: 1800))
    let wanted = 0.04 / (2.0 / 20 - 0.1 / 400)
    for values in [early, late] {
      #expect(abs(mean(values) - 0.7) < 4.5 * (wanted / count).squareRoot())
      #expect(abs(variance(values) / wanted - 1) < 4.5 * (2 / count).squareRoot())
    }
    let product = zip(early, late).reduce(0) { $0 + ($1.0 - 0.7) * ($1.1 - 0.7) } / count
    #expect(abs(product / wanted - pow(1 - 0.1 / 20, 200)) < 4.5 / count.squareRoot())
    let neighbours = zip(late, late.dropFirst()).reduce(0) { $0 + ($1.0 - 0.7) * ($1.1 - 0.7) } / count
    #expect(abs(neighbours / wanted) < 4.5 / count.squareRoot())
  }

  @Test func startsAtZeroAndActsOnlyWhileOn() throws {
    let network = network(count: 200)
    #expect(try stimulus(network, throughStep: 100).allSatisfy { $0 == 0 })
    // The first step adds x(0) = 0 to the drive and then moves on, by sigma sqrt(dt) xi.
    let first = try stimulus(network, throughStep: 101)
    #expect(first.allSatisfy { $0 != 0 && abs($0) < 6 * 0.2 * 0.1.squareRoot() })
    #expect(try stimulus(network, throughStep: 1999) == stimulus(network, throughStep: 2500))
    #expect(try stimulus(network, throughStep: 1998) != stimulus(network, throughStep: 1999))
    #expect(try stimulus(network, throughStep: 1500, kind: .untrained).allSatisfy { $0 == 0 })
  }

  @Test func belongsToTheTask() throws {
    let network = network(count: 200)
    let first = try stimulus(network, throughStep: 1000)
    #expect(try stimulus(network, throughStep: 1000, trial: 9) == first)
    #expect(try stimulus(network, throughStep: 1000, kind: .test) == first)
    #expect(try stimulus(network, throughStep: 1000, task: 1) != first)
  }

  /// What the membrane gets of it: without other input, v follows tau dv/dt = x - v.
  @Test func drivesThePotential() throws {
    var network = network(count: 100)
    var parameters = network.parameters
    parameters.neuron.threshold = PerClass(both: 1e6)
    parameters.neuron.resetPotential = PerClass(both: 0)
    network = Network(parameters: parameters, staticConnections: .none(neuronCount: 100))
    let backend = try CPUBackend(network: network, threads: 1, learns: false)
    backend.beginTrial(TrialRequest(.training, index: 1))
    backend.state.potential.fill(0)
    var wanted = [Double](repeating: 0, count: 100)
    for step in 1...2200 {
      let before = (0..<100).map { Double(backend.state.stimulus[network.layout.slot($0)]) }
      backend.advance(through: step)
      let isOn = step > 100 && step < 2000
      for neuron in 0..<100 { wanted[neuron] += 0.01 * ((isOn ? before[neuron] : 0) - wanted[neuron]) }
    }
    for neuron in 0..<100 {
      #expect(abs(Double(backend.state.potential[network.layout.slot(neuron)]) - wanted[neuron]) < 1e-5)
    }
  }
}
