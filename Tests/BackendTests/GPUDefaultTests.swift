// The default network on a device, in noise, against the processor.
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite(
  .fewAtATime, .enabled(if: hasOpenCL, "there is no OpenCL device"),
  .enabled(if: isOptimized, "takes too long without optimisation"))
struct GPUDefaultTests {
  private static let network: Network? = {
    var parameters = Parameters()
    parameters.noise.model = .voltage
    parameters.noise.sigma = 0.3
    parameters.learning.isFrozen = true
    return try? makeNetwork(parameters, threads: 2)
  }()

  /// A whole trial of 2,000 ms and 100 updates, with frozen weights.
  @Test func frozenTrialGivesTheBitsOfTheCPU() throws {
    let network = try #require(Self.network)
    #expect(network.neuronCount == 4096)
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 2), try GPUBackend.openCL(network))
    let (wanted, found) = (GPUTrace(.training, cpu, learns: true), GPUTrace(.training, gpu, learns: true))
    try gpu.requireNoFailure()
    #expect(found.spikes.steps.count > 10_000)
    let agree = found == wanted
    #expect(agree)
  }

  /// One loop with the same spikes.
  @Test func weightsAfterALoopAreThoseOfDoublePrecision() throws {
    var parameters = Parameters()
    parameters.noise.model = .voltage
    parameters.noise.sigma = 0.3
    let network = try makeNetwork(parameters, threads: 2)
    let (cpu, gpu) = (try CPUBackend(network: network, threads: 2), try GPUBackend.openCL(network))
    let wanted = GPULearned(cpu)
    let found = GPULearned(gpu, imposed: wanted.spikes)
    try gpu.requireNoFailure()
    let weights = relativeDistance(found.weights, from: wanted.weights)
    let correlation = relativeDistance(found.correlation, from: wanted.correlation)
    print("Default network, OpenCL against the processor: weights \(weights), P \(correlation)")
    #expect(weights < 1e-5)
    #expect(correlation < 1e-5)
    #expect(relativeDistance(found.weights, from: found.start) > 1e-2, "weights have moved")
  }
}
