// P on a device: updates in one of its forms.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// P of all groups, with some pending terms.
final class GPUMatrices<Element: StoredElement>: GPUCorrelation {
  private let store: GPUMatrixStore<Element>
  private let device: GPUDevice
  private let constants: any DeviceBuffer
  private let groups: GPUGroups
  private let kernels: GPUMatrixKernels
  private let n: Int
  /// Of filtered spikes from one update to the next.
  private let decay: Float
  /// Shape [group]: P times the filtered spikes, in units of the last term, where updates are driven by spikes.
  private let carried: any DeviceBuffer
  private var pendingCount = 0
  /// Trial and row of the last update: they key what rounds P.
  private var last = (trial: UInt32(0), row: UInt32(0))

  init(
    _ network: Network, _ form: GPUMatrixForm, _ kernels: GPUMatrixKernels, _ groups: GPUGroups,
    _ constants: any DeviceBuffer, _ device: GPUDevice
  ) throws(DeviceError) {
    (self.groups, self.kernels, self.constants, self.device) = (groups, kernels, constants, device)
    n = network.inputCount
    decay = FilteredSpikeWeights(network.parameters, layout: network.layout).feedforwardDecay
    carried = try device.runtime.allocate(byteCount: 4 * groups.count)
    store = try GPUMatrixStore(network, form, groupCount: groups.count, device)
  }

  var bytesPerUpdate: Int { groups.count * store.form.bytesPerUpdate(n) }

  func update(_ update: GPUUpdate) throws(DeviceError) {
    switch store.form {
    case .tiles: try updateTiles(update)
    case .events: try updateEvents(update)
    }
  }

  private func updateTiles(_ update: GPUUpdate) throws(DeviceError) {
    // What was left pending is applied in the pass that makes the term after it.
    let applies = pendingCount == store.form.rank
    let items = store.form.items(n, device.runtime)
    for bank in store.banks {
      let place = bank.place
      try device.runtime.launch(
        kernels.gain, groups: bank.groups.count, groupSize: items, localBytes: store.form.localBytes(n, items: items),
        [
          .buffer(constants), place, place, .uint32(UInt32(pendingCount)), .uint32(applies ? 1 : 0),
          .float(store.coding.scale), .uint32(last.trial), .uint32(last.row), .buffer(groups.keys),
          .buffer(update.state.filtered), .buffer(groups.sources), .buffer(bank.elements), .buffer(store.diagonal),
          .buffer(store.pending), .buffer(groups.gain), .buffer(groups.denominators),
        ])
    }
    noteUpdate(update, pendingCount: applies ? 1 : pendingCount + 1)
  }

  private func updateEvents(_ update: GPUUpdate) throws(DeviceError) {
    let items = store.form.items(n, device.runtime)
    let gained = update.startsAnew ? update.state.filtered : update.state.gained
    for bank in store.banks {
      let place = bank.place
      try device.runtime.launch(
        kernels.gain, groups: bank.groups.count, groupSize: items, localBytes: store.form.localBytes(n, items: items),
        [
          .buffer(constants), place, place, .uint32(UInt32(pendingCount)),
          .float(update.startsAnew ? 0 : decay), .float(store.coding.scale), .buffer(update.state.filtered),
          .buffer(gained), .buffer(groups.sources), .buffer(bank.elements), .buffer(store.diagonal),
          .buffer(store.pending), .buffer(carried), .buffer(groups.gain), .buffer(groups.denominators),
        ])
    }
    noteUpdate(update, pendingCount: pendingCount + 1)
    if pendingCount == store.form.rank { try flush() }
  }

  private func noteUpdate(_ update: GPUUpdate, pendingCount: Int) {
    self.pendingCount = pendingCount
    last = (UInt32(truncatingIfNeeded: update.trial), UInt32(truncatingIfNeeded: update.row))
  }

  /// Applies what is pending.
  private func flush() throws(DeviceError) {
    guard pendingCount > 0 else { return }
    for bank in store.banks {
      let place = bank.place
      try device.runtime.launch(
        kernels.flush, groups: bank.groups.count, groupSize: store.form.items(n, device.runtime),
        localBytes: 4 * GPUMatrixForm.padded(n),
        [
          .buffer(constants), place, place, .uint32(UInt32(pendingCount)), .uint32(last.trial), .uint32(last.row),
          .buffer(groups.keys), .buffer(bank.elements), .buffer(store.diagonal), .buffer(store.pending),
        ])
    }
    pendingCount = 0
  }

  func finishTrial() throws(DeviceError) { try flush() }

  func read(_ groups: Range<Int>) throws(DeviceError) -> CorrelationMatrices { try store.read(groups) }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) throws(DeviceError) {
    precondition(pendingCount == 0, "P is written between trials")
    try store.write(matrices, groups)
  }

  func `repeat`(_ groups: Range<Int>) throws(DeviceError) { try store.repeat(groups) }
}

extension GPUBank {
  /// Its first group, as kernels are told.
  fileprivate var place: DeviceArgument { .uint32(UInt32(groups.lowerBound)) }
}

/// P of a network in the form that fits.
func makeGPUMatrices(
  _ network: Network, _ form: GPUMatrixForm, _ kernels: GPUMatrixKernels, _ groups: GPUGroups,
  _ constants: any DeviceBuffer, _ device: GPUDevice
) throws(DeviceError) -> any GPUCorrelation {
  switch network.parameters.learning.precision {
  case .float16: return try GPUMatrices<UInt16>(network, form, kernels, groups, constants, device)
  case .float32: return try GPUMatrices<Float>(network, form, kernels, groups, constants, device)
  case .float64: return try GPUMatrices<Double>(network, form, kernels, groups, constants, device)
  }
}
