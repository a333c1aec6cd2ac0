// Weights in the memory of a device, and what changes them.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What learning changes.
final class GPULearning {
  /// Shape [row, input].
  let weights: any DeviceBuffer
  private let network: Network
  private let device: GPUDevice
  private let connectivity: GPUConnectivity
  /// Nil for LIF neurons.
  private let cells: GPUCells?
  private let groups: GPUGroups
  /// Nil for trials that never learn.
  private let correlation: (any GPUCorrelation)?

  private var n: Int { network.inputCount }
  private var runtime: any DeviceRuntime { device.runtime }

  init(
    _ network: Network, _ groups: PresynapticGroups, _ connectivity: GPUConnectivity, _ cells: GPUCells?,
    _ device: GPUDevice
  ) throws(DeviceError) {
    (self.network, self.connectivity, self.cells, self.device) = (network, connectivity, cells, device)
    let constants = connectivity.constants
    weights = try device.runtime.allocate(byteCount: 4 * network.learners.count * network.inputCount)
    self.groups = try GPUGroups(network, groups, device.runtime, learns: device.kernels.learning != nil)
    switch device.kernels.learning {
    case .matrices(let form, let kernels):
      try Self.checkMemory(form, network.inputCount, groupCount: groups.count, device.runtime)
      correlation = try makeGPUMatrices(network, form, kernels, self.groups, constants, device)
    case .history(let kernels):
      correlation = try GPUHistory(network, kernels, self.groups, constants, device)
    case nil:
      correlation = nil
    }
    try setStart(groups)
  }

  private static func checkMemory(
    _ form: GPUMatrixForm, _ n: Int, groupCount: Int, _ runtime: any DeviceRuntime
  ) throws(DeviceError) {
    // Some drivers promise memory that they do not have.
    let wanted = form.bytesPerGroup(n) * groupCount
    guard wanted <= runtime.device.memoryBytes else {
      throw .tooLittleMemory(
        device: runtime.device.name, what: "P", wanted: wanted, limit: runtime.device.memoryBytes)
    }
    let local = form.localBytes(n, items: form.items(n, runtime)) + GPUMatrixForm.declaredLocalBytes
    guard local > runtime.localMemory else { return }
    throw .unsupported(
      what: "The number of plastic inputs of a neuron", found: "\(n)",
      advice: "It takes \(local) bytes of local memory, but \(runtime.device.name) has \(runtime.localMemory); "
        + "use --backend cpu.")
  }

  private func setStart(_ groups: PresynapticGroups) throws(DeviceError) {
    guard n > 0 else { return }
    for rows in piecesToCopy(0..<network.learners.count, bytesOfEach: 8 * n) {
      try writeWeights(rows.flatMap { row in (0..<n).map { network.startWeight(row: row, input: $0) } }, rows)
    }
    guard let correlation, network.parameters.learning.memory == .matrix else { return }
    var start = StartTriangles(network, groups)
    var first = 0
    for group in 0...groups.count {
      guard group == groups.count || start.move(to: group) else { continue }
      if group > first { try correlation.repeat(first..<group) }
      if group < groups.count { try correlation.write(.float64(start.triangle), group..<(group + 1)) }
      first = group
    }
  }

  // MARK: The update

  /// All groups and neurons.
  func update(_ update: GPUUpdate, targets: GPUTargets.Row) throws(DeviceError) {
    guard let correlation else { preconditionFailure("a backend for trials that never learn") }
    try correlation.update(update)
    try runtime.launch(
      device.kernels.apply, groups: network.learners.count, groupSize: GPUKernels.updateItems(n, most: 64, runtime),
      localBytes: nil,
      [
        .buffer(connectivity.constants), .buffer(update.state.trial), .int32(Int32(truncatingIfNeeded: update.step)),
        .uint32(update.flags), .buffer(update.state.values), .buffer(update.state.filtered), .buffer(groups.sources),
        .buffer(connectivity.learners), .buffer(groups.groupOf), .buffer(groups.gain), .buffer(groups.denominators),
        .buffer(targets.buffer), .uint64(UInt64(targets.first)), .buffer(weights),
      ] + (cells?.arguments ?? []))
  }

  var bytesPerUpdate: Int { correlation?.bytesPerUpdate ?? 0 }

  func finishTrial() throws(DeviceError) { try correlation?.finishTrial() }

  // MARK: Weights

  func readWeights(_ rows: Range<Int>) throws(DeviceError) -> [Double] {
    try runtime.read(weights, from: rows.lowerBound * n, count: rows.count * n, zero: Float(0)).map { Double($0) }
  }

  func writeWeights(_ values: [Double], _ rows: Range<Int>) throws(DeviceError) {
    precondition(values.count == rows.count * n, "weights of \(rows.count) neurons with \(n) inputs each")
    try runtime.write(values.map { Float($0) }, to: weights, from: rows.lowerBound * n)
  }

  // MARK: P

  func readCorrelation(_ groups: Range<Int>) throws(DeviceError) -> CorrelationMatrices {
    try correlation?.read(groups) ?? .none
  }

  func writeCorrelation(_ matrices: CorrelationMatrices, _ groups: Range<Int>) throws(DeviceError) {
    guard n > 0 else { return }
    try correlation?.write(matrices, groups)
  }

  func readHistory() throws(DeviceError) -> SpikeHistory? { try correlation?.readHistory() }

  func writeHistory(_ history: SpikeHistory) throws(DeviceError) { try correlation?.writeHistory(history) }
}
