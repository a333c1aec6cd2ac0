// One step of the CPU backend from a state of the reference: every quantity to a few units in the last place.
import CReprise
import Foundation
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime) struct OneStepTests {
  /// Every step of a trial starts from the state of the reference, so that differences never accumulate.
  // Where targets are drawn, spikes on their way are not in the state that the test sets.
  @Test(arguments: NetworkVariant.forward.filter { $0.parameters.staticSynapses.storage == .stored })
  func everyStepOfATrial(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(variant.parameters)
    let last = network.parameters.clock.lastStep
    let reference = ReferenceBackend(network: network)
    var request = trainingRequest()
    reference.beginTrial(request)
    reference.advance(through: last)
    request.imposedSpikes = reference.finishTrial().spikes.byStep(lastStep: last)
    // The CPU backends deliver the spikes of the reference; what their own neurons would do is compared.
    let backends = try CPUKernels.available.map { name in
      try CPUBackend(network: network, threads: 2, kernels: CPUKernels(named: name))
    }
    for cpu in backends { cpu.beginTrial(request) }
    request.imposedSpikes = nil
    reference.beginTrial(request)
    let states = ComparedStates(network)
    var worst = backends.map { _ in Distances() }
    for step in 1...last {
      for cpu in backends {
        states.copy(reference.state, to: cpu.state)
        cpu.advance(through: step)
      }
      reference.advance(through: step)
      for (index, cpu) in backends.enumerated() { states.compare(cpu.state, reference.state, &worst[index]) }
    }
    for (worst, cpu) in zip(worst, backends) {
      // Values are of order 1; sums of a few terms cost a few units of 6e-8. Weights are single precision too.
      #expect(worst.potential < 1e-6, "\(cpu.kernels.name)")
      #expect(worst.currents < 1e-5, "\(cpu.kernels.name)")
      #expect(worst.stimulus < 1e-6, "\(cpu.kernels.name)")
      #expect(worst.cells < 1e-6, "\(cpu.kernels.name)")
      #expect(worst.disagreeingSpikes == 0, "\(cpu.kernels.name)")
    }
  }

  /// Filtered spikes at the updates, with spikes from the reference.
  @Test(arguments: NetworkVariant.forward)
  func filteredSpikes(_ variant: NetworkVariant) throws {
    let network = try makeNetwork(variant.parameters)
    let clock = network.parameters.clock
    let reference = ReferenceBackend(network: network)
    let cpu = try CPUBackend(network: network, threads: 2)
    var request = trainingRequest()
    reference.beginTrial(request)
    reference.advance(through: clock.lastStep)
    request.imposedSpikes = reference.finishTrial().spikes.byStep(lastStep: clock.lastStep)
    cpu.beginTrial(request)
    reference.beginTrial(request)
    var (largest, worst) = (0.0, 0.0)
    for row in 1...clock.rowCount {
      cpu.advance(through: clock.step(ofRow: row) - 1)
      reference.advance(through: clock.step(ofRow: row) - 1)
      for neuron in 0..<network.neuronCount {
        let wanted = reference.state.filteredSpikes[neuron]
        let found = Double(cpu.state.filteredSpikes[neuron])
        worst = max(worst, abs(found - wanted) / max(wanted, 1e-6))
        largest = max(largest, wanted)
      }
      for x in 0..<network.feedforwardCount {
        let wanted = reference.state.feedforwardFilteredSpikes[x]
        let found = Double(cpu.state.filteredSpikes[network.neuronCount + x])
        worst = max(worst, abs(found - wanted) / max(wanted, 1e-6))
      }
    }
    // The decay over an interval is rounded once, by up to 3e-8, and counts once per interval since the spike.
    let intervals = Double(clock.lastStep / clock.learningIntervalSteps)
    #expect(worst < 1e-6 + 6e-8 * intervals)
    #expect(largest > 0.005, "some neuron has spiked")
  }
}

private struct Distances {
  var potential = 0.0, currents = 0.0, stimulus = 0.0, cells = 0.0
  var disagreeingSpikes = 0
}

/// States of a network as the CPU holds them and as the reference does.
private struct ComparedStates {
  let network: Network
  /// What one spike adds to the inputs of a neuron.
  private let excitatoryWeights, inhibitoryWeights: [Double]
  /// Means over the next step of after-spike currents that are 1, shape [neuron][current].
  private let afterSpikeMeans: [[Double]]
  /// From one row of `cells` to the next.
  private let stride: Int

  init(_ network: Network) {
    self.network = network
    let (parameters, neurons) = (network.parameters, 0..<network.neuronCount)
    excitatoryWeights = neurons.map { parameters.staticWeight(from: .excitatory, onto: $0) }
    inhibitoryWeights = neurons.map { parameters.staticWeight(from: .inhibitory, onto: $0) }
    let dt = parameters.trial.timeStep
    let isGLIF = parameters.neuron.model.isGLIF
    afterSpikeMeans = neurons.map { neuron in
      guard isGLIF else { return [] }
      return parameters.glifNeuron(neuron).afterSpikeCurrents.map { (1 - exp(-$0.rate * dt)) / ($0.rate * dt) }
    }
    stride = network.layout.slotCount + 16
  }

  /// Hands over all that the next step depends on, rounded to single precision.
  func copy(_ reference: ReferenceState, to cpu: CPUState) {
    for neuron in 0..<network.neuronCount {
      let slot = network.layout.slot(neuron)
      cpu.potential[slot] = Float(reference.potential[neuron])
      cpu.excitatoryCurrent[slot] = Float(reference.excitatoryCurrent[neuron])
      cpu.inhibitoryCurrent[slot] = Float(reference.inhibitoryCurrent[neuron])
      cpu.plasticCurrent[slot] = Float(reference.plasticCurrent[neuron])
      cpu.stimulus[slot] = Float(reference.stimulus[neuron])
      cpu.lastSpike[slot] = Int32(reference.lastSpike[neuron])
      cpu.excitatoryInput[slot] = spikeCount(reference.excitatoryInput[neuron], excitatoryWeights[neuron])
      cpu.inhibitoryInput[slot] = spikeCount(reference.inhibitoryInput[neuron], inhibitoryWeights[neuron])
      cpu.plasticInput[slot] = Int64(reference.plasticInput[neuron] * 0x1p32)
      for row in 0..<(cpu.cells.count / stride) {
        cpu.cells[row * stride + slot] = Float(cellState(reference, neuron, row))
      }
    }
  }

  func compare(_ cpu: CPUState, _ reference: ReferenceState, _ worst: inout Distances) {
    for neuron in 0..<network.neuronCount {
      let slot = network.layout.slot(neuron)
      // Current noise is large, and the membrane scales it and its rounding down again.
      note(&worst.potential, cpu.potential[slot], reference.potential[neuron])
      note(&worst.currents, cpu.excitatoryCurrent[slot], reference.excitatoryCurrent[neuron])
      note(&worst.currents, cpu.inhibitoryCurrent[slot], reference.inhibitoryCurrent[neuron])
      note(&worst.currents, cpu.plasticCurrent[slot], reference.plasticCurrent[neuron])
      note(&worst.stimulus, cpu.stimulus[slot], reference.stimulus[neuron])
      if Int(cpu.lastSpike[slot]) != reference.lastSpike[neuron] { worst.disagreeingSpikes += 1 }
      for row in 0..<(cpu.cells.count / stride) {
        note(&worst.cells, cpu.cells[row * stride + slot], cellState(reference, neuron, row))
      }
    }
  }

  private func note(_ worst: inout Double, _ found: Float, _ wanted: Double) {
    worst = max(worst, abs(Double(found) - wanted) / max(1, abs(wanted)))
  }

  private func spikeCount(_ input: Double, _ weight: Double) -> UInt16 {
    weight == 0 ? 0 : UInt16((input / weight).rounded())
  }

  /// As kernels hold it: theta_s, theta_v and the means of after-spike currents over the next step, or the states of a
  /// text but v.
  private func cellState(_ reference: ReferenceState, _ neuron: Int, _ row: Int) -> Double {
    if network.parameters.neuron.model == .custom { return reference.cells[row][neuron] }
    switch row {
    case 0: return reference.spikeThreshold[neuron]
    case 1: return reference.voltageThreshold[neuron]
    default: return reference.afterSpikeCurrents[row - 2][neuron] * afterSpikeMeans[neuron][row - 2]
    }
  }
}
