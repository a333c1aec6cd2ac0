// Feed-forward neurons: their rates and their spikes.
import Foundation
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct FeedforwardTests {
  private func parameters(count: Int, duration: Double = 4000) -> Parameters {
    var parameters = smallParameters()
    parameters.trial.timeStep = 0.5
    parameters.trial.trainDuration = duration
    parameters.feedforward.count = count
    parameters.feedforward.smoothing = 0
    parameters.feedforward.meanRate = 20
    return parameters
  }

  private func column(_ rates: FeedforwardRates, _ neuron: Int) -> [Double] {
    (0..<rates.stepCount).map { Double(rates.values[$0 * rates.neuronCount + neuron]) }
  }

  /// Stationary deviation sigma / sqrt(2 b) = 2.83 Hz and correlation exp(-b t), once the start is forgotten.
  @Test func momentsOfTheRates() {
    let rates = FeedforwardRates.ornsteinUhlenbeck(parameters(count: 1000), threads: 2)
    #expect(rates.stepCount == 8000)
    let late = (0..<1000).map { Double(rates.values[7999 * 1000 + $0]) }
    let earlier = (0..<1000).map { Double(rates.values[7399 * 1000 + $0]) }
    let wanted = 0.04 * 400 / 2
    #expect(abs(mean(late) - 20) < 4.5 * (wanted / 1000).squareRoot())
    #expect(abs(variance(late) / wanted - 1) < 4.5 * (2 / 1000.0).squareRoot())
    let product = zip(late, earlier).reduce(0) { $0 + ($1.0 - 20) * ($1.1 - 20) } / 1000
    #expect(abs(product / wanted - exp(-300.0 / 400)) < 4.5 / 1000.0.squareRoot())
    #expect(rates.values.prefix(1000).allSatisfy { $0 == 20 }, "every rate starts at the mean")
  }

  @Test func smoothingIsARunningMean() {
    var p = parameters(count: 2, duration: 400)
    let raw = column(.ornsteinUhlenbeck(p, threads: 1), 1)
    p.feedforward.smoothing = 30
    let smooth = column(.ornsteinUhlenbeck(p, threads: 1), 1)
    for step in raw.indices {
      let window = raw[max(0, step - 60)...min(raw.count - 1, step + 60)]
      #expect(abs(smooth[step] - mean(window)) < 1e-4)
    }
  }

  @Test func ratesAreNeverNegative() {
    var p = parameters(count: 50)
    p.feedforward.meanRate = 1
    let rates = FeedforwardRates.ornsteinUhlenbeck(p, threads: 1)
    #expect(rates.values.allSatisfy { $0 >= 0 })
    #expect(rates.values.contains(0))
  }

  @Test(arguments: [2, 3, 5]) func threadsMakeNoDifference(threads: Int) {
    let p = parameters(count: 70, duration: 100)
    #expect(FeedforwardRates.ornsteinUhlenbeck(p, threads: threads) == .ornsteinUhlenbeck(p, threads: 1))
  }

  @Test func spikesFollowTheRates() {
    var p = parameters(count: 40)
    p.feedforward.meanRate = 60
    p.feedforward.sigma = 0.8
    let rates = FeedforwardRates.ornsteinUhlenbeck(p, threads: 1)
    let network = Network(
      parameters: p, staticConnections: .none(neuronCount: p.neuronCount), feedforwardRates: rates)
    let first = p.clock.stimulusOffStep + 1
    // Cells of 500 ms and one neuron: the spikes that their rates lead to expect, over some trials.
    var counts = [Int](repeating: 0, count: 40 * 8)
    var expected = [Double](repeating: 0, count: 40 * 8)
    for trial in 1...10 {
      let spikes = FeedforwardSpikes(network, purpose: .feedforwardSpikes, trial: trial)
      for step in 0..<8000 {
        for x in 0..<40 {
          let cell = x * 8 + step / 1000
          counts[cell] += spikes.spikes(x, step: first + step) ? 1 : 0
          expected[cell] += Double(rates.values[step * 40 + x]) * 0.0005
        }
      }
    }
    #expect(expected.allSatisfy { $0 > 5 })
    #expect(abs(chiSquareDeviation(counts, expected: expected, constraints: 0)) < 4.5)
    let total = expected.reduce(0, +)
    #expect(abs(Double(counts.reduce(0, +)) - total) < 4.5 * total.squareRoot())
  }

  /// Whole numbers decide as U < rate dt does, up to the last word on either side.
  @Test func thresholdsAreExact() {
    var stream = RandomStream(seed: 5, purpose: .synthetic, index: 0)
    for timeStep in [0.1, 0.05, 0.3, 1] {
      for _ in 0..<2000 {
        let rate = Float(stream.uniform() * (stream.uniform() < 0.5 ? 50 : 1000 / timeStep))
        let threshold = FeedforwardSpikes.threshold(rate: rate, timeStep: timeStep)
        let probability = Double(rate) * (timeStep / 1000)
        for word in [threshold &- 2, threshold &- 1, threshold, threshold &+ 1, stream.next()] {
          #expect((word < threshold) == (Double(word) * 0x1p-32 < probability), "\(rate) Hz, \(word)")
        }
      }
      #expect(FeedforwardSpikes.threshold(rate: 0, timeStep: timeStep) == 0)
      #expect(FeedforwardSpikes.threshold(rate: .leastNonzeroMagnitude, timeStep: timeStep) == 1)
      #expect(FeedforwardSpikes.threshold(rate: 2e6, timeStep: timeStep) == .max)
    }
  }

  @Test func kindsOfTrialsShareNoRandomNumbers() {
    let requests = [
      TrialRequest(.untrained, index: 1), TrialRequest(.training, index: 1), TrialRequest(.test, index: 1),
    ]
    let purposes = requests.flatMap { [$0.noisePurpose, $0.potentialPurpose] }
    let feedforward = requests.dropFirst().map(\.feedforwardPurpose)
    #expect(Set(purposes + feedforward).count == 8)
  }

  @Test func spikesDifferBetweenTrialsAndKinds() {
    let p = parameters(count: 10, duration: 1000)
    let network = Network(
      parameters: p, staticConnections: .none(neuronCount: p.neuronCount),
      feedforwardRates: .ornsteinUhlenbeck(p, threads: 1))
    func train(_ purpose: TrialRequest.Kind, _ trial: Int) -> [Bool] {
      let request = TrialRequest(purpose, index: trial)
      let spikes = FeedforwardSpikes(network, purpose: request.feedforwardPurpose, trial: trial)
      return (201...2200).flatMap { step in (0..<10).map { spikes.spikes($0, step: step) } }
    }
    #expect(train(.training, 1) == train(.training, 1))
    #expect(train(.training, 1) != train(.training, 2))
    #expect(train(.training, 1) != train(.test, 1))
  }
}
