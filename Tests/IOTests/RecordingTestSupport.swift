// Small recordings with spikes whose counts are known.
@testable import RepriseIO

/// A recording that tests write in one of the layouts, and spoil.
struct TestRecording {
  struct Spike {
    /// ms from the event of the trial.
    var time: Double
    var unit: Int
    var trial: Int
  }

  var spikes: [Spike] = []
  var unitCount = 2
  /// Condition of each trial.
  var stimulus = ["a", "b", "a", "b", "a", "b", "a", "b"]
  var window: [Double]? = [0, 100]
  /// Event of each trial on the clock, s.
  var starts: [Double] { stimulus.indices.map { 10 + 2.5 * Double($0) } }

  /// Unit u has, in trial t, u + t + 1 spikes in the bin of 20 ms at which t % 5 says, and one at the very end.
  init() {
    for trial in stimulus.indices {
      for unit in 0..<unitCount {
        for count in 0...(unit + trial) {
          spikes.append(Spike(time: Double(20 * (trial % 5)) + Double(count), unit: unit, trial: trial))
        }
        spikes.append(Spike(time: 99.99, unit: unit, trial: trial))
      }
    }
  }

  /// The rates of a unit in a condition from the spikes, for bins of 20 ms, without smoothing.
  func rates(unit: Int, _ condition: String) -> [Double] {
    let trials = stimulus.indices.filter { stimulus[$0] == condition }
    return (0..<5).map { bin in
      let count = spikes.count {
        $0.unit == unit && trials.contains($0.trial) && $0.time >= Double(20 * bin) && $0.time < Double(20 * bin + 20)
      }
      return Double(count) / (Double(trials.count) * 0.02)
    }
  }

  func writeByTrial(to path: String, change: (HDF5File) throws -> Void = { _ in }) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(spikes.map { $0.time }, to: "/spikes/p/timestamps")
      try file.write(spikes.map { UInt16($0.unit) }, to: "/spikes/p/node_ids")
      try file.write(spikes.map { UInt32($0.trial) }, to: "/spikes/p/trial_ids")
      try file.setAttribute("units", of: "/spikes/p/timestamps", to: "ms")
      try file.write(stimulus, to: "/trials/stimulus")
      if let window { try file.write(window, to: "/trials/window_ms") }
      try file.write((0..<unitCount).map { "area\($0)" }, to: "/units/area")
      try change(file)
    }
  }

  /// Without a table of trials.
  func writeSONATA(to path: String) throws {
    let sorted = spikes.sorted { ($0.trial, $0.time) < ($1.trial, $1.time) }
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(sorted.map { 1000 * starts[$0.trial] + $0.time }, to: "/spikes/p/timestamps")
      try file.write(sorted.map { UInt64($0.unit) }, to: "/spikes/p/node_ids")
      try file.setAttribute("units", of: "/spikes/p/timestamps", to: "milliseconds")
    }
  }

  /// The times of each unit on the clock, s, sorted.
  var trains: [[Double]] {
    (0..<unitCount).map { unit in
      spikes.filter { $0.unit == unit }.map { starts[$0.trial] + $0.time / 1000 }.sorted()
    }
  }

  struct NWBParts {
    var times: [Double]
    var index: [Int64]
    var starts: [Double]
    var stimulus: [String]
    var quality: [String]
    /// Unit 0 has electrodes 2 and 0, unit 1 has electrode 1.
    var electrodes: [Int64] = [2, 0, 1]
    var electrodesIndex: [Int64] = [2, 3]
  }

  func writeNWB(to path: String, change: (inout NWBParts) -> Void = { _ in }) throws {
    var end = 0
    var parts = NWBParts(
      times: trains.flatMap { $0 },
      index: trains.map { train in
        end += train.count
        return Int64(end)
      }, starts: starts, stimulus: stimulus, quality: (0..<unitCount).map { $0 == 0 ? "good" : "noise" })
    change(&parts)
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(parts.times, to: "/units/spike_times")
      try file.write(parts.index, to: "/units/spike_times_index")
      try file.write(parts.quality, to: "/units/quality")
      try file.write((0..<unitCount).map { Int64($0) }, to: "/units/id")
      try file.write([Float](repeating: 0, count: unitCount * 3), to: "/units/waveform_mean", shape: [unitCount, 3])
      try file.write(parts.electrodes, to: "/units/electrodes")
      try file.write(parts.electrodesIndex, to: "/units/electrodes_index")
      try file.write(["CA1", "VISp", "LGd"], to: "/general/extracellular_ephys/electrodes/location")
      try file.write([Float(1), 2, .nan], to: "/general/extracellular_ephys/electrodes/x")
      try file.write([Int64(10), 11, 12], to: "/general/extracellular_ephys/electrodes/id")
      try file.write(parts.starts, to: "/intervals/trials/start_time")
      try file.write(parts.starts.map { $0 + 0.1 }, to: "/intervals/trials/stop_time")
      try file.write(parts.starts.map { $0 + 0.02 }, to: "/intervals/trials/cue_time")
      try file.write(parts.stimulus, to: "/intervals/trials/stimulus")
    }
  }

  /// Counts in bins of 10 ms, shape [trial, unit, bin].
  var counts: [UInt8] {
    var counts = [UInt8](repeating: 0, count: stimulus.count * unitCount * 10)
    for spike in spikes { counts[(spike.trial * unitCount + spike.unit) * 10 + Int(spike.time / 10)] += 1 }
    return counts
  }

  func writeCounts(
    to path: String, group: String = "/sessions/s01", bin: Double? = 10, change: (inout [Int16]) -> Void = { _ in }
  ) throws {
    var values = counts.map { Int16($0) }
    change(&values)
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(values, to: group + "/counts", shape: [stimulus.count, unitCount, 10])
      if let bin { try file.setAttribute("bin_ms", of: "/", to: bin) }
      try file.write(stimulus, to: group + "/trials/stimulus")
      try file.write((0..<unitCount).map { "area\($0)" }, to: group + "/units/area")
      try file.setAttribute("mouse", of: group, to: "Cori")
    }
  }
}

extension RatesRequest {
  /// All units, no smoothing.
  init(plain inputs: String...) {
    self.init(inputs: inputs)
    smoothing = .none
    minimumRate = 0
    minimumTrials = 1
  }
}

/// What `rates.h5` has.
struct WrittenRates {
  let file: HDF5File
  let shape: [Int]
  let values: [Float]

  init(_ path: String, _ dataset: String = "/psth") throws {
    file = try HDF5File(reading: path)
    let dataset = try file.dataset(dataset)
    shape = dataset.shape
    values = try dataset.read()
  }

  /// The rates of a unit in a condition over time.
  func rates(unit: Int, condition: Int) -> [Float] {
    (0..<shape[0]).map { values[($0 * shape[1] + unit) * shape[2] + condition] }
  }
}
