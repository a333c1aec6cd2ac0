// Small networks and trials.
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

/// The same in trials of 40 ms and at most `learning` ms more.
public func shortened(_ parameters: Parameters, learning: Double = 60) -> Parameters {
  var parameters = parameters
  parameters.trial.stimulusOn = 20
  parameters.trial.stimulusOff = 40
  parameters.trial.trainDuration = min(learning, parameters.trial.trainDuration)
  return parameters
}

/// Equality as a plain value: where an expectation fails, it does not print both sides, which are long.
@inlinable public func agree<Value: Equatable>(_ a: Value, _ b: Value) -> Bool { a == b }

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
