// Recordings that cannot be learned: status 65, one sentence that names the place, and no network.
import Reprise
import Testing

@Suite struct RecordingMistakeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A project on a good recording, which `change` then spoils.
  private func prepare(change: (inout [Float]) -> Void) async throws {
    try SmallRates().write(to: folder.file("rates.h5"))
    try await folder.reprise(
      "new", "net", "--rates", "rates.h5", "--set", "trial.stim_on=100", "--set", "trial.stim_off=200")
    try SmallRates().write(to: folder.file("rates.h5"), change: change)
  }

  @Test func notANumber() async throws {
    try await prepare { values in
      values[0 * 100 + 17] = .nan
      values[3 * 100 + 5] = .infinity
    }
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "rates.h5:/psth has 2 values that are not finite; the first is nan",
      "task 0, row 0, unit 17")
  }

  @Test func negative() async throws {
    try await prepare { $0[4 * 100 + 99] = -0.5 }
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "rates.h5:/psth has 1 negative rate; the first is -0.5 Hz at task 0, row 4, unit 99")
  }

  @Test func wrongNumberOfRows() async throws {
    try await prepare { _ in }
    try SmallRates(rows: 12).write(to: folder.file("rates.h5"))
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "has 12 rows but needs 10", "trial.train_duration = 120 would fit")
  }

  @Test func wrongBin() async throws {
    try await prepare { _ in }
    try SmallRates(bin: 20).write(to: folder.file("rates.h5"))
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "has bins of 20 ms but learning.every is 10 ms; they must be equal")
  }

  @Test func wrongNumberOfUnits() async throws {
    try await prepare { _ in }
    try SmallRates(units: 90).write(to: folder.file("rates.h5"))
    try await folder.expectRefusal(["init", "net"], code: 65, "network.N must be 90, not 100")
  }

  @Test func missingDataset() async throws {
    try SmallRates().write(to: folder.file("rates.h5"))
    try await folder.expectRefusal(
      ["new", "net", "--rates", "rates.h5:/psht"], code: 65, "rates.h5:/psht does not exist", "Did you mean /psth?")
  }

  @Test func missingDatasetAfterNew() async throws {
    try await prepare { _ in }
    try SmallRates(dataset: "/rates").write(to: folder.file("rates.h5"))
    try await folder.expectRefusal(["init", "net"], code: 65, "rates.h5:/psth does not exist", "There is /rates.")
  }

  @Test func unknownBin() async throws {
    try SmallRates(bin: nil).write(to: folder.file("rates.h5"))
    try await folder.expectRefusal(
      ["new", "net", "--rates", "rates.h5"], code: 64, "has no attribute bin_ms", "--bin 20ms")
    try await folder.expectRefusal(
      ["new", "net", "--rates", "rates.h5", "--bin", "20 mV"], code: 65, "--bin", "mV")
    try await folder.expectRefusal(["new", "net", "--rates", "rates.h5", "--bin", "0"], code: 65, "--bin")
  }

  @Test func missingFile() async throws {
    try await folder.expectRefusal(["new", "net", "--rates", "rates.h5"], code: 65, "rates.h5 does not exist")
  }

  @Test func notHDF5() async throws {
    try folder.write("time,unit,rate\n0,0,1.5\n", to: "rates.csv")
    try await folder.expectRefusal(["new", "net", "--rates", "rates.csv"], code: 65, "rates.csv is not an HDF5 file")
    try await folder.expectRefusal(["info", "rates.csv"], code: 65, "rates.csv is not an HDF5 file")
  }

  @Test func truncated() async throws {
    try await prepare { _ in }
    let whole = try folder.bytes("rates.h5")
    for length in [0, 7, 100, whole.count / 2, whole.count - 1] {
      try folder.write(whole.prefix(length), to: "rates.h5")
      try await folder.expectRefusal(["init", "net"], code: 65, "rates.h5")
      try await folder.expectRefusal(["new", "other", "--rates", "rates.h5"], code: 65, "rates.h5")
      try await folder.expectRefusal(["info", "rates.h5"], code: 65, "rates.h5")
    }
  }

  @Test func badSelection() async throws {
    try SmallRates().write(to: folder.file("rates.h5"))
    try await folder.expectRefusal(
      ["new", "net", "--rates", "rates.h5", "--select", "r > 0.5"], code: 65, "has no attribute r of its units")
    try await folder.expectRefusal(
      ["new", "net", "--rates", "rates.h5", "--copies", "0"], code: 64, "--copies is 0, but must be at least 1.")
  }
}
