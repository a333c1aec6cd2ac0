// The parts of network.h5 that a network has in some cases only: rates by task, weights, a stimulus, a schedule.
internal import RepriseCore
internal import RepriseModel

enum GivenStorage {
  static func write(_ network: Network, to file: HDF5File) throws {
    let rates = network.feedforwardRates
    let shape = [rates.stepCount, rates.neuronCount]
    try file.write(
      rates.values, to: "/feedforward/rates", shape: rates.taskCount > 1 ? [rates.taskCount] + shape : shape)
    if let weights = network.feedforwardWeights {
      try file.write(weights, to: "/feedforward/weights", shape: [network.neuronCount, network.feedforwardCount])
    }
    if let stimulus = network.stimulus {
      try file.write(
        stimulus.values, to: "/stimulus", shape: [stimulus.taskCount, stimulus.rowCount, stimulus.neuronCount])
    }
    if let schedule = network.schedule { try file.write(schedule.map(Int64.init), to: "/schedule") }
  }

  /// - Throws: ``StoredFileError`` where they do not fit the rest of the network.
  static func read(from file: HDF5File, into network: inout Network) throws {
    let stored = StoredNetwork(path: file.path, parameters: network.parameters)
    network.feedforwardRates = try rates(file, stored, taskCount: network.targets.taskCount)
    let count = network.feedforwardCount
    if file.contains("/feedforward/weights") {
      let dataset = try file.dataset("/feedforward/weights")
      try stored.check(dataset.shape == [network.neuronCount, count], "/feedforward/weights has the wrong shape")
      network.feedforwardWeights = try dataset.read()
    }
    if file.contains("/stimulus") { network.stimulus = try stimulus(file, stored, network) }
    if file.contains("/schedule") {
      network.schedule = try file.dataset("/schedule").read(as: Int64.self).map { Int($0) }
      try stored.check(
        network.schedule?.isEmpty == false
          && network.schedule?.allSatisfy { (0..<network.targets.taskCount).contains($0) } == true,
        "/schedule names tasks that do not exist")
    }
  }

  private static func rates(_ file: HDF5File, _ stored: StoredNetwork, taskCount: Int) throws -> FeedforwardRates {
    let (dataset, parameters) = (try file.dataset("/feedforward/rates"), stored.parameters)
    let count = parameters.feedforwardCount
    let steps = count > 0 ? parameters.clock.lastStep - parameters.clock.stimulusOffStep : 0
    let tasks = dataset.shape.count == 3 ? taskCount : 1
    let shape = dataset.shape.count == 3 ? [tasks, steps, count] : [steps, count]
    try stored.check(dataset.shape == shape, "/feedforward/rates has the wrong shape")
    return FeedforwardRates(taskCount: tasks, stepCount: steps, neuronCount: count, values: try dataset.read())
  }

  private static func stimulus(
    _ file: HDF5File, _ stored: StoredNetwork, _ network: Network
  ) throws -> StimulusCurrents {
    let dataset = try file.dataset("/stimulus")
    let (shape, clock) = (dataset.shape, stored.parameters.clock)
    let steps = clock.stimulusOffStep - clock.stimulusOnStep
    try stored.check(
      shape.count == 3 && shape[0] == network.targets.taskCount && shape[1] > 0 && shape[2] == network.neuronCount
        && steps > 0 && steps % shape[1] == 0, "/stimulus has the wrong shape")
    return StimulusCurrents(taskCount: shape[0], rowCount: shape[1], neuronCount: shape[2], values: try dataset.read())
  }
}
