// Windowed currents of a trial, on their way from a device.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Sums of currents in bins of time. All bins are on the device, or some at once where memory is short.
final class GPUBins {
  let sums: any DeviceBuffer
  private let shape: SampleBins
  private let bins: BinSums
  private let slots: Int
  private let rows: Int
  private let device: GPUDevice
  /// The first bin that is on the device.
  private var base = 0

  init(_ shape: SampleBins, _ network: Network, _ device: GPUDevice) throws(DeviceError) {
    (self.shape, self.device) = (shape, device)
    slots = network.layout.slotCount
    bins = BinSums(network.layout, binCount: shape.count)
    rows = device.rows(of: shape.count, bytesOfEach: 4 * slots, most: device.limits.bytesOfSums)
    sums = try device.runtime.allocate(byteCount: 4 * slots * rows)
  }

  /// True if the device has all sums at the end of a trial.
  var isWhole: Bool { rows == shape.count }

  /// The last step whose sums have a place on the device.
  var lastStep: Int { base + rows < shape.count ? shape.start + (base + rows) * shape.width - 1 : .max }

  /// Call when a trial begins.
  func begin() throws(DeviceError) {
    base = 0
    if rows < shape.count { bins.clear() }
    try device.clear(sums, words: slots * rows)
  }

  /// Fetches the bins that are full, and makes room for those of the steps after ``lastStep``.
  func moveOn(_ state: GPUState) throws(DeviceError) {
    try fetch()
    try device.clear(sums, words: slots * rows)
    base += rows
    try state.setProgress(\.first_bin, UInt32(base), device.runtime)
  }

  /// All sums, once they have been fetched.
  func finish() throws(DeviceError) -> BinSums {
    try fetch()
    return bins
  }

  private func fetch() throws(DeviceError) {
    let count = min(rows, shape.count - base) * slots
    try device.runtime.copyOut(
      sums, offset: 0, to: UnsafeMutableRawBufferPointer(start: bins.bin(base), count: 4 * count))
  }
}
