// How well the currents of a trial follow their targets, found where the sums are.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Correlations of currents with targets on a device with double precision.
final class GPUFit {
  private let network: Network
  private let device: GPUDevice
  private let kernel: any DeviceKernel
  private let windows: [SampleWindow]
  /// Shape [row, 2] and [row]: bins of the windows, and samples in them.
  private let bins, samples: any DeviceBuffer
  /// Slot of the neuron of each column of the targets.
  private let slots: any DeviceBuffer
  /// Shape [column].
  private let correlations: any DeviceBuffer
  /// How many neurons have currents that are no numbers.
  private let troubles: any DeviceBuffer

  /// Nil on devices that have no double precision.
  init?(_ windows: [SampleWindow], _ network: Network, _ device: GPUDevice) throws(DeviceError) {
    guard let kernel = device.kernels.fit else { return nil }
    (self.windows, self.network, self.device, self.kernel) = (windows, network, device, kernel)
    let runtime = device.runtime
    bins = try runtime.buffer(windows.flatMap { [UInt32($0.bins.lowerBound), UInt32($0.bins.upperBound)] })
    samples = try runtime.buffer(windows.map(\.samples))
    slots = try runtime.buffer(network.targets.neurons.neurons.map { UInt32(network.layout.slot(Int($0))) })
    correlations = try runtime.allocate(byteCount: 8 * network.targets.neuronCount)
    troubles = try runtime.allocate(byteCount: 4)
  }

  func serves(_ windows: [SampleWindow]) -> Bool { windows == self.windows }

  /// - Parameters:
  ///   - sums: All sums of the trial, shape [bin, slot].
  ///   - targets: The first row of the trial's task; the others follow.
  func run(
    _ sums: any DeviceBuffer, _ targets: GPUTargets.Row, _ constants: any DeviceBuffer
  ) throws(DeviceError) -> TargetFit {
    let (runtime, items, columns) = (device.runtime, GPUKernels.stepItems, network.targets.neuronCount)
    try device.clear(troubles, words: 1)
    try runtime.launch(
      kernel, groups: (columns + items - 1) / items, groupSize: items, localBytes: nil,
      [
        .buffer(constants), .uint32(UInt32(columns)), .buffer(slots), .uint32(UInt32(windows.count)), .buffer(bins),
        .buffer(samples), .buffer(sums), .uint64(UInt64(targets.first)), .buffer(targets.buffer),
        .buffer(correlations), .buffer(troubles),
      ])
    let values = try runtime.read(correlations, count: columns, zero: 0.0)
    // The kernel says 2 where there is no correlation.
    return TargetFit(
      correlations: network.targets.byNeuron(values.map { $0 > 1.5 ? .nan : $0 }, neuronCount: network.neuronCount),
      isFinite: try runtime.read(troubles, count: 1, zero: UInt32(0))[0] == 0)
  }
}
