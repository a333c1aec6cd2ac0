// Keys of what is given: tables of options, and lists of tasks.
internal import RepriseModel

extension ConfigKey {
  /// A table of values that a plug-in understands.
  static func options(
    _ path: String, _ property: Property<[String: OptionValue]>, _ documentation: String
  ) -> ConfigKey {
    ConfigKey(path, documentation, unset: { _ in "{}" }) { (value, parameters, _) throws(ConfigProblem) in
      guard case .table(let entries) = value else {
        throw ConfigProblem(value, mustBe: "a table, such as { width = 0.1 }")
      }
      var options: [String: OptionValue] = [:]
      for (name, entry) in entries { options[name] = try entry.option(name) }
      parameters[keyPath: property] = options
    } write: { parameters, _ in
      let options = parameters[keyPath: property].sorted { $0.key < $1.key }
      let texts = options.map { "\(TOMLText.key($0.key)) = \($0.value.tomlText)" }
      return texts.isEmpty ? nil : "{ \(texts.joined(separator: ", ")) }"
    }
  }

  /// A number for each neuron, as a list or a dataset; [] is the same as leaving it out.
  static func each(_ path: String, _ property: Property<[Double]?>, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation, unset: { _ in "[]" }) { (value, parameters, reading) throws(ConfigProblem) in
      switch value {
      case .list(let values):
        let numbers = try values.map { (value) throws(ConfigProblem) in try value.quantity(nil) }
        parameters[keyPath: property] = numbers.isEmpty ? nil : numbers
      case .string(let text) where DatasetReference(text).dataset != nil:
        if let stored = reading.stored(value) {
          parameters[keyPath: property] = stored[keyPath: property]
        } else {
          parameters[keyPath: property] = try reading.values(of: DatasetReference(text), written: value)
        }
      default:
        throw ConfigProblem(value, mustBe: "a list with a number for each neuron, or \"FILE:/dataset\"")
      }
    } write: { parameters, _ in
      parameters[keyPath: property].map { TOMLText.list($0.map(TOMLText.number)) }
    }
  }

  /// Tasks, in the order in which they are trained; [] is the same as leaving it out.
  static func tasksInOrder(_ path: String, _ property: Property<[Int]?>, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation, unset: { _ in "[]" }) { (value, parameters, _) throws(ConfigProblem) in
      guard case .list(let values) = value else {
        throw ConfigProblem(value, mustBe: "a list of tasks, such as [0, 0, 1]")
      }
      let tasks = try values.map { (value) throws(ConfigProblem) in try value.wholeNumber() }
      parameters[keyPath: property] = tasks.isEmpty ? nil : tasks
    } write: { parameters, _ in
      parameters[keyPath: property].map { TOMLText.list($0.map { "\($0)" }) }
    }
  }
}

extension ConfigValue {
  fileprivate func option(_ name: String) throws(ConfigProblem) -> OptionValue {
    switch self {
    case .integer(let value): return .whole(value)
    case .number(let value): return .number(value)
    case .boolean(let value): return .flag(value)
    case .string(let value): return .text(value)
    case .list(let values): return .list(try values.map { (value) throws(ConfigProblem) in try value.option(name) })
    case .table, .date:
      throw ConfigProblem("has \(name) = \(found), which must be a number, a text, true or false, or a list of such.")
    }
  }
}

extension OptionValue {
  fileprivate var tomlText: String {
    switch self {
    case .whole(let value): "\(value)"
    case .number(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .text(let value): TOMLText.string(value)
    case .list(let values): "[\(values.map(\.tomlText).joined(separator: ", "))]"
    }
  }
}

extension TOMLText {
  /// A key, in quotes where it needs them.
  static func key(_ name: String) -> String {
    let isBare = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
    return isBare ? name : string(name)
  }
}
