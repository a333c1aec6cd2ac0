// A cell model: what its text says. docs/cell-models.md describes the text.

/// A model of neurons, read from a text of scalar expressions (docs/cell-models.md, and D1 to D4 of docs/equations.md).
///
/// Whoever has a text has a model: `try CellModel(text:)`. Parameters of a network hold it as ``CellParameters``.
public struct CellModel: Sendable, Equatable {
  public struct Parameter: Sendable, Equatable {
    public let name: String
    /// nil: it must be given.
    public let defaultValue: Double?
    /// As written in brackets; for people.
    public let unit: String?
  }

  /// A number that follows from parameters, constants before it, and dt: computed once, in double precision.
  public struct Constant: Sendable, Equatable {
    public let name: String
    public let value: CellExpression
  }

  public struct State: Sendable, Equatable {
    public let name: String
    /// At the start of a trial; from fixed numbers and dt.
    public let start: CellExpression
    public let unit: String?
  }

  public struct Assignment: Sendable, Equatable {
    /// A state or a local.
    public let target: CellVariable
    public let value: CellExpression
  }

  public let text: String
  public internal(set) var parameters: [Parameter] = []
  /// Number `parameters.count + i` of the fixed numbers is constant i.
  public internal(set) var constants: [Constant] = []
  /// v first.
  public internal(set) var states: [State] = []
  /// v starts at low + (high - low) xi, xi a standard normal number; `states[0].start` is low.
  public internal(set) var startHigh = CellExpression.number(0)
  public internal(set) var update: [Assignment] = []
  /// The neuron spikes where it holds, with everything as `update` left it.
  public internal(set) var threshold = CellCondition.not(.equal(.number(0), .number(0)))
  public internal(set) var reset: [Assignment] = []
  /// What weights of synapses onto the cell are in proportion to; nil: `neuron.tau_m`.
  public internal(set) var capacitance: CellExpression?
  /// What the drive is divided by; capacitance times resistance is the membrane time constant. nil: 1.
  public internal(set) var resistance: CellExpression?
  /// ms; nil: `neuron.t_ref`.
  public internal(set) var refractoryPeriod: CellExpression?
  /// Names that `update` and `reset` have of their own.
  public internal(set) var localCount = 0

  /// - Throws: ``CellModelError`` with the line, what was found, and what is needed.
  public init(text: String) throws(CellModelError) {
    var parser = CellParser(CellModel(empty: text), try CellScanner.tokens(of: text))
    self = try parser.parse()
  }

  /// Starts empty, for the parser.
  init(empty text: String) { self.text = text }

  /// Parameters and constants.
  public var fixedCount: Int { parameters.count + constants.count }

  /// Which of the fixed numbers differ from neuron to neuron where some parameters do.
  ///
  /// - Parameter isEach: True for parameters, by name, that have a value for each neuron.
  public func variesByNeuron(_ isEach: (String) -> Bool) -> [Bool] {
    var varies = parameters.map { isEach($0.name) }
    for constant in constants {
      var found = false
      constant.value.forEachVariable { if case .fixed(let index) = $0, varies[index] { found = true } }
      varies.append(found)
    }
    return varies
  }
}
