// Hard-driven neurons spike as often as the refractory period lets them, for any time step.
import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@Suite struct RefractoryTests {
  static let cases: [(dt: Double, period: Double, steps: Int)] = [
    (0.1, 0.1, 2), (0.1, 0.3, 4), (0.1, 0, 1), (0.1, 2, 21), (0.1, 0.25, 3), (0.05, 0.1, 3), (0.05, 0.3, 7),
    (0.05, 2, 41), (0.03, 0.1, 4), (0.03, 0.3, 11), (0.03, 0, 1), (0.01, 0.1, 11), (0.01, 0.3, 31), (0.01, 2, 201),
  ]

  /// (i - j) dt > t_ref: the first such step is where the next spike comes.
  @Test(arguments: cases) func intervalsAreExact(dt: Double, period: Double, steps: Int) throws {
    var parameters = smallParameters()
    parameters.network.neuronCount = 70
    parameters.network.excitatoryCount = 3
    parameters.trial.timeStep = dt
    parameters.trial.stimulusOn = 0
    parameters.trial.stimulusOff = 0
    parameters.trial.trainDuration = 30
    parameters.neuron.refractoryPeriod = period
    parameters.learning.interval = 3
    // Far more than any step needs to cross the threshold.
    parameters.staticSynapses.inDegree = 1
    parameters.staticSynapses.drive = PerClass(both: 1e6)
    let network = Network(parameters: parameters, staticConnections: .none(neuronCount: 70))
    #expect(parameters.clock.refractorySteps == steps)
    for backend in try TestedBackend.here.map({ try $0.make(network) }) {
      var request = TrialRequest(.untrained, index: 0)
      request.recordsSpikes = true
      let result = Trial.run(request, on: backend, learns: false)
      var wrong = 0
      var last = [Int](repeating: 0, count: 70)
      for (step, neuron) in zip(result.spikes.steps, result.spikes.neurons) {
        let neuron = Int(neuron)
        // Before the first step nobody is refractory.
        let due = last[neuron] == 0 ? 1 : last[neuron] + steps
        wrong += Int(step) == due ? 0 : 1
        last[neuron] = Int(step)
      }
      #expect(wrong == 0)
      let expected = (parameters.clock.lastStep - 1) / steps + 1
      #expect(result.spikeCounts.allSatisfy { Int($0) == expected })
    }
  }
}
