// Files of connections, currents, rates and weights: what is read, and what damaged files say.
import RepriseModel
import Testing

@testable import RepriseIO

@Suite struct GivenFileTests {
  let folder: TemporaryFolder
  var path: String { folder.file("edges.h5") }

  init() throws { folder = try TemporaryFolder() }

  private func write(_ body: (HDF5File) throws -> Void) throws { try HDF5File.writeAtomically(to: path, body) }

  private func edges(_ group: String? = nil, needsWeights: Bool = true) throws -> EdgeList {
    try EdgeFile.read(path, group: group, needsWeights: needsWeights)
  }

  private func problem(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func problem(_ group: String? = nil) -> String { problem { _ = try edges(group) } }

  // MARK: Plain connections

  private let wanted = EdgeList(presynaptic: [0, 2, 1], postsynaptic: [1, 0, 2], weights: [0.5, -1, 2])

  private func writePlain(_ file: HDF5File, _ group: String = "") throws {
    try file.write([0, 2, 1] as [UInt16], to: group + "/presynaptic")
    try file.write([1, 0, 2] as [Int64], to: group + "/postsynaptic")
    try file.write([0.5, -1, 2] as [Float], to: group + "/weight")
  }

  @Test func plainConnectionsAreRead() throws {
    try write { file in
      try writePlain(file)
      try writePlain(file, "/b")
    }
    #expect(try edges() == wanted)
    #expect(try edges("/b") == wanted)
    #expect(try EdgeFile.count(path, group: "/b") == 3)
  }

  @Test func weightsMayBeMissingWhereTheyAreNotNeeded() throws {
    try write { file in
      try file.write([0] as [UInt16], to: "/presynaptic")
      try file.write([1] as [UInt16], to: "/postsynaptic")
    }
    #expect(try edges(needsWeights: false).weights.isEmpty)
    #expect(problem().contains("\(path):/weight does not exist. There is /postsynaptic, /presynaptic."))
  }

  @Test func damagedPlainFiles() throws {
    #expect(problem().contains("does not exist. Check the path."))
    try write { try $0.write([1.0], to: "/other") }
    #expect(problem().contains("\(path):/presynaptic does not exist."))
    try write { file in
      try file.write([0.5], to: "/presynaptic")
      try file.write([1], to: "/postsynaptic")
      try file.write([1.0], to: "/weight")
    }
    #expect(problem().contains("/presynaptic is floating point of 64 bits; integer of 64 bits is needed."))
    try write { file in
      try file.write([0, 1], to: "/presynaptic", shape: [1, 2])
      try file.write([1, 0], to: "/postsynaptic")
      try file.write([1.0, 1], to: "/weight")
    }
    #expect(problem().contains("/presynaptic: the shape is 1 x 2, but one axis is needed."))
    try write { file in
      try file.write([0], to: "/presynaptic")
      try file.write([1], to: "/postsynaptic")
      try file.write(["a"], to: "/weight")
    }
    #expect(problem().contains("/weight is text; floating point of 64 bits is needed."))
    writeBytes(Array(readBytes(path).dropLast(100)), to: path)
    #expect(problem().contains("is incomplete"))
  }

  // MARK: SONATA

  private func writeSonata(_ file: HDF5File, _ change: (HDF5File, String) throws -> Void = { _, _ in }) throws {
    let root = "/edges/all"
    try file.write([0, 2, 1] as [UInt64], to: root + "/source_node_id")
    try file.write([1, 0, 2] as [UInt64], to: root + "/target_node_id")
    try file.setAttribute("node_population", of: root + "/source_node_id", to: "cells")
    try file.write([7, 7, 7] as [UInt32], to: root + "/edge_type_id")
    try change(file, root)
  }

  private func writeGroups(_ file: HDF5File, _ root: String) throws {
    try file.write([0, 1, 0] as [UInt32], to: root + "/edge_group_id")
    try file.write([1, 0, 0] as [UInt64], to: root + "/edge_group_index")
    try file.write([2, 0.5] as [Float], to: root + "/0/syn_weight")
    try file.write([-1] as [Double], to: root + "/1/syn_weight")
  }

  @Test func sonataEdgesAreRead() throws {
    try write {
      try writeSonata($0) { file, root in
        try writeGroups(file, root)
        try file.setAttribute("node_population", of: root + "/target_node_id", to: "cells")
      }
    }
    #expect(try edges() == wanted)
    #expect(try edges("/edges/all") == wanted)
    #expect(try EdgeFile.count(path, group: nil) == 3)
  }

  @Test func damagedSonataFiles() throws {
    try write { try writeSonata($0) }
    #expect(problem().contains("/edges/all/edge_group_id does not exist."))
    try write {
      try writeSonata($0) { file, root in
        try writeGroups(file, root)
        try file.setAttribute("node_population", of: root + "/target_node_id", to: "others")
      }
    }
    #expect(problem().contains("edges are from nodes of cells to nodes of others, but both ends must be neurons"))
    try write {
      try writeSonata($0) { file, root in
        try file.write([0, 0, 0] as [UInt32], to: root + "/edge_group_id")
        try file.write([0, 1, 2] as [UInt64], to: root + "/edge_group_index")
      }
    }
    #expect(problem().contains("/edges/all/0/syn_weight: does not exist. Weights of edge types, in a file beside,"))
    try write {
      try writeSonata($0) { file, root in
        try file.write([0, 0, 0] as [UInt32], to: root + "/edge_group_id")
        try file.write([0, 1, 2] as [UInt64], to: root + "/edge_group_index")
        try file.write([1, 1] as [Float], to: root + "/0/syn_weight")
      }
    }
    #expect(problem().contains("edge_group_index: edge 2 names row 2 of group 0, which has 2."))
    try write {
      try writeSonata($0) { file, root in
        try file.write([0, 0] as [UInt32], to: root + "/edge_group_id")
        try file.write([0, 1, 2] as [UInt64], to: root + "/edge_group_index")
      }
    }
    #expect(problem().contains("edge_group_id has 2 values and edge_group_index 3, but there are 3 edges."))
    try write { file in
      try writeSonata(file)
      try file.write([0], to: "/edges/b/source_node_id")
    }
    #expect(problem().contains("there are several populations of edges: /edges/all, /edges/b. Name one, as in"))
  }

  // MARK: Values

  @Test func axesSayWhatTheyAre() throws {
    try write { file in
      try file.write((0..<24).map(Float.init), to: "/stimulus", shape: [2, 3, 4])
      try file.write((0..<12).map(Float.init), to: "/two", shape: [3, 4])
      try file.write((0..<4).map(Float.init), to: "/one")
      try file.write(["a"], to: "/text")
      try file.write([Float](), to: "/none", shape: [0, 4])
    }
    func shape(_ dataset: String?, _ kind: TaskValuesFile.Kind) throws -> [Int] {
      let values = try TaskValuesFile.read(path, dataset: dataset, kind)
      return [values.taskCount, values.rowCount, values.columnCount]
    }
    #expect(try shape(nil, .stimulus) == [2, 3, 4])
    #expect(try shape("/two", .stimulus) == [3, 1, 4])
    #expect(try shape("/two", .rates) == [1, 3, 4])
    #expect(try shape("/two", .weights) == [1, 3, 4])
    #expect(try shape("/one", .weights) == [1, 1, 4])
    func said(_ dataset: String?, _ kind: TaskValuesFile.Kind) -> String { problem { _ = try shape(dataset, kind) } }
    #expect(said("/one", .stimulus).contains("/one: the shape is 4, but [task, time, neuron] or [task, neuron] is"))
    #expect(said("/text", .rates).contains("/text: the dataset is of text, but numbers are needed."))
    #expect(said("/none", .stimulus).contains("the shape is 0 x 4, but"))
    #expect(said(nil, .rates).contains("\(path):/rates does not exist."))
  }

  // MARK: Networks

  private func network() throws -> Network {
    var p = Parameters()
    p.network.neuronCount = 4
    p.plastic.inputsPerClass = 1
    p.staticSynapses.inDegree = 0
    p.staticSynapses.given.plugin = "ring"
    p.staticSynapses.given.options = ["a": .whole(1), "b": .list([.number(0.5), .text("x")]), "c": .flag(true)]
    p.feedforward.count = 1
    p.trial.trainDuration = 10
    p.trial.stimulusOn = 990
    var network = Network(
      parameters: p, staticConnections: try StaticConnections(wanted, p, source: "edges.h5"),
      plasticConnections: PlasticConnections(inputsPerNeuron: 2, presynaptic: [1, 2, 0, 2, 0, 3, 1, 2]),
      feedforwardRates: FeedforwardRates(
        taskCount: 2, stepCount: 100, neuronCount: 1, values: (0..<200).map(Float.init)),
      targets: Targets(taskCount: 2, rowCount: 1, neuronCount: 4, values: (0..<8).map(Float.init)),
      untrained: UntrainedActivity(rates: [1, 2, 3, 4], meanCurrents: [1, 2, 3, 4], currentDeviation: 1))
    network.feedforwardWeights = [1, 2, 3, 4]
    network.stimulus = StimulusCurrents(taskCount: 2, rowCount: 2, neuronCount: 4, values: (0..<16).map(Float.init))
    network.schedule = [1, 0, 1]
    return network
  }

  @Test func networksKeepWhatTheyAreGiven() throws {
    let network = try network()
    try NetworkFile.write(network, to: path)
    let read = try NetworkFile.read(path)
    #expect(read.parameters == network.parameters)
    #expect(read.staticConnections == network.staticConnections)
    #expect(read.feedforwardRates == network.feedforwardRates)
    #expect(read.feedforwardWeights == network.feedforwardWeights)
    #expect(read.stimulus == network.stimulus)
    #expect(read.schedule == network.schedule)
    #expect(read.fingerprint == network.fingerprint)
  }

  @Test func contradictoryNetworksAreRefused() throws {
    var wrong = try network()
    wrong.stimulus = StimulusCurrents(taskCount: 1, rowCount: 2, neuronCount: 4, values: Array(repeating: 0, count: 8))
    try NetworkFile.write(wrong, to: path)
    #expect(problem { _ = try NetworkFile.read(path) }.contains("/stimulus has the wrong shape"))
    wrong = try network()
    wrong.schedule = [2]
    try NetworkFile.write(wrong, to: path)
    #expect(problem { _ = try NetworkFile.read(path) }.contains("/schedule names tasks that do not exist"))
    wrong = try network()
    wrong.feedforwardWeights = [1, 2, 3, 4]
    wrong.feedforwardRates = FeedforwardRates(stepCount: 50, neuronCount: 1, values: Array(repeating: 0, count: 50))
    try NetworkFile.write(wrong, to: path)
    #expect(problem { _ = try NetworkFile.read(path) }.contains("/feedforward/rates has the wrong shape"))
  }
}
