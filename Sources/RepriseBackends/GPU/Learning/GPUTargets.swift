// Targets in the memory of a device, sent ahead of the updates that need them.
internal import RepriseCore
internal import RepriseModel

/// Rows of the targets of all tasks: all of them, or some at once where memory is short.
final class GPUTargets {
  /// Where the targets of an update are: elements `first` ..< `first` + neurons.
  struct Row {
    let buffer: any DeviceBuffer
    let first: Int
  }

  private let targets: Targets
  private let device: GPUDevice
  private let buffer: any DeviceBuffer
  private let rowsAtOnce: Int
  /// Rows on the device, counted over all tasks.
  private var resident = 0..<0

  init(_ targets: Targets, _ device: GPUDevice) throws(DeviceError) {
    (self.targets, self.device) = (targets, device)
    rowsAtOnce = device.rows(
      of: targets.taskCount * targets.rowCount, bytesOfEach: 4 * targets.neuronCount,
      most: device.limits.bytesOfTargets)
    buffer = try device.runtime.allocate(byteCount: 4 * targets.neuronCount * rowsAtOnce)
  }

  /// The first row of a task, which the others follow; nil where they are not on the device at once.
  func rows(ofTask task: Int) throws(DeviceError) -> Row? {
    rowsAtOnce == targets.taskCount * targets.rowCount && rowsAtOnce > 0 ? try row(1, task: task) : nil
  }

  /// Row 1, 2, ... of a task.
  func row(_ row: Int, task: Int) throws(DeviceError) -> Row {
    let count = targets.neuronCount
    let all = targets.taskCount * targets.rowCount
    let wanted = task * targets.rowCount + row - 1
    if !resident.contains(wanted) {
      let first = rowsAtOnce == all ? 0 : wanted
      resident = first..<min(first + rowsAtOnce, all)
      for piece in piecesToCopy(resident, bytesOfEach: 4 * count) {
        try device.runtime.write(
          Array(targets.values[(piece.lowerBound * count)..<(piece.upperBound * count)]), to: buffer,
          from: (piece.lowerBound - resident.lowerBound) * count)
      }
    }
    return Row(buffer: buffer, first: (wanted - resident.lowerBound) * count)
  }
}
