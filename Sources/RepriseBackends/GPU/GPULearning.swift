// Weights and inverse correlation matrices in the memory of a device.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What learning changes.
final class GPULearning {
  /// Matrices of groups that lie in one buffer: devices limit the size of a buffer.
  private struct Bank {
    let groups: Range<Int>
    let correlation: any DeviceBuffer
  }

  /// Shape [slot, input].
  let weights: any DeviceBuffer
  private let network: Network
  private let groups: PresynapticGroups
  private let runtime: any DeviceRuntime
  private let kernels: GPUKernels
  private let connectivity: GPUConnectivity
  /// Shape [group, input, input] in all; empty for trials that never learn.
  private var banks: [Bank] = []
  /// Shape [group, input]: slots of inputs; feed-forward neurons follow the last slot.
  private let sources: any DeviceBuffer
  /// Shape [neuron].
  private let groupOf, target: any DeviceBuffer
  /// Shape [group, input]: the term of the last update, not yet in P, and k.
  private let pending, gain: any DeviceBuffer
  private let denominators: any DeviceBuffer

  private var n: Int { network.inputCount }

  init(
    _ network: Network, _ groups: PresynapticGroups, _ connectivity: GPUConnectivity, _ device: GPUDevice, learns: Bool
  ) throws(DeviceError) {
    (self.network, self.groups, self.connectivity) = (network, groups, connectivity)
    (runtime, kernels) = (device.runtime, device.kernels)
    let runtime = device.runtime
    let largestBuffer = min(runtime.largestAllocation, device.limits.bytesOfMatrices)
    let (n, count) = (network.inputCount, learns && network.inputCount > 0 ? groups.count : 0)
    weights = try runtime.allocate(byteCount: 4 * network.layout.slotCount * n)
    sources = try runtime.buffer(count > 0 ? Self.sources(network, groups) : [])
    groupOf = try runtime.buffer(Self.groupOf(groups, neuronCount: network.neuronCount))
    target = try runtime.allocate(byteCount: 4 * network.neuronCount)
    pending = try runtime.allocate(byteCount: 4 * count * n)
    gain = try runtime.allocate(byteCount: 4 * count * n)
    denominators = try runtime.allocate(byteCount: 4 * count)
    try Self.checkMemory(n, groupCount: count, runtime)
    let perBank = n > 0 ? max(1, largestBuffer / (4 * n * n)) : 1
    for first in stride(from: 0, to: count, by: perBank) {
      let groups = first..<min(first + perBank, count)
      banks.append(Bank(groups: groups, correlation: try runtime.allocate(byteCount: 4 * groups.count * n * n)))
    }
    try setStart()
  }

  private static func checkMemory(_ n: Int, groupCount: Int, _ runtime: any DeviceRuntime) throws(DeviceError) {
    // Some drivers promise memory that they do not have.
    guard 4 * n * n * groupCount <= runtime.device.memoryBytes else {
      throw .tooLittleMemory(
        device: runtime.device.name, what: "P", wanted: 4 * n * n * groupCount, limit: runtime.device.memoryBytes)
    }
    let vectors = (runtime.localMemory - 4 * Int(RP_GPU_UPDATE_ITEMS)) / 8
    guard groupCount > 0, n > vectors else { return }
    throw .unsupported(
      what: "The number of plastic inputs of a neuron", found: "\(n)",
      advice: "The local memory of \(runtime.device.name) is enough for \(vectors); use --backend cpu.")
  }

  private static func sources(_ network: Network, _ groups: PresynapticGroups) -> [UInt32] {
    let (layout, recurrent) = (network.layout, network.plasticConnections.inputsPerNeuron)
    return (0..<groups.count).flatMap { group -> [UInt32] in
      let neuron = Int(groups.members[Int(groups.starts[group])])
      return (0..<network.feedforwardCount).map { UInt32(layout.slotCount + $0) }
        + (0..<recurrent).map {
          UInt32(layout.slot(network.plasticConnections.presynapticNeuron(of: neuron, input: $0)))
        }
    }
  }

  private static func groupOf(_ groups: PresynapticGroups, neuronCount: Int) -> [UInt32] {
    var groupOf = [UInt32](repeating: 0, count: neuronCount)
    for group in 0..<groups.count {
      for member in groups.members(of: group) { groupOf[Int(member)] = UInt32(group) }
    }
    return groupOf
  }

  // MARK: The start

  private func setStart() throws(DeviceError) {
    guard n > 0 else { return }
    for neurons in pieces(of: 0..<network.neuronCount, bytesOfEach: 8 * n) {
      try writeWeights(
        neurons.flatMap { neuron in (0..<n).map { network.startWeight(neuron: neuron, input: $0) } }, neurons)
    }
    var start = StartTriangles(network, groups)
    var triangle: [Float] = []
    for groups in pieces(of: 0..<(banks.last?.groups.upperBound ?? 0), bytesOfEach: 4 * n * n) {
      var triangles: [Float] = []
      for group in groups {
        if start.move(to: group) { triangle = start.triangle.map { Float($0) } }
        triangles += triangle
      }
      try writeCorrelation(.float32(triangles), groups)
    }
  }

  /// Parts of a range whose copies take some 16 MB at most.
  private func pieces(of range: Range<Int>, bytesOfEach: Int) -> [Range<Int>] {
    let size = max(1, (16 << 20) / max(bytesOfEach, 1))
    return stride(from: range.lowerBound, to: range.upperBound, by: size).map {
      $0..<min($0 + size, range.upperBound)
    }
  }

  // MARK: The update

  /// All groups and neurons, after `step`, the last one done.
  func update(
    _ state: GPUState, step: Int, flags: UInt32, target row: [Float]
  ) throws(DeviceError) {
    precondition(!banks.isEmpty, "a backend for trials that never learn")
    try runtime.write(row, to: target)
    let items = GPUKernels.updateItems(n, most: .max, runtime)
    for bank in banks {
      try runtime.launch(
        kernels.gain, groups: bank.groups.count, groupSize: items, localBytes: 8 * n,
        [
          .buffer(connectivity.constants), .uint32(UInt32(bank.groups.lowerBound)), .buffer(state.values),
          .buffer(sources), .buffer(bank.correlation), .buffer(pending), .buffer(gain), .buffer(denominators),
        ])
    }
    try runtime.launch(
      kernels.apply, groups: network.neuronCount, groupSize: GPUKernels.updateItems(n, most: 64, runtime),
      localBytes: nil,
      [
        .buffer(connectivity.constants), .buffer(state.trial), .int32(Int32(truncatingIfNeeded: step)), .uint32(flags),
        .buffer(state.values), .buffer(sources), .buffer(groupOf), .buffer(gain), .buffer(denominators),
        .buffer(target), .buffer(weights),
      ])
  }

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

  /// Calls `body` with each bank's share of some groups, in pieces.
  private func forEachPiece(
    _ groups: Range<Int>, _ body: (Bank, Range<Int>) throws(DeviceError) -> Void
  ) throws(DeviceError) {
    for bank in banks {
      for piece in pieces(of: groups.clamped(to: bank.groups), bytesOfEach: 4 * n * n) { try body(bank, piece) }
    }
  }

  /// Lower triangles by rows; empty where P is not kept.
  func readCorrelation(_ groups: Range<Int>) throws(DeviceError) -> CorrelationMatrices {
    guard !banks.isEmpty else { return .none }
    let n = n
    var triangles: [Float] = []
    triangles.reserveCapacity(groups.count * n * (n + 1) / 2)
    try forEachPiece(groups) { (bank, piece) throws(DeviceError) in
      try runtime.launch(
        kernels.flush, groups: piece.count, groupSize: GPUKernels.updateItems(n, most: .max, runtime),
        localBytes: 4 * n,
        [
          .buffer(connectivity.constants), .uint32(UInt32(piece.lowerBound)), .uint32(UInt32(bank.groups.lowerBound)),
          .buffer(bank.correlation), .buffer(pending),
        ])
      let matrices = try runtime.read(
        bank.correlation, from: (piece.lowerBound - bank.groups.lowerBound) * n * n, count: piece.count * n * n,
        zero: Float(0))
      for row in 0..<(piece.count * n) { triangles += matrices[(row * n)...(row * n + row % n)] }
    }
    return .float32(triangles)
  }

  /// Nothing is pending for these groups afterwards.
  func writeCorrelation(_ matrices: CorrelationMatrices, _ groups: Range<Int>) throws(DeviceError) {
    guard !banks.isEmpty, n > 0 else { return }
    let (n, length) = (n, n * (n + 1) / 2)
    let triangles: [Float]
    switch matrices {
    case .float32(let values): triangles = values
    default: triangles = matrices.values(size: n).map { Float($0) }
    }
    precondition(triangles.count == groups.count * length, "one triangle for each group")
    try forEachPiece(groups) { (bank, piece) throws(DeviceError) in
      var full = [Float](repeating: 0, count: piece.count * n * n)
      for (index, group) in piece.enumerated() {
        var element = (group - groups.lowerBound) * length
        for i in 0..<n {
          for j in 0...i {
            full[(index * n + i) * n + j] = triangles[element]
            full[(index * n + j) * n + i] = triangles[element]
            element += 1
          }
        }
      }
      try runtime.write(full, to: bank.correlation, from: (piece.lowerBound - bank.groups.lowerBound) * n * n)
      try runtime.write([Float](repeating: 0, count: piece.count * n), to: pending, from: piece.lowerBound * n)
    }
  }
}
