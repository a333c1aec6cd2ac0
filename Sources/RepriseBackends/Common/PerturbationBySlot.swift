// Silenced and stimulated neurons in the order of slots, for kernels.
internal import RepriseCore
internal import RepriseModel

extension Perturbation {
  /// Shape [2, slot]: what is added to X, and 1 for silenced neurons.
  func bySlot(_ layout: NeuronLayout) -> [Float] {
    var values = [Float](repeating: 0, count: 2 * layout.slotCount)
    for (neuron, amplitude) in stimulation.enumerated() { values[layout.slot(neuron)] = amplitude }
    for neuron in silenced { values[layout.slotCount + layout.slot(neuron)] = 1 }
    return values
  }
}
