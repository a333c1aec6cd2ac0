// One step of the CPU backend from a state of the reference: every quantity to a few units in the last place.
import CReprise
import Foundation
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseBackends

@Suite(.oneAtATime) struct OneStepTests {
  /// Every step of a trial starts from the state of the reference, so that differences never accumulate.
  // Where targets are drawn, spikes on their way are not in the state that the test sets.
  @Test(arguments: NetworkVariant.all.filter { $0.parameters.staticSynapses.storage == .stored }, CPUKernels.available)
  func everyStepOfATrial(_ variant: NetworkVariant, kernels: String) throws {
    let network = try makeNetwork(variant.parameters)
    let last = network.parameters.clock.lastStep
    let reference = ReferenceBackend(network: network)
    let cpu = try CPUBackend(network: network, threads: 2, kernels: CPUKernels(named: kernels))
    var request = trainingRequest()
    reference.beginTrial(request)
    reference.advance(through: last)
    request.imposedSpikes = reference.finishTrial().spikes.byStep(lastStep: last)
    // The CPU backend delivers the spikes of the reference; what its own neurons would do is compared.
    cpu.beginTrial(request)
    request.imposedSpikes = nil
    reference.beginTrial(request)
    var worst = Distances()
    for step in 1...last {
      cpu.state.copy(reference.state, network)
      cpu.advance(through: step)
      reference.advance(through: step)
      worst.compare(cpu.state, reference.state, network)
    }
    // Values are of order 1; sums of a few terms cost a few units of 6e-8. Weights are single precision too.
    #expect(worst.potential < 1e-6)
    #expect(worst.currents < 1e-5)
    #expect(worst.stimulus < 1e-6)
    #expect(worst.cells < 1e-6)
    #expect(worst.disagreeingSpikes == 0)
  }

  /// Filtered spikes at the updates, with spikes from the reference.
  @Test(arguments: NetworkVariant.all)
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

  mutating func compare(_ cpu: CPUState, _ reference: ReferenceState, _ network: Network) {
    for neuron in 0..<network.neuronCount {
      let slot = network.layout.slot(neuron)
      // Current noise is large, and the membrane scales it and its rounding down again.
      potential = max(potential, distance(cpu.potential[slot], reference.potential[neuron]))
      currents = max(currents, distance(cpu.excitatoryCurrent[slot], reference.excitatoryCurrent[neuron]))
      currents = max(currents, distance(cpu.inhibitoryCurrent[slot], reference.inhibitoryCurrent[neuron]))
      currents = max(currents, distance(cpu.plasticCurrent[slot], reference.plasticCurrent[neuron]))
      stimulus = max(stimulus, distance(cpu.stimulus[slot], reference.stimulus[neuron]))
      if Int(cpu.lastSpike[slot]) != reference.lastSpike[neuron] { disagreeingSpikes += 1 }
      for (found, wanted) in zip(cpu.cellState(slot, network), reference.cellState(neuron, network)) {
        cells = max(cells, distance(found, wanted))
      }
    }
  }

  private func distance(_ a: Float, _ b: Double) -> Double { abs(Double(a) - b) / max(1, abs(b)) }
}

extension CPUState {
  /// Takes over all that the next step depends on, rounded to single precision.
  fileprivate func copy(_ reference: ReferenceState, _ network: Network) {
    let parameters = network.parameters
    for neuron in 0..<network.neuronCount {
      let slot = network.layout.slot(neuron)
      potential[slot] = Float(reference.potential[neuron])
      excitatoryCurrent[slot] = Float(reference.excitatoryCurrent[neuron])
      inhibitoryCurrent[slot] = Float(reference.inhibitoryCurrent[neuron])
      plasticCurrent[slot] = Float(reference.plasticCurrent[neuron])
      stimulus[slot] = Float(reference.stimulus[neuron])
      lastSpike[slot] = Int32(reference.lastSpike[neuron])
      excitatoryInput[slot] = spikeCount(
        reference.excitatoryInput[neuron], weight: parameters.staticWeight(from: .excitatory, onto: neuron))
      inhibitoryInput[slot] = spikeCount(
        reference.inhibitoryInput[neuron], weight: parameters.staticWeight(from: .inhibitory, onto: neuron))
      plasticInput[slot] = Int64(reference.plasticInput[neuron] * 0x1p32)
      for (row, value) in reference.cellState(neuron, network).enumerated() {
        cells[row * cellStride(network) + slot] = Float(value)
      }
    }
  }

  private func spikeCount(_ input: Double, weight: Double) -> UInt16 {
    weight == 0 ? 0 : UInt16((input / weight).rounded())
  }
}

extension CPUState {
  /// From one row of `cells` to the next.
  fileprivate func cellStride(_ network: Network) -> Int { network.layout.slotCount + 16 }

  /// theta_s, theta_v and after-spike currents, or the states of a text but v; nothing for LIF neurons.
  fileprivate func cellState(_ slot: Int, _ network: Network) -> [Float] {
    stride(from: slot, to: cells.count, by: cellStride(network)).map { cells[$0] }
  }
}

extension ReferenceState {
  /// As kernels hold it: after-spike currents by their mean over the next step.
  fileprivate func cellState(_ neuron: Int, _ network: Network) -> [Double] {
    guard network.parameters.neuron.model != .custom else { return cells.map { $0[neuron] } }
    guard network.parameters.neuron.model.isGLIF else { return [] }
    let dt = network.parameters.trial.timeStep
    let means = zip(afterSpikeCurrents, network.parameters.glifNeuron(neuron).afterSpikeCurrents).map {
      values, current in
      values[neuron] * (1 - exp(-current.rate * dt)) / (current.rate * dt)
    }
    return [spikeThreshold[neuron], voltageThreshold[neuron]] + means
  }
}
