// Reads connections one by one: three datasets, or the edges of a SONATA file (docs/file-formats.md).
public import RepriseModel

/// Files of connections.
public enum EdgeFile {
  /// - Parameters:
  ///   - group: Where the datasets are; nil: at the root, or the only population of a SONATA file.
  ///   - needsWeights: False allows a file without weights.
  /// - Throws: ``HDF5Error``, or ``GivenError`` where the contents do not fit each other.
  public static func read(_ path: String, group: String?, needsWeights: Bool) throws -> EdgeList {
    let file = try HDF5File(reading: path)
    switch try layout(file, group) {
    case .plain(let group): return try readPlain(file, group, needsWeights)
    case .sonata(let population): return try SonataEdges(file, population).read()
    }
  }

  /// Number of connections of a file.
  public static func count(_ path: String, group: String?) throws -> Int {
    let file = try HDF5File(reading: path)
    switch try layout(file, group) {
    case .plain(let group): return try file.dataset(group + "/presynaptic").count
    case .sonata(let population): return try file.dataset(population + "/source_node_id").count
    }
  }

  private enum Layout {
    case plain(String)
    case sonata(String)
  }

  private static func layout(_ file: HDF5File, _ group: String?) throws -> Layout {
    let root = group ?? ""
    if file.contains(root + "/source_node_id") { return .sonata(root) }
    if file.contains(root + "/presynaptic") || group != nil || !file.contains("/edges") { return .plain(root) }
    let populations = try file.children(of: "/edges").filter { file.contains($0.path + "/source_node_id") }
    guard let only = populations.first else { return .plain(root) }
    guard populations.count == 1 else {
      throw GivenError(
        file.path,
        "there are several populations of edges: \(populations.map(\.path).joined(separator: ", ")). Name one, as in "
          + "\"\(file.path):\(only.path)\".")
    }
    return .sonata(only.path)
  }

  private static func readPlain(_ file: HDF5File, _ group: String, _ needsWeights: Bool) throws -> EdgeList {
    let hasWeights = needsWeights || file.contains(group + "/weight")
    return EdgeList(
      presynaptic: try column(file, group + "/presynaptic"), postsynaptic: try column(file, group + "/postsynaptic"),
      weights: hasWeights ? try column(file, group + "/weight") : [])
  }

  /// A dataset of one axis. Whole numbers out of the range of `Int` become its limits, which no neuron has.
  static func column<Number: HDF5Number>(_ file: HDF5File, _ path: String) throws -> [Number] {
    let dataset = try file.dataset(path)
    guard dataset.shape.count == 1 else {
      throw GivenError(
        "\(file.path):\(dataset.path)", "the shape is \(formatShape(dataset.shape)), but one axis is needed.")
    }
    return try dataset.read()
  }
}

/// A population of edges as the SONATA data format has it (github.com/AllenInstitute/sonata).
private struct SonataEdges {
  let file: HDF5File
  let population: String

  init(_ file: HDF5File, _ population: String) { (self.file, self.population) = (file, population) }

  func read() throws -> EdgeList {
    try checkPopulations()
    let sources: [Int] = try EdgeFile.column(file, population + "/source_node_id")
    let targets: [Int] = try EdgeFile.column(file, population + "/target_node_id")
    return EdgeList(presynaptic: sources, postsynaptic: targets, weights: try weights(count: sources.count))
  }

  /// Both ends must be neurons of the network.
  private func checkPopulations() throws {
    let source = try file.textAttribute("node_population", of: population + "/source_node_id")
    let target = try file.textAttribute("node_population", of: population + "/target_node_id")
    guard let source, let target, source != target else { return }
    throw GivenError(
      "\(file.path):\(population)",
      "edges are from nodes of \(source) to nodes of \(target), but both ends must be neurons of one network.")
  }

  /// `syn_weight` of each edge, from the group and the row in it that the edge names.
  private func weights(count: Int) throws -> [Double] {
    let groups: [Int] = try EdgeFile.column(file, population + "/edge_group_id")
    let rows: [Int] = try EdgeFile.column(file, population + "/edge_group_index")
    guard groups.count == count, rows.count == count else {
      throw GivenError(
        "\(file.path):\(population)",
        "edge_group_id has \(groups.count) values and edge_group_index \(rows.count), but there are \(count) edges.")
    }
    var byGroup: [Int: [Double]] = [:]
    for group in Set(groups).sorted() { byGroup[group] = try weights(ofGroup: group) }
    var weights = [Double](repeating: 0, count: count)
    for edge in 0..<count {
      guard let values = byGroup[groups[edge]], values.indices.contains(rows[edge]) else {
        throw GivenError(
          "\(file.path):\(population)/edge_group_index",
          "edge \(edge) names row \(rows[edge]) of group \(groups[edge]), which has "
            + "\(byGroup[groups[edge]]?.count ?? 0).")
      }
      weights[edge] = values[rows[edge]]
    }
    return weights
  }

  private func weights(ofGroup group: Int) throws -> [Double] {
    let path = "\(population)/\(group)/syn_weight"
    guard file.contains(path) else {
      throw GivenError(
        "\(file.path):\(path)",
        "does not exist. Weights of edge types, in a file beside, are not read: write one for each edge.")
    }
    return try EdgeFile.column(file, path)
  }
}
