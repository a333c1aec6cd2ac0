// `reprise bench` runs, says everything it measured, and refuses what it cannot measure. No test looks at a time.
import Reprise
import RepriseTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct BenchTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func report(_ name: String) throws -> BenchReport {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(BenchReport.self, from: folder.bytes(name))
  }

  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device")) func quickRunOnADevice() async throws {
    let outcome = try await folder.reprise("bench", "--quick", "--backend", "opencl", "--json", "bench.json")
    for phrase in ["Setting quick on", "a step", "an update of P moves", "memory of the device"] {
      #expect(outcome.output.contains(phrase))
    }
    let loop = try #require(try report("bench.json").deviceLoops.first)
    #expect((loop.setting, loop.neurons, loop.updates) == ("quick", 1024, 10))
    #expect(loop.nsPerStep > 0 && loop.usPerUpdateOfP > 0 && loop.copyGbPerSecond.median > 0)
    #expect(loop.rateHz > 0 && loop.allocatedBytes > 0)
    try await folder.expectRefusal(["bench", "--backend", "reference"], code: 64, "--backend is reference")
    try await folder.expectRefusal(["bench", "--device", "0"], code: 64, "--backend opencl or cuda")
  }

  @Test func quickRunMeasuresEveryPart() async throws {
    let outcome = try await folder.reprise("bench", "--quick", "--threads", "2", "--json", "bench.json")
    for title in ["Memory bandwidth", "Updates", "Steps", "Setting quick", "bench.json"] {
      #expect(outcome.output.contains(title))
    }
    let report = try report("bench.json")
    #expect(report.isQuick)
    #expect(report.program.version == repriseVersion)
    #expect(report.program.threads == 2)
    #expect(report.machine.cores >= 1)
    #expect(report.bandwidth.map(\.threads) == [1, 2])
    #expect(report.updates.map(\.inputs) == [58, 58, 90, 90, 128, 128, 232, 232])
    #expect(report.updates.allSatisfy { $0.bytesPerUpdate > 0 && $0.rlsNsPerUpdate.median > 0 })
    #expect(report.steps != nil)
    let loop = try #require(report.loops.first)
    #expect(loop.setting == "quick")
    #expect(loop.neurons == 1024)
    #expect(loop.updates == 10)
    #expect(loop.rateHz > 0)
    #expect(loop.correlation != nil)
  }

  @Test func keysOfTheReportNameUnits() async throws {
    try await folder.reprise("bench", "--quick", "--threads", "1", "--json", "bench.json")
    let text = try folder.text("bench.json")
    for key in [
      "read_gb_per_second", "read_modify_write_gb_per_second", "rls_ns_per_update", "rls_percent_of_bandwidth",
      "lif_ns_per_neuron_step", "static_ns_per_event", "plastic_ns_per_event", "normal_ns_per_sample",
      "seconds_per_loop", "floor_seconds_per_loop", "multiple_of_floor", "memory_bytes", "kernels",
    ] {
      #expect(text.contains("\"\(key)\""), "\(key)")
    }
  }

  @Test func partsAndSizesAreChosen() async throws {
    try await folder.reprise(
      "bench", "--quick", "--only", "kernels", "--inputs", "8,20", "--repeats", "2", "--json", "bench.json")
    var report = try report("bench.json")
    #expect(report.updates.map(\.inputs) == [8, 8, 20, 20])
    #expect(report.bandwidth.isEmpty && report.loops.isEmpty && report.steps == nil)
    try await folder.reprise(
      "bench", "--quick", "--only", "loops", "--settings", "quick", "--set", "network.N=600", "--set",
      "learning.gain=prior", "--json", "bench.json")
    report = try self.report("bench.json")
    #expect(report.loops.map(\.neurons) == [600])
    #expect(report.loops.map(\.overrides) == [["network.N=600", "learning.gain=prior"]])
  }

  @Test func refusesWhatItCannotMeasure() async throws {
    try await folder.expectRefusal(["bench", "--settings", "n11k"], code: 64, "no setting 'n11k'", "n10k")
    try await folder.expectRefusal(["bench", "--only", "kernel"], code: 64, "'kernel'", "kernels")
    try await folder.expectRefusal(["bench", "--repeats", "0"], code: 64, "--repeats")
    try await folder.expectRefusal(["bench", "--inputs", "7"], code: 64, "--inputs", "even")
    try await folder.expectRefusal(["bench", "--inputs", "many"], code: 64, "--inputs", "'many'")
    try await folder.expectRefusal(["bench", "--threads", "0"], code: 64, "--threads")
    try await folder.expectRefusal(["bench", "--set", "learning.lamda=1"], code: 65, "learning.lambda")
    try await folder.expectRefusal(
      ["bench", "--set", "targets.source=rates", "--set", "targets.file=\"a.h5:/a\""], code: 64, "targets.source")
    try await folder.expectRefusal(["bench", "--json", "nowhere/bench.json"], code: 73, "nowhere")
    try await folder.expectRefusal(
      ["bench", "--settings", "n10k", "--set", "network.N=4000000", "--set", "static.K=60000"], code: 64, "GB")
  }

  @Test func spreadOfMeasurements() {
    let odd = BenchSpread([3, 1, 2])
    #expect((odd.median, odd.min, odd.max) == (2, 1, 3))
    #expect(BenchSpread([4, 1, 2, 3]).median == 2.5)
  }
}
