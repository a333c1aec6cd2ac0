// A cell model with its values, as part of the parameters of a network.

/// `neuron.file` or `neuron.text`, `neuron.parameters` and `neuron.conversion`: neurons that a text describes.
public struct CellParameters: Sendable, Codable {
  /// How firing rates become target currents.
  public enum Conversion: String, Sendable, Codable, CaseIterable {
    case none
    /// As for a leaky integrate-and-fire neuron with the membrane of the cell, `neuron.V_th` and `neuron.V_reset`.
    case lif
  }

  /// The text of the model; empty for neurons that are built in.
  public var text = "" { didSet { parse() } }
  /// Of the model's parameters, by name; the others have their defaults.
  public var values: [String: PerClassOrNeuron] = [:]
  public var conversion = Conversion.none
  /// A plug-in that makes text and values; they are here once it has.
  public var given = GivenSource()
  /// Where the text came from. It makes no difference to a network.
  public var file: String?
  /// What the text says; nil where it is empty or has a mistake.
  public private(set) var model: CellModel?
  /// The mistake of the text.
  public private(set) var mistake: CellModelError?

  public init() {}

  /// - Parameter model: Such as `try CellModel(text:)`.
  public init(_ model: CellModel, values: [String: PerClassOrNeuron] = [:]) {
    (text, self.model, self.values) = (model.text, model, values)
  }

  private mutating func parse() {
    (model, mistake) = (nil, nil)
    guard !text.isEmpty else { return }
    do throws(CellModelError) { model = try CellModel(text: text) } catch { mistake = error }
  }

  private enum CodingKeys: CodingKey { case text, values, conversion, given }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    text = try container.decode(String.self, forKey: .text)
    values = try container.decode([String: PerClassOrNeuron].self, forKey: .values)
    conversion = try container.decode(Conversion.self, forKey: .conversion)
    given = try container.decodeIfPresent(GivenSource.self, forKey: .given) ?? GivenSource()
    parse()
  }
}

extension CellParameters: Equatable {
  /// The file does not matter.
  public static func == (a: CellParameters, b: CellParameters) -> Bool {
    a.text == b.text && a.values == b.values && a.conversion == b.conversion && a.given == b.given
  }
}

extension CellParameters {
  /// Text and values: what is learned for other cells is of no use.
  func combine(into hash: inout Fingerprint) {
    hash.combine(Array(text.utf8).map(UInt32.init))
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      hash.combine(Array(name.utf8).map(UInt32.init))
      let numbers =
        switch value {
        case .perClass(let values): [values.excitatory, values.inhibitory]
        case .each(let values): values
        }
      for number in numbers { hash.combine(number.bitPattern) }
    }
  }
}

extension KeyedDecodingContainer {
  /// Parameters that were stored before cells could be described have none.
  func decode(_ type: CellParameters.Type, forKey key: Key) throws -> CellParameters {
    try decodeIfPresent(type, forKey: key) ?? CellParameters()
  }
}

/// One neuron that a text describes: all that is computed once.
public struct CellNeuron: Sendable, Equatable {
  /// Parameters, then constants.
  public let fixed: [Double]
  /// The potential starts at low + (high - low) xi.
  public let startLow, startHigh: Double
  /// Of the states but v.
  public let starts: [Double]
  public let capacitance, resistance: Double
  /// ms.
  public let refractoryPeriod: Double

  /// R C, ms.
  public var membraneTimeConstant: Double { resistance * capacitance }
}

extension Parameters {
  /// The neurons that a text describes have this; nil for those that are built in.
  var cellModel: CellModel? { neuron.model == .custom ? cell.model : nil }

  /// A neuron of a custom model, whose text must be valid.
  public func cellNeuron(_ neuron: Int) -> CellNeuron {
    guard let model = cell.model else { preconditionFailure("neuron.model is custom, but there is no model") }
    let c = neuronClass(neuron)
    let fixed = cell.fixed(model, neuron, c, timeStep: trial.timeStep)
    func value(_ expression: CellExpression) -> Double { expression.value(fixed, timeStep: trial.timeStep) }
    return CellNeuron(
      fixed: fixed, startLow: value(model.states[0].start), startHigh: value(model.startHigh),
      starts: model.states.dropFirst().map { value($0.start) },
      capacitance: model.capacitance.map(value) ?? self.neuron.membraneTimeConstant[c],
      resistance: model.resistance.map(value) ?? 1,
      refractoryPeriod: model.refractoryPeriod.map(value) ?? self.neuron.refractoryPeriod)
  }

  /// What weights onto a neuron are in proportion to, and its resistance.
  func cellMembrane(_ neuron: Int) -> (charge: Double, resistance: Double) {
    let cell = cellNeuron(neuron)
    return (cell.capacitance, cell.resistance)
  }
}

extension CellParameters {
  /// Parameters and constants of a neuron.
  fileprivate func fixed(
    _ model: CellModel, _ neuron: Int, _ neuronClass: NeuronClass, timeStep: Double
  ) -> [Double] {
    var fixed = model.parameters.map { values[$0.name]?.value(neuron, neuronClass) ?? $0.defaultValue ?? .nan }
    for constant in model.constants { fixed.append(constant.value.value(fixed, timeStep: timeStep)) }
    return fixed
  }

  /// True for parameters with a value for each neuron.
  public func hasEach(_ name: String) -> Bool {
    if case .each? = values[name] { true } else { false }
  }
}

extension CellExpression {
  /// Of an expression that is computed once.
  fileprivate func value(_ fixed: [Double], timeStep: Double) -> Double {
    value { variable in
      switch variable {
      case .fixed(let index): fixed[index]
      case .timeStep: timeStep
      default: preconditionFailure("this is not computed once")
      }
    }
  }
}
