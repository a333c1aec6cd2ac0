// Correlations with targets that a device finds, against those of the host from the device's sums.
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime, .enabled(if: hasOpenCL, "there is no OpenCL device")) struct GPUFitTests {
  private static let variants = [
    "static and plastic", "feed-forward neurons", "three tasks in random order, noise", "an update in every step",
    "no static connections, voltage noise", "only inhibitory neurons, feed-forward input alone learns",
  ]

  @Test(arguments: variants) func correlationsHaveTheBitsOfTheHost(name: String) throws {
    let network = try makeNetwork(NetworkVariant.named(name).parameters)
    let window = WindowedCurrent(network)
    let backend = try GPUBackend.openCL(network)
    let task = network.targets.taskCount - 1
    var request = TrialRequest(.test, index: 1, task: task)
    request.bins = window.bins
    let sums = try #require(Trial.run(request, on: backend, learns: false).binSums)
    let wanted = TargetFit(sums, window, network.targets, task: task, threads: 1)
    request.windows = window.rows
    let result = Trial.run(request, on: backend, learns: false)
    try backend.requireNoFailure()
    let found = try #require(result.fit)
    #expect(result.binSums == nil)
    #expect(found.isFinite && wanted.isFinite)
    #expect(found.correlations.map(\.bitPattern) == wanted.correlations.map(\.bitPattern))
    #expect(found.correlations.contains { abs($0) > 0.1 })
  }

  @Test func constantCurrentsHaveNone() throws {
    var parameters = smallParameters()
    // Nothing drives the neurons, and nothing is plastic yet.
    parameters.staticSynapses.inDegree = 0
    parameters.noise.model = .none
    parameters.stimulus.sigma = 0
    parameters.plastic.weightScale = 0
    let network = try makeNetwork(parameters)
    let window = WindowedCurrent(network)
    let backend = try GPUBackend.openCL(network)
    var request = TrialRequest(.test, index: 1)
    (request.bins, request.windows) = (window.bins, window.rows)
    let fit = try #require(Trial.run(request, on: backend, learns: false).fit)
    #expect(fit.correlations.allSatisfy { $0.isNaN })
  }
}
