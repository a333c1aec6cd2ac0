// Finding the name that a user probably meant.

/// The candidate that differs least from `name`; nil where all differ in more than a third of the letters.
func nearestName(to name: String, among candidates: [String]) -> String? {
  // Long names are no typing errors, and comparing them takes time.
  guard name.utf8.count <= 64 else { return nil }
  let wanted = Array(name.lowercased())
  let best = candidates.filter { $0.utf8.count <= 64 }.map {
    (name: $0, distance: editDistance(wanted, Array($0.lowercased())))
  }
  .min { $0.distance < $1.distance }
  guard let best, best.distance <= max(1, max(wanted.count, best.name.count) / 3) else { return nil }
  return best.name
}

/// Number of insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i]
    for j in 1...b.count {
      var distance = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        distance = min(distance, beforeLast[j - 2] + 1)
      }
      row.append(distance)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
