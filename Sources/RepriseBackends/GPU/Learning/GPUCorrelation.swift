// What gives the gain of an update on a device: P, or what stands for it.
internal import RepriseCore
internal import RepriseModel

/// An update that is due.
struct GPUUpdate {
  let state: GPUState
  /// The last step done, and the flags of its trial.
  let step: Int
  let flags: UInt32
  /// Number of the trial, and row 1, 2, ... of its targets.
  let trial: Int
  let row: Int
  /// No update preceded this one by one interval.
  let startsAnew: Bool
}

/// Inverse correlation matrices of all groups, or what defines them.
protocol GPUCorrelation: AnyObject {
  /// Bytes that an update of all groups reads and writes, on average.
  var bytesPerUpdate: Int { get }
  /// k and den of all groups (E10 to E12), to the memory of ``GPUGroups``; P is then the one after the update.
  func update(_ update: GPUUpdate) throws(DeviceError)
  /// Applies what is pending to P, so that it does not matter whether training goes on or resumes.
  func finishTrial() throws(DeviceError)
  /// Lower triangles by rows, of no trial that is under way.
  func read(_ groups: Range<Int>) throws(DeviceError) -> CorrelationMatrices
  /// Values of another precision are rounded. Nothing is pending for these groups afterwards.
  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) throws(DeviceError)
  /// Gives all of these groups the P of the first.
  func `repeat`(_ groups: Range<Int>) throws(DeviceError)
  /// Filtered spikes at the last updates; nil where P is kept.
  func readHistory() throws(DeviceError) -> SpikeHistory?
  func writeHistory(_ history: SpikeHistory) throws(DeviceError)
}

extension GPUCorrelation {
  func readHistory() throws(DeviceError) -> SpikeHistory? { nil }
  func writeHistory(_ history: SpikeHistory) throws(DeviceError) {}
}

/// Matrices of groups that lie in one buffer: devices limit the size of a buffer.
struct GPUBank {
  let groups: Range<Int>
  let elements: any DeviceBuffer

  /// Room for the matrices of `count` groups.
  static func all(_ count: Int, bytesOfEach: Int, _ device: GPUDevice) throws(DeviceError) -> [GPUBank] {
    let largest = min(device.runtime.largestAllocation, device.limits.bytesOfMatrices)
    let perBank = max(1, largest / max(1, bytesOfEach))
    var banks: [GPUBank] = []
    for first in stride(from: 0, to: count, by: perBank) {
      let groups = first..<min(first + perBank, count)
      let elements = try device.runtime.allocate(byteCount: groups.count * bytesOfEach)
      banks.append(GPUBank(groups: groups, elements: elements))
    }
    return banks
  }
}

/// Parts of a range whose copies take some 16 MB at most.
func piecesToCopy(_ range: Range<Int>, bytesOfEach: Int) -> [Range<Int>] {
  let size = max(1, (16 << 20) / max(bytesOfEach, 1))
  return stride(from: range.lowerBound, to: range.upperBound, by: size).map {
    $0..<min($0 + size, range.upperBound)
  }
}
