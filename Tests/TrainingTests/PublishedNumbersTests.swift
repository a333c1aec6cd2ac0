// Numbers that the predecessor, TrainSpikingNet.jl, publishes for the same parameters and other random draws.
import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

extension Tag {
  /// Takes more than ten seconds on two processors.
  @Tag static var long: Self
}

@Suite(.fewAtATime, .enabled(if: isOptimized, "takes too long without optimisation")) struct PublishedNumbersTests {
  private func rates(_ network: Network) -> (excitatory: Double, inhibitory: Double) {
    let rates = network.untrained.rates
    let border = network.parameters.excitatoryCount
    return (mean(rates[0..<border]), mean(rates[border...]))
  }

  /// 3.43 and 6.15 Hz untrained; correlation 0.66 to 0.77 and 5.9 Hz after 100 loops.
  @Test(.tags(.long)) func defaultNetwork() throws {
    let network = try makeNetwork(Parameters(), threads: 2)
    let untrained = rates(network)
    print("N 4096, untrained: \(untrained)")
    #expect(abs(untrained.excitatory - 3.43) < 0.15)
    #expect(abs(untrained.inhibitory - 6.15) < 0.15)
    var trainer = Trainer(try CPUBackend(network: network, threads: 2))
    var records: [LoopRecord] = []
    // Correlations between the first and the last ten loops are not looked at.
    for loop in 1...100 {
      records.append(try trainer.runLoop(measuringCorrelation: loop <= 10 || loop > 90))
    }
    let last = mean(records.suffix(10).compactMap(\.correlation))
    print("loop 1: \(records[0]); loop 10: \(records[9]); loops 91 to 100: correlation \(last), \(records[99].rate) Hz")
    #expect(abs(records[0].correlation!) < 0.1)
    #expect(abs(records[0].rate - 4.6) < 0.3)
    #expect(records[9].correlation! < 0.25)
    #expect(last > 0.70)
    #expect(abs(mean(records.suffix(10).map(\.rate)) - 5.9) < 0.4)
  }

  /// 4.07 and 7.33 Hz untrained.
  @Test func tenThousandNeurons() throws {
    var parameters = Parameters()
    parameters.network.neuronCount = 10_000
    parameters.staticSynapses.inDegree = 512
    parameters.plastic.inputsPerClass = 45
    let connections = StaticConnections.erdosRenyi(parameters)
    let network = Network(parameters: parameters, staticConnections: connections)
    let backend = try CPUBackend(network: network, threads: 2, learns: false)
    let result = Trial.run(TrialRequest(.untrained, index: 0), on: backend, learns: false)
    let (excitatory, inhibitory) = (
      result.meanRate(0..<5000, milliseconds: 2000), result.meanRate(5000..<10_000, milliseconds: 2000)
    )
    print("N 10000, K 512, untrained: \(excitatory) and \(inhibitory) Hz")
    #expect(abs(excitatory - 4.05) < 0.1)
    #expect(abs(inhibitory - 7.33) < 0.1)
  }
}
