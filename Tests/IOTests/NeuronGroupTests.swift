// Groups of neurons by number, class and attributes.
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseIO

@Suite struct NeuronGroupTests {
  /// 12 neurons, 5 of them excitatory, for 6 units.
  private let groups: NeuronGroups = {
    var parameters = smallParameters()
    parameters.network.neuronCount = 12
    parameters.network.excitatoryCount = 5
    var network = Network(parameters: parameters, staticConnections: .none(neuronCount: 12))
    network.unitAttributes = [
      UnitAttribute("area", .texts(["CA1", "CA3", "CA1", "", "Primary visual", "CA3"])),
      UnitAttribute("quality", .numbers([0.1, 0.9, .nan, 0.7, 0.5, 0.8])),
      UnitAttribute("shank", .numbers([10, 2, 10, 2, 2, 1])),
    ]
    return NeuronGroups(network, networkFile: "net/network.h5")
  }()

  @Test(arguments: [
    ("all", Array(0..<12)), ("excitatory", [0, 1, 2, 3, 4]), ("inhibitory", Array(5..<12)),
    ("0-3,11,2", [0, 1, 2, 3, 11]),
    ("7", [7]), ("area=CA1", [0, 2, 6, 8]), ("area == CA1", [0, 2, 6, 8]), ("area='Primary visual'", [4, 10]),
    ("quality>0.5", [1, 3, 5, 7, 9, 11]), ("quality>0.5 and area!=CA3", [3, 9]), ("shank=2", [1, 3, 4, 7, 9, 10]),
  ]) func groupsAreFound(text: String, neurons: [Int]) throws {
    #expect(try groups.group(text, option: "--silence") == NeuronGroup(text, neurons))
  }

  @Test(arguments: [
    ("0-12", "--silence names neuron 12, but the network has neurons 0 to 11."),
    ("3-1", "--silence \"3-1\" cannot be understood; numbers of neurons are like 0-99,120."),
    ("1,,2", "--silence \"1,,2\" cannot be understood; numbers of neurons are like 0-99,120."),
    ("1-2-3", "--silence \"1-2-3\" cannot be understood; numbers of neurons are like 0-99,120."),
    (
      "exitatory",
      "--silence \"exitatory\" is no group. There is all, excitatory, inhibitory, trained, untrained, held_out, "
        + "numbers as in 0-99,120, and conditions on units as in area=CA1."
    ),
    (
      "aera=CA1",
      "net/network.h5 has no column aera of its units, for --silence. There is area, quality, shank. Did you mean area?"
    ),
    ("area=CA2", "--silence area=CA2 has none of the 12 neurons of net/network.h5. Choose another group."),
    ("quality>5", "--silence quality>5 has none of the 12 neurons of net/network.h5. Choose another group."),
    ("area>", "--silence \"area>\" cannot be understood: a value is needed after area >."),
  ]) func mistakes(text: String, message: String) throws {
    let error = try #require(throws: RecordingError.self) { try groups.group(text, option: "--silence") }
    #expect(error.description.hasPrefix(message), "\(error)")
    #expect(error.description.split(separator: "\n").count == 1)
  }

  @Test func valuesOfAnAttribute() throws {
    #expect(
      try groups.groups(by: "shank", option: "--groups") == [
        NeuronGroup("shank=1", [5, 11]), NeuronGroup("shank=2", [1, 3, 4, 7, 9, 10]),
        NeuronGroup("shank=10", [0, 2, 6, 8]),
      ])
    #expect(
      try groups.groups(by: "area", option: "--groups").map(\.name) == ["area=CA1", "area=CA3", "area=Primary visual"])
    #expect(try groups.groups(by: "class", option: "--groups").map(\.name) == ["excitatory", "inhibitory"])
    #expect(throws: RecordingError.self) { try groups.groups(by: "layer", option: "--groups") }
  }

  /// Classes, and where the units are.
  @Test func usualGroups() {
    #expect(
      groups.usual.map(\.name) == ["excitatory", "inhibitory", "area=CA1", "area=CA3", "area=Primary visual"])
    let plain = Network(parameters: smallParameters(), staticConnections: .none(neuronCount: 151))
    #expect(NeuronGroups(plain, networkFile: "").usual.map(\.neurons.count) == [70, 81])
  }

  /// Neurons that learn, those that do not, and among these the ones that stand for units.
  @Test func trainedAndUntrained() throws {
    var parameters = smallParameters()
    parameters.network.neuronCount = 6
    parameters.network.excitatoryCount = 3
    let learners = NeuronSubset([1, 4])
    let network = Network(
      parameters: parameters, staticConnections: .none(neuronCount: 6),
      plasticConnections: PlasticConnections(neurons: learners, inputsPerNeuron: 1, presynaptic: [0, 0]),
      targets: Targets(
        taskCount: 1, rowCount: 1, neurons: NeuronSubset([1, 2, 4]), units: [0, 1, 2], values: [0, 0, 0]))
    let groups = NeuronGroups(network, networkFile: "")
    #expect(groups.usual.map(\.name) == ["trained", "untrained", "held_out", "excitatory", "inhibitory"])
    #expect(groups.usual.map(\.neurons) == [[1, 4], [0, 2, 3, 5], [2], [0, 1, 2], [3, 4, 5]])
    #expect(try groups.group("untrained", option: "--silence").neurons == [0, 2, 3, 5])
  }

  @Test func withoutUnits() throws {
    let plain = Network(parameters: smallParameters(), staticConnections: .none(neuronCount: 151))
    let error = try #require(throws: RecordingError.self) {
      try NeuronGroups(plain, networkFile: "net/network.h5").group("area=CA1", option: "--silence")
    }
    #expect(error.description.hasPrefix("net/network.h5 has no column area of its units, nor any other."))
  }
}
