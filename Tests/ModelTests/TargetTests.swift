// Targets: recorded values spread over neurons, and sinusoids.
import Foundation
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct TargetTests {
  private var parameters: Parameters {
    var parameters = smallParameters()
    parameters.targets.taskCount = 2
    parameters.targets.period = 130
    return parameters
  }

  @Test func neuronsTakeUnitsInTurn() {
    var parameters = smallParameters()
    parameters.network.neuronCount = 7
    parameters.network.excitatoryCount = 3
    let recorded = RecordedActivity(taskCount: 2, rowCount: 2, unitCount: 3, values: (0..<12).map(Float.init))
    let targets = Targets.currents(recorded, .inTurn(parameters, unitCount: 3), threads: 2)
    for task in 0..<2 {
      for row in 1...2 {
        for neuron in 0..<7 {
          let wanted = Float(task * 6 + (row - 1) * 3 + neuron % 3)
          #expect(targets.value(task: task, row: row, neuron: neuron) == wanted)
          #expect(targets.row(row, task: task).map { $0 }[neuron] == wanted)
        }
      }
    }
  }

  @Test func ratesUseTheClassOfTheNeuron() {
    var parameters = smallParameters()
    parameters.network.neuronCount = 4
    parameters.network.excitatoryCount = 2
    parameters.neuron.threshold = PerClass(excitatory: 1, inhibitory: 2)
    let recorded = RecordedActivity(taskCount: 1, rowCount: 1, unitCount: 1, values: [5])
    let targets = Targets.rates(
      recorded, .inTurn(parameters, unitCount: 1), parameters, currentDeviation: 0.6, threads: 1)
    for neuron in 0..<4 {
      // sigma from the untrained run: s.d. / sqrt(1.3 tau_E).
      let function = RicciardiRate(
        membraneTimeConstant: 10, threshold: neuron < 2 ? 1 : 2, resetPotential: 0, sigma: 0.6 / 3.9.squareRoot())
      // The membrane gets X besides, which such a network has.
      let total = Double(targets.value(task: 0, row: 1, neuron: neuron)) + parameters.baselineCurrent(neuron)
      #expect(parameters.baselineCurrent(neuron) > 0 && abs(function.rate(total) / 5 - 1) < 1e-5)
    }
  }

  /// A sinusoid around the mean current: its three unknowns follow from linear regression.
  @Test func sinusoids() {
    let means = (0..<151).map { Double($0) / 100 }
    let targets = Targets.sinusoids(parameters, meanCurrents: means, threads: 1)
    #expect(targets.taskCount == 2)
    #expect(targets.rowCount == 20)
    var phases: [Double] = []
    for task in 0..<2 {
      for neuron in 0..<151 {
        let angles = (1...20).map { 2 * Double.pi * (100 + 10 * Double($0)) / 130 }
        let values = (1...20).map { Double(targets.value(task: task, row: $0, neuron: neuron)) - means[neuron] }
        // The amplitude along sine and cosine at two rows a quarter of a period or so apart.
        let (a, b) = (angles[0], angles[3])
        let determinant = sin(a) * cos(b) - cos(a) * sin(b)
        let sine = (values[0] * cos(b) - values[3] * cos(a)) / determinant
        let cosine = (sin(a) * values[3] - sin(b) * values[0]) / determinant
        #expect(abs((sine * sine + cosine * cosine).squareRoot() - 0.5) < 1e-5)
        for (angle, value) in zip(angles, values) {
          #expect(abs(sine * sin(angle) + cosine * cos(angle) - value) < 1e-5)
        }
        phases.append((atan2(cosine, sine) / (2 * Double.pi) + 0.5))
      }
    }
    var counts = [Int](repeating: 0, count: 8)
    for phase in phases { counts[min(Int(phase * 8), 7)] += 1 }
    #expect(abs(chiSquareDeviation(counts)) < 4.5)
    #expect(Set(phases.map { ($0 * 1e6).rounded() }).count > 290)
  }

  @Test func biases() {
    let means = [Double](repeating: 0, count: 4001)
    var parameters = parameters
    parameters.network.neuronCount = 4001
    parameters.targets.amplitude = 0
    parameters.targets.biasAmplitude = 0.4
    parameters.targets.bias = .ramp
    let ramp = Targets.sinusoids(parameters, meanCurrents: means, threads: 2)
    for row in 1...20 {
      #expect(abs(Double(ramp.value(task: 1, row: row, neuron: 5)) - 0.4 * max(0, Double(row) / 10 - 1)) < 1e-6)
    }
    parameters.targets.bias = .ou
    let walk = Targets.sinusoids(parameters, meanCurrents: means, threads: 2)
    for row in [1, 10, 20] {
      let values = walk.row(row, task: 0).map(Double.init)
      #expect(abs(mean(values)) < 4.5 * 0.4 / 4001.0.squareRoot())
      #expect(abs(variance(values) / 0.16 - 1) < 4.5 * (2 / 4001.0).squareRoot())
    }
    let product = zip(walk.row(1, task: 0), walk.row(11, task: 0)).reduce(0.0) { $0 + Double($1.0 * $1.1) } / 4001
    #expect(abs(product / 0.16 - exp(-100.0 / 400)) < 0.06)
  }

  @Test(arguments: [2, 3, 5]) func threadsMakeNoDifference(threads: Int) {
    var parameters = parameters
    parameters.targets.bias = .ou
    let means = (0..<151).map(Double.init)
    #expect(
      Targets.sinusoids(parameters, meanCurrents: means, threads: threads)
        == .sinusoids(parameters, meanCurrents: means, threads: 1))
  }
}
