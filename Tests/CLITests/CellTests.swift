// Neurons whose parameters come from a file.
import Reprise
import Testing

@Suite struct CellTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let configuration =
    Small.sinusoids + """


      [neuron]
      model = "glif4"

      [glif]
      C = "cells.h5:/C"
      asc_amplitude = [-0.1, "cells.h5:/asc"]
      """

  private func writeCells(_ capacitances: [Double]) throws {
    try HDF5File.writeAtomically(to: folder.file("net/cells.h5")) { file in
      try file.write(capacitances, to: "/C")
      try file.write((0..<120).map { 0.001 * Double($0) }, to: "/asc")
    }
  }

  /// A network is whole without the file that its cells came from.
  @Test func theFileOfCellsIsReadOnce() async throws {
    try folder.createNetFolder()
    try folder.write(Self.configuration, to: "net/reprise.toml")
    try writeCells((0..<120).map { 8 + 0.05 * Double($0) })
    try await folder.reprise("init", "net")
    try await folder.reprise("train", "net", "--loops", "1")
    try folder.remove("net/cells.h5")
    try await folder.reprise("train", "net", "--loops", "1", "--resume")
    try await folder.reprise("test", "net", "--trials", "1")
    try await folder.reprise("plan", "net")
    try await folder.reprise("info", "net")
    let phrase = "glif.C = \"cells.h5:/C\" cannot be read: "
    try await folder.expectRefusal(["init", "net"], code: 65, phrase)
    // Another text may mean another file.
    try folder.write(Self.configuration + "\n# changed", to: "net/reprise.toml")
    try await folder.expectRefusal(["train", "net", "--loops", "1", "--resume"], code: 65, phrase)
  }

  @Test func cellsThatChangedAreNoticed() async throws {
    try folder.createNetFolder()
    try folder.write(Self.configuration, to: "net/reprise.toml")
    try writeCells([Double](repeating: 9, count: 120))
    try await folder.reprise("init", "net")
    try writeCells([Double](repeating: 10, count: 120))
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1"], code: 65, "was made with other values in [glif] than reprise.toml")
  }

  @Test func wrongCells() async throws {
    try folder.createNetFolder()
    try folder.write(Self.configuration, to: "net/reprise.toml")
    try writeCells([Double](repeating: 9, count: 119))
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "glif.C has 119 values but needs network.N = 120, one for each neuron")
    try writeCells([Double](repeating: 9, count: 119) + [.nan])
    try await folder.expectRefusal(["init", "net"], code: 65, "glif.C = nan of neuron 119 must be a finite number.")
    try writeCells([Double](repeating: 9, count: 119) + [-1])
    try await folder.expectRefusal(["init", "net"], code: 65, "glif.C = -1.0 of neuron 119 must be greater than 0.")
  }
}

/// Neurons that a text describes.
@Suite struct CellTextCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let cell = """
    parameter tau_m = 10
    parameter V_th
    constant rate = dt / tau_m
    capacitance tau_m
    state v = 0 to V_th
    update
      v = v + rate * (I - v)
    threshold v > V_th
    reset
      v = 0
    """

  private func write(_ neuron: String) throws {
    try folder.write(Small.sinusoids + "\n\n[neuron]\nmodel = \"custom\"\n" + neuron, to: "net/reprise.toml")
  }

  /// A network is whole without the files that its cells came from.
  @Test func filesAreReadOnce() async throws {
    try folder.createNetFolder()
    try folder.write(Self.cell, to: "net/a.cell")
    try HDF5File.writeAtomically(to: folder.file("net/cells.h5")) { file in
      try file.write((0..<120).map { 1 + 0.001 * Double($0) }, to: "/V_th")
    }
    try write("file = \"a.cell\"\nparameters = { V_th = \"cells.h5:/V_th\", tau_m = [10, 9] }\n")
    try await folder.reprise("init", "net")
    try await folder.reprise("train", "net", "--loops", "1")
    try folder.remove("net/cells.h5")
    try folder.remove("net/a.cell")
    try await folder.reprise("train", "net", "--loops", "1", "--resume")
    try await folder.reprise("test", "net", "--trials", "1")
    try await folder.reprise("plan", "net")
    try await folder.reprise("info", "net")
    try folder.write(Self.cell.replacing("v > V_th", with: "v >= V_th"), to: "net/a.cell")
    try HDF5File.writeAtomically(to: folder.file("net/cells.h5")) { file in
      try file.write((0..<120).map { 1 + 0.001 * Double($0) }, to: "/V_th")
    }
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--resume"], code: 65, "was made with other values in [neuron]")
  }

  /// Weights that were learned for other cells are of no use.
  @Test func checkpointsOfOtherCellsAreRefused() async throws {
    try folder.createNetFolder()
    try write("text = '''\n\(Self.cell)'''\n[neuron.parameters]\nV_th = 1\n")
    try await folder.reprise("init", "net")
    try await folder.reprise("train", "net", "--loops", "1")
    try await folder.reprise("init", "net", "--set", "neuron.parameters.V_th=1.5")
    try await folder.expectRefusal(["train", "net", "--loops", "1", "--resume"], code: 65, "checkpoints")
  }

  @Test func mistakesAreSentences() async throws {
    try folder.createNetFolder()
    try write("file = \"a.cell\"\n")
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "neuron.file = \"a.cell\" cannot be read: there is no such file.")
    try folder.write(Self.cell.replacing("rate * (", with: "rat * ("), to: "net/a.cell")
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "neuron.file is \"a.cell\"; line 7, column 11: 'rat' is not known here")
    try folder.write(Self.cell, to: "net/a.cell")
    try await folder.expectRefusal(["init", "net"], code: 65, "neuron.parameters needs V_th, for which the cell model")
    try write("file = \"a.cell\"\nparameters = { V_th = 1, V_the = 2 }\n")
    try await folder.expectRefusal(["init", "net"], code: 65, "neuron.parameters has \"V_the\", which is no parameter")
    try write("file = \"a.cell\"\nparameters = { V_th = true }\n")
    try await folder.expectRefusal(["init", "net"], code: 65, "neuron.parameters has a mistake: V_th = true must be")
    try write("file = \"a.cell\"\ntext = \"state v = 0\"\nparameters = { V_th = 1 }\n")
    try await folder.expectRefusal(["init", "net"], code: 65, "neuron.text is there beside neuron.file")
  }

  @Test func statesThatAreNoNumbersEndTheTraining() async throws {
    try folder.createNetFolder()
    try folder.write(Self.cell.replacing("rate * (I - v)", with: "(v - v) / (v - v)"), to: "net/a.cell")
    try write("file = \"a.cell\"\nparameters = { V_th = 1 }\n")
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "The state v of neuron 0 is ", "choose a smaller trial.dt")
  }
}
