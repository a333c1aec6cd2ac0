// "Did you mean ...?": the known name that is closest to a mistyped one.

enum Suggestions {
  /// The closest of some names, if it is close enough to be what was meant.
  static func closest(to typed: String, among names: [String]) -> String? {
    // Long names are no typing errors, and comparing them takes time.
    guard typed.utf8.count <= 64 else { return nil }
    if let same = names.first(where: { $0.lowercased() == typed.lowercased() }) { return same }
    let most = max(1, min(3, typed.count / 3))
    let ranked = names.filter { $0.utf8.count <= 64 }.map {
      (name: $0, distance: distance(typed.lowercased(), $0.lowercased()))
    }
    // A name of which everything is replaced resembles nothing.
    guard let best = ranked.min(by: { $0.distance < $1.distance }),
      best.distance <= most, best.distance < max(typed.count, best.name.count)
    else { return nil }
    return best.name
  }

  /// Number of letters to insert, delete, replace or swap with their neighbour.
  static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
