// Which neurons learn, and contradictions between the numbers of their inputs and of senders.

extension Parameters {
  func checkTrained(_ check: inout ParameterCheck) {
    guard check.passed("network.N", "network.N_E") else { return }
    switch plastic.trained {
    case .all: return
    case .drawn(let shares): checkShares(shares, &check)
    case .listed(let neurons): checkListed(neurons, &check)
    }
    guard check.passed("plastic.trained"), plastic.pool > 1, trainsSubset else { return }
    check.fail(
      "plastic.pool",
      "= \(plastic.pool) needs plastic.trained = \"all\": neurons of a pool follow one another, and all learn.",
      related: ["plastic.trained"])
  }

  private func checkShares(_ shares: PerClass<TrainedNeurons.Share>, _ check: inout ParameterCheck) {
    for neuronClass in NeuronClass.allCases {
      let size = neurons(neuronClass).count
      switch shares[neuronClass] {
      case .count(let count) where count < 0:
        check.fail(
          "plastic.trained", "asks for \(count) \(neuronClass.rawValue) neurons; a number must not be negative.")
        return
      case .count(let count) where count > size:
        check.fail(
          "plastic.trained",
          "asks for \(count) \(neuronClass.rawValue) neurons, but the network has \(size) of them.",
          related: ["network.N", "network.N_E"])
        return
      case .fraction(let fraction) where !(0...1).contains(fraction):
        check.fail("plastic.trained", "= \(fraction) is a fraction, which must be between 0 and 1.")
        return
      default: break
      }
    }
    guard trainedCount == 0 else { return }
    check.fail(
      "plastic.trained", "leaves no neuron that learns: it must be \"all\", or name or draw at least one.",
      related: ["network.N", "network.N_E"])
  }

  private func checkListed(_ neurons: [Int], _ check: inout ParameterCheck) {
    if neurons.isEmpty {
      check.fail("plastic.trained", "= [] must name at least one neuron, or be \"all\".")
    } else if let neuron = neurons.first(where: { !(0..<neuronCount).contains($0) }) {
      check.fail(
        "plastic.trained", "names neuron \(neuron), but the network has neurons 0 to \(neuronCount - 1).",
        related: ["network.N"])
    } else {
      let sorted = neurons.sorted()
      guard let (twice, _) = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 }) else { return }
      check.fail("plastic.trained", "names neuron \(twice) twice.")
    }
  }
}

extension Parameters {
  /// Checks that every neuron has plastic inputs, and that there are enough neurons to draw them from.
  func checkCandidates(_ check: inout ParameterCheck) {
    let keys = ["network.N", "network.N_E", "static.p", "static.K"]
    guard keys.allSatisfy({ check.passed($0) }),
      check.passed("plastic.L", "plastic.frac", "feedforward.L_X", "plastic.trained")
    else { return }
    guard !plastic.given.isGiven else { return }
    if plastic.inputsPerClass == nil, staticInDegree == 0 {
      check.fail(
        "plastic.L",
        "must be set where there are no static connections (K = 0), because its default is round(2 sqrt(K)).",
        related: ["static.K", "static.p", "network.N"])
      return
    }
    if plasticInputsPerClass == PerClass(both: 0), feedforward.count == 0 {
      check.fail(
        "plastic.L", "= 0 leaves nothing to learn: set plastic.L or feedforward.L_X to more than 0.",
        related: ["feedforward.L_X"])
      return
    }
    for neuronClass in NeuronClass.allCases where plasticInputsPerClass[neuronClass] > drawableCount(neuronClass) {
      check.fail(
        "plastic.L", candidateProblem(neuronClass),
        related: [
          "plastic.frac", "plastic.pool", "plastic.from", "plastic.trained", "network.N", "network.N_E", "static.K",
        ])
      return
    }
  }

  private func candidateProblem(_ neuronClass: NeuronClass) -> String {
    let counts = plasticInputsPerClass
    let wanted = counts[neuronClass]
    let isShared = counts.excitatory == counts.inhibitory
    let trained = plastic.senders == .trained ? "trained " : ""
    let written = isShared ? "\(wanted)" : "[\(counts.excitatory), \(counts.inhibitory)]: \(wanted)"
    let found =
      "= \(written)\(plastic.inputsPerClass == nil ? ", round(2 sqrt(K))," : "") inputs\(isShared ? " per class" : "") "
      + "must be drawn from floor(plastic.frac x \(senderCount(neuronClass))) = \(candidateCount(neuronClass)) "
      + "\(trained)\(neuronClass.rawValue) neurons"
      + (plastic.autapses ? "." : " without ")
      + (plastic.autapses ? "" : plastic.pool == 1 ? "itself." : "its own plastic.pool = \(plastic.pool).")
    guard isShared, plastic.senders == .all else {
      return "\(found) Use another plastic.L = [excitatory, inhibitory], with at most "
        + "\(drawableCount(.excitatory)) and \(drawableCount(.inhibitory)), or plastic.from = \"all\"."
    }
    let least = min(drawableCount(.excitatory), drawableCount(.inhibitory))
    var advice: [String] = []
    if least > 0 || feedforward.count > 0 { advice.append("plastic.L of at most \(least)") }
    let needed = Double(wanted) + Double(plastic.pool)
    if Double(min(excitatoryCount, inhibitoryCount)) >= needed {
      // Rounded up, so that the printed fraction is enough.
      let smaller = Double(min(excitatoryCount, inhibitoryCount))
      let fraction = (needed / smaller * 10_000).rounded(.up) / 10_000
      advice.append("plastic.frac of at least \(fraction)")
    }
    let perClass = (needed / plastic.candidateFraction).rounded(.up)
    if network.excitatoryCount != nil {
      advice.append("another network.N_E")
    } else if plastic.inputsPerClass != nil, 2 * perClass <= Double(Self.maximalNeuronCount) {
      advice.append("network.N of at least \(Int(2 * perClass))")
    }
    return advice.isEmpty ? found : "\(found) Use \(advice.joined(separator: ", or "))."
  }
}
