// Networks in which some neurons learn, with constraints on what is learned, and with GLIF neurons.
internal import RepriseModel

extension NetworkVariant {
  /// Feed-forward neurons of each task, and Dale's law.
  static let constrained: [NetworkVariant] = [
    NetworkVariant("feed-forward neurons of each of three tasks") { p in
      p.targets.taskCount = 3
      p.noise.model = .voltage
      p.feedforward.count = 3
      p.feedforward.perTask = true
      p.feedforward.meanRate = 60
      p.feedforward.weight = 0.2
    },
    NetworkVariant("feed-forward neurons of each task with rates of their own, history, some learn") { p in
      p.targets.taskCount = 2
      p.plastic.trained = .drawn(PerClass(excitatory: .count(30), inhibitory: .count(9)))
      p.learning.memory = .history
      p.learning.history = 50
      p.feedforward.count = 33
      p.feedforward.perTask = true
      p.feedforward.rates = .own
      p.feedforward.meanRate = 60
    },
    NetworkVariant("Dale's law, feed-forward neurons, small penalty") { p in
      p.learning.keepsSigns = true
      p.learning.lambda = 0.04
      p.feedforward.count = 4
      p.feedforward.meanRate = 60
    },
    NetworkVariant("Dale's law, updates by events, two tasks") { p in
      p.learning.keepsSigns = true
      p.learning.form = .events
      p.learning.lambda = 0.04
      p.plastic.inputsPerClass = PerClass(excitatory: 20, inhibitory: 7)
      p.targets.taskCount = 2
    },
  ]

  /// Networks in which some neurons learn.
  static let subsets: [NetworkVariant] = [
    NetworkVariant("a third learns, from these alone") { p in
      p.plastic.trained = .drawn(PerClass(both: .fraction(1 / 3.0)))
      p.plastic.senders = .trained
    },
    NetworkVariant("40 excitatory neurons learn from excitatory ones, two tasks, feed-forward neurons") { p in
      p.plastic.trained = .drawn(PerClass(excitatory: .count(40), inhibitory: .count(0)))
      p.plastic.inputsPerClass = PerClass(excitatory: 33, inhibitory: 0)
      p.noise.model = .voltage
      p.targets.taskCount = 2
      p.feedforward.count = 3
      p.feedforward.meanRate = 40
    },
    NetworkVariant("listed neurons learn, P in 2 bytes, current noise") { p in
      p.plastic.trained = .listed([150, 3] + Array(60..<90))
      p.plastic.inputsPerClass = PerClass(excitatory: 4, inhibitory: 12)
      p.plastic.autapses = true
      p.learning.precision = .float16
      p.noise.model = .current
      p.noise.sigma = 0.1
    },
    NetworkVariant("inhibitory neurons learn, history of 50 ms, a time constant for each") { p in
      p.plastic.trained = .all(.inhibitory)
      p.learning.memory = .history
      p.learning.history = 50
      p.plastic.timeConstant = .each((0..<p.neuronCount).map { 40 + Double($0) })
    },
    NetworkVariant("20 neurons learn, feed-forward input alone, P in double precision") { p in
      p.plastic.trained = .listed(Array(65..<85))
      p.plastic.inputsPerClass = 0
      p.learning.precision = .float64
      p.feedforward.count = 4
      p.feedforward.meanRate = 50
    },
  ]

  /// Generalised leaky integrate-and-fire neurons, alike and each of its own kind.
  static let glif: [NetworkVariant] = [
    NetworkVariant("GLIF1") { $0.neuron.model = .glif1 },
    NetworkVariant("GLIF2, a cell for each neuron, voltage noise") { p in
      p.neuron.model = .glif2
      p.noise.model = .voltage
      p.glif.varyCells(p.neuronCount)
    },
    NetworkVariant("GLIF3, three after-spike currents, current noise") { p in
      p.neuron.model = .glif3
      p.noise.model = .current
      p.noise.sigma = 0.1
      p.glif.capacitance = .perClass(PerClass(excitatory: 14, inhibitory: 8))
      p.glif.resistance = .shared(1.2)
      p.glif.afterSpikeJumps = [
        .shared(-0.1), .perClass(PerClass(excitatory: 0.03, inhibitory: -0.02)), .shared(-0.01),
      ]
      let slow = PerClassOrNeuron.each((0..<p.neuronCount).map { 0.01 + 1e-4 * Double($0) })
      p.glif.afterSpikeRates = [.shared(0.2), .shared(0.05), slow]
      p.glif.afterSpikeFactors = [.shared(1), .shared(0.5), .shared(0.9)]
    },
    NetworkVariant("GLIF4, no static connections, voltage noise") { p in
      p.neuron.model = .glif4
      p.staticSynapses.inDegree = 0
      p.noise.model = .voltage
    },
    NetworkVariant("GLIF5, a cell for each neuron, feed-forward neurons, three tasks") { p in
      p.neuron.model = .glif5
      p.targets.taskCount = 3
      p.feedforward.count = 5
      p.feedforward.meanRate = 40
      p.feedforward.weight = 0.3
      p.glif.varyCells(p.neuronCount)
      p.glif.voltageThresholdGain = .each((0..<p.neuronCount).map { 1e-5 * Double($0) })
    },
  ]
}

extension GLIFParameters {
  /// Gives every neuron another membrane and reset.
  fileprivate mutating func varyCells(_ count: Int) {
    func values(_ value: (Double) -> Double) -> PerClassOrNeuron { .each((0..<count).map { value(Double($0)) }) }
    capacitance = values { 8 + 0.03 * $0 }
    resistance = values { 1.5 - 0.005 * $0 }
    restPotential = values { -0.3 + 0.004 * $0 }
    threshold = values { 0.8 + 0.003 * $0 }
    refractoryPeriod = values { ($0 / 50).rounded(.down) }
    resetFactor = values { 0.001 * $0 }
    resetShift = values { 0.2 - 0.001 * $0 }
    spikeThresholdJump = values { 0.001 * $0 }
    spikeThresholdRate = .perClass(PerClass(excitatory: 0.05, inhibitory: 0.02))
  }
}
