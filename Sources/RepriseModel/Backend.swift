// What training code asks of a device, and what it gets back.

/// Runs one network. Training code reaches the state of a network only through this.
///
/// A trial is `beginTrial`, then `advance` and `learn` in the order of `Trial.run`, then `finishTrial`.
/// Calls are coarse: the steps between two updates go in one call.
public protocol Backend: AnyObject {
  static var name: String { get }
  var network: Network { get }
  /// What this backend computes with, in words, such as "avx512 kernels, 2 threads".
  var summary: String { get }
  /// Threads that work on a trial, and may on what follows from it.
  var threadCount: Int { get }
  /// The numbers that hold the inverse correlation matrices.
  var precision: LearningParameters.Precision { get }
  /// Neurons that share an inverse correlation matrix.
  var groups: PresynapticGroups { get }

  /// Resets potentials, currents and filtered spikes. Weights and inverse correlation matrices stay.
  func beginTrial(_ request: TrialRequest)
  /// Simulates all steps up to and including `step`.
  func advance(through step: Int)
  /// One update of all plastic weights towards target row 1, 2, ...; the next step must be `step(ofRow: row)`.
  func learn(row: Int)
  func finishTrial() -> TrialResult

  /// Plastic weights of some rows of the plastic connections, shape [row, input], current x ms.
  func readWeights(_ rows: Range<Int>) -> [Double]
  func writeWeights(_ weights: [Double], _ rows: Range<Int>)
  /// What learning remembers besides weights: P of some groups, or the history that stands for it.
  func readCorrelation(_ groups: Range<Int>) -> CorrelationMatrices
  /// Values of another precision are rounded to this backend's.
  func writeCorrelation(_ matrices: CorrelationMatrices, _ groups: Range<Int>)
  /// Filtered spikes at the last updates; nil where P is kept.
  var history: SpikeHistory? { get set }

  /// What went wrong with the device, if anything did: all that was asked for since is worthless. Look at it before
  /// results are used or kept.
  var failure: (any Error)? { get }
}

extension Backend {
  /// Of backends that do not fail.
  public var failure: (any Error)? { nil }

  /// - Throws: ``failure``.
  public func requireNoFailure() throws {
    if let failure { throw failure }
  }
}
