// The running mean of the current against its definition, for windows and intervals that fit one another or do not.
import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@Suite(.fewAtATime) struct WindowedCurrentTests {
  struct Case: Sendable, CustomStringConvertible {
    let interval, window: Double
    var off = 30.0, duration = 60.0, dt = 0.1
    var description: String { "every \(interval) ms, +- \(window) ms, \(off) + \(duration) ms, dt \(dt)" }
  }

  static let cases = [
    Case(interval: 10, window: 50), Case(interval: 10, window: 20), Case(interval: 10, window: 25),
    Case(interval: 10, window: 7), Case(interval: 10, window: 33.3), Case(interval: 10, window: 0.5),
    Case(interval: 10, window: 0), Case(interval: 1, window: 0), Case(interval: 0.1, window: 2),
    Case(interval: 0.1, window: 0), Case(interval: 0.5, window: 0.2), Case(interval: 2.5, window: 3, duration: 50),
    Case(interval: 1.5, window: 0.7), Case(interval: 1.5, window: 1.5), Case(interval: 10, window: 500),
    Case(interval: 3, window: 5, off: 0), Case(interval: 10, window: 0, off: 0),
    Case(interval: 0.5, window: 0, duration: 3.5),
    Case(interval: 4, window: 6, off: 8, duration: 40, dt: 2), Case(interval: 3, window: 4.5, dt: 0.03),
  ]

  private func network(_ c: Case, inDegree: Int = 20) throws -> Network {
    var parameters = smallParameters()
    parameters.trial.timeStep = c.dt
    parameters.trial.stimulusOn = 0
    parameters.trial.stimulusOff = c.off
    parameters.trial.trainDuration = c.duration
    parameters.learning.interval = c.interval
    parameters.record.window = c.window
    parameters.staticSynapses.inDegree = inDegree
    parameters.noise.model = inDegree == 0 ? .voltage : .none
    return Network(
      parameters: parameters, staticConnections: .erdosRenyi(parameters),
      plasticConnections: .erdosRenyi(parameters, untrainedRates: [], threads: 1))
  }

  /// Mean over samples at whole ms in [t_j - w, t_j + w) from the end of the stimulus to the end of the trial; a
  /// window below 1 ms is the sample at or after its row, or else the last one.
  private func naive(_ samples: [Double], _ c: Case, row: Int, clock: StepClock) -> Double {
    let center = clock.step(ofRow: row)
    let steps = samples.indices.filter { index in
      let step = (index + 1) * clock.sampleSteps
      guard step >= clock.stimulusOffStep, step <= clock.lastStep else { return false }
      return step >= center - clock.windowSteps && step < center + max(clock.windowSteps, clock.sampleSteps)
    }
    guard !steps.isEmpty else { return samples.last! }
    return steps.reduce(0.0) { $0 + samples[$1] } / Double(steps.count)
  }

  @Test(arguments: cases) func equalsItsDefinition(_ c: Case) throws {
    let network = try network(c)
    let clock = network.parameters.clock
    let window = WindowedCurrent(network)
    for backend in [ReferenceBackend(network: network), try CPUBackend(network: network, threads: 1)] as [any Backend] {
      var request = TrialRequest(.training, index: 1)
      request.bins = window.bins
      request.tracedNeurons = [0, 69, 70, 150]
      let result = Trial.run(request, on: backend, learns: false)
      let means = window.means(try #require(result.binSums))
      #expect(means.count == clock.rowCount * 151)
      for (trace, neuron) in zip(result.traces, request.tracedNeurons) {
        let samples = trace.total.map(Double.init)
        for row in stride(from: 1, through: clock.rowCount, by: 1) {
          let wanted = naive(samples, c, row: row, clock: clock)
          let found = Double(means[(row - 1) * 151 + neuron])
          #expect(abs(found - wanted) < 1e-4 * max(1, abs(wanted)), "row \(row), neuron \(neuron)")
        }
      }
    }
  }

  @Test func plasticCurrentWithoutStaticConnections() throws {
    let network = try network(Case(interval: 10, window: 20), inDegree: 0)
    let window = WindowedCurrent(network)
    #expect(window.bins.quantity == .plasticCurrent)
    let backend = try CPUBackend(network: network, threads: 1)
    var request = TrialRequest(.training, index: 1)
    request.bins = window.bins
    request.tracedNeurons = [5]
    let result = Trial.run(request, on: backend, learns: false)
    let samples = result.traces[0].plastic.map(Double.init)
    #expect(samples.contains { $0 != 0 })
    let means = window.means(try #require(result.binSums))
    // Row 2, t = 50 ms: samples at 30, 31, ..., 69 ms; the first one of a trace is at 1 ms.
    #expect(abs(Double(means[151 + 5]) - mean(samples[29..<69])) < 1e-5)
  }

  @Test func binsAreNoNarrowerThanSamplesWhereRowsFallOnThem() throws {
    for window in [0, 0.1, 0.7, 33.3, 50] {
      #expect(WindowedCurrent(try network(Case(interval: 10, window: window))).bins.width >= 10)
    }
    #expect(WindowedCurrent(try network(Case(interval: 10, window: 50))).bins.width == 100)
  }
}
