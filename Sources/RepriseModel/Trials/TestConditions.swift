// How test trials differ from the usual ones.

/// Random numbers, noise and perturbation of test trials.
public struct TestConditions: Sendable, Equatable {
  /// Seed of potentials, noise and feed-forward spikes; nil: that of the network.
  public var seed: UInt64?
  /// False leaves out the noise of `noise.model`.
  public var hasNoise = true
  public var perturbation: Perturbation?

  public init() {}

  public func apply(to request: inout TrialRequest) {
    (request.seed, request.hasNoise, request.perturbation) = (seed, hasNoise, perturbation)
  }
}
