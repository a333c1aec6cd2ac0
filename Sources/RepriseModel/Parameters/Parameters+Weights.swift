// Weights and drive, which follow from the membrane of the receiving neuron.

extension Parameters {
  /// What a neuron's weights are in proportion to, and what its constant drive is divided by: tau_m and 1 for LIF
  /// neurons, C and R for GLIF neurons and those of a text, so that a spike moves the potential as far whatever they are.
  private func membrane(_ neuron: Int) -> (charge: Double, resistance: Double) {
    let c = neuronClass(neuron)
    switch self.neuron.model {
    case .lif: return (self.neuron.membraneTimeConstant[c], 1)
    case .custom: return cellMembrane(neuron)
    default: return (glif.capacitance.value(neuron, c), glif.resistance.value(neuron, c))
    }
  }

  /// ms: tau_m of LIF neurons, R C of GLIF neurons.
  public func membraneTimeConstant(_ neuron: Int) -> Double {
    let membrane = membrane(neuron)
    return membrane.charge * membrane.resistance
  }

  /// R of GLIF neurons, 1 for LIF neurons.
  public func membraneResistance(_ neuron: Int) -> Double { membrane(neuron).resistance }

  /// Weight of one static synapse onto LIF neurons of a class, current x ms.
  public func staticWeight(from pre: NeuronClass, onto post: NeuronClass) -> Double {
    staticWeight(from: pre, onto: post, charge: neuron.membraneTimeConstant[post])
  }

  /// Weight of one static synapse onto neuron `post`, current x ms.
  public func staticWeight(from pre: NeuronClass, onto post: Int) -> Double {
    staticWeight(from: pre, onto: neuronClass(post), charge: membrane(post).charge)
  }

  /// A weight in units of J = 2 tau_m g / sqrt(K), or 2 C g / sqrt(K).
  private func staticWeight(from pre: NeuronClass, onto post: NeuronClass, charge: Double) -> Double {
    guard staticInDegree > 0 else { return 0 }
    let relative =
      pre == .excitatory ? staticSynapses.excitatoryWeights[post] : staticSynapses.inhibitoryWeights[post]
    return relative * (2 * charge * network.gain / Double(staticInDegree).squareRoot())
  }

  /// X, the constant drive of LIF neurons of a class.
  public func baselineCurrent(_ post: NeuronClass) -> Double {
    staticSynapses.drive[post] * 0.08 * network.gain * Double(staticInDegree).squareRoot()
  }

  /// X, the constant drive of neuron `post`.
  public func baselineCurrent(_ post: Int) -> Double {
    staticSynapses.drives?[post] ?? baselineCurrent(neuronClass(post)) / membrane(post).resistance
  }

  /// Start weight of a plastic synapse onto LIF neurons of a class, current x ms: tau_m g / sqrt(L), signed by
  /// the sender's class.
  public func plasticStartWeight(from pre: NeuronClass, onto post: NeuronClass) -> Double {
    plasticStartWeight(from: pre, charge: neuron.membraneTimeConstant[post])
  }

  /// Start weight of a plastic synapse onto neuron `post`; with GLIF neurons C takes the place of tau_m.
  public func plasticStartWeight(from pre: NeuronClass, onto post: Int) -> Double {
    plasticStartWeight(from: pre, charge: membrane(post).charge)
  }

  private func plasticStartWeight(from pre: NeuronClass, charge: Double) -> Double {
    let count = plasticInputsPerClass[pre]
    guard count > 0 else { return 0 }
    let size = plastic.weightScale * charge * network.gain / Double(count).squareRoot()
    return pre == .excitatory ? size : -size
  }
}
