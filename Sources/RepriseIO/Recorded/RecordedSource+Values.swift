// Reading the values of recorded units and checking them.

extension RecordedSource {
  /// Elements that are read at once, before the selected ones are picked: 16 MB.
  private static let blockElementCount = 1 << 22

  /// The values of some units and tasks, shape `[tasks.count, rows, units.count]`.
  ///
  /// Only a block of the file is in memory besides the result.
  func values(_ axes: RecordedAxes, units: [Int], tasks: [Int]) throws(RecordedMatrixError) -> [Float] {
    var values = [Float](repeating: 0, count: tasks.count * axes.rowCount * units.count)
    let step = blockRowCount
    for start in stride(from: 0, to: dataset.rowCount, by: step) {
      let block = start..<min(start + step, dataset.rowCount)
      let taskPart = axes.inBlock(.task, block, tasks)
      let unitPart = axes.inBlock(.unit, block, units)
      guard !taskPart.isEmpty, !unitPart.isEmpty else { continue }
      let source = try reading { () throws(HDF5Error) in try dataset.read(rows: block, as: Float.self) }
      let firstElement = block.lowerBound * dataset.rowLength
      for task in taskPart {
        for row in axes.leading == .row ? block : 0..<axes.rowCount {
          let target = (task.position * axes.rowCount + row) * units.count
          let origin = task.index * axes.taskStride + row * axes.rowStride - firstElement
          for unit in unitPart {
            values[target + unit.position] = source[origin + unit.index * axes.unitStride]
          }
        }
      }
    }
    return values
  }

  /// Whole chunks at a time, so that none is decompressed twice.
  private var blockRowCount: Int {
    let wanted = max(1, Self.blockElementCount / max(1, dataset.rowLength))
    guard let chunk = dataset.chunkShape?.first, chunk > 0 else { return wanted }
    let rows = min(chunk, max(1, dataset.rowCount))
    return rows * max(1, wanted / rows)
  }

  /// Refuses NaN, infinite values and negative rates.
  func checkValues(
    _ values: [Float], _ axes: RecordedAxes, units: [Int], tasks: [Int]
  ) throws(RecordedMatrixError) {
    func position(_ index: Int) -> RecordedMatrixError.Position {
      RecordedMatrixError.Position(
        task: tasks[index / (axes.rowCount * units.count)], row: index / units.count % axes.rowCount,
        unit: units[index % units.count])
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      let count = values.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
      throw error(.notFinite(first: position(index), value: values[index], count: count))
    }
    guard request.kind == .rates, let index = values.firstIndex(where: { $0 < 0 }) else { return }
    let count = values.reduce(0) { $0 + ($1 < 0 ? 1 : 0) }
    throw error(.negativeRate(first: position(index), value: values[index], count: count))
  }
}
