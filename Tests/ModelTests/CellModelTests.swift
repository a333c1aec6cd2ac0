// Texts of cell models: what they mean, and what is said of mistakes.
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct CellModelTests {
  private static let small = """
    parameter tau = 10 [ms]
    constant rate = dt / tau
    state v = 0 to 1
    update
      v = v + rate * (I - v)
    threshold v > 1
    reset
      v = 0
    """

  /// The value of an expression, written with numbers and I = 3, dt = 0.5.
  private func value(_ text: String) throws -> Double {
    let model = try CellModel(text: "state v = 0\nupdate\n v = \(text)\nthreshold v > 1\nreset\n v = 0\n")
    return model.update[0].value.value { $0 == .input ? 3 : $0 == .timeStep ? 0.5 : .nan }
  }

  @Test(
    arguments: [
      ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9), ("2 - 3 - 4", -5), ("16 / 4 / 2", 2), ("-2 * -3", 6), ("--2", 2),
      ("+4", 4),
      ("1e3 + .5 + 2.", 1002.5), ("I * dt", 1.5), ("exp(0) + log(1) + sqrt(9) + abs(-2)", 6),
      ("min(1, 2) + max(3, 4)", 5),
      ("if(1 < 2, 5, 6)", 5), ("if(1 > 2 or 3 >= 3 and not 1 == 2, 5, 6)", 5), ("if(1 != 1, 5, 6)", 6),
      ("if((1 < 2) and (2 <= 2), 1, 0)", 1), ("(1 +\n 2\n)", 3), ("1e-3", 0.001), ("2 # comment", 2), ("3e", 3),
    ] as [(String, Double)]) func expressions(_ text: String, _ wanted: Double) throws
  {
    if text == "3e" {
      #expect(throws: CellModelError.self) { try value(text) }
    } else {
      #expect(try value(text) == wanted, "\(text)")
    }
  }

  @Test func partsOfAText() throws {
    let model = try CellModel(text: Self.small + "\nrefractory 2 * tau\ncapacitance tau\nresistance 1\n")
    let parameter = try #require(model.parameters.first)
    #expect(parameter.name == "tau" && parameter.defaultValue == 10 && parameter.unit == "ms")
    #expect(model.constants.map(\.name) == ["rate"])
    #expect(model.states.map(\.name) == ["v"])
    #expect(model.update.count == 1 && model.reset.count == 1)
    #expect(model.refractoryPeriod != nil && model.capacitance != nil && model.resistance != nil)
    #expect(try CellModel(text: Self.small.replacing("\n", with: "\r\n")).update == CellModel(text: Self.small).update)
    // v is state 0 wherever it is declared.
    let later = try CellModel(text: "state w = 1\n" + Self.small)
    #expect(later.states.map(\.name) == ["v", "w"])
  }

  @Test func constantsOfEachNeuronVary() throws {
    let declarations = "parameter b\nparameter c = 1\nconstant d = b * 2\nconstant e = d + c\nconstant rate = dt / c"
    let model = try CellModel(
      text: Self.small.replacing("parameter tau = 10 [ms]\nconstant rate = dt / tau", with: declarations))
    #expect(model.variesByNeuron { $0 == "b" } == [true, false, true, true, false])
  }

  @Test(arguments: ExampleCells.names) func examplesAreRead(_ name: String) throws {
    let model = try ExampleCells.model(name)
    #expect(!model.parameters.isEmpty && !model.update.isEmpty && !model.reset.isEmpty)
    var parameters = Parameters()
    parameters.describeCells(name, [:])
    #expect(parameters.validate() == [])
  }

  // MARK: Mistakes

  /// A text, and what its error says.
  private static let mistakes: [(String, String)] = [
    ("", "line 1, column 1: the text has no 'update', which every cell model needs."),
    ("state v = 0\nupdate\nthreshold v > 1\n", "the text has no 'reset'"),
    ("update\nx = 1\nthreshold x > 1\nreset\n", "the text does not declare the potential"),
    ("state v = 0 +\n", "line 1, column 14: found the end of the line, but a number, a name or '(' is needed."),
    ("state v = 0 1\n", "found the number 1.0, but an operator or the end of the line is needed."),
    ("state v = w\n", "line 1, column 11: 'w' is not known here; known are I, dt."),
    ("state v = I\n", "this is computed once: it may have parameters, constants and dt only."),
    ("parameter x = y\n", "found 'y', but a number, or 'constant' in place of 'parameter', is needed."),
    ("parameter x = 1\nparameter x = 2\n", "line 2, column 11: 'x' is there before: another name is needed."),
    ("parameter exp = 1\n", "'exp' is a word of the language"),
    ("parameter I = 1\n", "'I' is there before"),
    ("parameter = 1\n", "found '=', but a name is needed."),
    ("constant x = 1\nparameter y = 2\n", "the parameter 'y' must come before the first constant."),
    ("v = 1\n", "but a line with 'update' comes before assignments"),
    ("threshold 1 > 0\n", "'threshold' must come after 'update'."),
    ("update\nupdate\n", "line 2, column 1: there is a 'update' before"),
    ("parameter x = 1\nupdate\n x = 2\n", "'x' is no state: only states and new names can be assigned to."),
    ("update\n dt = 2\n", "'dt' is no state"),
    ("update\n x = 1 > 2\n", "what begins here is true or false, but a number is needed"),
    ("update\n x = if(1, 2, 3)\n", "what begins here is a number, but a condition such as v > 1 is needed."),
    ("update\n x = (1 > 2) + 1\n", "is true or false"),
    ("update\n x = if(1 < 2 < 3, 1, 2)\n", "comparisons do not follow one another"),
    ("update\n x = 2 ^ 3\n", "line 2, column 8: there are no powers"),
    ("update\n x = sin(1)\n", "there is no function 'sin'; there are exp, log, sqrt, abs, min, max and if."),
    ("update\n x = min(1)\n", "found ')', but ',' and another number, for min is needed."),
    ("update\n x = exp\n", "'exp' is a function: it needs '(' behind it."),
    ("update\n x = exp(1, 2)\n", "found ',', but ')', after 1 number for exp, is needed."),
    ("update\n x = (1\n", "')' or an operator is needed."),
    ("update\n x = 1e99\n", "the number 1e99 is too large"),
    ("update\n x = ü\n", "found 'ü', which no cell model has."),
    ("state v = 0 [mV\n", "no ']' in the same line"),
    ("5\n", "found the number 5.0, but a statement"),
    (String(repeating: "#", count: 70_000), "the text has 70000 bytes, but may have 65536 at most."),
  ]

  @Test(arguments: mistakes.indices) func mistakesSayWhereAndWhat(_ index: Int) throws {
    let (text, wanted) = Self.mistakes[index]
    let error = try #require(throws: CellModelError.self) { _ = try CellModel(text: text) }
    #expect(error.description.contains(wanted), "\(error)")
  }

  @Test func deepAndLongTextsAreRefused() {
    let deep = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    for expression in [
      deep, String(repeating: "-", count: 5000) + "1", String(repeating: "1+", count: 5000) + "1",
      String(repeating: "exp(", count: 5000), "if(" + String(repeating: "not ", count: 5000) + "1 < 2, 1, 2)",
    ] {
      #expect(throws: CellModelError.self) { try CellModel(text: "state v = 0\nupdate\n v = \(expression)\n") }
    }
  }

  /// Random bytes, and examples with random changes, are read or refused with a sentence in a place of the text.
  @Test func noTextBreaksTheParser() throws {
    var random = TestRandom(11)
    let texts = try ExampleCells.names.map { Array(try ExampleCells.text($0).utf8) }
    let pieces = [
      "(", ")", "if(", "1", "v", " = ", "\n", "update\n", "reset\n", "state ", "[", "]", "-", "and", "not ", ">", "é",
    ]
    var read = 0
    for round in 0..<6000 {
      var bytes: [UInt8]
      if round % 4 == 0 {
        bytes = (0..<(random.index(200))).map { _ in UInt8(random.index(256)) }
      } else if round % 4 == 1 {
        bytes = (0..<random.index(40)).flatMap { _ in Array(pieces[random.index(pieces.count)].utf8) }
      } else {
        bytes = texts[random.index(texts.count)]
        for _ in 0...random.index(4) {
          let place = random.index(bytes.count)
          switch random.index(3) {
          case 0: bytes.remove(at: place)
          case 1: bytes[place] = UInt8(random.index(128))
          default: bytes.insert(contentsOf: pieces[random.index(pieces.count)].utf8, at: place)
          }
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
      do {
        _ = try CellModel(text: text)
        read += 1
      } catch {
        #expect((1...lines).contains(error.line) && error.column >= 1 && error.problem.hasSuffix("."), "\(error)")
      }
    }
    #expect(read > 100)
  }

  // MARK: Parameters

  private func problems(_ change: (inout Parameters) -> Void) -> [String] {
    var parameters = Parameters()
    parameters.neuron.model = .custom
    parameters.cell.text = Self.small
    change(&parameters)
    return parameters.validate().map(\.description)
  }

  @Test func valuesAreChecked() {
    #expect(problems { _ in } == [])
    #expect(problems { $0.cell.values["tau"] = .shared(20) } == [])
    #expect(problems { $0.cell.values["tao"] = .shared(20) }[0].contains("has \"tao\", which is no parameter"))
    #expect(
      problems { $0.cell.values["tau"] = .each([1, 2, 3]) }[0].contains("has 3 values of tau but needs network.N"))
    #expect(problems { $0.cell.values["tau"] = .shared(0) }[0].contains("rate = inf, which must be a finite number"))
    #expect(problems { $0.cell.text = "" }[0].contains("needs the text of a cell"))
    #expect(problems { $0.cell.text = "state" }[0].contains("line 1, column 6: found the end of the line"))
    #expect(problems { $0.cell.text += "\nparameter b" }[0].contains("must come before the first constant"))
    #expect(problems { $0.cell.text = "parameter b\n" + Self.small }[0].contains("needs b, for which"))
    #expect(problems { $0.cell.text += "\ncapacitance -1" }[0].contains("the capacitance -1.0, which must be greater"))
    #expect(problems { $0.cell.text += "\nrefractory -1" }[0].contains("the refractory period -1.0 ms"))
    #expect(problems { $0.neuron.model = .lif }[0].contains("is not used by neuron.model = \"lif\""))
    #expect(problems { $0.neuron.threshold = PerClass(both: 2) }[0].contains("neuron.V_th is not used"))
    let rates = problems { p in
      p.targets.source = .rates
      p.targets.file = "x.h5"
    }
    #expect(rates[0].hasPrefix("neuron.conversion = \"none\" must be \"lif\" with targets.source = \"rates\""))
    let converted = problems { p in
      p.targets.source = .rates
      p.targets.file = "x.h5"
      p.cell.conversion = .lif
      p.neuron.threshold = PerClass(both: 2)
    }
    #expect(converted == [])
  }

  /// What was learned for other cells is refused.
  @Test func networksOfOtherCellsDiffer() throws {
    func fingerprint(_ text: String, _ values: [String: PerClassOrNeuron] = [:]) throws -> UInt64 {
      var parameters = Parameters()
      parameters.network.neuronCount = 2
      parameters.neuron.model = .custom
      parameters.cell = CellParameters(try CellModel(text: text), values: values)
      return Network(parameters: parameters, staticConnections: .none(neuronCount: 2)).fingerprint
    }
    let first = try fingerprint(Self.small)
    #expect(try fingerprint(Self.small) == first)
    #expect(try fingerprint(Self.small.replacing("v > 1", with: "v > 2")) != first)
    #expect(try fingerprint(Self.small, ["tau": .shared(11)]) != first)
  }

  /// Rates become the currents that they are for LIF neurons of the same membrane.
  @Test func ratesAreConverted() {
    var lif = Parameters()
    lif.network.neuronCount = 4
    lif.neuron.membraneTimeConstant = PerClass(both: 12)
    var described = lif
    described.neuron.membraneTimeConstant = PerClass(both: 10)
    described.describeCells("lif", ["tau_m": .shared(12)])
    described.cell.conversion = .lif
    let recorded = RecordedActivity(taskCount: 1, rowCount: 2, unitCount: 4, values: [1, 5, 10, 20, 3, 4, 30, 0])
    let map = UnitMap.inTurn(lif, unitCount: 4)
    let wanted = Targets.rates(recorded, map, lif, currentDeviation: 0.5, threads: 1)
    let found = Targets.rates(recorded, map, described, currentDeviation: 0.5, threads: 1)
    for (a, b) in zip(found.values, wanted.values) { #expect(abs(a - b) < 1e-5) }
  }
}

extension TestRandom {
  fileprivate mutating func index(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }
}
