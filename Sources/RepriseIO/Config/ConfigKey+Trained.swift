// Keys about some of the neurons: which learn, and how many inputs they have of each class.
internal import RepriseModel

extension ConfigKey {
  private static let allowed =
    "\"all\", \"excitatory\", \"inhibitory\", a fraction such as 0.2, numbers or fractions of the classes such as "
    + "{ excitatory = 400, inhibitory = 0.5 }, a list of neurons and ranges such as [3, \"10-19\"], or \"FILE:/dataset\" "
    + "with such a list"

  /// A subset of the neurons. Neurons of a dataset are stored as a list.
  static func trained(_ path: String, _ property: Property<TrainedNeurons>, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation) { (value, parameters, reading) throws(ConfigProblem) in
      switch value {
      case .string("all"): parameters[keyPath: property] = .all
      case .string("excitatory"): parameters[keyPath: property] = .all(.excitatory)
      case .string("inhibitory"): parameters[keyPath: property] = .all(.inhibitory)
      case .string(let text) where DatasetReference(text).dataset != nil:
        if let stored = reading.stored(value) {
          parameters[keyPath: property] = stored[keyPath: property]
        } else {
          let numbers = try reading.values(of: DatasetReference(text), written: value)
          parameters[keyPath: property] = .listed(
            try numbers.map { (number) throws(ConfigProblem) in
              guard let neuron = Int(exactly: number) else {
                throw ConfigProblem("= \(value.found) has \(number), which is no number of a neuron.")
              }
              return neuron
            })
        }
      case .string(let text): parameters[keyPath: property] = .listed(try value.neurons(in: text))
      case .list(let values):
        var neurons: [Int] = []
        for element in values { neurons += try element.listedNeurons(of: value) }
        parameters[keyPath: property] = .listed(neurons)
      case .number(let fraction):
        parameters[keyPath: property] = .drawn(PerClass(both: .fraction(fraction)))
      case .table(let shares): parameters[keyPath: property] = .drawn(try value.shares(shares))
      default: throw ConfigProblem(value, mustBe: allowed)
      }
    } write: { parameters, _ in
      parameters[keyPath: property].tomlText
    }
  }

  /// A whole number for both classes, or one for each; it follows from other parameters where it is left out.
  static func optionalWholePerClass(
    _ path: String, _ property: Property<PerClass<Int>?>, derived: @escaping @Sendable (Parameters) -> PerClass<Int>,
    _ documentation: String
  ) -> ConfigKey {
    @Sendable func text(_ values: PerClass<Int>) -> String {
      values.excitatory == values.inhibitory
        ? "\(values.excitatory)" : "[\(values.excitatory), \(values.inhibitory)]"
    }
    return ConfigKey(path, documentation, unset: { text(derived($0)) }) {
      (value, parameters, _) throws(ConfigProblem) in
      guard case .list(let values) = value else {
        parameters[keyPath: property] = PerClass(both: try value.wholeNumber())
        return
      }
      guard values.count == 2 else {
        throw ConfigProblem(value, mustBe: "one number, or two: [excitatory, inhibitory]")
      }
      parameters[keyPath: property] = PerClass(
        excitatory: try values[0].wholeNumber(), inhibitory: try values[1].wholeNumber())
    } write: { parameters, _ in
      parameters[keyPath: property].map(text)
    }
  }
}

extension ConfigValue {
  /// Neurons and ranges in a text, such as "3, 10-19".
  fileprivate func neurons(in text: String) throws(ConfigProblem) -> [Int] {
    var neurons: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
        Int($0.filter { !$0.isWhitespace })
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
        throw ConfigProblem(
          "= \(found) must be \"all\", \"excitatory\", \"inhibitory\", neurons and ranges such as \"3, 10-19\", or "
            + "\"FILE:/dataset\".")
      }
      guard last <= Parameters.maximalNeuronCount else {
        throw ConfigProblem("= \(found) names neuron \(last); there are at most \(Parameters.maximalNeuronCount).")
      }
      neurons += Array(first...last)
    }
    return neurons
  }

  /// Neurons of an element of a list.
  fileprivate func listedNeurons(of list: ConfigValue) throws(ConfigProblem) -> [Int] {
    switch self {
    case .integer(let neuron): return [neuron]
    case .string(let text): return try neurons(in: text)
    default:
      throw ConfigProblem(list, mustBe: "a list of neurons and ranges such as [3, \"10-19\"]")
    }
  }

  fileprivate func shares(_ table: [String: ConfigValue]) throws(ConfigProblem) -> PerClass<TrainedNeurons.Share> {
    if let unknown = table.keys.sorted().first(where: { NeuronClass(rawValue: $0) == nil }) {
      throw ConfigProblem("has the unknown key \(unknown); it may have excitatory and inhibitory.")
    }
    func share(_ neuronClass: NeuronClass) throws(ConfigProblem) -> TrainedNeurons.Share {
      switch table[neuronClass.rawValue] {
      case nil: return .count(0)
      case .integer(let count): return .count(count)
      case .number(let fraction): return .fraction(fraction)
      case .some(let value):
        throw ConfigProblem(
          "has \(neuronClass.rawValue) = \(value.found), which must be a number of neurons, or a fraction such as 0.2.")
      }
    }
    return PerClass(excitatory: try share(.excitatory), inhibitory: try share(.inhibitory))
  }
}

extension TrainedNeurons {
  /// As a configuration has it; neurons that follow one another are a range.
  fileprivate var tomlText: String {
    switch self {
    case .all: return "\"all\""
    case _ where self == .all(.excitatory): return "\"excitatory\""
    case _ where self == .all(.inhibitory): return "\"inhibitory\""
    case .drawn(let shares):
      return "{ excitatory = \(shares.excitatory.tomlText), inhibitory = \(shares.inhibitory.tomlText) }"
    case .listed(let neurons): return TOMLText.list(Self.ranges(neurons))
    }
  }

  private static func ranges(_ neurons: [Int]) -> [String] {
    var texts: [String] = []
    var start = 0
    for index in neurons.indices where index + 1 == neurons.count || neurons[index + 1] != neurons[index] + 1 {
      let (first, last) = (neurons[start], neurons[index])
      if last - first < 2 || first < 0 {
        texts += neurons[start...index].map { "\($0)" }
      } else {
        texts.append("\"\(first)-\(last)\"")
      }
      start = index + 1
    }
    return texts
  }
}

extension TrainedNeurons.Share {
  /// A fraction has a decimal point, which tells it from a number of neurons.
  fileprivate var tomlText: String {
    switch self {
    case .count(let count): "\(count)"
    case .fraction(let fraction): "\(fraction)"
    }
  }
}
