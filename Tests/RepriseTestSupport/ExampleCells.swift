// The cell models of examples/cells, in networks for tests.
public import RepriseModel

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

public enum ExampleCells {
  public static let names = ["lif", "glif3", "adex", "izhikevich", "adex-in-units-of-threshold"]

  public static func path(_ name: String) -> String {
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/examples/cells/\(name).cell"
  }

  public static func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  public static func model(_ name: String) throws -> CellModel { try CellModel(text: text(name)) }
}

extension Parameters {
  /// Neurons of an example in place of LIF neurons.
  public mutating func describeCells(_ name: String, _ values: [String: PerClassOrNeuron]) {
    neuron.model = .custom
    do { cell = CellParameters(try ExampleCells.model(name), values: values) } catch { fatalError("\(name): \(error)") }
  }
}

extension NetworkVariant {
  /// Neurons that texts describe.
  static let described: [NetworkVariant] = [
    NetworkVariant("a text: LIF, a cell for each neuron, voltage noise") { p in
      p.noise.model = .voltage
      p.describeCells(
        "lif",
        [
          "tau_m": .each((0..<p.neuronCount).map { 8 + 0.03 * Double($0) }),
          "V_th": .perClass(PerClass(excitatory: 1.1, inhibitory: 0.9)), "t_ref": .shared(2),
        ])
    },
    NetworkVariant("a text: GLIF3, current noise") { p in
      p.noise.model = .current
      p.noise.sigma = 0.1
      p.describeCells("glif3", ["rate2": .perClass(PerClass(excitatory: 0.02, inhibitory: 0.01))])
    },
    NetworkVariant("a text: AdEx, feed-forward neurons, three tasks") { p in
      p.targets.taskCount = 3
      p.feedforward.count = 5
      p.feedforward.meanRate = 40
      p.feedforward.weight = 0.3
      p.describeCells(
        "adex-in-units-of-threshold", ["b": .each((0..<p.neuronCount).map { 0.001 * Double($0) })])
    },
    NetworkVariant("a text: AdEx, no static connections, voltage noise") { p in
      p.staticSynapses.inDegree = 0
      p.noise.model = .voltage
      p.describeCells("adex-in-units-of-threshold", ["a": .shared(0.01)])
    },
  ]
}
