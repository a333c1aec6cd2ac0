// Windowed currents of a trial, on their way from a device.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Sums of currents in bins of time: some bins at once are on the device.
final class GPUBins {
  let sums: any DeviceBuffer
  private let shape: SampleBins
  private let bins: BinSums
  private let slots: Int
  private let rows: Int
  private let runtime: any DeviceRuntime
  private let kernels: GPUKernels
  /// The first bin that is on the device.
  private var base = 0

  init(_ shape: SampleBins, _ network: Network, _ device: GPUDevice) throws(DeviceError) {
    (self.shape, runtime, kernels) = (shape, device.runtime, device.kernels)
    slots = network.layout.slotCount
    bins = BinSums(network.layout, binCount: shape.count)
    rows = max(1, min(shape.count, device.limits.bytesOfSums / (4 * slots)))
    sums = try runtime.allocate(byteCount: 4 * slots * rows)
  }

  /// Where the sums of a step begin in `sums`; nil outside all bins.
  func start(ofStep step: Int) throws(DeviceError) -> Int? {
    guard let bin = shape.bin(ofStep: step) else { return nil }
    if bin >= base + rows {
      try fetch()
      try runtime.launch(
        kernels.clear, groups: slots * rows / GPUKernels.stepItems, groupSize: GPUKernels.stepItems, localBytes: nil,
        [.buffer(sums)])
      base = bin
    }
    return (bin - base) * slots
  }

  /// All sums, once they have been fetched.
  func finish() throws(DeviceError) -> BinSums {
    try fetch()
    return bins
  }

  private func fetch() throws(DeviceError) {
    let count = min(rows, shape.count - base) * slots
    try runtime.copyOut(
      sums, offset: 0, to: UnsafeMutableRawBufferPointer(start: bins.bin(base), count: 4 * count))
  }

  var flag: UInt32 { UInt32(shape.quantity == .totalCurrent ? RP_SUM_TOTAL : RP_SUM_PLASTIC) }
}
