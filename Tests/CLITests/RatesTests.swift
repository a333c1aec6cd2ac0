// `reprise rates`, from spikes to a trained network by commands alone.
import Reprise
import Testing

@Suite struct RatesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 60 units that fire one after the other, earlier or later by condition; 10 trials of each.
  private func writeSpikes(to name: String = "spikes.h5") throws {
    var (times, units, trials): ([Double], [UInt16], [UInt32]) = ([], [], [])
    for trial in 0..<20 {
      for unit in 0..<60 {
        for spike in 0..<4 {
          let start = (unit * 7 + (trial % 2) * 31) % 60 * 100 / 60
          times.append(Double((start + spike * 7 + trial % 3) % 100))
          units.append(UInt16(unit))
          trials.append(UInt32(trial))
        }
      }
    }
    try HDF5File.writeAtomically(to: folder.file(name)) { file in
      try file.write(times, to: "/spikes/v1/timestamps")
      try file.write(units, to: "/spikes/v1/node_ids")
      try file.write(trials, to: "/spikes/v1/trial_ids")
      try file.write((0..<20).map { $0 % 2 == 0 ? "left" : "right" }, to: "/trials/side")
      try file.write([0.0, 100], to: "/trials/window_ms")
      try file.write((0..<60).map { $0 < 50 ? "V1" : "LM" }, to: "/units/area")
    }
  }

  @Test func fromSpikesToTest() async throws {
    try writeSpikes()
    let made = try await folder.reprise(
      "rates", "spikes.h5", "-o", "rates.h5", "--bin", "10ms", "--where", "area=V1", "--hold-out", "0.2")
    for phrase in [
      "spikes.h5: spike times by trial; 60 units, 20 trials, 4800 spikes",
      "Conditions: 2 with 10 trials each: side=left; side=right", "4 trials held out",
      "Time: 0ms..100ms, 10 bins of 10 ms, smoothing gaussian:20ms",
      "Units: 50 of 60 kept; left out: 10 not chosen by --where", "Wrote rates.h5",
    ] { #expect(made.output.contains(phrase), "\(made.output)") }
    #expect(folder.names(in: ".") == ["rates.h5", "spikes.h5"])
    let described = try await folder.reprise("info", "rates.h5")
    #expect(described.output.contains("rates.h5: firing rates made by `reprise rates`"))
    #expect(described.output.contains("/psth: 10 x 50 x 2, floating point of 32 bits, bins of 10 ms"))
    let new = try await folder.reprise(
      "new", "net", "--rates", "rates.h5", "--copies", "2", "--set", "trial.stim_on=100", "--set",
      "trial.stim_off=200")
    #expect(new.output.contains("network.N = 100: 50 recorded units x 2 copies") && new.output.contains("2 tasks"))
    try await folder.reprise("init", "net")
    try await folder.reprise("train", "net", "--loops", "4")
    let test = try await folder.reprise("test", "net", "--trials", "2")
    #expect(test.output.contains("task 1: correlation"))
  }

  /// Spikes that `reprise test` wrote are a recording too.
  @Test func spikesOfATest() async throws {
    try await folder.trained()
    try await folder.reprise("test", "net", "--trials", "5")
    let made = try await folder.reprise(
      "rates", "net/test.h5", "-o", "rates.h5", "--window", "0..300ms", "--condition", "task", "--min-rate", "0")
    #expect(made.output.contains("Conditions: 2 with 5 trials each: task=0; task=1"))
  }

  @Test func mistakes() async throws {
    try writeSpikes()
    let rates = ["rates", "spikes.h5", "-o", "rates.h5"]
    try await folder.expectRefusal(["rates", "missing.h5", "-o", "rates.h5"], code: 65, "missing.h5 does not exist")
    try await folder.expectRefusal(["rates", "spikes.h5", "-o", "spikes.h5"], code: 64, "--output is spikes.h5")
    try await folder.expectRefusal(["rates", "spikes.h5"], code: 64, "--output")
    try await folder.expectRefusal(rates + ["--window", "-200ms..50ms"], code: 65, "was recorded over 0ms..100ms")
    try await folder.expectRefusal(rates + ["--window", "200"], code: 64, "--window is 200; a start and an end")
    try await folder.expectRefusal(rates + ["--bin", "0"], code: 65, "--bin")
    try await folder.expectRefusal(rates + ["--smooth", "median:3ms"], code: 64, "--smooth is median:3ms")
    try await folder.expectRefusal(rates + ["--hold-out", "1"], code: 64, "--hold-out is 1.0")
    try await folder.expectRefusal(rates + ["--min-trials", "0"], code: 64, "--min-trials is 0")
    try await folder.expectRefusal(rates + ["--min-trials", "11"], code: 65, "60 with fewer than 11 trials")
    try await folder.expectRefusal(rates + ["--where", "area"], code: 64, "\"area\" cannot be understood")
    try await folder.expectRefusal(
      ["rates", "spikes.h5", "-o", "no/rates.h5"], code: 73, "the folder no does not exist")
  }
}
