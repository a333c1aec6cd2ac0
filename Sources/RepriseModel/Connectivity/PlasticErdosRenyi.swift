// Plastic connections: L excitatory and L inhibitory inputs per neuron.
internal import RepriseCore

extension PlasticConnections {
  /// Each neuron draws L excitatory and L inhibitory presynaptic neurons, uniform without repeats or itself, among
  /// the most active fraction of each class in the untrained run (docs/equations.md, C2).
  ///
  /// - Parameter untrainedRates: Hz per neuron; needed where the fraction is below 1.
  public static func erdosRenyi(_ parameters: Parameters, untrainedRates: [Double], threads: Int) -> PlasticConnections
  {
    let perClass = parameters.plasticInputsPerClass
    guard perClass > 0 else { return .none }
    let count = parameters.neuronCount
    let excitatory = candidates(.excitatory, parameters, untrainedRates)
    let inhibitory = candidates(.inhibitory, parameters, untrainedRates)
    let degree = 2 * perClass
    let presynaptic = [UInt32](unsafeUninitializedCapacity: count * degree) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(count, threads: threads) { neurons in
        var samplers = [DistinctSampler(count: excitatory.count), DistinctSampler(count: inhibitory.count)]
        for neuron in neurons {
          var stream = RandomStream(seed: parameters.network.seed, purpose: .plasticConnections, index: neuron)
          var position = neuron * degree
          for (side, pool) in [excitatory, inhibitory].enumerated() {
            drawOthers(perClass, than: neuron, from: pool, &samplers[side], &stream) { presynaptic in
              out[position] = presynaptic
              position += 1
            }
          }
        }
      }
      initialized = count * degree
    }
    return PlasticConnections(inputsPerNeuron: degree, presynaptic: presynaptic)
  }

  /// The most active neurons of a class, in order of their number.
  private static func candidates(_ c: NeuronClass, _ parameters: Parameters, _ rates: [Double]) -> [UInt32] {
    let neurons =
      c == .excitatory ? 0..<parameters.excitatoryCount : parameters.excitatoryCount..<parameters.neuronCount
    let count = parameters.candidateCount(c)
    guard count < neurons.count else { return neurons.map { UInt32($0) } }
    // Ties go to the lower number, so that the choice is the same everywhere.
    let ranked = neurons.sorted { (rates[$0], $1) > (rates[$1], $0) }
    return ranked.prefix(count).sorted().map { UInt32($0) }
  }

  /// Draws `size` of `pool` without `neuron`: one more than needed is drawn, and the neuron itself, or else the last
  /// one, is left out.
  private static func drawOthers(
    _ size: Int, than neuron: Int, from pool: [UInt32], _ sampler: inout DistinctSampler, _ stream: inout RandomStream,
    _ use: (UInt32) -> Void
  ) {
    var taken = 0
    sampler.draw(min(size + 1, pool.count), from: &stream) { index in
      guard taken < size, pool[Int(index)] != UInt32(neuron) else { return }
      use(pool[Int(index)])
      taken += 1
    }
    precondition(taken == size, "validate() lets no network pass that has too few candidates")
  }
}
