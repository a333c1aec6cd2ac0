// network.h5: a network with its targets, and the parameters it was made with.
internal import RepriseCore
public import RepriseModel
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a network was made from, besides recordings.
public struct NetworkOrigin: Sendable, Equatable {
  /// The text of `reprise.toml`.
  public let configuration: String
  /// Overrides that shaped the network, `section.key=value` each.
  public let overrides: [String]

  public init(configuration: String, overrides: [String]) {
    self.configuration = configuration
    self.overrides = overrides
  }
}

/// Writes and reads `network.h5` (layout in docs/file-formats.md).
public enum NetworkFile {
  public static func write(_ network: Network, origin: NetworkOrigin? = nil, to path: String) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try FileFormat.network.mark(file, fingerprint: network.fingerprint)
      try ParameterStorage.write(network.parameters, to: file)
      if let origin {
        try file.write(origin.configuration, to: "/parameters/configuration")
        if !origin.overrides.isEmpty { try file.write(origin.overrides, to: "/parameters/overrides") }
      }
      try write(network.staticConnections, to: file)
      let plastic = network.plasticConnections
      let rows = plastic.inputsPerNeuron > 0 ? plastic.neurons.count : 0
      try file.write(plastic.presynaptic, to: "/plastic/presynaptic", shape: [rows, plastic.inputsPerNeuron])
      if !plastic.startWeights.isEmpty {
        try file.write(plastic.startWeights, to: "/plastic/start_weights", shape: [rows, plastic.inputsPerNeuron])
      }
      try write(plastic.neurons, of: network, to: "/plastic/neurons", in: file)
      try GivenStorage.write(network, to: file)
      let targets = network.targets
      try file.write(
        targets.values, to: "/targets", shape: [targets.taskCount, targets.rowCount, targets.neuronCount])
      try write(targets.neurons, of: network, to: "/target_neurons", in: file)
      if !targets.units.isEmpty { try file.write(targets.units, to: "/target_units") }
      try file.write(network.untrained.rates, to: "/untrained/rates")
      try file.write(network.untrained.meanCurrents, to: "/untrained/mean_currents")
      try file.write(network.untrained.currentDeviation, to: "/untrained/current_deviation")
      try UnitAttributeStorage.write(network.unitAttributes, to: file)
    }
  }

  /// All neurons of a network need not be listed.
  private static func write(
    _ neurons: NeuronSubset, of network: Network, to path: String, in file: HDF5File
  ) throws(HDF5Error) {
    if neurons.count < network.neuronCount { try file.write(neurons.neurons, to: path) }
  }

  /// Drawn connections follow from the seed and are not written: they would be most of the file.
  private static func write(_ connections: StaticConnections, to file: HDF5File) throws {
    switch connections.content {
    case .lists(let rowStarts, let targets):
      try file.write(rowStarts.map(Int64.init), to: "/static/row_starts")
      try file.write(targets, to: "/static/targets")
    case .weighted(let rows):
      try file.write(rows.rowStarts.map(Int64.init), to: "/static/row_starts")
      try file.write(rows.targets, to: "/static/targets")
      try file.write(rows.multiples, to: "/static/weights")
      try file.setAttribute("positive_unit", of: "/static/weights", to: rows.positiveUnit)
      try file.setAttribute("negative_unit", of: "/static/weights", to: rows.negativeUnit)
    case .drawn(let rule):
      try file.write(Int64(rule.degree), to: "/static/drawn_out_degree")
    }
  }

  /// What the network of a file was made from; nil where the file does not say.
  public static func readOrigin(_ path: String) throws -> NetworkOrigin? {
    let file = try HDF5File(reading: path)
    try FileFormat.network.check(file)
    guard file.contains("/parameters/configuration") else { return nil }
    let hasOverrides = file.contains("/parameters/overrides")
    return NetworkOrigin(
      configuration: try file.dataset("/parameters/configuration").readTexts().first ?? "",
      overrides: hasOverrides ? try file.dataset("/parameters/overrides").readTexts() : [])
  }

  /// The parameters that the network of a file was made with, and its number of tasks; the network itself is not read.
  public static func readShape(_ path: String) throws -> (parameters: Parameters, taskCount: Int) {
    let file = try HDF5File(reading: path)
    try FileFormat.network.check(file)
    return (try ParameterStorage.read(from: file), try file.dataset("/targets").shape.first ?? 0)
  }

  /// Rates of the untrained network of a file, Hz.
  public static func readUntrainedRates(_ path: String) throws -> [Double] {
    let file = try HDF5File(reading: path)
    try FileFormat.network.check(file)
    return try file.dataset("/untrained/rates").read()
  }

  /// - Throws: ``HDF5Error`` or ``StoredFileError``; a damaged file is found before it is used.
  public static func read(_ path: String) throws -> Network {
    let file = try HDF5File(reading: path)
    try FileFormat.network.check(file)
    let parameters = try ParameterStorage.read(from: file)
    let stored = StoredNetwork(path: path, parameters: parameters)
    let plastic = try file.dataset("/plastic/presynaptic")
    let targets = try file.dataset("/targets")
    try stored.check(plastic.shape.count == 2, "/plastic/presynaptic needs two dimensions")
    try stored.check(targets.shape.count == 3, "/targets needs three dimensions")
    var network = Network(
      parameters: parameters,
      staticConnections: try stored.staticConnections(file),
      plasticConnections: try stored.plasticConnections(file, plastic.shape[1], plastic.read()),
      targets: try stored.targets(file, targets.shape, targets.read()),
      untrained: UntrainedActivity(
        rates: try file.dataset("/untrained/rates").read(),
        meanCurrents: try file.dataset("/untrained/mean_currents").read(),
        currentDeviation: try file.dataset("/untrained/current_deviation").read(as: Double.self).first ?? 0))
    try GivenStorage.read(from: file, into: &network)
    network.unitAttributes = try UnitAttributeStorage.read(from: file)
    try stored.check(
      network.unitAttributes.allSatisfy { $0.values.count == network.unitCount && network.hasUnitOfEachNeuron },
      "the datasets of \(UnitAttributeStorage.group) do not fit the neurons")
    let fingerprint: UInt64? = try file.attribute("fingerprint")
    try stored.check(fingerprint == network.fingerprint, "its contents do not match their fingerprint")
    return network
  }
}

/// Parameters in a file: as JSON, which is read back, and as TOML for people.
enum ParameterStorage {
  static func write(_ parameters: Parameters, to file: HDF5File) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try file.write(String(decoding: encoder.encode(parameters), as: UTF8.self), to: "/parameters/json")
    try file.write(ConfigTemplate.dump(parameters), to: "/parameters/toml")
  }

  static func read(from file: HDF5File) throws -> Parameters {
    let text = try file.dataset("/parameters/json").readTexts().first ?? ""
    do {
      return try JSONDecoder().decode(Parameters.self, from: Data(text.utf8))
    } catch {
      throw StoredFileError(file.path, .inconsistent("/parameters/json cannot be understood"))
    }
  }
}

/// Builds the parts of a network from stored arrays, and refuses arrays that contradict each other.
struct StoredNetwork {
  let path: String
  let parameters: Parameters

  func check(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
    guard condition else { throw StoredFileError(path, .inconsistent(problem())) }
  }

  func staticConnections(_ file: HDF5File) throws -> StaticConnections {
    guard file.contains("/static/drawn_out_degree") else {
      let connections = try staticConnections(
        rowStarts: file.dataset("/static/row_starts").read(), targets: file.dataset("/static/targets").read())
      return file.contains("/static/weights") ? try weighted(connections, file) : connections
    }
    let degree = try file.dataset("/static/drawn_out_degree").read(as: Int64.self).first ?? 0
    try check(
      degree == parameters.staticOutDegree && degree > 0, "/static/drawn_out_degree is not that of its parameters")
    return .erdosRenyi(parameters)
  }

  private func staticConnections(rowStarts: [Int64], targets: [UInt32]) throws -> StaticConnections {
    let starts = rowStarts.map { Int($0) }
    let isAscending = zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
    try check(
      starts.count == parameters.neuronCount + 1 && starts.first == 0 && starts.last == targets.count && isAscending,
      "/static/row_starts does not fit /static/targets")
    try check(targets.allSatisfy { $0 < parameters.neuronCount }, "/static/targets names neurons that do not exist")
    return StaticConnections(rowStarts: starts, targets: targets)
  }

  /// The same connections with the weights of the file.
  private func weighted(_ connections: StaticConnections, _ file: HDF5File) throws -> StaticConnections {
    guard case .lists(let rowStarts, let targets) = connections.content else { return connections }
    let multiples: [Int32] = try file.dataset("/static/weights").read()
    let positive: Double = try file.attribute("positive_unit", of: "/static/weights") ?? 0
    let negative: Double = try file.attribute("negative_unit", of: "/static/weights") ?? 0
    try check(
      multiples.count == targets.count && multiples.allSatisfy { $0 > .min } && positive > 0 && positive.isFinite
        && negative > 0 && negative.isFinite, "/static/weights does not fit /static/targets")
    let rows = WeightedTargets(
      rowStarts: rowStarts, targets: targets, multiples: multiples, positiveUnit: positive, negativeUnit: negative)
    try check(rows.fits, "/static/weights has sums that are too large")
    return StaticConnections(rows)
  }

  /// Some neurons, all where the file does not say.
  private func neurons(_ file: HDF5File, _ path: String) throws -> NeuronSubset {
    guard file.contains(path) else { return .first(parameters.neuronCount) }
    let neurons: [UInt32] = try file.dataset(path).read()
    let isAscending = zip(neurons, neurons.dropFirst()).allSatisfy { $0 < $1 }
    try check(
      isAscending && (neurons.last.map { $0 < parameters.neuronCount } ?? true),
      "\(path) does not list neurons of the network in ascending order")
    return NeuronSubset(neurons)
  }

  func plasticConnections(_ file: HDF5File, _ inputs: Int, _ presynaptic: [UInt32]) throws -> PlasticConnections {
    let neurons = try neurons(file, "/plastic/neurons")
    try check(
      presynaptic.count == neurons.count * inputs, "/plastic/presynaptic does not have one row per neuron that learns")
    try check(
      presynaptic.allSatisfy { $0 < parameters.neuronCount || $0 == parameters.silentSource },
      "/plastic/presynaptic names neurons that do not exist")
    let weights: [Float] =
      file.contains("/plastic/start_weights") ? try file.dataset("/plastic/start_weights").read() : []
    try check(
      weights.isEmpty || weights.count == presynaptic.count, "/plastic/start_weights does not fit /plastic/presynaptic")
    return PlasticConnections(
      neurons: neurons, inputsPerNeuron: inputs, presynaptic: presynaptic, startWeights: weights)
  }

  func targets(_ file: HDF5File, _ shape: [Int], _ values: [Float]) throws -> Targets {
    let neurons = try neurons(file, "/target_neurons")
    try check(
      shape[0] > 0 && shape[1] == parameters.clock.rowCount && shape[2] == neurons.count
        && values.count == shape[0] * shape[1] * shape[2],
      "/targets has the wrong shape")
    let units: [UInt32] = file.contains("/target_units") ? try file.dataset("/target_units").read() : []
    try check(units.isEmpty || units.count == neurons.count, "/target_units does not fit /targets")
    return Targets(taskCount: shape[0], rowCount: shape[1], neurons: neurons, units: units, values: values)
  }
}
