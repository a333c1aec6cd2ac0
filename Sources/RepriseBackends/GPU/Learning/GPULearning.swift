// Weights in the memory of a device, and what changes them.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What learning changes.
final class GPULearning {
  /// Shape [slot, input].
  let weights: any DeviceBuffer
  private let network: Network
  private let device: GPUDevice
  private let constants: any DeviceBuffer
  private let groups: GPUGroups
  /// Nil for trials that never learn.
  private let correlation: (any GPUCorrelation)?
  /// Shape [neuron].
  private let target: any DeviceBuffer

  private var n: Int { network.inputCount }
  private var runtime: any DeviceRuntime { device.runtime }

  init(
    _ network: Network, _ groups: PresynapticGroups, _ constants: any DeviceBuffer, _ device: GPUDevice, learns: Bool
  ) throws(DeviceError) {
    (self.network, self.constants, self.device) = (network, constants, device)
    weights = try device.runtime.allocate(byteCount: 4 * network.layout.slotCount * network.inputCount)
    target = try device.runtime.allocate(byteCount: 4 * network.neuronCount)
    self.groups = try GPUGroups(network, groups, device.runtime, learns: learns)
    if self.groups.count == 0 {
      correlation = nil
    } else if network.parameters.learning.memory == .history {
      correlation = try GPUHistory(network, self.groups, constants, device)
    } else {
      try Self.checkMemory(network.inputCount, groupCount: groups.count, device.runtime)
      correlation = try GPUFullMatrices(network, self.groups, constants, device)
    }
    try setStart(groups)
  }

  private static func checkMemory(_ n: Int, groupCount: Int, _ runtime: any DeviceRuntime) throws(DeviceError) {
    // Some drivers promise memory that they do not have.
    guard 4 * n * n * groupCount <= runtime.device.memoryBytes else {
      throw .tooLittleMemory(
        device: runtime.device.name, what: "P", wanted: 4 * n * n * groupCount, limit: runtime.device.memoryBytes)
    }
    let vectors = (runtime.localMemory - 4 * Int(RP_GPU_UPDATE_ITEMS)) / 8
    guard n > vectors else { return }
    throw .unsupported(
      what: "The number of plastic inputs of a neuron", found: "\(n)",
      advice: "The local memory of \(runtime.device.name) is enough for \(vectors); use --backend cpu.")
  }

  private func setStart(_ groups: PresynapticGroups) throws(DeviceError) {
    guard n > 0 else { return }
    for neurons in piecesToCopy(0..<network.neuronCount, bytesOfEach: 8 * n) {
      try writeWeights(
        neurons.flatMap { neuron in (0..<n).map { network.startWeight(neuron: neuron, input: $0) } }, neurons)
    }
    guard let correlation, network.parameters.learning.memory == .matrix else { return }
    var start = StartTriangles(network, groups)
    var triangle: [Float] = []
    for groups in piecesToCopy(0..<groups.count, bytesOfEach: 4 * n * n) {
      var triangles: [Float] = []
      for group in groups {
        if start.move(to: group) { triangle = start.triangle.map { Float($0) } }
        triangles += triangle
      }
      try correlation.write(.float32(triangles), groups)
    }
  }

  // MARK: The update

  /// All groups and neurons.
  func update(_ update: GPUUpdate, target row: [Float]) throws(DeviceError) {
    guard let correlation else { preconditionFailure("a backend for trials that never learn") }
    try runtime.write(row, to: target)
    try correlation.update(update)
    try runtime.launch(
      device.kernels.apply, groups: network.neuronCount, groupSize: GPUKernels.updateItems(n, most: 64, runtime),
      localBytes: nil,
      [
        .buffer(constants), .buffer(update.state.trial), .int32(Int32(truncatingIfNeeded: update.step)),
        .uint32(update.flags), .buffer(update.state.values), .buffer(update.state.filtered), .buffer(groups.sources),
        .buffer(groups.groupOf), .buffer(groups.gain), .buffer(groups.denominators), .buffer(target), .buffer(weights),
      ])
  }

  func finishTrial() throws(DeviceError) { try correlation?.finishTrial() }

  // MARK: Weights

  /// Runs of neurons whose slots follow one another, by class.
  private func runs(_ neurons: Range<Int>) -> [Range<Int>] {
    let border = network.layout.excitatoryCount
    return [neurons.clamped(to: 0..<border), neurons.clamped(to: border..<network.neuronCount)].filter { !$0.isEmpty }
  }

  func readWeights(_ neurons: Range<Int>) throws(DeviceError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(neurons.count * n)
    for run in runs(neurons) {
      let first = network.layout.slot(run.lowerBound) * n
      for value in try runtime.read(weights, from: first, count: run.count * n, zero: Float(0)) {
        values.append(Double(value))
      }
    }
    return values
  }

  func writeWeights(_ values: [Double], _ neurons: Range<Int>) throws(DeviceError) {
    precondition(values.count == neurons.count * n, "weights of \(neurons.count) neurons with \(n) inputs each")
    for run in runs(neurons) {
      let start = (run.lowerBound - neurons.lowerBound) * n
      try runtime.write(
        values[start..<(start + run.count * n)].map { Float($0) }, to: weights,
        from: network.layout.slot(run.lowerBound) * n)
    }
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
