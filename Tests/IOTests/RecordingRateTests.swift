// Smoothing, reliability, held-out trials and limits on units, against closed forms.
import Testing

@testable import RepriseIO

@Suite struct RecordingRateTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func boxcar() throws {
    let weights = try RateSmoothing(parsing: "boxcar:50ms").weights(width: 10_000_000)
    let smoother = Smoother(weights: weights, binCount: 6)
    #expect(smoother.smooth([6, 0, 0, 0, 0, 12]) == [2, 1.5, 1.2, 2.4, 3, 4])
    #expect(Smoother(weights: weights, binCount: 1).smooth([3]) == [3])
  }

  @Test func gaussian() throws {
    let weights = try RateSmoothing(parsing: "gaussian:20ms").weights(width: 10_000_000)
    #expect(weights.count == 9)
    var impulse = [Double](repeating: 0, count: 41)
    impulse[20] = 1
    let smoothed = Smoother(weights: weights, binCount: 41).smooth(impulse)
    // Around the middle it is the normal density of sigma = 2 bins, up to what lies beyond 4 sigma.
    for offset in -8...8 {
      let expected = 0.199_471_14 * exponential(-Double(offset * offset) / 8)
      #expect(abs(smoothed[20 + offset] - expected) < 2e-5)
    }
    #expect(smoothed[11] == 0)
    let constant = Smoother(weights: weights, binCount: 41).smooth([Double](repeating: 3, count: 41))
    #expect(constant.allSatisfy { abs($0 - 3) < 1e-12 })
  }

  /// e^x by its series, so that the test shares nothing with the code.
  private func exponential(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for k in 1..<60 {
      term *= x / Double(k)
      sum += term
    }
    return sum
  }

  @Test func reliability() {
    #expect(UnitRates.reliability([1, 2, 3], [2, 4, 6]) == 1)
    #expect(UnitRates.reliability([1, 2, 3], [3, 2, 1]) == -1)
    #expect(UnitRates.reliability([1, 1, 1], [3, 2, 1]).isNaN)
    // r = 1/2 gives 2/3.
    #expect(abs(UnitRates.reliability([1, 0, -1], [0, 1, -1]) - 2.0 / 3) < 1e-12)
  }

  /// Each trial is held out or in one half, the halves are equal, and together they are all.
  @Test func heldOutTrials() throws {
    var recording = TestRecording()
    recording.stimulus = (0..<60).map { $0 % 3 == 0 ? "a" : "b" }
    recording.spikes = recording.stimulus.indices.map { TestRecording.Spike(time: 50, unit: 0, trial: $0) }
    try recording.writeByTrial(to: folder.file("in.h5"))
    var request = RatesRequest(plain: folder.file("in.h5"))
    request.conditions = ["stimulus"]
    request.holdOut = 0.25
    let report = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(report.heldOutTrials == 15 && (report.medianReliability ?? 0) > 0.999_999)
    let file = try HDF5File(reading: folder.file("rates.h5"))
    #expect(try file.dataset("/held_out/n_trials").read(as: Int.self) == [5, 10, 5, 10])
    #expect(try file.dataset("/n_trials").read(as: Int.self) == [15, 30, 15, 30])
    let part = try file.dataset("/trials/part").read(as: Int.self)
    let condition = try file.dataset("/trials/condition").read(as: Int.self)
    #expect(condition == recording.stimulus.map { $0 == "a" ? 0 : 1 })
    for (index, expected) in [[8, 7, 5], [15, 15, 10]].enumerated() {
      #expect((0..<3).map { count($0, index, part, condition) } == expected)
    }
    // One spike in every trial: 50 Hz in its bin for any choice of trials.
    for dataset in ["/psth", "/held_out/psth"] {
      #expect(try WrittenRates(folder.file("rates.h5"), dataset).rates(unit: 0, condition: 1) == [0, 0, 50, 0, 0])
    }
    request.seed = 2
    _ = try RecordedRates.write(request, to: folder.file("other.h5"))
    #expect(try HDF5File(reading: folder.file("other.h5")).dataset("/trials/part").read(as: Int.self) != part)
    request.seed = 1
    _ = try RecordedRates.write(request, to: folder.file("again.h5"))
    #expect(readBytes(folder.file("again.h5")) == readBytes(folder.file("rates.h5")))
  }

  private func count(_ part: Int, _ condition: Int, _ parts: [Int], _ conditions: [Int]) -> Int {
    zip(parts, conditions).count { $0 == part && $1 == condition }
  }

  @Test func limitsOnUnits() throws {
    var recording = TestRecording()
    recording.unitCount = 4
    // Unit 0 is silent, unit 1 slow, unit 2 fires anew in each trial, unit 3 in the same bins always.
    recording.spikes = [TestRecording.Spike(time: 5, unit: 1, trial: 0)]
    for trial in 0..<8 {
      recording.spikes.append(.init(time: Double(10 * trial), unit: 2, trial: trial))
      for time in [1.0, 2, 45] { recording.spikes.append(.init(time: time, unit: 3, trial: trial)) }
    }
    try recording.writeByTrial(to: folder.file("in.h5"))
    var request = RatesRequest(plain: folder.file("in.h5"))
    request.conditions = ["stimulus"]
    request.minimumRate = 2
    request.minimumReliability = 0.9
    request.minimumTrials = 4
    let report = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(report.keptCount == 1 && report.excluded == [.rate: 2, .reliability: 1])
    #expect(abs(report.meanRate - 30) < 1e-9)
    let written = try WrittenRates(folder.file("rates.h5"))
    #expect(written.rates(unit: 0, condition: 0) == [100, 0, 50, 0, 0])
    #expect(try written.file.dataset("/units/source_unit").read(as: Int.self) == [3])
    request.minimumTrials = 5
    let error = try #require(throws: RecordingError.self) {
      try RecordedRates.write(request, to: folder.file("none.h5"))
    }
    #expect(error.sentence.contains("none of its 4 units left: 4 with fewer than 5 trials in a condition"))
    #expect(!folder.names.contains("none.h5"))
  }

  /// A spike on the edge of a bin belongs to the bin that begins there, whatever the start of the trial.
  @Test func edgesOfBins() throws {
    for start in [0.1, 0.3, 1234.567, 99_999.9] {
      let spikes = (0...5).map { start + 0.02 * Double($0) }
      try HDF5File.writeAtomically(to: folder.file("in.nwb")) { file in
        try file.write(spikes, to: "/units/spike_times")
        try file.write([Int64(6)], to: "/units/spike_times_index")
        try file.write([start], to: "/intervals/trials/start_time")
      }
      var request = RatesRequest(plain: folder.file("in.nwb"))
      request.window = try TimeWindow(parsing: "0..100ms")
      _ = try RecordedRates.write(request, to: folder.file("rates.h5"))
      #expect(try WrittenRates(folder.file("rates.h5")).values == [50, 50, 50, 50, 50], "start \(start)")
    }
  }

  /// A spike counts for every trial whose window it lies in.
  @Test func overlappingTrials() throws {
    try HDF5File.writeAtomically(to: folder.file("in.nwb")) { file in
      try file.write([1.01, 1.05], to: "/units/spike_times")
      try file.write([Int64(2)], to: "/units/spike_times_index")
      try file.write([1.0, 1.04], to: "/intervals/trials/start_time")
    }
    var request = RatesRequest(plain: folder.file("in.nwb"))
    request.window = try TimeWindow(parsing: "0..60ms")
    _ = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(try WrittenRates(folder.file("rates.h5")).values == [50, 0, 25])
  }

  @Test func conditionsAreChosen() throws {
    var recording = TestRecording()
    recording.stimulus = (0..<40).map { $0 % 2 == 0 ? "a" : "b" }
    try recording.writeByTrial(to: folder.file("in.h5")) { file in
      try file.write((0..<40).map { Float($0 / 2 % 2) / 2 }, to: "/trials/contrast")
      try file.write((0..<40).map { Double($0) }, to: "/trials/start")
      try file.write([Int32](repeating: 1, count: 40), to: "/trials/constant")
    }
    let report = try RecordedRates.write(RatesRequest(plain: folder.file("in.h5")), to: folder.file("rates.h5"))
    #expect(
      report.conditions.map { $0.name } == [
        "contrast=0, stimulus=a", "contrast=0, stimulus=b", "contrast=0.5, stimulus=a", "contrast=0.5, stimulus=b",
      ])
    #expect(report.conditionsAreChosen && report.conditions.allSatisfy { $0.trialCount == 10 })
  }
}
