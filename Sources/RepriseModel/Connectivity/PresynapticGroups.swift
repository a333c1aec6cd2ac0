// Neurons that share one P.
internal import RepriseCore

/// P depends on the presynaptic neurons and the signs of the start weights alone, and the signs follow from the
/// presynaptic classes: neurons with the same plastic connections share P and the gain k = P z. Members are rows of the
/// plastic connections, one for each neuron that learns.
public struct PresynapticGroups: Sendable, Equatable {
  /// Rows, group after group; groups in the order of their first row, rows ascending within a group.
  public let members: [UInt32]
  /// Members of group g: `members[starts[g] ..< starts[g + 1]]`.
  public let starts: [UInt32]
  /// A hash of the row of each group, below 2^28: what keys random numbers of a group.
  public let keys: [UInt32]

  public var count: Int { starts.count - 1 }

  public func members(of group: Int) -> ArraySlice<UInt32> { members[Int(starts[group])..<Int(starts[group + 1])] }

  public func firstRow(of group: Int) -> Int { Int(members[Int(starts[group])]) }

  /// Group of each row.
  public var groupOfRow: [UInt32] {
    var groupOf = [UInt32](repeating: 0, count: members.count)
    for group in 0..<count {
      for member in members(of: group) { groupOf[Int(member)] = UInt32(group) }
    }
    return groupOf
  }

  /// Finds the groups of any connections, drawn in pools or not.
  ///
  /// - Parameter areShared: False makes every neuron a group.
  public init(_ connections: PlasticConnections, threads: Int = 1, areShared: Bool = true) {
    let rowCount = connections.neurons.count
    let hashes = Self.hashes(connections, threads: threads)
    var groupOf = [UInt32](repeating: 0, count: rowCount)
    var first: [UInt32] = []
    var known: [UInt64: UInt32] = [:]
    if areShared { known.reserveCapacity(rowCount) }
    for row in 0..<rowCount {
      // Of different rows with one hash, which are as good as impossible, only the first is shared.
      let candidate = areShared ? known[hashes[row]] : nil
      if let candidate, connections.haveSameInputs(Int(first[Int(candidate)]), row) {
        groupOf[row] = candidate
      } else {
        groupOf[row] = UInt32(first.count)
        if areShared, candidate == nil { known[hashes[row]] = UInt32(first.count) }
        first.append(UInt32(row))
      }
    }
    var starts = [UInt32](repeating: 0, count: first.count + 1)
    for group in groupOf { starts[Int(group) + 1] += 1 }
    for group in 1..<max(starts.count, 1) { starts[group] += starts[group - 1] }
    var next = starts
    var members = [UInt32](repeating: 0, count: rowCount)
    for (row, group) in groupOf.enumerated() {
      members[Int(next[Int(group)])] = UInt32(row)
      next[Int(group)] += 1
    }
    self.members = members
    self.starts = starts
    keys = first.map { UInt32(truncatingIfNeeded: hashes[Int($0)] >> 36) }
  }

  private static func hashes(_ connections: PlasticConnections, threads: Int) -> [UInt64] {
    let (rowCount, width) = (connections.neurons.count, connections.inputsPerNeuron)
    return [UInt64](unsafeUninitializedCapacity: rowCount) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      connections.presynaptic.withUnsafeBufferPointer { presynaptic in
        nonisolated(unsafe) let presynaptic = presynaptic
        parallelRanges(rowCount, threads: threads) { rows in
          for row in rows {
            var hash = Fingerprint()
            for input in (row * width)..<((row + 1) * width) { hash.combine(UInt64(presynaptic[input])) }
            // The low bits of the sum know only the low bits of the words; mix the high ones in.
            out[row] = hash.value ^ (hash.value >> 29) &* 0xbf58_476d_1ce4_e5b9
          }
        }
      }
      initialized = rowCount
    }
  }
}

extension PlasticConnections {
  fileprivate func haveSameInputs(_ a: Int, _ b: Int) -> Bool {
    (0..<inputsPerNeuron).allSatisfy { presynapticNeuron(row: a, input: $0) == presynapticNeuron(row: b, input: $0) }
  }
}
