// Small networks that between them use every part of the model.
internal import RepriseBackends
internal import RepriseCore
public import RepriseModel
internal import RepriseTraining

/// True where the compiler optimises: tests that take long in plain loops ask for it.
public let isOptimized: Bool = {
  #if DEBUG
    false
  #else
    true
  #endif
}()

/// A small network in a trial of 300 ms. The populations are odd numbers, smaller and larger than a group of slots.
public func smallParameters(seed: UInt64 = 7) -> Parameters {
  var parameters = Parameters()
  parameters.network.seed = seed
  parameters.network.neuronCount = 151
  parameters.network.excitatoryCount = 70
  parameters.trial.stimulusOn = 50
  parameters.trial.stimulusOff = 100
  parameters.trial.trainDuration = 200
  parameters.staticSynapses.inDegree = 20
  // The default drive grows with sqrt(K) and would leave so small a network silent.
  parameters.staticSynapses.drive = PerClass(excitatory: 5, inhibitory: 4)
  parameters.plastic.inputsPerClass = 9
  parameters.targets.period = 200
  parameters.record.window = 20
  return parameters
}

/// Parameters with a name to appear in test reports.
public struct NetworkVariant: Sendable, CustomStringConvertible {
  public let name: String
  public var parameters: Parameters
  public var description: String { name }

  init(_ name: String, _ change: (inout Parameters) -> Void) {
    self.name = name
    parameters = smallParameters()
    change(&parameters)
  }

  /// The parameters of another, which may have been changed, under a name of their own.
  public init(renaming other: NetworkVariant, to name: String) {
    self.name = name
    parameters = other.parameters
  }

  /// One for every part of the model.
  public static let all: [NetworkVariant] =
    [
      NetworkVariant("static and plastic") { _ in },
      NetworkVariant("no static connections, voltage noise") { p in
        p.staticSynapses.inDegree = 0
        p.noise.model = .voltage
      },
      NetworkVariant("voltage noise") { $0.noise.model = .voltage },
      NetworkVariant("current noise") { p in
        p.noise.model = .current
        p.noise.sigma = 0.1
      },
      NetworkVariant("no static connections, current noise") { p in
        p.staticSynapses.inDegree = 0
        p.noise.model = .current
      },
      NetworkVariant("feed-forward neurons") { p in
        p.feedforward.count = 5
        p.feedforward.meanRate = 40
        p.feedforward.weight = 0.3
      },
      NetworkVariant("feed-forward neurons that start silent, no static connections") { p in
        p.staticSynapses.inDegree = 0
        p.noise.model = .voltage
        p.feedforward.count = 3
        p.feedforward.meanRate = 60
      },
      NetworkVariant("a plastic time constant for each neuron") { p in
        p.plastic.timeConstant = .each((0..<p.neuronCount).map { 40 + Double($0) })
        p.feedforward.count = 2
        p.feedforward.meanRate = 40
      },
      NetworkVariant("a drive for each neuron") { p in
        p.staticSynapses.drives = (0..<p.neuronCount).map { 0.8 + 0.005 * Double($0) }
      },
      NetworkVariant("a drive and a plastic time constant for each neuron") { p in
        p.staticSynapses.drives = (0..<p.neuronCount).map { 1.5 - 0.005 * Double($0) }
        p.plastic.timeConstant = .each((0..<p.neuronCount).map { 40 + Double($0) })
      },
      NetworkVariant("three tasks") { $0.targets.taskCount = 3 },
      NetworkVariant("three tasks in random order, noise") { p in
        p.targets.taskCount = 3
        p.trial.taskOrder = .random
        p.noise.model = .voltage
      },
      NetworkVariant("an update in every step") { p in
        p.learning.interval = 0.1
        p.trial.trainDuration = 20
        p.record.window = 2
      },
      NetworkVariant("an update in every other step of 0.05 ms") { p in
        p.trial.timeStep = 0.05
        p.learning.interval = 0.1
        p.trial.trainDuration = 20
        p.record.window = 2
      },
      NetworkVariant("small penalty") { p in
        p.learning.lambda = 0.04
        p.learning.mu = 0
      },
      NetworkVariant("prior gain") { $0.learning.gain = .prior },
      NetworkVariant("unequal time constants and classes") { p in
        p.staticSynapses.excitatoryTimeConstant = 5
        p.staticSynapses.inhibitoryTimeConstant = 2
        p.neuron.membraneTimeConstant = PerClass(excitatory: 20, inhibitory: 8)
        p.neuron.threshold = PerClass(excitatory: 1.2, inhibitory: 0.9)
        p.neuron.resetPotential = PerClass(excitatory: 0.1, inhibitory: -0.2)
        p.neuron.refractoryPeriod = 2
      },
      NetworkVariant("static targets drawn at each spike") { $0.staticSynapses.storage = .procedural },
      NetworkVariant("pools of 8") { $0.plastic.pool = 8 },
      NetworkVariant("P in double precision") { $0.learning.precision = .float64 },
      NetworkVariant("P in 2 bytes, pools of 3, feed-forward neurons") { p in
        p.learning.precision = .float16
        p.plastic.pool = 3
        p.feedforward.count = 4
        p.feedforward.meanRate = 40
      },
      NetworkVariant("P in 2 bytes, small penalty") { p in
        p.learning.precision = .float16
        p.learning.lambda = 0.04
      },
      NetworkVariant("updates by events, pools of 3, feed-forward neurons") { p in
        p.learning.form = .events
        p.plastic.pool = 3
        p.feedforward.count = 4
        p.feedforward.meanRate = 40
      },
      NetworkVariant("updates by events in 2 bytes, small penalty") { p in
        p.learning.form = .events
        p.learning.precision = .float16
        p.learning.lambda = 0.04
        p.feedforward.count = 17
        p.feedforward.meanRate = 40
      },
      NetworkVariant("history of 50 ms, pools of 4, feed-forward neurons") { p in
        p.learning.memory = .history
        p.learning.history = 50
        p.plastic.pool = 4
        p.feedforward.count = 4
        p.feedforward.meanRate = 40
      },
      NetworkVariant("history of 250 ms, small penalty") { p in
        p.learning.memory = .history
        p.learning.history = 250
        p.learning.lambda = 0.04
        p.plastic.weightScale = 0
      },
      NetworkVariant("frozen weights") { $0.learning.isFrozen = true },
      NetworkVariant("only inhibitory neurons, feed-forward input alone learns") { p in
        p.network.excitatoryCount = 0
        p.staticSynapses.inDegree = 10
        p.plastic.inputsPerClass = 0
        p.feedforward.count = 4
        p.feedforward.meanRate = 50
      },
      NetworkVariant("only excitatory neurons, feed-forward input alone learns") { p in
        p.network.excitatoryCount = p.neuronCount
        p.staticSynapses.inDegree = 3
        p.staticSynapses.drive = PerClass(both: 10)
        p.plastic.inputsPerClass = 0
        p.feedforward.count = 4
        p.feedforward.meanRate = 50
      },
    ] + subsets + constrained + glif + described

  /// Those whose trials differ where nothing learns.
  public static let forward: [NetworkVariant] = {
    var seen: [Parameters] = []
    return all.filter { variant in
      var parameters = variant.parameters
      parameters.learning = LearningParameters()
      parameters.learning.interval = variant.parameters.learning.interval
      parameters.plastic.pool = 1
      defer { seen.append(parameters) }
      return !seen.contains(parameters)
    }
  }()

  public static func named(_ name: String) -> NetworkVariant { all.first { $0.name == name }! }
}

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

/// The network of some parameters, after its untrained run.
public func makeNetwork(_ parameters: Parameters, threads: Int = 1) throws -> Network {
  try Initializer.makeNetwork(parameters, recorded: nil, threads: threads) { network in
    try CPUBackend(network: network, threads: threads, learns: false)
  }
}

extension UnitMap {
  /// Neuron i stands for unit i mod `unitCount`.
  public static func inTurn(_ parameters: Parameters, unitCount: Int) -> UnitMap {
    UnitMap(
      neurons: .first(parameters.neuronCount), units: (0..<parameters.neuronCount).map { UInt32($0 % unitCount) })
  }
}

/// One training trial, spikes recorded.
public func trainingRequest(loop: Int = 1, task: Int = 0) -> TrialRequest {
  var request = TrialRequest(.training, index: loop, task: task)
  request.recordsSpikes = true
  return request
}

extension SpikeTrain {
  /// Neurons that spike, by step from 0 on.
  public func byStep(lastStep: Int) -> [[Int]] {
    var lists = [[Int]](repeating: [], count: lastStep + 1)
    for (step, neuron) in zip(steps, neurons) { lists[Int(step)].append(Int(neuron)) }
    return lists
  }
}
