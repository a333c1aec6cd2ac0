// Small networks and recordings that train in a fraction of a second.
import Reprise
import Testing

enum Small {
  /// A balanced network that learns sinusoids, with a trial of 300 ms.
  static let sinusoids = """
    [network]
    N = 120

    [trial]
    stim_on = 100
    stim_off = 200
    train_duration = 100

    [targets]
    tasks = 2
    """

  /// What keeps trials of recordings short.
  static let shortTrial = ["--set", "trial.stim_on=100", "--set", "trial.stim_off=200"]
}

/// A recording of bumps that pass through the units.
struct SmallRates {
  var rows = 10
  var units = 100
  var tasks = 1
  var bin: Double? = 10
  var isTimeLast = false
  var dataset = "/psth"

  /// Writes it.
  ///
  /// - Parameters:
  ///   - change: Applied to the values, shape [row, unit, task].
  ///   - more: Writes what else the file shall have.
  func write(
    to path: String, change: (inout [Float]) -> Void = { _ in }, more: (HDF5File) throws -> Void = { _ in }
  ) throws {
    var values = values
    change(&values)
    try HDF5File.writeAtomically(to: path) { file in
      if isTimeLast {
        try file.write(reversed(values), to: dataset, shape: [tasks, units, rows])
      } else {
        try file.write(values, to: dataset, shape: [rows, units, tasks])
      }
      if let bin { try file.setAttribute("bin_ms", of: dataset, to: bin) }
      try more(file)
    }
  }

  /// Shape [row, unit, task].
  private var values: [Float] {
    (0..<rows).flatMap { row in
      (0..<units).flatMap { unit in
        (0..<tasks).map { task in
          let distance = (unit * 7 + task * 31 + row * units / rows) % units
          return Float(2 + 10 * max(0, 20 - distance) / 20)
        }
      }
    }
  }

  /// Shape [task, unit, row].
  private func reversed(_ values: [Float]) -> [Float] {
    (0..<tasks).flatMap { task in
      (0..<units).flatMap { unit in (0..<rows).map { row in values[(row * units + unit) * tasks + task] } }
    }
  }
}

extension TemporaryFolder {
  /// Makes `net` with the small network of sinusoids, and initialises it.
  func initialized(_ configuration: String = Small.sinusoids) async throws {
    try createNetFolder()
    try write(configuration, to: "net/reprise.toml")
    try await reprise("init", "net")
  }

  /// The same, trained for 2 loops.
  func trained(_ configuration: String = Small.sinusoids) async throws {
    try await initialized(configuration)
    try await reprise("train", "net", "--loops", "2")
  }

  /// The learned numbers of a checkpoint, bit by bit.
  func learned(_ name: String) throws -> Learned {
    let file = try HDF5File(reading: self.file(name))
    return Learned(
      weights: try file.dataset("/weights").read(as: Double.self).map(\.bitPattern),
      inverseCorrelation: try file.dataset("/inverse_correlation").read(as: Double.self).map(\.bitPattern))
  }

  /// The spikes of a test, trial by trial in the order of the file.
  func spikes(_ name: String) throws -> Spikes {
    let file = try HDF5File(reading: self.file(name))
    return Spikes(
      times: try file.dataset("/spikes/neurons/timestamps").read(),
      neurons: try file.dataset("/spikes/neurons/node_ids").read(),
      trials: try file.dataset("/spikes/neurons/trial_ids").read())
  }
}

/// Widening to Double keeps every bit of a Float distinguishable.
struct Learned: Equatable {
  let weights: [UInt64]
  let inverseCorrelation: [UInt64]
}

struct Spikes: Equatable {
  let times: [Double]
  let neurons: [UInt64]
  let trials: [UInt32]
}
