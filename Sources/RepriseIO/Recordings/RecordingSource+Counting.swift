// Counting the spikes of a source, a block of the file at a time.

extension RecordingSource {
  /// Counts the spikes of some units in the bins around the events of trials.
  ///
  /// - Parameter slotOfUnit: Place of each unit in the counts; -1: not counted.
  /// - Throws: ``HDF5Error``, or ``RecordingError`` where the file contradicts itself.
  func count(_ plan: TrialPlan, slotOfUnit: [Int], into counts: inout SpikeCounts) throws {
    switch spikes {
    case .ofTrials(let group): try countByTrial(group, plan, slotOfUnit, &counts)
    case .ofNodes(let group): try countByNode(group, plan, slotOfUnit, &counts)
    case .ofUnits: try countByUnit(plan, slotOfUnit, &counts)
    case .counted(let dataset, let start, let width):
      try sumCounts(dataset, start: start, width: width, plan, slotOfUnit, &counts)
    }
  }

  // MARK: Times with trials

  private func countByTrial(
    _ group: String, _ plan: TrialPlan, _ slotOfUnit: [Int], _ counts: inout SpikeCounts
  ) throws {
    let times = try file.dataset(group + "/timestamps")
    let nodes = try file.dataset(group + "/node_ids")
    let ids = try file.dataset(group + "/trial_ids")
    for block in blocks(times.count) {
      let time = try times.read(rows: block, as: Double.self)
      let node = try nodes.read(rows: block, as: Int64.self)
      let id = try ids.read(rows: block, as: Int64.self)
      for index in time.indices {
        let unit = try checked(node[index], below: units.rowCount, nodes, block.lowerBound + index, units.place)
        let trial = try checked(id[index], below: trials.rowCount, ids, block.lowerBound + index, trials.place)
        let nanoseconds = try self.nanoseconds(time[index], times, block.lowerBound + index)
        guard sessions.ofUnit[unit] == sessions.ofTrial[trial] else {
          throw RecordingError(
            "\(file.path):\(group)",
            """
            has spike \(block.lowerBound + index) (counted from 0) of unit \(unit) in trial \(trial), which is of \
            another session. Correct the column session of \(units.place) or \(trials.place).
            """)
        }
        guard slotOfUnit[unit] >= 0, plan.condition[trial] >= 0 else { continue }
        counts.add(
          plan.part[trial], condition: plan.condition[trial], slot: slotOfUnit[unit],
          time: nanoseconds - plan.event[trial])
      }
    }
  }

  // MARK: Times on a clock

  private func countByNode(
    _ group: String, _ plan: TrialPlan, _ slotOfUnit: [Int], _ counts: inout SpikeCounts
  ) throws {
    let times = try file.dataset(group + "/timestamps")
    let nodes = try file.dataset(group + "/node_ids")
    let events = ClockEvents(plan, counts.grid)
    for block in blocks(times.count) {
      let time = try times.read(rows: block, as: Double.self)
      let node = try nodes.read(rows: block, as: Int64.self)
      for index in time.indices {
        let unit = try checked(node[index], below: units.rowCount, nodes, block.lowerBound + index, units.place)
        let nanoseconds = try clockTime(time[index], times, block.lowerBound + index)
        count(nanoseconds, unit: unit, events, plan, slotOfUnit, &counts)
      }
    }
  }

  private func countByUnit(_ plan: TrialPlan, _ slotOfUnit: [Int], _ counts: inout SpikeCounts) throws {
    let times = try file.dataset("/units/spike_times")
    let ends = try unitEnds(times.count)
    let events = ClockEvents(plan, counts.grid)
    var unit = 0
    var previous = 0
    for block in blocks(times.count) {
      let time = try times.read(rows: block, as: Double.self)
      for index in time.indices {
        let position = block.lowerBound + index
        while position == ends[unit] {
          unit += 1
          previous = 0
        }
        let nanoseconds = try clockTime(time[index], times, position)
        guard nanoseconds >= previous else {
          throw RecordingError(
            "\(file.path):\(times.path)",
            """
            runs backwards in unit \(unit) (counted from 0): \(formatNumber(Double(nanoseconds) / 1e9)) s after \
            \(formatNumber(Double(previous) / 1e9)) s at element \(position). Sort the times of each unit, and check \
            spike_times_index.
            """)
        }
        previous = nanoseconds
        count(nanoseconds, unit: unit, events, plan, slotOfUnit, &counts)
      }
    }
  }

  /// Where the spikes of each unit end.
  private func unitEnds(_ spikeCount: Int) throws -> [Int] {
    let dataset = try file.dataset("/units/spike_times_index")
    let ends = try dataset.read(as: Int64.self).map { Int($0) }
    for unit in ends.indices where ends[unit] < (unit > 0 ? ends[unit - 1] : 0) {
      throw RecordingError(
        "\(file.path):\(dataset.path)",
        """
        runs backwards at unit \(unit) (counted from 0): \(ends[unit]) after \(unit > 0 ? ends[unit - 1] : 0). It must \
        say where the spikes of each unit end; write the file again.
        """)
    }
    guard (ends.last ?? 0) == spikeCount else {
      throw RecordingError(
        "\(file.path):\(dataset.path)",
        "ends at \(ends.last ?? 0), but /units/spike_times has \(counted(spikeCount, "element")). "
          + "They must be equal; write the file again.")
    }
    return ends
  }

  private func count(
    _ time: Int, unit: Int, _ events: ClockEvents, _ plan: TrialPlan, _ slotOfUnit: [Int],
    _ counts: inout SpikeCounts
  ) {
    guard slotOfUnit[unit] >= 0 else { return }
    events.forEachTrial(around: time) { trial in
      guard sessions.ofTrial[trial] == sessions.ofUnit[unit] else { return }
      counts.add(
        plan.part[trial], condition: plan.condition[trial], slot: slotOfUnit[unit], time: time - plan.event[trial])
    }
  }

  // MARK: Counts

  private func sumCounts(
    _ dataset: HDF5Dataset, start: Int, width: Int, _ plan: TrialPlan, _ slotOfUnit: [Int],
    _ counts: inout SpikeCounts
  ) throws {
    let grid = counts.grid
    guard grid.width % width == 0, (grid.start - start) % width == 0 else {
      throw RecordingError(
        place,
        """
        has counts in bins of \(RecordingTime.text(width)) from \(RecordingTime.text(start)), which cannot be put into \
        bins of \(RecordingTime.text(grid.width)) from \(RecordingTime.text(grid.start)). Choose multiples with --bin \
        and --window.
        """)
    }
    let merged = grid.width / width
    let first = (grid.start - start) / width
    let unitCount = units.rowCount
    let binCount = dataset.shape[2]
    let step = max(1, Self.blockLength / max(1, unitCount * binCount))
    for block in blocks(trials.rowCount, length: step) {
      let values = try dataset.read(rows: block, as: Int32.self)
      for trial in block {
        let condition = plan.condition[trial]
        for unit in 0..<unitCount {
          let slot = slotOfUnit[unit]
          let row = ((trial - block.lowerBound) * unitCount + unit) * binCount
          for bin in 0..<binCount {
            let value = values[row + bin]
            guard (0...65_535).contains(value) else { throw badCount(value, dataset, trial, unit, bin) }
            guard condition >= 0, slot >= 0, bin >= first, bin < first + merged * grid.count else { continue }
            counts.add(
              UInt32(value), plan.part[trial], condition: condition, slot: slot, bin: (bin - first) / merged)
          }
        }
      }
    }
  }

  private func badCount(
    _ value: Int32, _ dataset: HDF5Dataset, _ trial: Int, _ unit: Int, _ bin: Int
  ) -> RecordingError {
    RecordingError(
      "\(file.path):\(dataset.path)",
      """
      has the count \(value) at trial \(trial), unit \(unit), bin \(bin) (counted from 0); numbers of spikes, 0 to \
      65535, are needed.
      """)
  }

  // MARK: Checks

  private func blocks(_ count: Int, length: Int = blockLength) -> [Range<Int>] {
    stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
  }

  private func checked(
    _ index: Int64, below count: Int, _ dataset: HDF5Dataset, _ element: Int, _ table: String
  ) throws -> Int {
    guard index >= 0, index < count else {
      throw RecordingError(
        "\(file.path):\(dataset.path)",
        """
        has \(index) in element \(element) (counted from 0), but \(table) has \(counted(count, "row")); numbers from 0 \
        to \(count - 1) are needed.
        """)
    }
    return Int(index)
  }

  private func nanoseconds(_ time: Double, _ dataset: HDF5Dataset, _ element: Int) throws -> Int {
    guard let nanoseconds = RecordingTime.nanoseconds(time, unit: timeUnit) else {
      throw RecordingError(
        "\(file.path):\(dataset.path)",
        "has \(time) in element \(element) (counted from 0), which is no time; remove this spike.")
    }
    return nanoseconds
  }

  private func clockTime(_ time: Double, _ dataset: HDF5Dataset, _ element: Int) throws -> Int {
    let nanoseconds = try nanoseconds(time, dataset, element)
    guard nanoseconds >= 0 else {
      throw RecordingError(
        "\(file.path):\(dataset.path)",
        """
        has the time \(formatNumber(time)) in element \(element) (counted from 0); times on the clock of a session are \
        0 or more. Remove this spike, or shift spikes and trials together.
        """)
    }
    return nanoseconds
  }
}

/// The trials of a clock in the order of their events.
private struct ClockEvents {
  private let events: [(time: Int, trial: Int)]
  private let grid: BinGrid

  init(_ plan: TrialPlan, _ grid: BinGrid) {
    events = plan.condition.indices.filter { plan.condition[$0] >= 0 }
      .map { (time: plan.event[$0], trial: $0) }.sorted { ($0.time, $0.trial) < ($1.time, $1.trial) }
    self.grid = grid
  }

  /// Calls `body` with each trial that has `time` within its bins; trials may overlap.
  func forEachTrial(around time: Int, _ body: (Int) -> Void) {
    // start <= time - event < end, so event lies above time - end and up to time - start.
    var low = 0
    var high = events.count
    while low < high {
      let middle = (low + high) / 2
      if events[middle].time > time - grid.end { high = middle } else { low = middle + 1 }
    }
    while low < events.count, events[low].time <= time - grid.start {
      body(events[low].trial)
      low += 1
    }
  }
}
