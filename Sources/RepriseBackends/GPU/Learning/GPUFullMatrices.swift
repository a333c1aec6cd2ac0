// P in full on a device, with one pending term.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

final class GPUFullMatrices: GPUCorrelation {
  private let device: GPUDevice
  private let constants: any DeviceBuffer
  private let groups: GPUGroups
  private let n: Int
  /// Shape [group, input, input] in all.
  private let banks: [GPUBank]
  /// Shape [group, input]: the term of the last update, not yet in P.
  private let pending: any DeviceBuffer

  init(_ network: Network, _ groups: GPUGroups, _ constants: any DeviceBuffer, _ device: GPUDevice) throws(DeviceError) {
    (self.groups, self.constants, self.device) = (groups, constants, device)
    n = network.inputCount
    pending = try device.runtime.allocate(byteCount: 4 * groups.count * n)
    banks = try GPUBank.all(groups.count, bytesOfEach: 4 * n * n, device)
  }

  func update(_ update: GPUUpdate) throws(DeviceError) {
    let items = GPUKernels.updateItems(n, most: .max, device.runtime)
    for bank in banks {
      try device.runtime.launch(
        device.kernels.gain, groups: bank.groups.count, groupSize: items, localBytes: 8 * n,
        [
          .buffer(constants), .uint32(UInt32(bank.groups.lowerBound)), .buffer(update.state.filtered),
          .buffer(groups.sources), .buffer(bank.elements), .buffer(pending), .buffer(groups.gain),
          .buffer(groups.denominators),
        ])
    }
  }

  func finishTrial() {}

  private func forEachPiece(
    _ groups: Range<Int>, _ body: (GPUBank, Range<Int>) throws(DeviceError) -> Void
  ) throws(DeviceError) {
    for bank in banks {
      for piece in piecesToCopy(groups.clamped(to: bank.groups), bytesOfEach: 4 * n * n) { try body(bank, piece) }
    }
  }

  func read(_ groups: Range<Int>) throws(DeviceError) -> CorrelationMatrices {
    let n = n
    var triangles: [Float] = []
    triangles.reserveCapacity(groups.count * n * (n + 1) / 2)
    try forEachPiece(groups) { (bank, piece) throws(DeviceError) in
      try device.runtime.launch(
        device.kernels.flush, groups: piece.count, groupSize: GPUKernels.updateItems(n, most: .max, device.runtime),
        localBytes: 4 * n,
        [
          .buffer(constants), .uint32(UInt32(piece.lowerBound)), .uint32(UInt32(bank.groups.lowerBound)),
          .buffer(bank.elements), .buffer(pending),
        ])
      let matrices = try device.runtime.read(
        bank.elements, from: (piece.lowerBound - bank.groups.lowerBound) * n * n, count: piece.count * n * n,
        zero: Float(0))
      for row in 0..<(piece.count * n) { triangles += matrices[(row * n)...(row * n + row % n)] }
    }
    return .float32(triangles)
  }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) throws(DeviceError) {
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
      try device.runtime.write(full, to: bank.elements, from: (piece.lowerBound - bank.groups.lowerBound) * n * n)
      try device.runtime.write([Float](repeating: 0, count: piece.count * n), to: pending, from: piece.lowerBound * n)
    }
  }
}
