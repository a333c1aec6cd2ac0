// What whole trainings learn is the solution of ridge regression on all of their updates.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

/// All updates of some loops of training, from spikes and currents that were recorded.
private struct Regression {
  /// Shape [update][row][input].
  var regressors: [[[Double]]] = []
  /// Shape [update][row]: static current minus target.
  var offsets: [[Double]] = []
  private let network: Network
  private let clock: StepClock

  init(_ network: Network) {
    self.network = network
    clock = network.parameters.clock
    precondition(clock.sampleSteps == 1, "currents are kept in each step")
  }

  mutating func add(_ request: TrialRequest, _ result: TrialResult) {
    let spikes = result.spikes.byStep(lastStep: clock.lastStep)
    let feedforward = FeedforwardSpikes(
      network, purpose: request.feedforwardPurpose, trial: request.index, task: request.task)
    let (dt, tau) = (clock.timeStep, network.parameters.feedforwardTimeConstant)
    var r = [Double](repeating: 0, count: network.neuronCount)
    var rX = [Double](repeating: 0, count: network.feedforwardCount)
    var row = 1
    for step in 1...clock.lastStep {
      if row <= clock.rowCount, step == clock.step(ofRow: row) {
        note(r, rX, result, row: row, task: request.task)
        row += 1
      }
      for neuron in r.indices { r[neuron] -= dt * r[neuron] / tau }
      for x in rX.indices { rX[x] -= dt * rX[x] / tau }
      for neuron in spikes[step - 1] { r[neuron] += 1 / tau }
      guard step - 1 > clock.stimulusOffStep else { continue }
      for x in rX.indices where feedforward.spikes(x, step: step - 1) { rX[x] += 1 / tau }
    }
  }

  private mutating func note(_ r: [Double], _ rX: [Double], _ result: TrialResult, row: Int, task: Int) {
    let connections = network.plasticConnections
    let sample = clock.step(ofRow: row) - 2
    regressors.append(
      (0..<network.learners.count).map { learner in
        rX
          + (0..<connections.inputsPerNeuron).map { r[connections.presynapticNeuron(row: learner, input: $0)] }
      })
    offsets.append(
      network.learners.neurons.map { neuron in
        let trace = result.traces[Int(neuron)]
        let target = network.targets.value(task: task, row: row, neuron: Int(neuron))
        return Double(trace.excitatory[sample]) + Double(trace.inhibitory[sample]) - Double(target)
      })
  }

  /// w with (P_0^-1 + sum z z^T) (w - w_0) = - sum z (w_0 z + offset).
  func weights(ofRow row: Int) -> [Double] {
    let n = network.inputCount
    let start = (0..<n).map { network.startWeight(row: row, input: $0) }
    let penalty = StartCorrelation(
      network.parameters.learning, feedforwardCount: network.feedforwardCount, startWeights: start)
    var normal = (0..<(n * n)).map { penalty.penalty($0 / n, $0 % n) }
    var right = [Double](repeating: 0, count: n)
    for update in regressors.indices {
      let z = regressors[update][row]
      let error = zip(start, z).reduce(offsets[update][row]) { $0 + $1.0 * $1.1 }
      for i in 0..<n {
        for j in 0..<n { normal[i * n + j] += z[i] * z[j] }
        right[i] -= z[i] * error
      }
    }
    return zip(start, Cholesky(normal, order: n).solve(right)).map { $0 + $1 }
  }
}

@Suite(.fewAtATime) struct RidgeTests {
  private static func parameters(_ change: (inout Parameters) -> Void) -> Parameters {
    var parameters = smallParameters()
    parameters.trial.timeStep = 1
    parameters.trial.stimulusOn = 20
    parameters.trial.stimulusOff = 40
    parameters.trial.trainDuration = 100
    parameters.learning.precision = .float64
    parameters.learning.lambda = 0.05
    parameters.learning.mu = 0.01
    parameters.learning.lambdaFeedforward = 0.3
    parameters.feedforward.count = 4
    parameters.feedforward.meanRate = 80
    parameters.feedforward.weight = 0.1
    parameters.plastic.timeConstant = .shared(50)
    change(&parameters)
    return parameters
  }

  static let cases: [(name: String, parameters: Parameters)] = [
    ("both penalties", parameters { _ in }),
    (
      "some neurons, more excitatory than inhibitory inputs",
      parameters { p in
        p.plastic.trained = .drawn(PerClass(excitatory: .count(20), inhibitory: .count(5)))
        p.plastic.senders = .trained
        p.plastic.inputsPerClass = PerClass(excitatory: 12, inhibitory: 3)
      }
    ),
    (
      "feed-forward neurons of each task",
      parameters { p in
        p.targets.taskCount = 3
        p.feedforward.perTask = true
        p.learning.lambdaFeedforward = 0.02
        p.learning.mu = 0
      }
    ),
    (
      "all of these, rates drawn for each task",
      parameters { p in
        p.targets.taskCount = 2
        p.plastic.trained = .all(.excitatory)
        p.feedforward.perTask = true
        p.feedforward.rates = .own
        p.feedforward.count = 3
      }
    ),
  ]

  @Test(arguments: cases.indices, TestedBackend.here)
  func weightsAreThoseOfRidgeRegression(_ index: Int, _ kind: TestedBackend) throws {
    let network = try makeNetwork(Self.cases[index].parameters)
    let backend = try kind.make(network, threads: 2)
    var regression = Regression(network)
    let schedule = TaskSchedule(network.parameters, taskCount: network.targets.taskCount)
    for loop in 1...6 {
      var request = trainingRequest(loop: loop, task: schedule.task(ofLoop: loop))
      request.tracedNeurons = Array(0..<network.neuronCount)
      regression.add(request, Trial.run(request, on: backend, learns: true))
    }
    for row in stride(from: 0, to: network.learners.count, by: 7) {
      let found = backend.readWeights(row..<(row + 1))
      let distance = relativeDistance(found, from: regression.weights(ofRow: row))
      #expect(distance < (kind == .reference ? 1e-6 : 1e-4), "\(Self.cases[index].name), row \(row): \(distance)")
    }
  }

  /// In trials of a task the feed-forward neurons of others are silent.
  @Test func othersAreSilent() throws {
    let network = try makeNetwork(Self.cases[2].parameters)
    #expect(network.feedforwardCount == 12)
    for task in 0..<3 {
      let spikes = FeedforwardSpikes(network, purpose: .feedforwardSpikes, trial: 1, task: task)
      let firing = (0..<12).filter { x in (41...140).contains { spikes.spikes(x, step: $0) } }
      #expect(!firing.isEmpty)
      #expect(firing.allSatisfy { $0 / 4 == task })
    }
    let rates = network.feedforwardRates
    func rate(_ step: Int, _ x: Int) -> Float { rates.values[step * 12 + x] }
    let isShared = (0..<100).allSatisfy { rate($0, 1) == rate($0, 9) }
    #expect(isShared)
  }
}
