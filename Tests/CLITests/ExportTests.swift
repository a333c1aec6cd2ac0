// `reprise export`: what it writes is a recording again. Its NWB and SONATA files are read with the libraries of these
// formats by scripts/check-exports.
import Reprise
import Testing

@Suite struct ExportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func tested() async throws {
    try await folder.trained()
    try await folder.reprise("test", "net", "--trials", "5")
  }

  private func rates(_ input: String, _ output: String, _ more: [String]) async throws -> [Float] {
    let made = try await Command.run(
      ["rates", input, "-o", output, "--condition", "task", "--min-rate", "0"] + more, in: folder)
    try #require(made.code == 0, "\(made.errors)")
    return try HDF5File(reading: folder.file(output)).dataset("/psth").read()
  }

  /// Rates around stimulus offset are those of the trials' own clock, in which it is at 200 ms.
  @Test func ratesOfExportsAreThoseOfTheTest() async throws {
    try await tested()
    let nwb = try await folder.reprise("export", "net", "-o", "net.nwb")
    #expect(nwb.output.contains("Wrote net.nwb (NWB)") && nwb.output.contains("120 neurons in 10 trials"))
    let sonata = try await folder.reprise("export", "net", "-o", "spikes.h5")
    #expect(sonata.output.contains("Wrote spikes.h5 (SONATA)"))
    let wanted = try await rates("net/test.h5", "own.h5", ["--window", "0..300ms"])
    #expect(wanted.contains { $0 > 0 })
    let around = ["--align", "stimulus_off", "--window", "-200ms..100ms"]
    #expect(try await rates("net.nwb", "nwb.h5", around) == wanted)
    #expect(try await rates("spikes.h5", "sonata.h5", around) == wanted)
  }

  @Test func exportingAgainGivesTheSameBytes() async throws {
    try await tested()
    for (name, format) in [("a", "nwb"), ("b", "sonata")] {
      try await folder.reprise("export", "net", "-o", name, "--format", format)
      try await folder.reprise("export", "net", "-o", name + "2", "--format", format)
      #expect(try folder.bytes(name) == folder.bytes(name + "2"))
    }
  }

  @Test func mistakes() async throws {
    try await folder.trained()
    try await folder.expectRefusal(
      ["export", "net", "-o", "net.nwb"], code: 64, "net/test.h5 does not exist. Run `reprise test net")
    try await folder.reprise("test", "net", "--trials", "1")
    try await folder.expectRefusal(["export", "net", "-o", "net/test.h5"], code: 64, "which is a file of the network")
    try await folder.expectRefusal(["export", "net", "-o", "no/net.nwb"], code: 73, "the folder no does not exist")
    try await folder.expectRefusal(["export", "net", "-o", "a.nwb", "--format", "csv"], code: 64, "csv")
    try await folder.expectRefusal(
      ["export", "net", "-o", "net.nwb"], code: 73, "net.nwb", after: "ulimit -f 8")
    try folder.write("damaged", to: "net/test.h5")
    try await folder.expectRefusal(["export", "net", "-o", "net.nwb"], code: 65, "net/test.h5")
  }
}
