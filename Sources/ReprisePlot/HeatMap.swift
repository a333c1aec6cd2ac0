// Rates of many neurons as an image: order, normalisation and thinning.

/// Rows of an image from above, each between 0 and 1.
struct HeatMap {
  private(set) var rows: [[Float]]

  static let rowLimit = 600
  static let columnLimit = 400

  /// Takes rows in the given order, scales each to its own range and averages neighbours that paper cannot resolve.
  init(_ rates: [[Double]], order: [Int], columnCount: Int) {
    let columns = min(columnCount, Self.columnLimit)
    let rowCount = min(order.count, Self.rowLimit)
    rows = (0..<rowCount).map { row in
      var sums = [Double](repeating: 0, count: columns)
      var counts = [Double](repeating: 0, count: columns)
      for index in Statistics.bucket(row, of: rowCount, in: order.count) {
        let neuron = order[index]
        guard neuron < rates.count else { continue }
        let scaled = Self.scaled(Statistics.thinned(rates[neuron], to: columns))
        for (column, value) in scaled.prefix(columns).enumerated() where value.isFinite {
          sums[column] += value
          counts[column] += 1
        }
      }
      return zip(sums, counts).map { sum, count in count > 0 ? Float(sum / count) : .nan }
    }
  }

  /// Pixels from below, as gnuplot reads them.
  var pixels: [Float] { rows.reversed().flatMap { $0 } }

  /// A row scaled to 0...1; a constant one becomes 0.
  static func scaled(_ row: [Double]) -> [Double] {
    let (lower, upper) = Axis.bounds(of: row)
    return row.map { $0.isFinite ? (upper > lower ? ($0 - lower) / (upper - lower) : 0) : .nan }
  }

  /// Neurons by the time of their largest rate; those without any rate last.
  static func orderByPeak(_ rates: [[Double]]) -> [Int] {
    let peaks = rates.map { row in
      row.indices.filter { row[$0].isFinite }.max { row[$0] < row[$1] } ?? Int.max
    }
    return rates.indices.sorted { (peaks[$0], $0) < (peaks[$1], $1) }
  }
}
