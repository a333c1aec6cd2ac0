// A short training of every kind of network on several threads, small enough for the sanitizers (scripts/sanitize).
import RepriseBackends
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@Suite(.fewAtATime) struct SanitizedTraining {
  @Test(arguments: NetworkVariant.all) func trainsAndTests(_ variant: NetworkVariant) throws {
    var parameters = variant.parameters
    parameters.trial.stimulusOn = 10
    parameters.trial.stimulusOff = 20
    parameters.trial.trainDuration = min(180, parameters.trial.trainDuration)
    let network = try makeNetwork(parameters, threads: 2)
    let backend = try CPUBackend(network: network, threads: 2)
    var trainer = Trainer(backend)
    for _ in 0..<2 { #expect(try trainer.runLoop(measuringCorrelation: true).rate.isFinite) }
    let result = try Tester.run(on: [backend.sibling(), backend.sibling()], trialCount: 2, tracedNeurons: [0, 150])
    #expect(result.trials.count == 2 * network.targets.taskCount)
  }
}
