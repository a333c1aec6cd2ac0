// Plastic connections: L excitatory and L inhibitory inputs of each neuron that learns.
internal import RepriseCore

extension PlasticConnections {
  /// Each neuron that learns draws L excitatory and L inhibitory presynaptic neurons, uniform without repeats or itself,
  /// among the most active fraction of each class in the untrained run (docs/equations.md, C2). With `plastic.pool` the
  /// neurons of a pool draw together, without themselves.
  ///
  /// - Parameter untrainedRates: Hz per neuron; needed where the fraction is below 1.
  public static func erdosRenyi(_ parameters: Parameters, untrainedRates: [Double], threads: Int) -> PlasticConnections
  {
    let learners = parameters.trainedNeurons()
    let perClass = parameters.plasticInputsPerClass
    let degree = parameters.recurrentInputCount
    guard degree > 0 else { return PlasticConnections(neurons: learners, inputsPerNeuron: 0, presynaptic: []) }
    let classes = NeuronClass.allCases.map { candidates($0, parameters, learners, untrainedRates) }
    // Those who do not all learn have no pools.
    let pools = parameters.trainsSubset ? nil : NeuronPools(parameters)
    let presynaptic = [UInt32](unsafeUninitializedCapacity: learners.count * degree) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(pools?.count ?? learners.count, threads: threads) { range in
        var samplers = classes.map { DistinctSampler(count: $0.count) }
        for pool in range {
          let rows = pools?.members(pool) ?? pool..<(pool + 1)
          let members = learners[rows.lowerBound]..<(learners[rows.upperBound - 1] + 1)
          var stream = RandomStream(
            seed: parameters.network.seed, purpose: .plasticConnections, index: members.lowerBound)
          let row = UnsafeMutableBufferPointer(start: out.pointer + rows.lowerBound * degree, count: degree)
          let parts = [0..<perClass.excitatory, perClass.excitatory..<degree]
          for (side, candidates) in classes.enumerated() {
            var part = UnsafeMutableBufferPointer(rebasing: row[parts[side]])
            let excluded = parameters.plastic.autapses ? 0..<0 : members
            drawOthers(part.count, than: excluded, from: candidates, &samplers[side], &stream, &part)
          }
          for other in rows.dropFirst() {
            (out.pointer + other * degree).initialize(from: row.baseAddress!, count: degree)
          }
        }
      }
      initialized = learners.count * degree
    }
    return PlasticConnections(neurons: learners, inputsPerNeuron: degree, presynaptic: presynaptic)
  }

  /// The most active senders of a class, in order of their number.
  private static func candidates(
    _ c: NeuronClass, _ parameters: Parameters, _ learners: NeuronSubset, _ rates: [Double]
  ) -> [UInt32] {
    let senders =
      parameters.plastic.senders == .all
      ? Array(parameters.neurons(c)) : learners.rows(of: parameters.neurons(c)).map { learners[$0] }
    let count = parameters.candidateCount(c)
    guard count < senders.count else { return senders.map { UInt32($0) } }
    // Ties go to the lower number, so that the choice is the same everywhere.
    let ranked = senders.sorted { (rates[$0], $1) > (rates[$1], $0) }
    return ranked.prefix(count).sorted().map { UInt32($0) }
  }

  /// Draws as many of `candidates` as `row` holds, without `members`, and sorts them: so many more than needed are
  /// drawn, and the members, or else the last ones, are left out.
  private static func drawOthers(
    _ size: Int, than members: Range<Int>, from candidates: [UInt32], _ sampler: inout DistinctSampler,
    _ stream: inout RandomStream, _ row: inout UnsafeMutableBufferPointer<UInt32>
  ) {
    var taken = 0
    sampler.draw(min(size + members.count, candidates.count), from: &stream) { index in
      let candidate = candidates[Int(index)]
      guard taken < size, !members.contains(Int(candidate)) else { return }
      (row.baseAddress! + taken).initialize(to: candidate)
      taken += 1
    }
    precondition(taken == size, "validate() lets no network pass that has too few candidates")
    row.sort()
  }
}

/// Neurons of one class that follow one another and share their presynaptic neurons, `plastic.pool` of them or, at the
/// end of a class, fewer.
struct NeuronPools: Sendable {
  private let size: Int
  private let excitatoryCount, neuronCount: Int
  private let excitatoryPools: Int
  let count: Int

  init(_ parameters: Parameters) {
    size = parameters.plastic.pool
    excitatoryCount = parameters.excitatoryCount
    neuronCount = parameters.neuronCount
    excitatoryPools = (excitatoryCount + size - 1) / size
    count = excitatoryPools + (neuronCount - excitatoryCount + size - 1) / size
  }

  func members(_ pool: Int) -> Range<Int> {
    if pool < excitatoryPools { return (pool * size)..<min((pool + 1) * size, excitatoryCount) }
    let first = excitatoryCount + (pool - excitatoryPools) * size
    return first..<min(first + size, neuronCount)
  }
}
