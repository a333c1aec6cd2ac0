// rates.h5: firing rates by condition, in the layout that targets are read from.
internal import RepriseCore

extension RecordedRates.Result {
  private static let blockLength = 1 << 20

  func write(to file: HDF5File) throws {
    try FileFormat.rates.mark(file)
    try file.setAttribute("seed", to: request.seed)
    try file.setAttribute("hold_out", to: request.holdOut)
    try writeRates(to: file, "/psth", \.rates)
    try writeTrialCounts(to: file, "/n_trials", \.trialCounts)
    if request.holdOut > 0 {
      try writeRates(to: file, "/held_out/psth", \.heldOut)
      try writeTrialCounts(to: file, "/held_out/n_trials", \.heldOutCounts)
    }
    let grid = recording.grid
    try file.write(
      (0..<grid.count).map { RecordingTime.milliseconds(grid.start + $0 * grid.width) + bin / 2 },
      to: "/bins/centre_ms")
    try writeConditions(to: file)
    try writeTrials(to: file)
    try writeUnits(to: file)
  }

  private var bin: Double { RecordingTime.milliseconds(recording.grid.width) }

  /// Writes (time, unit, condition) some rows at a time, since each unit has (condition, time).
  private func writeRates(to file: HDF5File, _ path: String, _ part: KeyPath<RatedUnit, [Float]>) throws {
    let (bins, conditions) = (recording.grid.count, recording.conditions.names.count)
    let dataset = try file.createDataset(path, shape: [bins, units.count, conditions], of: Float.self)
    let step = max(1, Self.blockLength / (units.count * conditions))
    for start in stride(from: 0, to: bins, by: step) {
      let rows = start..<min(start + step, bins)
      var values: [Float] = []
      values.reserveCapacity(rows.count * units.count * conditions)
      for bin in rows {
        for unit in units {
          let rates = unit[keyPath: part]
          for condition in 0..<conditions { values.append(rates[condition * bins + bin]) }
        }
      }
      try dataset.write(rows: rows, from: values)
    }
    try file.setAttribute("axes", of: path, to: "time, unit, condition")
    try file.setAttribute("units", of: path, to: "Hz")
    try file.setAttribute("bin_ms", of: path, to: bin)
    try file.setAttribute("t0_ms", of: path, to: RecordingTime.milliseconds(recording.grid.start))
    try file.setAttribute("smoothing", of: path, to: request.smoothing.description)
    try file.setAttribute("alignment", of: path, to: request.align ?? "start of the trial")
  }

  private func writeTrialCounts(to file: HDF5File, _ path: String, _ part: KeyPath<RatedUnit, [Int]>) throws {
    try file.write(
      units.flatMap { $0[keyPath: part].map { Int32($0) } }, to: path,
      shape: [units.count, recording.conditions.names.count])
  }

  private func writeConditions(to file: HDF5File) throws {
    try file.write(recording.conditions.names, to: "/conditions/name")
    for column in recording.conditions.columns where column.name != "name" {
      try write(column.values, to: "/conditions/\(column.name)", of: file)
    }
  }

  /// Which trial went where, so that others can hold out the same.
  private func writeTrials(to file: HDF5File) throws {
    let plans = recording.plans
    try file.write(recording.sources.map { $0.place }, to: "/trials/sources")
    try file.write(
      plans.indices.flatMap { [Int32](repeating: Int32($0), count: plans[$0].condition.count) }, to: "/trials/source")
    try file.write(plans.flatMap { $0.condition.indices.map { Int64($0) } }, to: "/trials/row")
    try file.write(plans.flatMap { $0.condition.map { Int32($0) } }, to: "/trials/condition")
    try file.write(
      plans.flatMap { plan in zip(plan.condition, plan.part).map { $0 < 0 ? Int8(-1) : Int8($1.rawValue) } },
      to: "/trials/part")
  }

  // MARK: Units

  private func writeUnits(to file: HDF5File) throws {
    let sources = recording.sources
    try file.write(units.map { $0.meanRate }, to: "/units/mean_rate_hz")
    try file.write(units.map { $0.reliability }, to: "/units/reliability")
    try file.write(units.map { fileName(of: sources[$0.source].file.path) }, to: "/units/source_file")
    try file.write(units.map { Int64($0.row) }, to: "/units/source_unit")
    let own: Set<String> = ["mean_rate_hz", "reliability", "source_file", "source_unit"]
    var names: Set<String> = []
    for source in sources { names.formUnion(source.units.names) }
    for name in names.subtracting(own).sorted() {
      try write(carried(name), to: "/units/\(name)", of: file)
    }
  }

  /// A column of the units of all sources: numbers where every source that has it has numbers, else texts.
  private func carried(_ name: String) -> RecordingTable.Values {
    let columns = recording.sources.map { $0.units.column(name) }
    let numbers = columns.map { column -> [Double]? in
      if case .numbers(let numbers) = column?.values { numbers } else { nil }
    }
    let areNumbers = zip(columns, numbers).allSatisfy { $0 == nil || $1 != nil }
    guard areNumbers else { return .texts(units.map { columns[$0.source]?.text($0.row) ?? "" }) }
    return .numbers(units.map { numbers[$0.source]?[$0.row] ?? .nan })
  }

  private func write(_ values: RecordingTable.Values, to path: String, of file: HDF5File) throws {
    switch values {
    case .numbers(let numbers): try file.write(numbers, to: path)
    case .texts(let texts): try file.write(texts, to: path)
    }
  }
}
