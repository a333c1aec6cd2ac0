// Single GLIF neurons in constant currents: spike times of another simulator, and closed forms.
import Foundation
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseBackends

/// Two neurons without connections, each in a current of its own.
private func pair(
  _ model: LIFParameters.Model, currents: (Double, Double), duration: Double = 500, _ change: (inout Parameters) -> Void
) -> Network {
  var parameters = Parameters()
  parameters.network.neuronCount = 2
  parameters.network.excitatoryCount = 1
  parameters.trial.stimulusOn = 0
  parameters.trial.stimulusOff = 0
  parameters.trial.trainDuration = duration
  parameters.neuron.model = model
  change(&parameters)
  // X = drive x 0.08 / R with one input of each class.
  parameters.staticSynapses.inDegree = 1
  let resistance = parameters.glif.resistance.value(0, .excitatory)
  parameters.staticSynapses.drive = PerClass(
    excitatory: currents.0 * resistance / 0.08, inhibitory: currents.1 * resistance / 0.08)
  return Network(parameters: parameters, staticConnections: .none(neuronCount: 2))
}

/// An untrained trial that begins at rest.
private func startAtRest(_ backend: any Backend) {
  var request = TrialRequest(.untrained, index: 0)
  request.recordsSpikes = true
  backend.beginTrial(request)
  let network = backend.network
  for neuron in 0..<2 {
    let rest = network.parameters.glifNeuron(neuron).restPotential
    if let cpu = backend as? CPUBackend { cpu.state.potential[network.layout.slot(neuron)] = Float(rest) }
    if let reference = backend as? ReferenceBackend { reference.state.potential[neuron] = rest }
  }
}

private func spikeSteps(_ backend: any Backend) -> [[Int]] {
  startAtRest(backend)
  backend.advance(through: backend.network.parameters.clock.lastStep)
  let spikes = backend.finishTrial().spikes
  return (0..<2).map { neuron in zip(spikes.steps, spikes.neurons).filter { $0.1 == neuron }.map { Int($0.0) } }
}

@Suite struct GLIFTests {
  static let models: [LIFParameters.Model] = [.glif1, .glif2, .glif3, .glif4, .glif5]

  /// The cells of scripts/generate/glif_spikes.py.
  private static func cell(_ name: String) -> GLIFParameters {
    var cell = GLIFParameters()
    let isFast = name == "fast"
    func set(_ fast: Double, _ slow: Double) -> PerClassOrNeuron { .shared(isFast ? fast : slow) }
    cell.capacitance = set(60, 120)
    cell.resistance = set(1 / 9.0, 1 / 6.0)
    cell.restPotential = set(-78, -70)
    cell.threshold = set(-52, -45)
    cell.refractoryPeriod = set(3.8, 2)
    cell.resetFactor = set(0.2, 0.4)
    cell.resetShift = set(-18, 3)
    cell.spikeThresholdRate = set(0.01, 0.03)
    cell.spikeThresholdJump = set(0.4, 2)
    cell.voltageThresholdGain = set(0.005, 0.004)
    cell.voltageThresholdRate = set(0.09, 0.02)
    cell.afterSpikeJumps = [set(-10, 30), set(-180, -60)]
    cell.afterSpikeRates = [set(0.003, 0.2), set(0.1, 0.03)]
    cell.afterSpikeFactors = [set(1, 0.5), set(0.7, 1)]
    return cell
  }

  /// Both solve the equations exactly for constant currents, so every spike is in the same step.
  @Test(arguments: ["fast", "slow"], models)
  func spikesAreThoseOfNEST(_ name: String, _ model: LIFParameters.Model) throws {
    let golden = GLIFSpikes.all.filter { $0.cell == name && $0.model == model.rawValue }
    try #require(golden.count == 2)
    let network = pair(model, currents: (golden[0].current, golden[1].current)) { $0.glif = Self.cell(name) }
    #expect(network.parameters.validate().map(\.key).filter { $0.hasPrefix("glif") }.isEmpty)
    var backends: [any Backend] = [ReferenceBackend(network: network)]
    backends += try CPUKernels.available.map {
      try CPUBackend(network: network, threads: 1, kernels: CPUKernels(named: $0))
    }
    for backend in backends {
      for (found, wanted) in zip(spikeSteps(backend), golden) {
        // NEST begins the current a step or two late, so its trial ends earlier by as much.
        #expect(found.count - wanted.steps.count <= 1, "\(backend.summary), \(wanted.current) pA")
        // Single precision may miss a step where the potential creeps over the threshold.
        let tolerance = backend is ReferenceBackend ? 0 : 1
        let worst = zip(found, wanted.steps).map { abs($0 - $1) }.max() ?? 0
        #expect(found.count >= wanted.steps.count && worst <= tolerance, "\(backend.summary), \(wanted.current) pA")
      }
    }
  }

  /// The f-I curve of GLIF1: the interval is the refractory period and the time from rest to the threshold, each in
  /// whole steps.
  @Test(arguments: [(1.05, 1.5), (2.0, 4.0), (10.0, 0.99)]) func intervalsOfGLIF1(_ currents: (Double, Double)) throws {
    let network = pair(.glif1, currents: currents) { p in
      p.glif.resistance = .shared(2)
      p.glif.capacitance = .shared(7)
      p.glif.restPotential = .shared(-0.4)
      p.glif.threshold = .shared(1.6)
      p.glif.refractoryPeriod = .shared(1.5)
    }
    for backend in [ReferenceBackend(network: network), try CPUBackend(network: network, threads: 1)] as [any Backend] {
      for (steps, current) in zip(spikeSteps(backend), [currents.0, currents.1]) {
        guard current > 1 else {
          #expect(steps.isEmpty)
          continue
        }
        let rise = Int((-14 * log(1 - 1 / current) / 0.1).rounded(.down)) + 1
        #expect(steps.first == rise)
        #expect(zip(steps.dropFirst(), steps).allSatisfy { $0 - $1 == rise + 15 })
        #expect(steps.count == (5000 - rise) / (rise + 15) + 1)
      }
    }
  }

  /// From the end of the refractory period on, thresholds and after-spike currents fade as exponentials.
  @Test(arguments: [LIFParameters.Model.glif2, .glif3, .glif4]) func spikesFade(_ model: LIFParameters.Model) throws {
    let network = pair(model, currents: (1.1, 0.5)) { p in
      p.glif.refractoryPeriod = .shared(3)
      p.glif.spikeThresholdRate = .shared(0.03)
      p.glif.spikeThresholdJump = .shared(0.7)
      p.glif.afterSpikeJumps = [.shared(-0.3), .shared(0.1), .shared(-0.05)]
      p.glif.afterSpikeRates = [.shared(0.2), .shared(0.05), .shared(0.01)]
    }
    let backend = ReferenceBackend(network: network)
    startAtRest(backend)
    var last = 0
    while backend.state.lastSpike[0] < 0 {
      last += 1
      backend.advance(through: last)
    }
    let step = last + 30 + 200
    backend.advance(through: step)
    try #require(backend.state.lastSpike[0] == last, "the second spike is later")
    if model != .glif3 { #expect(abs(backend.state.spikeThreshold[0] - 0.7 * exp(-0.03 * 20)) < 1e-12) }
    if model != .glif2 {
      for (j, (jump, rate)) in [(-0.3, 0.2), (0.1, 0.05), (-0.05, 0.01)].enumerated() {
        #expect(abs(backend.state.afterSpikeCurrents[j][0] - jump * exp(-rate * 20)) < 1e-12)
      }
    }
    #expect(backend.state.spikeThreshold[1] == 0)
  }

  /// theta_v of GLIF5 below the threshold, where the equation has a solution in closed form.
  @Test func thresholdFollowsThePotential() throws {
    let (a, b, tau, final) = (0.02, 0.03, 10.0, 0.8)
    let network = pair(.glif5, currents: (final, 0)) { p in
      p.glif.voltageThresholdGain = .shared(a)
      p.glif.voltageThresholdRate = .shared(b)
    }
    let reference = ReferenceBackend(network: network)
    let cpu = try CPUBackend(network: network, threads: 1)
    for backend in [reference, cpu] as [any Backend] { startAtRest(backend) }
    for step in [1, 10, 100, 1000, 5000] {
      reference.advance(through: step)
      cpu.advance(through: step)
      let t = 0.1 * Double(step)
      let wanted = a * final * ((1 - exp(-b * t)) / b - (exp(-t / tau) - exp(-b * t)) / (b - 1 / tau))
      #expect(abs(reference.state.voltageThreshold[0] - wanted) < 1e-12)
      // In single precision a change of less than half a unit in the last place is lost: 2^-25 in each step, of which
      // the decay forgets 0.003.
      #expect(abs(Double(cpu.state.cells[cpu.cells!.stride]) - wanted) < 0x1p-25 / 0.003 * 2)
    }
    #expect(reference.state.voltageThreshold[1] == 0)
  }

  /// A threshold that decays as fast as the membrane, or not at all, is no division by zero.
  @Test(arguments: [0.1, 0]) func equalTimeConstants(rate: Double) throws {
    let network = pair(.glif5, currents: (0.9, 3)) { p in
      p.glif.voltageThresholdRate = .shared(rate)
      p.glif.voltageThresholdGain = .shared(0.001)
    }
    let reference = spikeSteps(ReferenceBackend(network: network))
    #expect(try spikeSteps(CPUBackend(network: network, threads: 1)) == reference)
    #expect(reference[0].isEmpty && reference[1].count > 10)
  }

  /// The same cell in other units spikes in the same steps: only ratios matter.
  @Test(arguments: models) func unitsAreFree(_ model: LIFParameters.Model) throws {
    let network = pair(model, currents: (1.5, 3)) { _ in }
    let scaled = pair(model, currents: (1.5 * 20 / 0.25, 3 * 20 / 0.25)) { p in
      // Potentials in mV, 20 for the former unit; R = 0.25.
      p.glif.capacitance = .shared(40)
      p.glif.resistance = .shared(0.25)
      p.glif.restPotential = .shared(-65)
      p.glif.threshold = .shared(-45)
      p.glif.spikeThresholdJump = .shared(2)
      p.glif.afterSpikeJumps = [.shared(-16), .shared(4)]
    }
    #expect(spikeSteps(ReferenceBackend(network: scaled)) == spikeSteps(ReferenceBackend(network: network)))
  }
}
