// Every layout of spikes and trials gives the same rates, exactly those that counting by hand gives.
import Testing

@testable import RepriseIO

@Suite struct RecordingLayoutTests {
  let folder: TemporaryFolder
  let recording = TestRecording()

  init() throws { folder = try TemporaryFolder() }

  private func expectExact(
    _ path: String, unit: Int = 0, of: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let written = try WrittenRates(path)
    #expect(written.shape[0] == 5 && written.shape[2] == 2, sourceLocation: sourceLocation)
    for (condition, name) in ["a", "b"].enumerated() {
      #expect(
        written.rates(unit: unit, condition: condition) == recording.rates(unit: of, name).map { Float($0) },
        "condition \(name)", sourceLocation: sourceLocation)
    }
  }

  @Test func byTrial() throws {
    try recording.writeByTrial(to: folder.file("in.h5"))
    let report = try RecordedRates.write(RatesRequest(plain: folder.file("in.h5")), to: folder.file("rates.h5"))
    #expect(report.conditions.map { $0.name } == ["all"], "4 trials are too few to choose conditions")
    var request = RatesRequest(plain: folder.file("in.h5"))
    request.conditions = ["stimulus"]
    let asked = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(asked.conditions.map { $0.name } == ["stimulus=a", "stimulus=b"] && asked.bin == 20)
    #expect(asked.conditions.map { $0.trialCount } == [4, 4] && asked.keptCount == 2 && asked.unusedTrials == 0)
    try expectExact(folder.file("rates.h5"))
    try expectExact(folder.file("rates.h5"), unit: 1, of: 1)
    let file = try HDF5File(reading: folder.file("rates.h5"))
    #expect(try file.dataset("/units/area").readTexts() == ["area0", "area1"])
    #expect(try file.dataset("/n_trials").read(as: Int.self) == [4, 4, 4, 4])
    #expect(try file.dataset("/conditions/stimulus").readTexts() == ["a", "b"])
    #expect(try file.dataset("/bins/centre_ms").read(as: Double.self) == [10, 30, 50, 70, 90])
    #expect(try file.attribute("bin_ms", of: "/psth", as: Double.self) == 20)
    #expect(!file.contains("/held_out"))
  }

  @Test func sonataWithTableInCSV() throws {
    try recording.writeSONATA(to: folder.file("in.h5"))
    var table = "start_time_s, stimulus ,note\n"
    for (start, stimulus) in zip(recording.starts, recording.stimulus) {
      table += "\(start),\"\(stimulus)\",\"a, b\"\n"
    }
    writeBytes(Array(table.utf8), to: folder.file("trials.csv"))
    var request = RatesRequest(plain: folder.file("in.h5"))
    request.trialTables = [folder.file("trials.csv")]
    request.align = "start_time_s"
    request.window = try TimeWindow(parsing: "0..0.1s")
    request.conditions = ["stimulus"]
    _ = try RecordedRates.write(request, to: folder.file("rates.h5"))
    try expectExact(folder.file("rates.h5"))
    try expectExact(folder.file("rates.h5"), unit: 1, of: 1)
  }

  @Test func nwbAndPooled() throws {
    try recording.writeNWB(to: folder.file("one.nwb"))
    try recording.writeNWB(to: folder.file("two.nwb"))
    var request = RatesRequest(plain: folder.file("one.nwb"), folder.file("two.nwb"))
    request.window = try TimeWindow(parsing: "0..100")
    request.conditions = ["stimulus"]
    request.unitsWhere = ["quality=noise"]
    let report = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(report.unitCount == 4 && report.keptCount == 2 && report.excluded == [.condition: 2])
    try expectExact(folder.file("rates.h5"), unit: 0, of: 1)
    try expectExact(folder.file("rates.h5"), unit: 1, of: 1)
    let file = try HDF5File(reading: folder.file("rates.h5"))
    #expect(try file.dataset("/units/source_file").readTexts() == ["one.nwb", "two.nwb"])
    #expect(try file.dataset("/units/source_unit").read(as: Int.self) == [1, 1])
    #expect(try file.dataset("/units/quality").readTexts() == ["noise", "noise"])
    #expect(try file.dataset("/units/location").readTexts() == ["VISp", "VISp"])
    #expect(try file.dataset("/units/x").read(as: Double.self) == [2, 2])
    request.unitsWhere = ["location=LGd"]
    _ = try RecordedRates.write(request, to: folder.file("other.h5"))
    #expect(try HDF5File(reading: folder.file("other.h5")).dataset("/units/quality").readTexts() == ["good", "good"])
    #expect(!file.contains("/units/electrodes") && !file.contains("/units/waveform_mean"))
  }

  @Test func otherEventShiftsTime() throws {
    try recording.writeNWB(to: folder.file("in.nwb"))
    var request = RatesRequest(plain: folder.file("in.nwb"))
    request.align = "cue_time"
    request.window = try TimeWindow(parsing: "-20ms..80ms")
    request.conditions = ["stimulus"]
    _ = try RecordedRates.write(request, to: folder.file("rates.h5"))
    try expectExact(folder.file("rates.h5"))
    #expect(try HDF5File(reading: folder.file("rates.h5")).attribute("t0_ms", of: "/psth", as: Double.self) == -20)
  }

  @Test func counts() throws {
    try recording.writeCounts(to: folder.file("in.h5"))
    var request = RatesRequest(plain: folder.file("in.h5"))
    request.bin = 20
    request.conditions = ["a: stimulus == a", "b: stimulus != a"]
    let report = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(report.conditions.map { $0.name } == ["a", "b"])
    try expectExact(folder.file("rates.h5"))
    try expectExact(folder.file("rates.h5"), unit: 1, of: 1)
    let file = try HDF5File(reading: folder.file("rates.h5"))
    #expect(try file.dataset("/units/mouse").readTexts() == ["Cori", "Cori"])
    #expect(try file.dataset("/units/session").readTexts() == ["s01", "s01"])
  }

  /// Only trials of its own session count for a unit.
  @Test func sessionsInOneFile() throws {
    var recording = self.recording
    recording.spikes.removeAll { ($0.unit == 0) != ($0.trial < 4) }
    try recording.writeByTrial(to: folder.file("in.h5")) { file in
      try file.write([Int32](repeating: 7, count: 4) + [Int32](repeating: 9, count: 4), to: "/trials/session")
      try file.write([Int32(7), 9], to: "/units/session")
    }
    var request = RatesRequest(plain: folder.file("in.h5"))
    request.conditions = ["stimulus"]
    let report = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(report.sources[0].sessionCount == 2)
    let written = try WrittenRates(folder.file("rates.h5"))
    #expect(try written.file.dataset("/n_trials").read(as: Int.self) == [2, 2, 2, 2])
    for (condition, name) in ["a", "b"].enumerated() {
      // Half of the trials, and the same spikes: twice the rate that all trials give.
      #expect(
        written.rates(unit: 0, condition: condition) == recording.rates(unit: 0, name).map { Float(2 * $0) })
    }
  }

  /// What `reprise new` and `init` read.
  @Test func isReadAsTargets() throws {
    var recording = self.recording
    recording.stimulus = ["a", "b", "c", "d", "e", "a", "b", "c"]
    try recording.writeByTrial(to: folder.file("in.h5"))
    var request = RatesRequest(plain: folder.file("in.h5"))
    request.conditions = ["stimulus"]
    request.holdOut = 0.3
    request.minimumTrials = 1
    request.trialsWhere = ["stimulus != d and stimulus != e"]
    _ = try RecordedRates.write(request, to: folder.file("three.h5"))
    let rates = RecordedMatrix.Request(file: folder.file("three.h5"), kind: .rates, select: "area == area1")
    let summary = try RecordedMatrix.inspect(rates)
    #expect(summary.datasetPath == "/psth" && summary.taskCount == 3 && summary.selectedUnitCount == 1)
    request.holdOut = 0
    request.trialsWhere = []
    _ = try RecordedRates.write(request, to: folder.file("five.h5"))
    let expectation = RecordedMatrix.Expectation(rowCount: 5, learningInterval: 20, trainDuration: 100)
    let matrix = try RecordedMatrix.read(
      RecordedMatrix.Request(file: folder.file("five.h5"), kind: .rates), expecting: expectation)
    let written = try WrittenRates(folder.file("five.h5"))
    #expect(matrix.taskCount == 5 && matrix.rowCount == 5 && matrix.neuronCount == 2)
    for task in 0..<5 {
      #expect((0..<5).map { matrix[task: task, row: $0, neuron: 1] } == written.rates(unit: 1, condition: task))
    }
  }
}
