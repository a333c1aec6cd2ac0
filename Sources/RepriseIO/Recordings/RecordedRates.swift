// `reprise rates`: from recordings to the firing rates that a network can learn.
internal import RepriseCore

/// What was made, and from what.
public struct RatesReport: Sendable {
  public struct Source: Sendable {
    public let place: String
    /// What the file has, in words.
    public let layout: String
    public let unitCount: Int
    public let trialCount: Int
    public let sessionCount: Int
    /// Spike times in the file; nil for counts.
    public let spikeCount: Int?
  }

  public struct Condition: Sendable {
    public let name: String
    /// Trials of it over all sources.
    public let trialCount: Int
  }

  public let path: String
  public let sources: [Source]
  public let conditions: [Condition]
  /// True where the conditions were chosen and not asked for.
  public let conditionsAreChosen: Bool
  /// Columns of trials that all sources have.
  public let trialColumns: [String]
  /// Trials of no condition, or without the event.
  public let unusedTrials: Int
  public let heldOutTrials: Int
  public let window: TimeWindow
  /// Bins and their width, ms.
  public let binCount: Int
  public let bin: Double
  public let unitCount: Int
  public let keptCount: Int
  /// Units left out, each for the first reason that applies.
  public let excluded: [UnitExclusion: Int]
  /// Of the units that are kept, Hz.
  public let meanRate: Double
  /// Median of the units that are kept and have one.
  public let medianReliability: Double?
}

/// Firing rates from recorded spikes.
public enum RecordedRates {
  /// Counts spikes around the events of trials, averages over the trials of each condition, smooths, leaves out units,
  /// and writes `rates.h5` (layout in docs/file-formats.md).
  ///
  /// The rates are exact quotients of whole numbers before smoothing, and the same for any order of spikes in the file.
  ///
  /// - Throws: ``RecordingError``, ``HDF5Error``, ``ConfigError`` or ``FileError``; nothing is written then.
  public static func write(_ request: RatesRequest, to output: String) throws -> RatesReport {
    try request.validate(output: output)
    // The file is begun first, so that a folder that cannot be written to is found before the work is done.
    return try HDF5File.writeAtomically(to: output) { file in
      let recording = try Recording(request)
      let result = try rated(recording, request)
      try Result(request: request, recording: recording, units: result.kept).write(to: file)
      return report(output, recording, result.kept, result.excluded)
    }
  }

  private static func rated(
    _ recording: Recording, _ request: RatesRequest
  ) throws -> (kept: [RatedUnit], excluded: [UnitExclusion: Int]) {
    let smoother = Smoother(
      weights: try request.smoothing.weights(width: recording.grid.width), binCount: recording.grid.count)
    var kept: [RatedUnit] = []
    var excluded: [UnitExclusion: Int] = [:]
    for index in recording.sources.indices {
      try rate(index, of: recording, smoother, request, &kept, &excluded)
    }
    guard kept.isEmpty else { return (kept, excluded) }
    let unitCount = recording.sources.reduce(0) { $0 + $1.units.rowCount }
    let reasons = UnitExclusion.allCases.compactMap { sentence($0, excluded, request) }
    throw RecordingError(
      listed(recording.sources.map { $0.place }, most: 3),
      "has none of its \(counted(unitCount, "unit")) left: \(reasons.joined(separator: ", ")). "
        + "Lower these limits, or use fewer conditions.")
  }

  /// Everything that goes into the file.
  struct Result {
    let request: RatesRequest
    let recording: Recording
    let units: [RatedUnit]
  }

  private static func rate(
    _ index: Int, of recording: Recording, _ smoother: Smoother, _ request: RatesRequest, _ kept: inout [RatedUnit],
    _ excluded: inout [UnitExclusion: Int]
  ) throws {
    let source = recording.sources[index]
    let isSelected = try source.units.rows(fulfilling: request.unitsWhere, option: "--where", noun: "unit")
    var slotOfUnit = [Int](repeating: -1, count: isSelected.count)
    var slotCount = 0
    for unit in isSelected.indices where isSelected[unit] {
      slotOfUnit[unit] = slotCount
      slotCount += 1
    }
    if slotCount < isSelected.count { excluded[.condition, default: 0] += isSelected.count - slotCount }
    var counts = try SpikeCounts(
      grid: recording.grid, conditionCount: recording.conditions.names.count, slotCount: slotCount,
      place: source.place)
    try source.count(recording.plans[index], slotOfUnit: slotOfUnit, into: &counts)
    let rates = UnitRates(counts: counts, plan: recording.plans[index], smoother: smoother, request: request)
    for unit in slotOfUnit.indices where slotOfUnit[unit] >= 0 {
      switch rates.unit(
        source: index, row: unit, slot: slotOfUnit[unit], session: source.sessions.ofUnit[unit])
      {
      case .success(let rated): kept.append(rated)
      case .failure(let error): excluded[error.reason, default: 0] += 1
      }
    }
  }

  /// Why units were left out, as in `3 below 1 Hz (--min-rate)`; nil where none was.
  public static func sentence(
    _ reason: UnitExclusion, _ excluded: [UnitExclusion: Int], _ request: RatesRequest
  ) -> String? {
    guard let count = excluded[reason], count > 0 else { return nil }
    switch reason {
    case .condition: return "\(count) not chosen by --where"
    case .trials:
      let heldOut = request.holdOut > 0 ? ", or none held out," : ""
      let fewest = counted(request.minimumTrials, "trial")
      return "\(count) with fewer than \(fewest)\(heldOut) in a condition (--min-trials)"
    case .rate: return "\(count) below \(formatNumber(request.minimumRate)) Hz (--min-rate)"
    case .reliability:
      return "\(count) with a reliability below \(formatNumber(request.minimumReliability ?? 0)) (--min-reliability)"
    }
  }

  private static func report(
    _ output: String, _ recording: Recording, _ kept: [RatedUnit], _ excluded: [UnitExclusion: Int]
  ) -> RatesReport {
    let used = recording.plans.flatMap { $0.condition }
    let reliabilities = kept.map { $0.reliability }.filter { !$0.isNaN }.sorted()
    let columns = recording.sources[0].trials.names.filter { name in
      recording.sources.allSatisfy { $0.trials.column(name) != nil }
    }
    let heldOut = recording.plans.reduce(0) { total, plan in
      total + zip(plan.condition, plan.part).reduce(0) { $0 + ($1.0 >= 0 && $1.1 == .heldOut ? 1 : 0) }
    }
    var trialCounts = [Int](repeating: 0, count: recording.conditions.names.count)
    for condition in used where condition >= 0 { trialCounts[condition] += 1 }
    return RatesReport(
      path: output,
      sources: recording.sources.map {
        RatesReport.Source(
          place: $0.place, layout: $0.layout, unitCount: $0.units.rowCount, trialCount: $0.trials.rowCount,
          sessionCount: $0.sessions.count, spikeCount: $0.spikeCount)
      },
      conditions: zip(recording.conditions.names, trialCounts).map { .init(name: $0, trialCount: $1) },
      conditionsAreChosen: recording.conditions.areChosen, trialColumns: columns,
      unusedTrials: used.reduce(0) { $0 + ($1 < 0 ? 1 : 0) }, heldOutTrials: heldOut, window: recording.window,
      binCount: recording.grid.count, bin: RecordingTime.milliseconds(recording.grid.width),
      unitCount: recording.sources.reduce(0) { $0 + $1.units.rowCount }, keptCount: kept.count, excluded: excluded,
      meanRate: kept.reduce(0) { $0 + $1.meanRate } / Double(kept.count),
      medianReliability: reliabilities.isEmpty ? nil : reliabilities[reliabilities.count / 2])
  }
}
