// Weights of static synapses, whether they follow from classes or are their own.

extension Network {
  /// What one count of static input of LIF neurons of a class is, current x ms: the weight of a spike, or a unit of
  /// weight. `pre` is the class of the sender, or the sign of the weight.
  public func staticUnit(from pre: NeuronClass, onto post: NeuronClass) -> Double {
    givenUnit(pre) ?? parameters.staticWeight(from: pre, onto: post)
  }

  /// The same of a neuron of any kind.
  public func staticUnit(from pre: NeuronClass, onto neuron: Int) -> Double {
    givenUnit(pre) ?? parameters.staticWeight(from: pre, onto: neuron)
  }

  private func givenUnit(_ sign: NeuronClass) -> Double? {
    staticConnections.weighted.map { sign == .excitatory ? $0.positiveUnit : -$0.negativeUnit }
  }

  /// Calls `body` with the target and the weight, current x ms, of each static synapse from a neuron.
  public func forEachStaticSynapse(of neuron: Int, _ body: (_ target: Int, _ weight: Double) -> Void) {
    if let rows = staticConnections.weighted {
      for index in rows.rowStarts[neuron]..<rows.rowStarts[neuron + 1] {
        body(Int(rows.targets[index]), rows.weight(index))
      }
      return
    }
    let pre = parameters.neuronClass(neuron)
    for target in staticConnections.targets(of: neuron) {
      body(Int(target), parameters.staticWeight(from: pre, onto: Int(target)))
    }
  }
}
