// What a trial of the reference backend starts anew.
internal import RepriseModel

/// Everything that a trial starts anew.
struct ReferenceState {
  var potential, excitatoryCurrent, inhibitoryCurrent, staticCurrent, plasticCurrent: [Double]
  var excitatoryInput, inhibitoryInput, plasticInput: [Double]
  var filteredSpikes, stimulus, feedforwardFilteredSpikes: [Double]
  /// Of GLIF neurons: theta_s, theta_v, and I_j of shape [current][neuron].
  var spikeThreshold, voltageThreshold: [Double]
  var afterSpikeCurrents: [[Double]]
  /// Of cells that a text describes: states but v, shape [state][neuron].
  var cells: [[Double]]
  var lastSpike, feedforwardLastSpike: [Int]
  var spiking: [Int] = []

  /// Before the first step no neuron is refractory.
  static let never = -1_000_000_000

  init(_ network: Network) {
    let (neuronCount, feedforwardCount) = (network.neuronCount, network.feedforwardCount)
    let zeros = [Double](repeating: 0, count: neuronCount)
    (potential, excitatoryCurrent, inhibitoryCurrent, staticCurrent, plasticCurrent) = (
      zeros, zeros, zeros, zeros, zeros
    )
    (excitatoryInput, inhibitoryInput, plasticInput) = (zeros, zeros, zeros)
    (filteredSpikes, stimulus) = (zeros, zeros)
    (spikeThreshold, voltageThreshold) = (zeros, zeros)
    afterSpikeCurrents = Array(repeating: zeros, count: network.parameters.afterSpikeCurrentCount)
    cells = Array(repeating: zeros, count: max(0, (network.parameters.cell.model?.states.count ?? 0) - 1))
    feedforwardFilteredSpikes = Array(repeating: 0, count: feedforwardCount)
    lastSpike = Array(repeating: Self.never, count: neuronCount)
    feedforwardLastSpike = Array(repeating: Self.never, count: feedforwardCount)
  }
}
