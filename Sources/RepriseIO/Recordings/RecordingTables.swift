// The units and the trials of a source, and which of them belong together.

struct RecordingTables: Sendable {
  let units: RecordingTable
  let trials: RecordingTable
  let sessions: Sessions

  /// - Parameter isOneSession: Whatever the tables say.
  init(units: RecordingTable, trials: RecordingTable, isOneSession: Bool = false) {
    (self.units, self.trials) = (units, trials)
    sessions = Sessions(units: units, trials: trials, isOne: isOneSession)
  }

  /// Which units and trials belong together: those with the same value in the column `session` of both tables.
  struct Sessions: Sendable {
    let count: Int
    let ofUnit: [Int]
    let ofTrial: [Int]

    init(units: RecordingTable, trials: RecordingTable, isOne: Bool) {
      guard !isOne, let unitColumn = units.column("session"), let trialColumn = trials.column("session") else {
        count = 1
        ofUnit = [Int](repeating: 0, count: units.rowCount)
        ofTrial = [Int](repeating: 0, count: trials.rowCount)
        return
      }
      var indices: [String: Int] = [:]
      func index(_ column: RecordingTable.Column, _ row: Int) -> Int {
        let name = column.text(row) ?? ""
        if let known = indices[name] { return known }
        indices[name] = indices.count
        return indices.count - 1
      }
      ofTrial = (0..<trials.rowCount).map { index(trialColumn, $0) }
      ofUnit = (0..<units.rowCount).map { index(unitColumn, $0) }
      count = indices.count
    }
  }
}
