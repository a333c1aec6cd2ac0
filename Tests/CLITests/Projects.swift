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

  /// Writes a recording of bumps that pass through the units.
  ///
  /// - Parameters:
  ///   - change: Applied to the values, shape [row, unit, task].
  ///   - more: Writes what else the file shall have.
  static func writeRates(
    to path: String, rows: Int = 10, units: Int = 100, tasks: Int = 1, bin: Double? = 10, isTimeLast: Bool = false,
    dataset: String = "/psth", change: (inout [Float]) -> Void = { _ in },
    more: (HDF5File) throws -> Void = { _ in }
  ) throws {
    var values: [Float] = []
    for row in 0..<rows {
      for unit in 0..<units {
        for task in 0..<tasks {
          let distance = (unit * 7 + task * 31 + row * units / rows) % units
          values.append(Float(2 + 10 * max(0, 20 - distance) / 20))
        }
      }
    }
    change(&values)
    try HDF5File.writeAtomically(to: path) { file in
      if isTimeLast {
        var reversed = [Float](repeating: 0, count: values.count)
        for row in 0..<rows {
          for unit in 0..<units {
            for task in 0..<tasks {
              reversed[(task * units + unit) * rows + row] = values[(row * units + unit) * tasks + task]
            }
          }
        }
        try file.write(reversed, to: dataset, shape: [tasks, units, rows])
      } else {
        try file.write(values, to: dataset, shape: [rows, units, tasks])
      }
      if let bin { try file.setAttribute("bin_ms", of: dataset, to: bin) }
      try more(file)
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
