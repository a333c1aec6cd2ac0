// Static connections: a fixed number of targets per neuron, drawn uniformly.
internal import RepriseCore

extension StaticConnections {
  /// Every neuron projects to 2K others, uniform without repeats or itself (model: docs/equations.md, C1).
  public static func erdosRenyi(_ parameters: Parameters, threads: Int) -> StaticConnections {
    let count = parameters.neuronCount
    let degree = parameters.staticOutDegree
    guard degree > 0 else { return .none(neuronCount: count) }
    let targets = [UInt32](unsafeUninitializedCapacity: count * degree) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(count, threads: threads) { neurons in
        var sampler = DistinctSampler(count: count - 1)
        for neuron in neurons {
          var stream = RandomStream(seed: parameters.network.seed, purpose: .staticConnections, index: neuron)
          var position = neuron * degree
          sampler.draw(degree, from: &stream) { other in
            out[position] = other < UInt32(neuron) ? other : other + 1
            position += 1
          }
          var row = UnsafeMutableBufferPointer(start: out.pointer + neuron * degree, count: degree)
          row.sort()
        }
      }
      initialized = count * degree
    }
    return StaticConnections(rowStarts: (0...count).map { $0 * degree }, targets: targets)
  }
}
