internal import Reprise

/// Rows of text in columns: the first flush left, the others flush right.
struct TextTable {
  private var rows: [[String]]

  init(_ head: [String]) { rows = [head] }

  mutating func add(_ row: [String]) { rows.append(row) }

  var lines: [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let padding = String(repeating: " ", count: widths[0] - row[0].count)
      return row[0] + padding + zip(row, widths).dropFirst().map { "  " + Terminal.right($0, $1) }.joined()
    }
  }
}
