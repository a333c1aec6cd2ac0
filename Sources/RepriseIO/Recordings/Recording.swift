// All inputs of `reprise rates` together: their conditions, bins, and what each trial is used for.

struct Recording: Sendable {
  let sources: [RecordingSource]
  let conditions: TrialConditions
  let plans: [TrialPlan]
  let window: TimeWindow
  let grid: BinGrid

  /// - Throws: ``HDF5Error``, ``ConfigError`` or ``RecordingError``.
  init(_ request: RatesRequest) throws {
    let sources = try request.inputs.enumerated().flatMap { index, input in
      try RecordingSource.open(input, trialTable: request.trialTables.isEmpty ? nil : request.trialTables[index])
    }
    for source in sources {
      guard source.units.rowCount > 0 else {
        throw RecordingError(source.place, "has no units. Leave it out.")
      }
      guard source.trials.rowCount > 0 else {
        throw RecordingError(source.place, "has no trials. Leave it out, or give a table with --trials-from FILE.")
      }
    }
    self.sources = sources
    window = try Self.window(sources, request)
    grid = try Self.grid(window, sources, request)
    let events = try sources.map { try $0.eventTimes(align: request.align) }
    let isUsed = try sources.indices.map { index in
      let rows = try sources[index].trials.rows(
        fulfilling: request.trialsWhere, option: "--trials-where", noun: "trial")
      return zip(rows, events[index]).map { $0 && $1 != nil }
    }
    guard isUsed.contains(where: { $0.contains(true) }) else {
      let reason = request.trialsWhere.isEmpty ? "none has a time to align to" : "--trials-where leaves none"
      throw RecordingError(listed(sources.map { $0.place }, most: 3), "has no trial to use: \(reason).")
    }
    conditions = try TrialConditions(request.conditions, sources: sources, isUsed: isUsed)
    var firstSession = 0
    var plans: [TrialPlan] = []
    for (index, source) in sources.enumerated() {
      plans.append(
        TrialPlan(
          source, event: events[index], condition: conditions.ofTrial[index],
          conditionCount: conditions.names.count, holdOut: request.holdOut, seed: request.seed,
          firstSession: firstSession))
      firstSession += source.sessions.count
    }
    self.plans = plans
  }

  /// The window that is asked for, within what was recorded; else what all sources recorded.
  private static func window(_ sources: [RecordingSource], _ request: RatesRequest) throws -> TimeWindow {
    if let window = request.window {
      // Where another event is time 0, the recorded window lies elsewhere in each trial.
      if request.align == nil {
        for source in sources { try check(window, source) }
      }
      return window
    }
    guard request.align == nil, let first = sources[0].recordedWindow else {
      let reason = request.align == nil ? "does not say what part of a trial was recorded" : "is aligned by --align"
      throw RecordingError(
        sources[0].place, "\(reason), so a window is needed. Give it, as in --window -200ms..800ms.")
    }
    guard let other = sources.first(where: { $0.recordedWindow != first }) else { return first }
    throw RecordingError(
      other.place,
      """
      has \(other.recordedWindow.map { "the window \($0)" } ?? "no window"), but \(sources[0].place) has \(first). \
      Give one that all have, as in --window \(first).
      """)
  }

  private static func check(_ window: TimeWindow, _ source: RecordingSource) throws {
    guard let recorded = source.recordedWindow else { return }
    guard recorded.start <= window.start, window.end <= recorded.end else {
      throw RecordingError(
        source.place,
        "was recorded over \(recorded), but --window asks for \(window); it must lie within.")
    }
  }

  private static func grid(
    _ window: TimeWindow, _ sources: [RecordingSource], _ request: RatesRequest
  ) throws -> BinGrid {
    let stored = sources.lazy.compactMap { source -> Int? in
      if case .counted(_, _, let width) = source.spikes { width } else { nil }
    }.first
    guard let bin = request.bin else {
      return try BinGrid(window, width: stored ?? BinGrid.usualWidth(for: window))
    }
    guard let width = RecordingTime.nanoseconds(bin, unit: RecordingTime.perMillisecond), width > 0 else {
      throw RecordingError("--bin", "is \(formatNumber(bin)) ms; a time of 1 ns or more is needed.", isUsage: true)
    }
    return try BinGrid(window, width: width)
  }
}
