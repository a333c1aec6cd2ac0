// The rate of a neuron in noise against an integral of another form, and its inverse.
import Foundation
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct RicciardiTests {
  private func neuron(sigma: Double, tau: Double = 10, threshold: Double = 1, reset: Double = 0) -> RicciardiRate {
    RicciardiRate(membraneTimeConstant: tau, threshold: threshold, resetPotential: reset, sigma: sigma)
  }

  /// 1 / f = tau integral from 0 to infinity of exp(-u^2) (exp(2 y_th u) - exp(2 y_r u)) / u du, the form of Brunel and
  /// Hakim 1999, by Simpson's rule.
  private func rateBySimpson(_ neuron: RicciardiRate, mu: Double) -> Double {
    let upper = (neuron.threshold - mu) / neuron.sigma
    let lower = (neuron.resetPotential - mu) / neuron.sigma
    func integrand(_ u: Double) -> Double {
      u == 0 ? 2 * (upper - lower) : (exp(2 * upper * u - u * u) - exp(2 * lower * u - u * u)) / u
    }
    let end = max(upper, 0) + 8
    let intervals = 400_000
    let h = end / Double(intervals)
    var sum = integrand(0) + integrand(end)
    for i in 1..<intervals { sum += (i % 2 == 1 ? 4 : 2) * integrand(Double(i) * h) }
    return 1000 / (neuron.membraneTimeConstant * sum * h / 3)
  }

  @Test(arguments: [0.1, 0.3, 0.65, 1.5]) func rateEqualsAnotherIntegral(sigma: Double) {
    let neuron = neuron(sigma: sigma)
    for mu in [-1, 0, 0.4, 0.8, 0.95, 1, 1.05, 1.5, 3, 8.0] where (1 - mu) / sigma < 6 {
      let wanted = rateBySimpson(neuron, mu: mu)
      #expect(abs(neuron.rate(mu) / wanted - 1) < 1e-6, "mu \(mu): \(neuron.rate(mu)) and \(wanted)")
    }
  }

  @Test func otherThresholdsAndTimeConstants() {
    let neuron = neuron(sigma: 2, tau: 20, threshold: 12, reset: 3)
    for mu in [6, 10, 14.0] { #expect(abs(neuron.rate(mu) / rateBySimpson(neuron, mu: mu) - 1) < 1e-6) }
  }

  /// Without noise: f = 1 / (tau log((mu - V_r) / (mu - V_th))).
  @Test func littleNoiseGivesTheNoiselessRate() {
    let wanted = 1000 / (10 * log(1.5 / 0.5))
    #expect(abs(neuron(sigma: 0.001).rate(1.5) / wanted - 1) < 1e-5)
  }

  @Test(arguments: [0.1, 0.3, 0.65, 1.5]) func slopeIsTheDerivative(sigma: Double) {
    let neuron = neuron(sigma: sigma)
    for mu in [0.7, 1, 1.5, 3] {
      let h = 1e-5
      let difference = (neuron.rate(mu + h) - neuron.rate(mu - h)) / (2 * h)
      #expect(abs(neuron.slope(mu) / difference - 1) < 1e-6)
    }
  }

  @Test(arguments: [0.02, 0.1, 0.3, 0.65, 1.5]) func currentIsTheInverse(sigma: Double) {
    let neuron = neuron(sigma: sigma)
    for exponent in stride(from: -1.0, through: 2.5, by: 0.05) {
      let rate = pow(10, exponent)
      #expect(abs(neuron.rate(neuron.current(forRate: rate)) / rate - 1) < 1e-9)
      #expect(abs(neuron.rate(neuron.current(forRate: rate, guess: 50)) / rate - 1) < 1e-9)
      #expect(abs(neuron.rate(neuron.current(forRate: rate, guess: -50)) / rate - 1) < 1e-9)
    }
  }

  @Test(arguments: [0.1, 0.3, 0.65, 1.5]) func tableInvertsTheRate(sigma: Double) {
    let neuron = neuron(sigma: sigma)
    let table = RateToCurrent(neuron, highestRate: 200)
    for exponent in stride(from: -1.0, through: log10(200), by: 0.0037) {
      let rate = pow(10, exponent)
      #expect(abs(neuron.rate(table.current(forRate: rate)) / rate - 1) < 1e-6)
    }
    #expect(abs(neuron.rate(table.current(forRate: 200)) / 200 - 1) < 1e-6)
  }

  @Test func lowRatesAreTakenForTheLowest() {
    let table = RateToCurrent(neuron(sigma: 0.65), highestRate: 10)
    #expect(table.current(forRate: 0) == table.current(forRate: 0.1))
    #expect(table.current(forRate: 0.05) == table.current(forRate: 0.1))
    #expect(table.current(forRate: 0.2) > table.current(forRate: 0.1))
    // Recordings without any spike have a table too.
    let silent = RateToCurrent(neuron(sigma: 0.65), highestRate: 0)
    #expect(abs(neuron(sigma: 0.65).rate(silent.current(forRate: 0)) / 0.1 - 1) < 1e-6)
  }

  @Test func manyConversions() {
    let (units, rows, tasks) = (16_305, 40, 3)
    var parameters = Parameters()
    parameters.network.neuronCount = units
    parameters.staticSynapses.inDegree = 0
    var random = TestRandom(2)
    let rates = (0..<(units * rows * tasks)).map { _ in random.float(0...60) }
    let recorded = RecordedActivity(taskCount: tasks, rowCount: rows, unitCount: units, values: rates)
    let clock = ContinuousClock()
    var targets = Targets.none
    let map = UnitMap.inTurn(parameters, unitCount: units)
    let time = clock.measure { targets = .rates(recorded, map, parameters, currentDeviation: 0, threads: 2) }
    print("\(rates.count) rates became currents in \(time)")
    let neuron = parameters.rateFunction(.excitatory, currentDeviation: 0)
    for index in stride(from: 0, to: rates.count, by: 9973) {
      let wanted = max(Double(rates[index]), 0.1)
      #expect(abs(neuron.rate(Double(targets.values[index])) / wanted - 1) < 1e-5)
    }
  }
}
