// The layouts of files that hold spikes and trials.

extension RecordingSource {
  /// Elements that are read at once: 8 MB of times.
  static let blockLength = 1 << 20

  /// Opens an input.
  ///
  /// - Parameters:
  ///   - input: `FILE`, or `FILE:/group` for one population or session of it.
  ///   - trialTable: A file with the table of trials, in place of the one that the file has.
  /// - Throws: ``HDF5Error`` or ``RecordingError``.
  static func open(_ input: String, trialTable: String?) throws -> [RecordingSource] {
    let (path, group) = RecordedMatrix.Request.split(input)
    let file = try HDF5File(reading: path)
    let table = try trialTable.map { try TrialTableFile.read($0) }
    if let group, file.contains(group + "/counts") { return [try counts(file, group, table, isPart: true)] }
    if let group { return [try spikeList(file, HDF5File.absolute(group), table)] }
    if file.contains("/counts") { return [try counts(file, "", table, isPart: false)] }
    if file.contains("/units/spike_times") { return [try nwb(file, table)] }
    if file.contains("/spikes") { return [try spikeList(file, try population(of: file), table)] }
    let sessions = file.contains("/sessions") ? try file.children(of: "/sessions").filter { $0.kind == .group } : []
    guard !sessions.isEmpty else {
      throw RecordingError(
        path,
        """
        has no spikes that are known: /units/spike_times (NWB), /spikes/POPULATION/timestamps (SONATA), /counts or \
        /sessions/SESSION/counts. There is \(listed(try file.children().map { $0.path })).
        """)
    }
    guard table == nil || sessions.count == 1 else {
      throw RecordingError(
        path,
        "has \(sessions.count) sessions, to which one --trials-from cannot belong. Name one, as in "
          + "\(path):\(sessions[0].path).")
    }
    return try sessions.map { try counts(file, $0.path, table, isPart: true) }
  }

  private static func population(of file: HDF5File) throws -> String {
    let populations = try file.children(of: "/spikes").filter { $0.kind == .group }
    guard let first = populations.first, populations.count == 1 else {
      let found = populations.isEmpty ? "no population" : "\(populations.count) populations"
      throw RecordingError(
        "\(file.path):/spikes",
        "has \(found)\(populations.isEmpty ? "" : ": " + listed(populations.map { $0.path })); one is needed"
          + (populations.first.map { ", named as in \(file.path):\($0.path)." } ?? "."))
    }
    return first.path
  }

  // MARK: Lists of times, units and trials

  private static func spikeList(
    _ file: HDF5File, _ group: String, _ table: RecordingTable?
  ) throws -> RecordingSource {
    let times = try vector(file, group + "/timestamps")
    let nodes = try vector(file, group + "/node_ids")
    try requireLength(nodes, times)
    let hasTrials = file.contains(group + "/trial_ids")
    if hasTrials { try requireLength(try vector(file, group + "/trial_ids"), times) }
    let trials = try table ?? trialTable(file, "/trials", missing: hasTrials ? "trial_ids" : nil)
    let unit = try file.textAttribute("units", of: times.path) ?? "ms"
    guard let timeUnit = RecordingTime.unit(named: unit) else {
      throw RecordingError(
        "\(file.path):\(times.path)", "has the unit \"\(unit)\"; s, ms or us is needed in its attribute units.")
    }
    let unitTable =
      file.contains("/units")
      ? try RecordingTable.read(file, "/units", ignoring: ["id"])
      : RecordingTable(place: "\(file.path):/units", rowCount: try largest(nodes) + 1, columns: [])
    return RecordingSource(
      file: file, place: file.path, spikes: hasTrials ? .ofTrials(group: group) : .ofNodes(group: group),
      timeUnit: timeUnit, tables: RecordingTables(units: unitTable, trials: trials),
      recordedWindow: hasTrials ? try recordedWindow(file) : nil, spikeCount: times.count)
  }

  private static func trialTable(_ file: HDF5File, _ group: String, missing ids: String?) throws -> RecordingTable {
    guard file.contains(group) else {
      let needed =
        ids.map { "one row for each number in \($0)" } ?? "one row for each trial and the column start_time"
      throw RecordingError(
        file.path, "has no group \(group), the table of trials with \(needed). Give one with --trials-from FILE.")
    }
    return try RecordingTable.read(file, group, ignoring: RecordingTable.noTrialColumns)
  }

  private static func recordedWindow(_ file: HDF5File) throws -> TimeWindow? {
    guard file.contains("/trials/window_ms") else { return nil }
    let ends = try file.dataset("/trials/window_ms").read(as: Double.self)
    guard ends.count == 2, let start = RecordingTime.nanoseconds(ends[0], unit: 1e6),
      let end = RecordingTime.nanoseconds(ends[1], unit: 1e6), start < end
    else {
      throw RecordingError(
        "\(file.path):/trials/window_ms",
        "is \(listed(ends.map { formatNumber($0) })); a start and a later end in ms are needed.")
    }
    return TimeWindow(start: start, end: end)
  }

  private static func largest(_ nodes: HDF5Dataset) throws -> Int {
    var largest: Int64 = -1
    for start in stride(from: 0, to: nodes.count, by: blockLength) {
      let block = try nodes.read(rows: start..<min(start + blockLength, nodes.count), as: Int64.self)
      largest = max(largest, block.max() ?? -1)
    }
    guard largest < 1 << 24 else {
      throw RecordingError(
        "\(nodes.file.path):\(nodes.path)", "has the unit \(largest); units are numbered from 0 without large gaps.")
    }
    return Int(largest)
  }

  // MARK: Counts

  private static func counts(
    _ file: HDF5File, _ group: String, _ table: RecordingTable?, isPart: Bool
  ) throws -> RecordingSource {
    let dataset = try file.dataset(group + "/counts")
    let place = isPart ? "\(file.path):\(HDF5File.absolute(group))" : file.path
    guard dataset.shape.count == 3, dataset.shape[2] <= 1_000_000 else {
      throw RecordingError(
        "\(file.path):\(dataset.path)", "has the shape \(formatShape(dataset.shape)); (trial, unit, bin) is needed.")
    }
    let holders = [dataset.path, group.isEmpty ? "/" : group, "/"]
    func attribute(_ name: String) throws -> Double? {
      for holder in holders { if let value: Double = try file.attribute(name, of: holder) { return value } }
      return nil
    }
    guard let bin = try attribute("bin_ms"), let width = RecordingTime.nanoseconds(bin, unit: 1e6),
      (1...1_000_000_000_000).contains(width)
    else {
      throw RecordingError(
        "\(file.path):\(dataset.path)", "does not say how long its bins are; the attribute bin_ms, above 0, is needed.")
    }
    let start = RecordingTime.nanoseconds(try attribute("t0_ms") ?? 0, unit: 1e6) ?? 0
    func part(_ name: String, _ axis: Int) throws -> RecordingTable {
      let count = dataset.shape[axis]
      guard file.contains(group + "/" + name) else {
        return RecordingTable(place: place, rowCount: count, columns: [])
      }
      return try RecordingTable.read(
        file, group + "/" + name, expected: (count, "\(dataset.path) has \(count) \(name)"),
        ignoring: RecordingTable.noTrialColumns)
    }
    let trials = try table ?? part("trials", 0)
    guard trials.rowCount == dataset.shape[0] else {
      throw RecordingError(
        trials.place, "has \(counted(trials.rowCount, "trial")), but \(dataset.path) has \(dataset.shape[0]).")
    }
    let units = try part("units", 1).adding(isPart ? sessionColumns(file, group) : [:])
    return RecordingSource(
      file: file, place: place, spikes: .counted(dataset, start: start, width: width), timeUnit: 1e6,
      // A group of counts is one session, whatever its tables say.
      tables: RecordingTables(units: units, trials: trials, isOneSession: true),
      recordedWindow: TimeWindow(start: start, end: start + width * dataset.shape[2]), spikeCount: nil)
  }

  /// What a group of a session says in short texts, such as the name of the animal, holds for all its units.
  private static func sessionColumns(_ file: HDF5File, _ group: String) throws -> [String: String] {
    var texts = ["session": group.split(separator: "/").last.map { String($0) } ?? group]
    for name in try file.attributeNames(of: group) where texts[name] == nil {
      if let text = try? file.textAttribute(name, of: group), text.utf8.count < 64 { texts[name] = text }
    }
    return texts
  }

  // MARK: Shapes

  static func vector(_ file: HDF5File, _ path: String) throws -> HDF5Dataset {
    let dataset = try file.dataset(path)
    guard dataset.shape.count == 1, dataset.elementType.isNumeric else {
      throw RecordingError(
        "\(file.path):\(dataset.path)",
        "has the shape \(formatShape(dataset.shape)) and is \(dataset.elementType); "
          + "numbers of one dimension are needed.")
    }
    return dataset
  }

  private static func requireLength(_ dataset: HDF5Dataset, _ times: HDF5Dataset) throws {
    guard dataset.count == times.count else {
      throw RecordingError(
        "\(times.file.path):\(dataset.path)",
        "has \(counted(dataset.count, "element")), but \(times.path) has \(times.count); "
          + "one for each spike is needed. Write the file again.")
    }
  }
}

extension RecordingTable {
  /// The table with columns that have the same text in every row; columns that are there stay.
  fileprivate func adding(_ texts: [String: String]) -> RecordingTable {
    let added = texts.sorted { $0.key < $1.key }.filter { column($0.key) == nil }.map { name, text in
      Column(name: name, values: .texts([String](repeating: text, count: rowCount)))
    }
    return RecordingTable(place: place, rowCount: rowCount, columns: columns + added)
  }
}
