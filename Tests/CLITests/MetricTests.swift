// Metrics of `reprise test`: the table, metrics.csv, test.h5, held-out rates.
import Reprise
import Testing

@Suite struct MetricTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func trained(heldOut: Bool, reliability: [Double]?) async throws {
    try SmallRates(units: 60).write(
      to: folder.file("rates.h5"),
      more: { file in
        if heldOut {
          let values = (0..<600).map { Float($0 * 37 % 11) }
          try file.write(values, to: "/held_out/psth", shape: [10, 60, 1])
          try file.setAttribute("bin_ms", of: "/held_out/psth", to: 10.0)
        }
        if let reliability { try file.write(reliability, to: "/units/reliability") }
        try file.write((0..<60).map { $0 < 20 ? "CA1" : "CA3" }, to: "/units/area")
      })
    let made = try await Command.run(["new", "net", "--rates", "rates.h5"] + Small.shortTrial, in: folder)
    try #require(made.code == 0, "\(made.errors)")
    try await folder.reprise("init", "net")
    try await folder.reprise("train", "net", "--loops", "2")
  }

  @Test func heldOutAndReliability() async throws {
    try await trained(heldOut: true, reliability: (0..<60).map { $0 == 7 ? .nan : 0.64 })
    let outcome = try await folder.reprise("test", "net", "--trials", "4")
    for phrase in ["medians (quartiles)", "of ceiling", "held out", "area=CA1", "excitatory", "net/metrics.csv"] {
      #expect(outcome.output.contains(phrase), "\(phrase): \(outcome.output)")
    }
    let metrics = try MetricsFile.read(folder.file("net/metrics.csv"))
    let network = try NetworkFile.read(folder.file("net/network.h5"))
    let stored = try #require(try TestFile.readMetrics(folder.file("net/test.h5"), network))
    for metric in Metric.allCases {
      #expect(zip(metrics[metric], stored[metric]).allSatisfy { $0.isNaN && $1.isNaN || abs($0 - $1) < 1e-6 })
    }
    #expect(stored[.reliability, neuron: 7, task: nil].isNaN && stored[.reliability, neuron: 8, task: nil] == 0.64)
    #expect(stored[.normalizedCorrelation, neuron: 7, task: nil].isNaN)
    // The correlation of the targets' rates with those held out, from the file itself.
    let file = try HDF5File(reading: folder.file("rates.h5"))
    let rates = try file.dataset("/psth").read(as: Double.self)
    let heldOut = try file.dataset("/held_out/psth").read(as: Double.self)
    for unit in [0, 30, 59] {
      let pairs = (0..<10).map { (rates[$0 * 60 + unit], heldOut[$0 * 60 + unit]) }
      let wanted = correlation(pairs.map(\.0), pairs.map(\.1))
      #expect(abs(stored[.targetHeldOutCorrelation, neuron: unit, task: 0] - wanted) < 1e-3)
    }
    // Without the file there is nothing held out, and the rest is as before.
    try folder.remove("rates.h5")
    try await folder.reprise("test", "net", "--trials", "4", "-o", "later.h5")
    let later = try MetricsFile.read(folder.file("later-metrics.csv"))
    #expect(!later.isDefined(.heldOutCorrelation))
    #expect(later[.rateCorrelation].map(\.bitPattern) == metrics[.rateCorrelation].map(\.bitPattern))
  }

  @Test func nothingHeldOut() async throws {
    try await trained(heldOut: false, reliability: nil)
    let outcome = try await folder.reprise("test", "net", "--trials", "2", "--groups", "area", "--group", "some=0-9")
    #expect(!outcome.output.contains("held out") && !outcome.output.contains("of ceiling"))
    #expect(outcome.output.contains("area=CA3") && outcome.output.contains("some") && !outcome.output.contains("excit"))
    let metrics = try MetricsFile.read(folder.file("net/metrics.csv"))
    #expect(!metrics.isDefined(.reliability) && metrics.isDefined(.rateCorrelation))
  }

  /// Held-out rates that do not fit are refused before trials run.
  @Test func unfitHeldOutRates() async throws {
    try await trained(heldOut: false, reliability: nil)
    try SmallRates(units: 60).write(
      to: folder.file("rates.h5"),
      more: { file in try file.write([Float](repeating: 1, count: 300), to: "/held_out/psth", shape: [5, 60, 1]) })
    try await folder.expectRefusal(["test", "net", "--trials", "1"], code: 65, "rates.h5:/held_out/psth has 5 rows")
  }

  @Test func threadsMakeNoDifference() async throws {
    try await folder.trained()
    try await folder.reprise("test", "net", "--trials", "3", "--threads", "1")
    let (one, test) = (try folder.bytes("net/metrics.csv"), try folder.bytes("net/test.h5"))
    try await folder.reprise("test", "net", "--trials", "3", "--threads", "2")
    #expect(try folder.bytes("net/metrics.csv") == one)
    #expect(try folder.bytes("net/test.h5") == test)
  }
}
