// One row of the table of keys, and the kinds of rows.
internal import RepriseModel

/// A key of the configuration: what it is called, what it means, how it is read and written.
struct ConfigKey: Sendable {
  /// What a reader may need besides the value.
  struct Reading {
    /// The folder that relative paths are relative to.
    let folder: String
    /// Reads "FILE:/dataset", one value per neuron.
    let resolveDataset: ((String) throws -> [Double])?
    /// What the same text gave before; values of neurons are taken from there if their file is gone.
    var stored: Parameters?
    /// Keys that were read before and had mistakes.
    var failed: Set<String> = []
  }

  typealias Reader =
    @Sendable (_ value: ConfigValue, _ parameters: inout Parameters, _ reading: Reading) throws(ConfigProblem) -> Void
  /// TOML text of the value; nil where it is unset. `folder` is the folder of the file that is written.
  typealias Writer = @Sendable (_ parameters: Parameters, _ folder: String) -> String?

  let section: String
  let name: String
  /// Meaning, one line.
  let documentation: String
  /// The unit of a plain number.
  let unit: ConfigUnit?
  let read: Reader
  let write: Writer
  /// TOML text that does the same as leaving the key out.
  let unset: @Sendable (Parameters) -> String

  var path: String { "\(section).\(name)" }

  /// - Parameter path: `section.name`.
  init(
    _ path: String, _ documentation: String, unit: ConfigUnit? = nil,
    unset: @escaping @Sendable (Parameters) -> String = { _ in "\"\"" },
    read: @escaping Reader, write: @escaping Writer
  ) {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    precondition(parts.count == 2, "A key belongs to a section.")
    section = parts[0]
    name = parts[1]
    self.documentation = documentation
    self.unit = unit
    self.unset = unset
    self.read = read
    self.write = write
  }
}

typealias Property<Value> = any WritableKeyPath<Parameters, Value> & Sendable

// MARK: - Kinds

extension ConfigKey {
  static func whole(_ path: String, _ property: Property<Int>, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation) { (value, parameters, _) throws(ConfigProblem) in
      parameters[keyPath: property] = try value.wholeNumber()
    } write: { parameters, _ in
      "\(parameters[keyPath: property])"
    }
  }

  /// A whole number that follows from other parameters where it is left out.
  static func optionalWhole(
    _ path: String, _ property: Property<Int?>, derived: @escaping @Sendable (Parameters) -> Int,
    _ documentation: String
  ) -> ConfigKey {
    ConfigKey(path, documentation, unset: { "\(derived($0))" }) { (value, parameters, _) throws(ConfigProblem) in
      parameters[keyPath: property] = try value.wholeNumber()
    } write: { parameters, _ in
      parameters[keyPath: property].map { "\($0)" }
    }
  }

  static func quantity(
    _ path: String, _ property: Property<Double>, _ documentation: String, unit: ConfigUnit? = nil
  ) -> ConfigKey {
    ConfigKey(path, documentation, unit: unit) { (value, parameters, _) throws(ConfigProblem) in
      parameters[keyPath: property] = try value.quantity(unit)
    } write: { parameters, _ in
      TOMLText.number(parameters[keyPath: property])
    }
  }

  /// A number, or one for each class.
  static func perClass(
    _ path: String, _ property: Property<PerClass<Double>>, _ documentation: String, unit: ConfigUnit? = nil
  ) -> ConfigKey {
    ConfigKey(path, documentation, unit: unit) { (value, parameters, _) throws(ConfigProblem) in
      parameters[keyPath: property] = try value.perClass(unit)
    } write: { parameters, _ in
      let values = parameters[keyPath: property]
      let (excitatory, inhibitory) = (TOMLText.number(values.excitatory), TOMLText.number(values.inhibitory))
      return excitatory == inhibitory ? excitatory : "[\(excitatory), \(inhibitory)]"
    }
  }

  /// One of the names of an enumeration.
  static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
    _ path: String, _ property: Property<Value>, _ documentation: String
  ) -> ConfigKey where Value.RawValue == String {
    let names = Value.allCases.map(\.rawValue)
    let listed = names.map(TOMLText.string).joined(separator: ", ")
    let full = names.count > 1 ? "\(documentation): \(listed)" : documentation
    return ConfigKey(path, full) { (value, parameters, _) throws(ConfigProblem) in
      parameters[keyPath: property] = try value.choice(Value.self)
    } write: { parameters, _ in
      TOMLText.string(parameters[keyPath: property].rawValue)
    }
  }

  static func flag(_ path: String, _ property: Property<Bool>, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation) { (value, parameters, _) throws(ConfigProblem) in
      guard case .boolean(let flag) = value else { throw ConfigProblem(value, mustBe: "true or false") }
      parameters[keyPath: property] = flag
    } write: { parameters, _ in
      "\(parameters[keyPath: property])"
    }
  }

  /// A text; "" is the same as leaving it out.
  static func text(_ path: String, _ property: Property<String?>, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation) { (value, parameters, _) throws(ConfigProblem) in
      let text = try value.text()
      parameters[keyPath: property] = text.isEmpty ? nil : text
    } write: { parameters, _ in
      parameters[keyPath: property].map(TOMLText.string)
    }
  }
}

// MARK: - Values

extension ConfigValue {
  func wholeNumber() throws(ConfigProblem) -> Int {
    if case .integer(let value) = self { return value }
    if case .number = self {
      throw ConfigProblem(self, mustBe: "a whole number, without decimal point and exponent")
    }
    throw ConfigProblem(self, mustBe: "a whole number")
  }

  func text() throws(ConfigProblem) -> String {
    guard case .string(let text) = self else { throw ConfigProblem(self, mustBe: "a text in quotes") }
    return text
  }

  func perClass(_ unit: ConfigUnit?) throws(ConfigProblem) -> PerClass<Double> {
    guard case .list(let values) = self else { return PerClass(both: try quantity(unit)) }
    guard values.count == 2 else {
      throw ConfigProblem(self, mustBe: "one value, or two: [excitatory, inhibitory]")
    }
    return PerClass(excitatory: try values[0].quantity(unit), inhibitory: try values[1].quantity(unit))
  }

  func choice<Value: RawRepresentable & CaseIterable>(_: Value.Type) throws(ConfigProblem) -> Value
  where Value.RawValue == String {
    let names = Value.allCases.map(\.rawValue)
    let quoted = names.map(TOMLText.string)
    let allowed = quoted.count == 1 ? quoted[0] : "one of \(quoted.joined(separator: ", "))"
    guard case .string(let name) = self else { throw ConfigProblem(self, mustBe: allowed) }
    if let value = Value(rawValue: name) { return value }
    var problem = "= \(found) must be \(allowed)."
    if let close = Suggestions.closest(to: name, among: names) {
      problem += " Did you mean \(TOMLText.string(close))?"
    }
    throw ConfigProblem(problem)
  }
}
