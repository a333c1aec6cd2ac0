// Windowed currents (M1), summed over trials that end in any order.
internal import RepriseModel
internal import Synchronization

/// Sums over the trials of each task. They are whole numbers, so that the order of trials makes no difference.
final class WindowedCurrentSums: Sendable {
  private let shape: (neurons: Int, rows: Int)
  private let state: Mutex<State>

  private struct State {
    /// Shape [task, neuron, row], in units of 2^-24.
    var sums: [Int64]
    /// Elements with a value that is no number, or too large to be summed.
    var invalid: Set<Int> = []
  }

  private static let unit = 0x1p-24
  private static let largest: Float = 1e9

  /// For all neurons, whether they have targets or not.
  init(_ network: Network) {
    let targets = network.targets
    shape = (network.neuronCount, targets.rowCount)
    let count = targets.taskCount * network.neuronCount * targets.rowCount
    state = Mutex(State(sums: Array(repeating: 0, count: count)))
  }

  /// - Parameter means: One value per row.
  func add(_ means: [Float], task: Int, neuron: Int) {
    let first = (task * shape.neurons + neuron) * shape.rows
    state.withLock { state in
      for (row, mean) in means.enumerated() {
        if abs(mean) <= Self.largest {
          state.sums[first + row] += Int64((Double(mean) / Self.unit).rounded())
        } else {
          state.invalid.insert(first + row)
        }
      }
    }
  }

  /// Shape [task, neuron, row]; nan where a trial had no number.
  func means(trialCount: Int) -> [Float] {
    state.withLock { state in
      var means = state.sums.map { Float(Double($0) * Self.unit / Double(trialCount)) }
      for index in state.invalid { means[index] = .nan }
      return means
    }
  }
}
