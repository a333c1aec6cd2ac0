// Presynaptic sets in the memory of a device, and what an update finds for each.
internal import RepriseCore
internal import RepriseModel

/// Neurons that share a presynaptic set are a group. Empty for trials that never learn.
final class GPUGroups {
  let count: Int
  /// Shape [group, input]: slots of inputs; feed-forward neurons follow the last slot, and a silent source them.
  let sources: any DeviceBuffer
  /// Shape [group]: what keys random numbers of a group.
  let keys: any DeviceBuffer
  /// Shape [row].
  let groupOf: any DeviceBuffer
  /// Shape [group, input]: k.
  let gain: any DeviceBuffer
  /// Shape [group]: den.
  let denominators: any DeviceBuffer

  init(
    _ network: Network, _ groups: PresynapticGroups, _ runtime: any DeviceRuntime, learns: Bool
  ) throws(DeviceError) {
    count = learns && network.inputCount > 0 ? groups.count : 0
    sources = try runtime.buffer(count > 0 ? Self.sources(network, groups) : [])
    keys = try runtime.buffer(count > 0 ? groups.keys : [])
    groupOf = try runtime.buffer(count > 0 ? groups.groupOfRow : [])
    gain = try runtime.allocate(byteCount: 4 * count * network.inputCount)
    denominators = try runtime.allocate(byteCount: 4 * count)
  }

  private static func sources(_ network: Network, _ groups: PresynapticGroups) -> [UInt32] {
    let (layout, recurrent) = (network.layout, network.plasticConnections.inputsPerNeuron)
    return (0..<groups.count).flatMap { group -> [UInt32] in
      let row = groups.firstRow(of: group)
      return (0..<network.feedforwardCount).map { UInt32(layout.slotCount + $0) }
        + (0..<recurrent).map {
          let neuron = network.plasticConnections.presynapticNeuron(row: row, input: $0)
          return UInt32(
            neuron < layout.neuronCount ? layout.slot(neuron) : layout.slotCount + network.feedforwardCount)
        }
    }
  }
}
