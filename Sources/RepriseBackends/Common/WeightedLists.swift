// Static connections with weights of their own as kernels want them, on processors and devices.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Lists by presynaptic slot: those of slot s are `targets[offsets[s] ..< offsets[s + 1]]`.
struct WeightedLists {
  private(set) var offsets: [UInt64]
  private(set) var targets: [rp_weighted_target] = []

  /// - Parameter slots: Only targets in these.
  init(_ rows: WeightedTargets, _ layout: NeuronLayout, slots: Range<Int>) {
    offsets = [0]
    for sender in 0..<layout.slotCount {
      if let neuron = layout.neuron(atSlot: sender) {
        for index in rows.rowStarts[neuron]..<rows.rowStarts[neuron + 1] {
          let slot = layout.slot(Int(rows.targets[index]))
          guard slots.contains(slot) else { continue }
          let units = rows.multiples[index]
          let place = units < 0 ? layout.slotCount + slot : slot
          targets.append(rp_weighted_target(place: UInt32(place), weight: units.magnitude))
        }
      }
      offsets.append(UInt64(targets.count))
    }
  }
}
