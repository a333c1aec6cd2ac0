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
