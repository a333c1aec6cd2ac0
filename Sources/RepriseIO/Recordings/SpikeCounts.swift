// Numbers of spikes by part of the trials, condition, unit and bin. Integers, so that no order of spikes matters.

struct SpikeCounts {
  let grid: BinGrid
  let conditionCount: Int
  /// Units that are counted.
  let slotCount: Int
  /// Shape `[3, conditions, slots, bins]`.
  private(set) var values: [UInt32]

  /// - Throws: ``RecordingError`` where the counts exceed the memory of the machine.
  init(grid: BinGrid, conditionCount: Int, slotCount: Int, place: String) throws {
    self.grid = grid
    self.conditionCount = conditionCount
    self.slotCount = slotCount
    let count = elementCount(of: [TrialPart.allCases.count, conditionCount, slotCount, grid.count])
    let bytes = count.flatMap { elementCount(of: [$0, MemoryLayout<UInt32>.size]) } ?? .max
    guard let count, bytes / 2 < HDF5Library.physicalMemory / 4 else {
      throw RecordingError(
        place,
        """
        needs counts of \(slotCount) units x \(conditionCount) conditions x \(grid.count) bins, more than the memory of \
        this machine. Use wider bins with --bin, or fewer units with --where.
        """)
    }
    values = [UInt32](repeating: 0, count: count)
  }

  /// Where the bins of a unit begin.
  func row(_ part: TrialPart, condition: Int, slot: Int) -> Int {
    ((part.rawValue * conditionCount + condition) * slotCount + slot) * grid.count
  }

  /// Counts a spike at `time`, ns from the event of its trial; nothing outside of the bins.
  mutating func add(_ part: TrialPart, condition: Int, slot: Int, time: Int) {
    guard time >= grid.start, time < grid.end else { return }
    values[row(part, condition: condition, slot: slot) + (time - grid.start) / grid.width] &+= 1
  }

  mutating func add(_ count: UInt32, _ part: TrialPart, condition: Int, slot: Int, bin: Int) {
    values[row(part, condition: condition, slot: slot) + bin] &+= count
  }
}
