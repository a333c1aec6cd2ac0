// Units and trials of NWB files.

extension RecordingSource {
  private static let electrodes = "/general/extracellular_ephys/electrodes"

  /// - Parameter table: Trials in place of those of the file.
  static func nwb(_ file: HDF5File, _ table: RecordingTable?) throws -> RecordingSource {
    let times = try vector(file, "/units/spike_times")
    let index = try vector(file, "/units/spike_times_index")
    let units = try RecordingTable.read(
      file, "/units", expected: (index.count, "\(index.path) has \(counted(index.count, "unit"))"),
      ignoring: ["id", "spike_times"])
    return RecordingSource(
      file: file, place: file.path, spikes: .ofUnits, timeUnit: 1e9,
      tables: RecordingTables(units: try withElectrodes(units, file), trials: try table ?? nwbTrials(file)),
      recordedWindow: nil, spikeCount: times.count)
  }

  private static func nwbTrials(_ file: HDF5File) throws -> RecordingTable {
    guard file.contains("/intervals/trials/start_time") else {
      throw RecordingError(
        file.path, "has no trials: /intervals/trials/start_time does not exist. Give a table with --trials-from FILE.")
    }
    let start = try vector(file, "/intervals/trials/start_time")
    return try RecordingTable.read(
      file, "/intervals/trials", expected: (start.count, "\(start.path) has \(counted(start.count, "trial"))"),
      ignoring: RecordingTable.noTrialColumns)
  }

  /// Adds what the file says of the first electrode of each unit, such as its `location`.
  private static func withElectrodes(_ units: RecordingTable, _ file: HDF5File) throws -> RecordingTable {
    guard file.contains(electrodes), let rows = try firstElectrodes(units.rowCount, file) else { return units }
    let table = try RecordingTable.read(file, electrodes)
    let ids = file.contains(electrodes + "/id") ? try vector(file, electrodes + "/id").count : table.rowCount
    if let unit = rows.firstIndex(where: { $0.map { !(0..<ids).contains($0) } ?? false }) {
      throw RecordingError(
        "\(file.path):/units/electrodes",
        "has \(rows[unit] ?? -1) for unit \(unit) (counted from 0), but \(electrodes) has \(counted(ids, "row")).")
    }
    let columns = table.columns.filter { $0.name != "id" && units.column($0.name) == nil }.map { column in
      switch column.values {
      case .numbers(let numbers):
        RecordingTable.Column(name: column.name, values: .numbers(rows.map { $0.map { numbers[$0] } ?? .nan }))
      case .texts(let texts):
        RecordingTable.Column(name: column.name, values: .texts(rows.map { $0.map { texts[$0] } ?? "" }))
      }
    }
    return RecordingTable(place: units.place, rowCount: units.rowCount, columns: units.columns + columns)
  }

  /// Row of the first electrode of each unit, nil for a unit without one; nil where the file has no such lists.
  private static func firstElectrodes(_ unitCount: Int, _ file: HDF5File) throws -> [Int?]? {
    guard file.contains("/units/electrodes"), file.contains("/units/electrodes_index") else { return nil }
    let rows = try vector(file, "/units/electrodes").read(as: Int64.self)
    let ends = try vector(file, "/units/electrodes_index").read(as: Int64.self).map { Int($0) }
    let starts = [0] + ends.dropLast()
    guard ends.count == unitCount, ends.last ?? 0 == rows.count, zip(starts, ends).allSatisfy({ $0 <= $1 && $0 >= 0 })
    else {
      throw RecordingError(
        "\(file.path):/units/electrodes_index",
        """
        does not say where the electrodes of each of \(counted(unitCount, "unit")) end: ends must not run backwards, \
        and the last must be \(rows.count), the length of /units/electrodes.
        """)
    }
    return zip(starts, ends).map { $0 < $1 ? Int(rows[$0]) : nil }
  }
}
