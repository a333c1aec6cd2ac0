// P of all groups in the memory of a device, whichever the form.
internal import RepriseCore
internal import RepriseModel

/// The elements of P, and the exchange with triangles by rows.
final class GPUMatrixStore<Element: StoredElement> {
  let form: GPUMatrixForm
  let coding: CorrelationCoding<Element>
  let banks: [GPUBank]
  /// Shape [group, padded], scaled; empty for other precisions than float16.
  let diagonal: any DeviceBuffer
  /// Shape [group, rank, padded]: terms of updates that are not in P yet.
  let pending: any DeviceBuffer
  private let device: GPUDevice
  private let places: (element: [Int32], mirror: [Int32])
  private let elementCount: Int

  private var n: Int { coding.size }
  private var padded: Int { GPUMatrixForm.padded(n) }

  init(_ network: Network, _ form: GPUMatrixForm, groupCount: Int, _ device: GPUDevice) throws(DeviceError) {
    (self.form, self.device) = (form, device)
    coding = CorrelationCoding(network)
    let n = network.inputCount
    places = form.places(n)
    elementCount = form.elementCount(n)
    let (runtime, padded) = (device.runtime, GPUMatrixForm.padded(n))
    pending = try runtime.allocate(byteCount: form.bytesOfTermElement * groupCount * form.rank * padded)
    diagonal = try runtime.allocate(byteCount: coding.hasDiagonals ? 4 * groupCount * padded : 4)
    banks = try GPUBank.all(groupCount, bytesOfEach: MemoryLayout<Element>.stride * elementCount, device)
  }

  // MARK: Reading and writing

  private func forEachPiece(
    _ groups: Range<Int>, _ body: (GPUBank, Range<Int>) throws(DeviceError) -> Void
  ) throws(DeviceError) {
    for bank in banks {
      let bytes = MemoryLayout<Element>.stride * elementCount
      for piece in piecesToCopy(groups.clamped(to: bank.groups), bytesOfEach: bytes) { try body(bank, piece) }
    }
  }

  /// P without what is pending.
  func read(_ groups: Range<Int>) throws(DeviceError) -> CorrelationMatrices {
    var triangles = StoredTriangles<Element>(elements: [], diagonals: [])
    triangles.elements.reserveCapacity(groups.count * places.element.count)
    try forEachPiece(groups) { (bank, piece) throws(DeviceError) in
      let first = (piece.lowerBound - bank.groups.lowerBound) * elementCount
      let values: [Element] = try device.runtime.read(
        bank.elements, from: first, count: piece.count * elementCount, zero: 0)
      for index in 0..<piece.count {
        for place in places.element { triangles.elements.append(values[index * elementCount + Int(place)]) }
      }
      guard coding.hasDiagonals else { return }
      let rows = try device.runtime.read(
        diagonal, from: piece.lowerBound * padded, count: piece.count * padded, zero: Float(0))
      for index in 0..<piece.count { triangles.diagonals += rows[(index * padded)..<(index * padded + n)] }
    }
    return coding.matrices(triangles)
  }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) throws(DeviceError) {
    let stored = coding.stored(matrices)
    precondition(stored.elements.count == groups.count * places.element.count, "one triangle for each group")
    try forEachPiece(groups) { (bank, piece) throws(DeviceError) in
      var values = [Element](repeating: 0, count: piece.count * elementCount)
      for (index, group) in piece.enumerated() {
        let triangle = (group - groups.lowerBound) * places.element.count
        for (offset, place) in places.element.enumerated() {
          values[index * elementCount + Int(place)] = stored.elements[triangle + offset]
          values[index * elementCount + Int(places.mirror[offset])] = stored.elements[triangle + offset]
        }
      }
      try device.runtime.write(
        values, to: bank.elements, from: (piece.lowerBound - bank.groups.lowerBound) * elementCount)
      guard coding.hasDiagonals else { return }
      var rows = [Float](repeating: 0, count: piece.count * padded)
      for (index, group) in piece.enumerated() {
        for i in 0..<n { rows[index * padded + i] = stored.diagonals[(group - groups.lowerBound) * n + i] }
      }
      try device.runtime.write(rows, to: diagonal, from: piece.lowerBound * padded)
    }
  }

  /// Gives all of these groups the P of the first, which has been written.
  func `repeat`(_ groups: Range<Int>) throws(DeviceError) {
    for bank in banks {
      let here = groups.clamped(to: bank.groups)
      guard let first = here.first else { continue }
      if first > groups.lowerBound { try write(read(groups.lowerBound..<(groups.lowerBound + 1)), first..<(first + 1)) }
      try copy(
        bank.elements, words: MemoryLayout<Element>.stride * elementCount / 4,
        first - bank.groups.lowerBound, count: here.count - 1)
      if coding.hasDiagonals { try copy(diagonal, words: padded, first, count: here.count - 1) }
    }
  }

  private func copy(_ buffer: any DeviceBuffer, words: Int, _ source: Int, count: Int) throws(DeviceError) {
    guard count > 0 else { return }
    try device.runtime.launch(
      device.kernels.repeat, groups: count, groupSize: GPUKernels.updateItems(words, most: .max, device.runtime),
      localBytes: nil,
      [.buffer(buffer), .uint32(UInt32(words)), .uint32(UInt32(source)), .uint32(UInt32(source + 1))])
  }
}
