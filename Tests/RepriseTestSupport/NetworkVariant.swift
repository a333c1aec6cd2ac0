// Networks that between them use every part of the model.
public import RepriseModel

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
