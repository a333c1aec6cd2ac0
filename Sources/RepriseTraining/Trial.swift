// The order of one trial, for every kind of trial and every backend.
internal import RepriseCore
public import RepriseModel

/// One presentation of a task.
public enum Trial {
  /// Runs a trial from step 1 to the last:
  ///
  /// 1. Before each step that is a row of the targets, one update of the weights (training only).
  /// 2. Currents, filtered spikes, external input, noise, potentials, spikes, delivery: the backend's steps.
  ///
  /// - Parameter learns: False runs a training trial, or a test, without updates.
  public static func run(_ request: TrialRequest, on backend: any Backend, learns: Bool) -> TrialResult {
    let clock = backend.network.parameters.clock
    backend.beginTrial(request)
    if learns {
      for row in stride(from: 1, through: clock.rowCount, by: 1) {
        backend.advance(through: clock.step(ofRow: row) - 1)
        backend.learn(row: row)
      }
    }
    backend.advance(through: clock.lastStep)
    return backend.finishTrial()
  }
}
