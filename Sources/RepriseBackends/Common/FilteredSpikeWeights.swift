// How much a spike counts in the filtered spike train at the next update.
internal import RepriseCore
internal import RepriseModel
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Powers of a = 1 - dt / tau_P. The filtered spike train r decays by a per step and gains 1 / tau_P in the step after
/// a spike (E7), so a spike k + 2 steps before an update counts a^k / tau_P in it.
struct FilteredSpikeWeights: Sendable {
  /// a^k / tau_P for k = 0 ..< interval, where all neurons share tau_P.
  private let shared: [Float]
  /// Decay over one learning interval.
  private let sharedDecay: Float
  /// Per slot; empty where tau_P is shared.
  private let logDecays: [Double]
  private let inverseTimeConstants: [Double]
  let interval: Int

  init(_ parameters: Parameters, layout: NeuronLayout) {
    let clock = parameters.clock
    interval = clock.learningIntervalSteps
    let tau = parameters.feedforwardTimeConstant
    let a = 1 - clock.timeStep / tau
    shared = (0..<interval).map { Float(pow(a, Double($0)) / tau) }
    sharedDecay = Float(pow(a, Double(interval)))
    guard case .each(let values) = parameters.plastic.timeConstant else {
      (logDecays, inverseTimeConstants) = ([], [])
      return
    }
    let bySlot = (0..<layout.slotCount).map { layout.neuron(atSlot: $0).map { values[$0] } ?? tau }
    logDecays = bySlot.map { log1p(-clock.timeStep / $0) }
    inverseTimeConstants = bySlot.map { 1 / $0 }
  }

  /// What a spike counts `age` + 2 steps later.
  func weight(slot: Int, age: Int) -> Float {
    guard !logDecays.isEmpty else { return shared[age] }
    return Float(exp(logDecays[slot] * Double(age)) * inverseTimeConstants[slot])
  }

  func feedforwardWeight(age: Int) -> Float { shared[age] }
  var feedforwardDecay: Float { sharedDecay }

  /// Decay of a slot over one learning interval.
  func decay(slot: Int) -> Float {
    logDecays.isEmpty ? sharedDecay : Float(exp(logDecays[slot] * Double(interval)))
  }

  var isShared: Bool { logDecays.isEmpty }
}
