// Spikes and trials that contradict themselves: one sentence that names the place, and no file.
import Testing

@testable import RepriseIO

@Suite struct DamagedRecordingTests {
  let folder: TemporaryFolder
  var recording = TestRecording()

  init() throws { folder = try TemporaryFolder() }

  /// Expects a refusal whose one sentence has all `phrases`, and that nothing was written.
  private func expectRefusal(
    _ phrases: String..., change: (inout RatesRequest) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var request = RatesRequest(plain: folder.file("in.h5"))
    request.conditions = ["stimulus"]
    change(&request)
    let names = folder.names
    do {
      _ = try RecordedRates.write(request, to: folder.file("rates.h5"))
      Issue.record("was accepted", sourceLocation: sourceLocation)
    } catch {
      let text = "\(error)"
      #expect(error is RecordingError || error is HDF5Error || error is ConfigError, sourceLocation: sourceLocation)
      for phrase in phrases {
        #expect(text.contains(phrase), "\(text)", sourceLocation: sourceLocation)
      }
      #expect(text.hasSuffix(".") || text.hasSuffix("?"), "\(text)", sourceLocation: sourceLocation)
    }
    #expect(folder.names == names, sourceLocation: sourceLocation)
  }

  // MARK: Spike times by trial

  @Test mutating func wrongLengths() throws {
    try HDF5File.writeAtomically(to: folder.file("in.h5")) { file in
      try file.write([1.0, 2, 3], to: "/spikes/p/timestamps")
      try file.write([Int64(0), 1], to: "/spikes/p/node_ids")
      try file.write([Int64(0), 0, 0], to: "/spikes/p/trial_ids")
    }
    try expectRefusal("in.h5:/spikes/p/node_ids has 2 elements, but /spikes/p/timestamps has 3")
    try recording.writeByTrial(to: folder.file("in.h5")) { try $0.write([1.0, 2, 3], to: "/trials/contrast") }
    try expectRefusal("in.h5:/trials/", "rows, but the other columns of /trials have")
    try recording.writeByTrial(to: folder.file("in.h5")) { file in
      for name in ["depth", "snr"] { try file.write([1.0, 2], to: "/units/\(name)") }
      try file.write([1.0, 2, 3], to: "/units/amplitude")
    }
    try expectRefusal("in.h5:/units/amplitude has 3 rows, but the other columns of /units have 2")
    recording.window = [100, 0]
    try recording.writeByTrial(to: folder.file("in.h5"))
    try expectRefusal("in.h5:/trials/window_ms is 100, 0; a start and a later end in ms are needed")
  }

  @Test mutating func idsOutOfRange() throws {
    recording.spikes[5].unit = 2
    try recording.writeByTrial(to: folder.file("in.h5"))
    try expectRefusal(
      "in.h5:/spikes/p/node_ids has 2 in element 5", "/units has 2 rows; numbers from 0 to 1 are needed")
    recording.spikes[5].unit = 1
    recording.spikes[7].trial = 8
    try recording.writeByTrial(to: folder.file("in.h5"))
    try expectRefusal("in.h5:/spikes/p/trial_ids has 8 in element 7", "/trials has 8 rows")
  }

  @Test mutating func notANumber() throws {
    recording.spikes[3].time = .nan
    try recording.writeByTrial(to: folder.file("in.h5"))
    try expectRefusal("in.h5:/spikes/p/timestamps has nan in element 3", "remove this spike")
    recording.spikes[3].time = .infinity
    try recording.writeByTrial(to: folder.file("in.h5"))
    try expectRefusal("has inf in element 3")
  }

  @Test func spikesInTrialsOfOtherSessions() throws {
    try recording.writeByTrial(to: folder.file("in.h5")) { file in
      try file.write([Int32(1), 1, 1, 1, 2, 2, 2, 2], to: "/trials/session")
      try file.write([Int32(1), 2], to: "/units/session")
    }
    try expectRefusal("in.h5:/spikes/p has spike", "in trial 0, which is of another session")
  }

  @Test func missingParts() throws {
    try HDF5File.writeAtomically(to: folder.file("in.h5")) { file in
      try file.write([1.0], to: "/spikes/p/timestamps")
      try file.write([Int64(0)], to: "/spikes/p/node_ids")
    }
    try expectRefusal("in.h5 has no group /trials", "--trials-from FILE")
    try HDF5File.writeAtomically(to: folder.file("in.h5")) { try $0.write([1.0], to: "/spikes/p/timestamps") }
    try expectRefusal("in.h5:/spikes/p/node_ids does not exist. There is /spikes/p/timestamps.")
    try HDF5File.writeAtomically(to: folder.file("in.h5")) { try $0.write([1.0], to: "/rates") }
    try expectRefusal("in.h5 has no spikes that are known", "There is /rates.")
    try HDF5File.writeAtomically(to: folder.file("in.h5")) { file in
      try file.write([1.0], to: "/spikes/p/timestamps")
      try file.write([1.0], to: "/spikes/q/timestamps")
    }
    try expectRefusal("in.h5:/spikes has 2 populations: /spikes/p, /spikes/q; one is needed, named as in")
    try expectRefusal("does not exist") { $0.inputs = [$0.inputs[0] + ":/spikes/r"] }
  }

  // MARK: NWB

  @Test func damagedIndex() throws {
    let count = recording.spikes.count
    try recording.writeNWB(to: folder.file("in.h5")) { $0.index = [Int64(count), 40] }
    try expectRefusal(
      "in.h5:/units/spike_times_index runs backwards at unit 1", "40 after \(count)", change: window)
    try recording.writeNWB(to: folder.file("in.h5")) { $0.index[1] -= 1 }
    try expectRefusal(
      "in.h5:/units/spike_times_index ends at \(count - 1), but /units/spike_times has \(count)", change: window)
    try recording.writeNWB(to: folder.file("in.h5")) { $0.index.append(Int64(count)) }
    try expectRefusal(
      "in.h5:/units/quality has 2 rows, but /units/spike_times_index has 3 units", change: window)
  }

  @Test func damagedTimes() throws {
    try recording.writeNWB(to: folder.file("in.h5")) { $0.times.swapAt(0, 30) }
    try expectRefusal("in.h5:/units/spike_times runs backwards in unit 0", "at element 1", change: window)
    try recording.writeNWB(to: folder.file("in.h5")) { $0.times[0] = -1 }
    try expectRefusal("in.h5:/units/spike_times has the time -1 in element 0", "0 or more", change: window)
    try recording.writeNWB(to: folder.file("in.h5")) { $0.times[9] = .nan }
    try expectRefusal("in.h5:/units/spike_times has nan in element 9", change: window)
    try recording.writeNWB(to: folder.file("in.h5")) { $0.starts[2] = -3 }
    try expectRefusal("column start_time, has the time -3 in trial 2", change: window)
    try recording.writeNWB(to: folder.file("in.h5")) { $0.stimulus.removeLast() }
    try expectRefusal(
      "/intervals/trials/stimulus has 7 rows, but /intervals/trials/start_time has 8 trials", change: window)
  }

  @Test func damagedElectrodes() throws {
    for index: [Int64] in [[2, 4], [3, 2], [3], [-1, 3]] {
      try recording.writeNWB(to: folder.file("in.h5")) { $0.electrodesIndex = index }
      try expectRefusal(
        "in.h5:/units/electrodes_index does not say where the electrodes of each of 2 units end", change: window)
    }
    try recording.writeNWB(to: folder.file("in.h5")) { $0.electrodes[0] = 3 }
    try expectRefusal(
      "in.h5:/units/electrodes has 3 for unit 0", "/general/extracellular_ephys/electrodes has 3 rows", change: window)
  }

  private func window(_ request: inout RatesRequest) { request.window = TimeWindow(start: 0, end: 100_000_000) }

  /// A trial without the event is left out; where none has it, there is nothing to do.
  @Test func trialsWithoutEvent() throws {
    try recording.writeNWB(to: folder.file("in.h5")) { $0.starts[2] = .nan }
    var request = RatesRequest(plain: folder.file("in.h5"))
    window(&request)
    let report = try RecordedRates.write(request, to: folder.file("out.h5"))
    #expect(report.unusedTrials == 1 && report.conditions[0].trialCount == 7)
    try recording.writeNWB(to: folder.file("in.h5")) { $0.starts = $0.starts.map { _ in .nan } }
    try expectRefusal("in.h5 has no trial to use: none has a time to align to", change: window)
  }

  // MARK: Counts

  @Test func damagedCounts() throws {
    try recording.writeCounts(to: folder.file("in.h5")) { $0[25] = -1 }
    try expectRefusal("in.h5:/sessions/s01/counts has the count -1 at trial 1, unit 0, bin 5")
    try recording.writeCounts(to: folder.file("in.h5"), bin: nil)
    try expectRefusal("in.h5:/sessions/s01/counts does not say how long its bins are", "bin_ms")
    try recording.writeCounts(to: folder.file("in.h5"), bin: .nan)
    try expectRefusal("does not say how long its bins are")
    try recording.writeCounts(to: folder.file("in.h5"))
    try expectRefusal("has counts in bins of 10 ms", "cannot be put into bins of 25 ms") { $0.bin = 25 }
    try expectRefusal("cannot be aligned to another event") { request in
      request.align = "stimulus"
      request.window = TimeWindow(start: 0, end: 100_000_000)
    }
    try HDF5File.writeAtomically(to: folder.file("in.h5")) { file in
      try file.write([UInt8](repeating: 0, count: 6), to: "/counts", shape: [2, 3])
    }
    try expectRefusal("in.h5:/counts has the shape 2 x 3; (trial, unit, bin) is needed")
    try HDF5File.writeAtomically(to: folder.file("in.h5")) { file in
      try file.write([UInt8](repeating: 0, count: 12), to: "/counts", shape: [2, 3, 2])
      try file.setAttribute("bin_ms", of: "/counts", to: 10.0)
      try file.write(["a", "b", "a"], to: "/trials/stimulus")
    }
    try expectRefusal("in.h5:/trials/stimulus has 3 rows, but /counts has 2 trials")
  }

  // MARK: Conditions and tables

  @Test func conditionsWithoutTrials() throws {
    try recording.writeByTrial(to: folder.file("in.h5"))
    try expectRefusal("--condition \"c: stimulus == c\" fits no trial") {
      $0.conditions = ["a: stimulus == a", "c: stimulus == c"]
    }
    try expectRefusal("has trial 0 (counted from 0) in two conditions, a and all") {
      $0.conditions = ["a: stimulus == a", "all: stimulus != c"]
    }
    try expectRefusal("has no column stimulos of its trials", "Did you mean stimulus?") { $0.conditions = ["stimulos"] }
    try expectRefusal("has no trial to use: --trials-where leaves none") { $0.trialsWhere = ["stimulus=c"] }
    try expectRefusal("give columns, or conditions with a name") { $0.conditions = ["stimulus", "a: stimulus == a"] }
    try expectRefusal("stimulus is text, which can be compared by == and != only") { $0.trialsWhere = ["stimulus > a"] }
    try expectRefusal("has no column are of its units, for --where. There is area. Did you mean area?") {
      $0.unitsWhere = ["are=x"]
    }
    try expectRefusal("has none of its 2 units left: 2 not chosen by --where") { $0.unitsWhere = ["area=x"] }
    try recording.writeByTrial(to: folder.file("in.h5")) { file in
      try file.write([Double](repeating: .nan, count: 8), to: "/trials/contrast")
    }
    try expectRefusal("has no trial with a value of contrast left to use") { $0.conditions = ["contrast"] }
  }

  @Test mutating func unitsWithoutSpikes() throws {
    recording.spikes = []
    try recording.writeByTrial(to: folder.file("in.h5"))
    try expectRefusal("has none of its 2 units left: 2 below 0.1 Hz (--min-rate)") { $0.minimumRate = 0.1 }
  }

  @Test func tablesOfTrials() throws {
    try recording.writeSONATA(to: folder.file("in.h5"))
    let path = folder.file("trials.csv")
    func refuse(_ text: String, _ phrases: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
      writeBytes(Array(text.utf8), to: path)
      for phrase in phrases {
        try expectRefusal(
          phrase,
          change: { request in
            request.trialTables = [path]
            window(&request)
          }, sourceLocation: sourceLocation)
      }
    }
    try refuse("", "trials.csv is empty")
    try refuse("start_time,stimulus\n", "has no trials")
    try refuse("start_time,stimulus\n1000,a\n2000\n", "trials.csv:3 has 1 field, but the header has 2")
    try refuse("start_time,start_time\n1,2\n", "has two columns named \"start_time\"")
    try refuse(
      "onset,stimulus\n1000,a\n", "has no column start_time of its trials, for --align. There is onset, stimulus.")
    try refuse("start_time,stimulus\nx,a\n", "column start_time, is text; times are needed")
    try refuse("start_time,stimulus\n-5,a\n", "has the time -5 in trial 0")
    try expectRefusal("missing.csv does not exist") { $0.trialTables = [folder.file("missing.csv")] }
  }

  // MARK: Windows, bins and files

  @Test func windows() throws {
    try recording.writeByTrial(to: folder.file("in.h5"))
    try expectRefusal("was recorded over 0ms..100ms, but --window asks for -20ms..80ms") {
      $0.window = TimeWindow(start: -20_000_000, end: 80_000_000)
    }
    try expectRefusal("--bin is 30 ms, of which the window 0ms..100ms holds no whole number", "0ms..90ms would fit") {
      $0.bin = 30
    }
    try expectRefusal("a boxcar must be an odd number of bins of 20 ms", "boxcar:20ms or boxcar:60ms would fit") {
      $0.smoothing = .boxcar(40)
    }
    for text in ["100", "100..", "..", "0..5mV", "300ms..200ms", "a..b"] {
      #expect(throws: (any Error).self, "\(text)") { try TimeWindow(parsing: text) }
    }
    for text in ["box", "boxcar", "boxcar:", "gaussian:-5ms", "triangle:5ms", "boxcar:0"] {
      #expect(throws: (any Error).self, "\(text)") { try RateSmoothing(parsing: text) }
    }
    #expect(try TimeWindow(parsing: "-0.2s..800") == TimeWindow(start: -200_000_000, end: 800_000_000))
    try recording.writeNWB(to: folder.file("in.h5"))
    try expectRefusal("in.h5 does not say what part of a trial was recorded", "--window -200ms..800ms")
  }

  @Test func incompleteFiles() throws {
    try recording.writeByTrial(to: folder.file("whole.h5"))
    let bytes = readBytes(folder.file("whole.h5"))
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      writeBytes(bytes[..<length], to: folder.file("in.h5"))
      try expectRefusal("in.h5")
    }
  }

  @Test func outputIsInput() throws {
    try recording.writeByTrial(to: folder.file("rates.h5"))
    let before = readBytes(folder.file("rates.h5"))
    try expectRefusal("--output is", "which is also an input") { $0.inputs = [folder.file("rates.h5")] }
    #expect(readBytes(folder.file("rates.h5")) == before)
  }
}
