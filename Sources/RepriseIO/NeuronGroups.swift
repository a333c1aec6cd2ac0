// Groups of neurons by number, by class, or by attributes of the units that they stand for.
public import RepriseModel

/// Finds the neurons that an option names.
public struct NeuronGroups {
  private let network: Network
  /// For messages.
  private let networkFile: String

  public init(_ network: Network, networkFile: String) {
    self.network = network
    self.networkFile = networkFile
  }

  /// The neurons of `all`, `excitatory`, `inhibitory`, `trained`, `untrained`, `held_out` (those that stand for units which
  /// nobody learns), numbers as in `0-99,120`, or a condition on attributes of units,
  /// as in `area=CA1` or `quality>0.5 and area != "CA3"`.
  ///
  /// - Parameter option: For messages.
  /// - Throws: ``RecordingError`` where there is no such group, or nobody in it.
  public func group(_ text: String, option: String) throws -> NeuronGroup {
    let neurons: [Int]
    if let named = named(text) {
      neurons = named
    } else if !text.isEmpty, text.allSatisfy({ $0.isNumber || "-, ".contains($0) }) {
      neurons = try numbers(text, option: option)
    } else {
      neurons = try self.neurons(fulfilling: text, option: option)
    }
    guard !neurons.isEmpty else {
      throw RecordingError(
        option, "\(text) has none of the \(network.neuronCount) neurons of \(networkFile). Choose another group.",
        isUsage: true)
    }
    return NeuronGroup(text, neurons)
  }

  private func named(_ text: String) -> [Int]? {
    let all = 0..<network.neuronCount
    return switch text {
    case "all": Array(all)
    case "trained": all.filter { network.isTrained($0) }
    case "untrained": all.filter { !network.isTrained($0) }
    case "held_out": all.filter { !network.isTrained($0) && network.targets.neurons.contains($0) }
    default: NeuronClass(rawValue: text).map { c in all.filter { network.parameters.neuronClass($0) == c } }
    }
  }

  /// One group for each class, or for each value of an attribute.
  ///
  /// - Throws: ``RecordingError`` where there is no such attribute, or it has too many values.
  public func groups(by attribute: String, option: String) throws -> [NeuronGroup] {
    if attribute == "class" { return classes }
    let found = values(of: try units.column(attribute, option: option, noun: "unit"))
    guard found.count <= Self.mostValues else {
      throw RecordingError(
        option,
        "\(attribute) has \(found.count) values, but at most \(Self.mostValues) make groups. Name groups with --group "
          + "NAME=CONDITION.", isUsage: true)
    }
    return found
  }

  /// A group for each value of a column.
  private func values(of column: RecordingTable.Column) -> [NeuronGroup] {
    let texts = (0..<column.values.count).map { column.text($0) }
    return sorted(Set(texts.compactMap { $0 })).map { value in
      NeuronGroup("\(column.name)=\(value)", neurons { texts[$0] == value })
    }
  }

  /// Those that learn and those that do not, where there are both; the classes that have neurons; and the places where
  /// most units are, or the values of another text that has few.
  public var usual: [NeuronGroup] {
    let columns = units.columns.filter { column in
      if case .texts = column.values { !Self.bookkeeping.contains(column.name) } else { false }
    }
    let place = Self.places.compactMap { name in columns.first { $0.name == name } }.first
    let chosen = place ?? columns.first { (2...Self.mostUsualValues).contains(values(of: $0).count) }
    guard let chosen else { return parts + classes }
    let found = values(of: chosen)
    let largest = Set(
      found.sorted { ($1.neurons.count, $0.name) < ($0.neurons.count, $1.name) }
        .prefix(Self.mostUsualValues).map(\.name))
    return parts + classes + (found.count > 1 ? found.filter { largest.contains($0.name) } : [])
  }

  private static let mostValues = 64
  private static let mostUsualValues = 8
  private static let places = ["area", "region", "brain_area", "brain_region", "location", "structure"]
  /// Texts that say where a unit was recorded, but not what it is.
  private static let bookkeeping: Set<String> = ["source_file", "date", "session", "mouse", "subject", "name", "id"]

  /// Neurons by whether they learn; none where all or none do.
  private var parts: [NeuronGroup] {
    guard (1..<network.neuronCount).contains(network.learners.count) else { return [] }
    return ["trained", "untrained", "held_out"].map { NeuronGroup($0, named($0) ?? []) }.filter { !$0.neurons.isEmpty }
  }

  private var classes: [NeuronGroup] {
    NeuronClass.allCases.map { c in
      NeuronGroup(c.rawValue, (0..<network.neuronCount).filter { network.parameters.neuronClass($0) == c })
    }.filter { !$0.neurons.isEmpty }
  }

  /// Numbers in their order, before texts.
  private func sorted(_ values: Set<String>) -> [String] {
    values.sorted { a, b in
      switch (Double(a), Double(b)) {
      case (let x?, let y?): x < y
      case (nil, nil): a < b
      case (let x, _): x != nil
      }
    }
  }

  // MARK: Numbers

  private func numbers(_ text: String, option: String) throws -> [Int] {
    var found: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0.filter { $0 != " " }) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
        throw RecordingError(
          option, "\"\(text)\" cannot be understood; numbers of neurons are like 0-99,120.", isUsage: true)
      }
      guard last < network.neuronCount else {
        throw RecordingError(
          option,
          "names neuron \(last), but the network has neurons 0 to \(network.neuronCount - 1).", isUsage: true)
      }
      found.formUnion(first...last)
    }
    return found.sorted()
  }

  // MARK: Attributes

  private func neurons(fulfilling condition: String, option: String) throws -> [Int] {
    guard condition.contains(where: { "<>=!".contains($0) }) else {
      throw RecordingError(
        option,
        "\"\(condition)\" is no group. There is all, excitatory, inhibitory, trained, untrained, held_out, numbers as in "
          + "0-99,120, and conditions on units as in area=CA1.", isUsage: true)
    }
    let isFulfilled = try units.rows(fulfilling: [condition], option: option, noun: "unit")
    return neurons { isFulfilled[$0] }
  }

  /// The neurons whose unit is among some.
  private func neurons(_ includes: (Int) -> Bool) -> [Int] {
    (0..<network.neuronCount).filter { network.unit(of: $0).map(includes) ?? false }
  }

  private var units: RecordingTable {
    RecordingTable(
      place: networkFile, rowCount: network.unitCount,
      columns: network.unitAttributes.map { attribute in
        let values: RecordingTable.Values =
          switch attribute.values {
          case .numbers(let numbers): .numbers(numbers)
          case .texts(let texts): .texts(texts)
          }
        return RecordingTable.Column(name: attribute.name, values: values)
      })
  }
}
