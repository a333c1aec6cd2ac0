// Neurons that share one P.
internal import RepriseCore

/// P depends on the presynaptic neurons and the signs of the start weights alone, and the signs follow from the
/// presynaptic classes: neurons with the same row of plastic connections share P and the gain k = P z.
public struct PresynapticGroups: Sendable, Equatable {
  /// Neurons, group after group; groups in the order of their first neuron, neurons ascending within a group.
  public let members: [UInt32]
  /// Members of group g: `members[starts[g] ..< starts[g + 1]]`.
  public let starts: [UInt32]
  /// A hash of the row of each group, below 2^28: what keys random numbers of a group.
  public let keys: [UInt32]

  public var count: Int { starts.count - 1 }

  public func members(of group: Int) -> ArraySlice<UInt32> { members[Int(starts[group])..<Int(starts[group + 1])] }

  /// Finds the groups of any connections, drawn in pools or not.
  ///
  /// - Parameter areShared: False makes every neuron a group.
  public init(_ connections: PlasticConnections, neuronCount: Int, threads: Int = 1, areShared: Bool = true) {
    let hashes = Self.hashes(connections, neuronCount: neuronCount, threads: threads)
    var groupOf = [UInt32](repeating: 0, count: neuronCount)
    var first: [UInt32] = []
    var known: [UInt64: UInt32] = [:]
    if areShared { known.reserveCapacity(neuronCount) }
    for neuron in 0..<neuronCount {
      // Of different rows with one hash, which are as good as impossible, only the first is shared.
      let candidate = areShared ? known[hashes[neuron]] : nil
      if let candidate, connections.haveSameInputs(Int(first[Int(candidate)]), neuron) {
        groupOf[neuron] = candidate
      } else {
        groupOf[neuron] = UInt32(first.count)
        if areShared, candidate == nil { known[hashes[neuron]] = UInt32(first.count) }
        first.append(UInt32(neuron))
      }
    }
    var starts = [UInt32](repeating: 0, count: first.count + 1)
    for group in groupOf { starts[Int(group) + 1] += 1 }
    for group in 1..<max(starts.count, 1) { starts[group] += starts[group - 1] }
    var next = starts
    var members = [UInt32](repeating: 0, count: neuronCount)
    for (neuron, group) in groupOf.enumerated() {
      members[Int(next[Int(group)])] = UInt32(neuron)
      next[Int(group)] += 1
    }
    self.members = members
    self.starts = starts
    keys = first.map { UInt32(truncatingIfNeeded: hashes[Int($0)] >> 36) }
  }

  private static func hashes(_ connections: PlasticConnections, neuronCount: Int, threads: Int) -> [UInt64] {
    let width = connections.inputsPerNeuron
    return [UInt64](unsafeUninitializedCapacity: neuronCount) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      connections.presynaptic.withUnsafeBufferPointer { rows in
        nonisolated(unsafe) let rows = rows
        parallelRanges(neuronCount, threads: threads) { neurons in
          for neuron in neurons {
            var hash = Fingerprint()
            for input in (neuron * width)..<((neuron + 1) * width) { hash.combine(UInt64(rows[input])) }
            // The low bits of the sum know only the low bits of the words; mix the high ones in.
            out[neuron] = hash.value ^ (hash.value >> 29) &* 0xbf58_476d_1ce4_e5b9
          }
        }
      }
      initialized = neuronCount
    }
  }
}

extension PlasticConnections {
  fileprivate func haveSameInputs(_ a: Int, _ b: Int) -> Bool {
    (0..<inputsPerNeuron).allSatisfy { presynaptic[a * inputsPerNeuron + $0] == presynaptic[b * inputsPerNeuron + $0] }
  }
}
