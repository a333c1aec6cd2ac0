// One input of `reprise rates`: a table of units, a table of trials, and spikes that can be counted.
// The layouts of files are read in RecordingSource+Layouts.swift, spikes are counted in RecordingSource+Counting.swift.

struct RecordingSource: Sendable {
  /// How the file has the spikes.
  enum Spikes: Sendable {
    /// Times from an event of a trial, each with its unit and its trial.
    case ofTrials(group: String)
    /// Times on one clock, each with its unit, as in SONATA files.
    case ofNodes(group: String)
    /// Times on one clock, unit after unit, as in NWB files.
    case ofUnits
    /// Numbers of spikes in bins of `width` ns from `start`, shape [trial, unit, bin].
    case counted(HDF5Dataset, start: Int, width: Int)
  }

  let file: HDF5File
  /// The file, with the group where the file has several sources.
  let place: String
  let spikes: Spikes
  /// ns in the unit of the spike times.
  let timeUnit: Double
  let tables: RecordingTables
  /// The part of a trial that was recorded, where the file says so.
  let recordedWindow: TimeWindow?
  /// Number of spike times; nil for counts.
  let spikeCount: Int?

  var units: RecordingTable { tables.units }
  var trials: RecordingTable { tables.trials }
  var sessions: RecordingTables.Sessions { tables.sessions }

  /// What the file has, in words.
  var layout: String {
    switch spikes {
    case .ofTrials: "spike times by trial"
    case .ofNodes: "spike times on one clock (SONATA)"
    case .ofUnits: "spike times on one clock (NWB)"
    case .counted(_, _, let width): "spike counts in bins of \(RecordingTime.text(width))"
    }
  }

  var isOnClock: Bool {
    switch spikes {
    case .ofNodes, .ofUnits: true
    case .ofTrials, .counted: false
    }
  }

  /// The time of the event of each trial, ns; nil where the trial has none.
  ///
  /// - Parameter align: A column of trials; nil: `start_time` on a clock, else the zero of the trial's spike times.
  /// - Throws: ``RecordingError``.
  func eventTimes(align: String?) throws -> [Int?] {
    guard isOnClock || align != nil else { return [Int?](repeating: 0, count: trials.rowCount) }
    if case .counted = spikes {
      throw RecordingError(
        place, "holds counts in bins, which cannot be aligned to another event. Leave out --align \(align ?? "").")
    }
    let column = try trials.column(align ?? "start_time", option: "--align", noun: "trial")
    guard case .numbers(let times) = column.values else {
      throw RecordingError("\(trials.place), column \(column.name),", "is text; times are needed for --align.")
    }
    return try times.enumerated().map { row, time in
      guard !time.isNaN else { return nil }
      guard let event = RecordingTime.nanoseconds(time, unit: unit(of: column)), event >= 0 || !isOnClock else {
        throw RecordingError(
          "\(trials.place), column \(column.name),",
          """
          has the time \(formatNumber(time)) in trial \(row) (counted from 0); times on the clock of a session are 0 or \
          more. Correct it, or make it NaN to leave out the trial.
          """)
      }
      return event
    }
  }

  /// ns in the unit of a column of times: what it says, what its name says, or the unit of the spike times.
  private func unit(of column: RecordingTable.Column) -> Double {
    if let unit = column.unit.flatMap({ RecordingTime.unit(named: $0) }) { return unit }
    let suffix = column.name.split(separator: "_").last.map { String($0) } ?? ""
    return column.name.contains("_") ? RecordingTime.unit(named: suffix) ?? timeUnit : timeUnit
  }
}
