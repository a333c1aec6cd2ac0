// Keys that are more than one value in one property.
internal import RepriseModel

extension ConfigKey {
  /// A 64-bit number. TOML's numbers are signed, so the upper half is written as text.
  static func seed(_ path: String, _ property: Property<UInt64>, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation) { (value, parameters, _) throws(ConfigProblem) in
      let seed: UInt64? =
        switch value {
        case .integer(let integer): UInt64(exactly: integer)
        case .string(let text): UInt64(text)
        default: nil
        }
      guard let seed else {
        throw ConfigProblem(value, mustBe: "a whole number from 0 to \(UInt64.max), in quotes above \(Int64.max)")
      }
      parameters[keyPath: property] = seed
    } write: { parameters, _ in
      let seed = parameters[keyPath: property]
      return seed > UInt64(Int64.max) ? "\"\(seed)\"" : "\(seed)"
    }
  }

  /// A quantity that all neurons share, a list with one for each, or a dataset that has them.
  static func perNeuron(
    _ path: String, _ property: Property<PerNeuron>, _ documentation: String, unit: ConfigUnit
  ) -> ConfigKey {
    ConfigKey(path, documentation, unit: unit) { (value, parameters, reading) throws(ConfigProblem) in
      switch value {
      case .list(let values):
        parameters[keyPath: property] = .each(
          try values.map { (value) throws(ConfigProblem) in try value.quantity(unit) })
      case .string(let text) where DatasetReference(text).dataset != nil:
        if let stored = reading.stored(value) {
          parameters[keyPath: property] = stored[keyPath: property]
        } else {
          parameters[keyPath: property] = .each(try reading.values(of: DatasetReference(text), written: value))
        }
      default:
        parameters[keyPath: property] = .shared(try value.quantity(unit))
      }
    } write: { parameters, _ in
      switch parameters[keyPath: property] {
      case .shared(let value): TOMLText.number(value)
      case .each(let values): TOMLText.list(values.map(TOMLText.number))
      }
    }
  }

  /// A quantity that all neurons share, one for each class, or one for each neuron as a list or a dataset.
  static func perClassOrNeuron(
    _ path: String, _ property: Property<PerClassOrNeuron>, _ documentation: String, unit: ConfigUnit? = nil
  ) -> ConfigKey {
    ConfigKey(path, documentation, unit: unit) { (value, parameters, reading) throws(ConfigProblem) in
      parameters[keyPath: property] = try value.perClassOrNeuron(unit, reading) { $0[keyPath: property] }
    } write: { parameters, _ in
      parameters[keyPath: property].tomlText
    }
  }

  /// Any number of such quantities, as a list.
  static func lists(
    _ path: String, _ property: Property<[PerClassOrNeuron]>, _ documentation: String, unit: ConfigUnit? = nil
  ) -> ConfigKey {
    ConfigKey(path, documentation, unit: unit) { (value, parameters, reading) throws(ConfigProblem) in
      guard case .list(let values) = value else {
        throw ConfigProblem(value, mustBe: "a list with one value for each after-spike current, such as [0.1, -0.2]")
      }
      var read: [PerClassOrNeuron] = []
      for (index, value) in values.enumerated() {
        read.append(
          try value.perClassOrNeuron(unit, reading) { stored in
            let values = stored[keyPath: property]
            return index < values.count ? values[index] : .each([])
          })
      }
      parameters[keyPath: property] = read
    } write: { parameters, _ in
      "[\(parameters[keyPath: property].map(\.tomlText).joined(separator: ", "))]"
    }
  }

  /// The number of tasks of sinusoids, or the tasks of a file. `targets.source` must have been read before.
  static func tasks(_ path: String, source: String, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation, unset: { $0.targets.source == .sinusoids ? "1" : "[]" }) {
      (value, parameters, reading) throws(ConfigProblem) in
      guard case .list(let values) = value else {
        let count = try value.wholeNumberOfTasks()
        if parameters.targets.source != .sinusoids, !reading.failed.contains(source) {
          throw ConfigProblem(
            "= \(count) must be a list of tasks of the file, such as [0, 1], because \(source) = "
              + "\"\(parameters.targets.source.rawValue)\"; the first task is 0.")
        }
        parameters.targets.taskCount = count
        return
      }
      let tasks = try values.map { (value) throws(ConfigProblem) in try value.wholeNumber() }
      // Without a valid source it is unknown whether a list is right.
      guard !reading.failed.contains(source) else { return }
      parameters.targets.tasks = tasks.isEmpty ? nil : tasks
    } write: { parameters, _ in
      guard parameters.targets.source != .sinusoids else { return "\(parameters.targets.taskCount)" }
      return parameters.targets.tasks.map { TOMLText.list($0.map { "\($0)" }) }
    }
  }

  /// A file, with a dataset after a colon.
  static func datasetFile(
    _ path: String, file: Property<String?>, dataset: Property<String?>, _ documentation: String
  ) -> ConfigKey {
    ConfigKey(path, documentation) { (value, parameters, reading) throws(ConfigProblem) in
      let reference = DatasetReference(try value.text())
      if reference.file.isEmpty, reference.dataset != nil {
        throw ConfigProblem(value, mustBe: "\"FILE\" or \"FILE:/dataset\"")
      }
      parameters[keyPath: file] =
        reference.file.isEmpty ? nil : FilePath.resolve(reference.file, in: reading.folder)
      parameters[keyPath: dataset] = reference.dataset
    } write: { parameters, folder in
      guard let name = parameters[keyPath: file] else { return nil }
      let written = FilePath.relative(name, to: folder)
      return TOMLText.string(DatasetReference(file: written, dataset: parameters[keyPath: dataset]).text)
    }
  }
}

extension ConfigValue {
  fileprivate func wholeNumberOfTasks() throws(ConfigProblem) -> Int {
    guard case .integer(let count) = self else {
      throw ConfigProblem(self, mustBe: "the number of tasks, or a list of tasks of the file such as [0, 1]")
    }
    return count
  }
}

extension PerClassOrNeuron {
  var tomlText: String {
    switch self {
    case .perClass(let values) where values.excitatory == values.inhibitory: TOMLText.number(values.excitatory)
    case .perClass(let values): TOMLText.list([values.excitatory, values.inhibitory].map(TOMLText.number))
    case .each(let values): TOMLText.list(values.map(TOMLText.number))
    }
  }
}

extension ConfigValue {
  /// - Parameter stored: Takes the value from parameters that were read before.
  func perClassOrNeuron(
    _ unit: ConfigUnit?, _ reading: ConfigKey.Reading, stored: (Parameters) -> PerClassOrNeuron
  ) throws(ConfigProblem) -> PerClassOrNeuron {
    switch self {
    case .list(let values) where values.count != 2:
      return .each(try values.map { (value) throws(ConfigProblem) in try value.quantity(unit) })
    case .string(let text) where DatasetReference(text).dataset != nil:
      if let parameters = reading.stored(self) { return stored(parameters) }
      return .each(try reading.values(of: DatasetReference(text), written: self))
    default:
      return .perClass(try perClass(unit))
    }
  }
}

extension ConfigKey.Reading {
  /// The parameters that were read before, where the file that a value names is gone.
  func stored(_ value: ConfigValue) -> Parameters? {
    guard let stored, case .string(let text) = value else { return nil }
    return FilePath.exists(FilePath.resolve(DatasetReference(text).file, in: folder)) ? nil : stored
  }

  func values(
    of reference: DatasetReference, written: ConfigValue
  ) throws(ConfigProblem) -> [Double] {
    guard let resolveDataset else {
      throw ConfigProblem("= \(written.found) names a dataset, and datasets cannot be read here; write the values.")
    }
    guard !reference.file.isEmpty else { throw ConfigProblem(written, mustBe: "\"FILE:/dataset\"") }
    let resolved = DatasetReference(
      file: FilePath.resolve(reference.file, in: folder), dataset: reference.dataset)
    do {
      return try resolveDataset(resolved.text)
    } catch {
      throw ConfigProblem("= \(written.found) cannot be read: \(error)")
    }
  }
}

/// A file, and maybe a dataset in it: `FILE` or `FILE:/dataset`.
struct DatasetReference: Equatable {
  var file: String
  /// With its leading slash.
  var dataset: String?

  init(file: String, dataset: String?) {
    self.file = file
    self.dataset = dataset
  }

  /// Splits at the last `:/`. `FILE:/` is a file without a dataset, for names that have `:/` in them.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    let mark = bytes.indices.dropLast().last { bytes[$0] == UInt8(ascii: ":") && bytes[$0 + 1] == UInt8(ascii: "/") }
    guard let mark else {
      self.init(file: text, dataset: nil)
      return
    }
    let dataset = String(decoding: bytes[(mark + 1)...], as: UTF8.self)
    self.init(file: String(decoding: bytes[..<mark], as: UTF8.self), dataset: dataset == "/" ? nil : dataset)
  }

  var text: String {
    if let dataset { return "\(file):\(dataset)" }
    return DatasetReference(file).file == file ? file : "\(file):/"
  }
}
