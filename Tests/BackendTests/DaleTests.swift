// Dale's law: no weight has another sign than the class of its sender.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime) struct DaleTests {
  private func parameters(_ change: (inout Parameters) -> Void = { _ in }) -> Parameters {
    var parameters = smallParameters()
    parameters.trial.stimulusOn = 20
    parameters.trial.stimulusOff = 40
    parameters.trial.trainDuration = 80
    parameters.learning.lambda = 0.02
    parameters.feedforward.count = 3
    parameters.feedforward.meanRate = 60
    change(&parameters)
    return parameters
  }

  static let forms: [@Sendable (inout Parameters) -> Void] = [
    { _ in },
    { $0.learning.form = .events },
    { $0.learning.precision = .float16 },
    { $0.learning.memory = .history },
    { $0.plastic.trained = .all(.excitatory) },
  ]

  @Test(arguments: forms.indices, TestedBackend.here)
  func noWeightHasTheWrongSign(_ index: Int, _ kind: TestedBackend) throws {
    for keepsSigns in [false, true] {
      let network = try makeNetwork(
        parameters { p in
          Self.forms[index](&p)
          p.learning.keepsSigns = keepsSigns
        })
      let backend = try kind.make(network, threads: 2)
      for loop in 1...3 { _ = Trial.run(trainingRequest(loop: loop), on: backend, learns: true) }
      let fraction = try #require(network.wrongSignFraction { backend.readWeights($0) })
      #expect(keepsSigns ? fraction == 0 : fraction > 0.01, "\(fraction)")
      let weights = backend.readWeights(0..<network.learners.count)
      #expect(weights.contains { $0 == 0 } == keepsSigns || network.parameters.feedforward.weight == 0)
      // Feed-forward neurons have no class.
      #expect(weights.indices.contains { $0 % network.inputCount < 3 && weights[$0] < 0 })
    }
  }

  /// Where nothing fires the update changes no weight but those of the wrong sign: the same bits on all backends.
  @Test(arguments: CPUKernels.available) func theSameWeightsBecomeZero(_ kernels: String) throws {
    let network = try makeNetwork(parameters { $0.learning.keepsSigns = true })
    let (count, n) = (network.learners.count, network.inputCount)
    var random = TestRandom(11)
    let start = (0..<(count * n)).map { _ in Double(random.float(-1...1)) }
    var request = trainingRequest()
    request.imposedSpikes = Array(repeating: [], count: network.parameters.clock.lastStep + 1)
    let silent = network.withoutFeedforwardSpikes
    var wanted = start
    for row in 0..<count {
      var weights = Array(start[(row * n)..<((row + 1) * n)])
      network.keepSigns(&weights, row: row)
      wanted.replaceSubrange((row * n)..<((row + 1) * n), with: weights)
    }
    #expect(wanted != start)
    var backends: [any Backend] = [
      try CPUBackend(network: silent, threads: 2, kernels: CPUKernels(named: kernels)),
      ReferenceBackend(network: silent),
    ]
    if hasOpenCL { backends.append(try GPUBackend.openCL(silent)) }
    for backend in backends {
      backend.writeWeights(start, 0..<count)
      _ = Trial.run(request, on: backend, learns: true)
      #expect(backend.readWeights(0..<count) == wanted)
    }
  }

  @Test func frozenWeightsStay() throws {
    let network = try makeNetwork(
      parameters { p in
        p.learning.keepsSigns = true
        p.learning.isFrozen = true
      })
    for kind in TestedBackend.here {
      let backend = try kind.make(network)
      let start = backend.readWeights(0..<network.learners.count).map { -$0 }
      backend.writeWeights(start, 0..<network.learners.count)
      _ = Trial.run(trainingRequest(), on: backend, learns: true)
      #expect(backend.readWeights(0..<network.learners.count) == start)
    }
  }
}

extension Network {
  /// The same network, with feed-forward neurons that never fire.
  fileprivate var withoutFeedforwardSpikes: Network {
    var network = self
    let rates = feedforwardRates
    network.feedforwardRates = FeedforwardRates(
      stepCount: rates.stepCount, neuronCount: rates.neuronCount,
      values: Array(repeating: 0, count: rates.values.count))
    return network
  }
}
