// History mode: P z from the last updates, against dense algebra in double precision.
import CReprise
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

/// The last updates of one presynaptic set, in the layout of the kernels and in plain double precision.
private final class HistoryCase {
  let n: Int
  let frames: Int
  let columns: InputColumns
  let index: AlignedBuffer<UInt32>
  let group: AlignedBuffer<Int8>
  let ring, z, scratch: AlignedBuffer<Float>
  private let learning: LearningParameters
  private let start: StartCorrelation
  private let paddedFrames: Int
  private let pool = 400

  /// - Parameters:
  ///   - filled: Updates that have been; the others are absent.
  ///   - feedforward: Number of feed-forward inputs.
  init(
    _ n: Int, frames: Int, filled: Int? = nil, feedforward: Int? = nil,
    _ change: (inout LearningParameters) -> Void = { _ in }
  ) {
    self.n = n
    self.frames = frames
    var learning = LearningParameters()
    learning.lambdaFeedforward = 1.5
    change(&learning)
    self.learning = learning
    let feedforward = feedforward ?? (n > 10 ? n / 6 : 0)
    // Negative, zero and positive in turn, few of them zero.
    let signs = (0..<n).map { $0 % 9 == 4 ? 0.0 : $0 % 2 == 0 ? 1 : -1 }
    start = StartCorrelation(learning, feedforwardCount: feedforward, startWeights: signs)
    columns = InputColumns(inputCount: n)
    paddedFrames = (frames + 15) / 16 * 16
    index = AlignedBuffer(count: columns.padded)
    group = AlignedBuffer(count: columns.padded)
    z = AlignedBuffer(count: columns.padded)
    ring = AlignedBuffer(count: (pool + 1) * paddedFrames)
    scratch = AlignedBuffer(count: rp_history_scratch_count(columns.padded, paddedFrames))
    index.fill(UInt32(pool))
    group.fill(-1)
    var random = TestRandom(UInt64(n))
    for input in 0..<n {
      let source = Int.random(in: 0..<pool, using: &random)
      index[columns.column(input)] = UInt32(source)
      group[columns.column(input)] = Int8(start.group(input))
    }
    for source in 0..<pool where source % 7 != 0 { draw(source, filled: filled ?? frames, &random) }
  }

  /// Filtered spikes of a neuron of up to 50 Hz, decaying from update to update; the last one is z.
  private func draw(_ source: Int, filled: Int, _ random: inout TestRandom) {
    let rate = 0.05 * random.float(0...1) * random.float(0...1)
    var r = rate
    for frame in 0...filled {
      r = r * 0.93 + 0.14 * rate * random.float(0...1)
      if frame < filled { ring[source * paddedFrames + frame] = r }
    }
    for column in 0..<columns.padded where index[column] == UInt32(source) { z[column] = r }
  }

  var arguments: rp_history_arguments {
    let coupling = start.coupling.map(Float.init)
    return rp_history_arguments(
      padded: columns.padded, frames: frames, padded_frames: paddedFrames, ring: ring.pointer,
      inverse_penalty: Float(1 / learning.lambda), inverse_feedforward_penalty: Float(1 / learning.lambdaFeedforward),
      coupling: (coupling[0], coupling[1], coupling[2]))
  }

  /// y by padded inputs, with nothing in the scratch memory that a kernel could use.
  func solve(_ variant: KernelVariant) -> [Float] {
    let y = AlignedBuffer<Float>(count: columns.padded)
    y.fill(.nan)
    scratch.fill(.nan)
    var arguments = arguments
    variant.table.history_gain(&arguments, index.pointer, group.pointer, z.pointer, y.pointer, scratch.pointer)
    return (0..<columns.padded).map { y[$0] }
  }

  /// y by inputs.
  func gain(_ variant: KernelVariant) -> [Double] {
    let y = solve(variant)
    return (0..<n).map { Double(y[columns.column($0)]) }
  }

  /// y = P z by a dense solve.
  func wanted() -> [Double] {
    let rows = (0..<n).map { input in
      let first = Int(index[columns.column(input)]) * paddedFrames
      return (0..<frames).map { Double(ring[first + $0]) }
    }
    var inverse = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        var sum = start.penalty(i, j)
        for frame in 0..<frames { sum += rows[i][frame] * rows[j][frame] }
        inverse[i * n + j] = sum
      }
    }
    return Cholesky(inverse, order: n).solve((0..<n).map { Double(z[columns.column($0)]) })
  }
}

@Suite struct HistoryKernelTests {
  static let sizes = [1, 2, 15, 16, 17, 58, 90, 128, 232, 300]
  static let lengths = [1, 7, 10, 16, 17, 50, 100, 150]

  /// All variants at once, so that the dense solutions are computed once.
  @Test(arguments: sizes, [0.8, 0.04]) func gainsEqualDenseSolutions(_ n: Int, lambda: Double) {
    var worst = [Double](repeating: 0, count: KernelVariant.all.count)
    for frames in Self.lengths where isOptimized || n < 200 {
      let history = HistoryCase(n, frames: frames) { $0.lambda = lambda }
      let wanted = history.wanted()
      for (v, variant) in KernelVariant.all.enumerated() {
        worst[v] = max(worst[v], relativeDistance(history.gain(variant), from: wanted))
      }
    }
    print("largest relative distances, n = \(n), lambda \(lambda): \(worst)")
    for distance in worst { #expect(distance < 1e-5) }
  }

  @Test(arguments: KernelVariant.all) func otherPenalties(_ variant: KernelVariant) {
    let cases = [
      HistoryCase(40, frames: 20) { $0.mu = 0 }, HistoryCase(40, frames: 20) { $0.mu = 3 },
      HistoryCase(40, frames: 20, feedforward: 40), HistoryCase(40, frames: 20, feedforward: 0),
      HistoryCase(40, frames: 20) { $0.lambdaFeedforward = 30 },
    ]
    for history in cases { #expect(relativeDistance(history.gain(variant), from: history.wanted()) < 1e-5) }
  }

  @Test(arguments: KernelVariant.all) func silenceGivesNothing(_ variant: KernelVariant) {
    let history = HistoryCase(37, frames: 12)
    history.z.fill(0)
    #expect(history.solve(variant).allSatisfy { $0 == 0 })
    history.ring.fill(0)
    #expect(history.solve(variant).allSatisfy { $0 == 0 })
  }

  /// Before the first update P is P_0, and absent updates change nothing.
  @Test(arguments: KernelVariant.all) func absentUpdates(_ variant: KernelVariant) {
    for filled in [0, 1, 5] {
      let history = HistoryCase(37, frames: 20, filled: filled)
      #expect(relativeDistance(history.gain(variant), from: history.wanted()) < 1e-5)
      let short = HistoryCase(37, frames: max(filled, 1), filled: filled)
      #expect(relativeDistance(history.wanted(), from: short.wanted()) < 1e-12)
    }
  }

  @Test(arguments: KernelVariant.all) func paddingStaysZero(_ variant: KernelVariant) {
    for n in [1, 5, 17, 33] {
      let history = HistoryCase(n, frames: 10)
      let used = Set((0..<n).map(history.columns.column))
      for (column, y) in history.solve(variant).enumerated() where !used.contains(column) { #expect(y == 0) }
    }
  }

  /// Nothing but the arguments counts: the same bits again, and 2^k times the regressors give 2^k times the gain.
  @Test(arguments: KernelVariant.all) func theSameBits(_ variant: KernelVariant) {
    let history = HistoryCase(58, frames: 50)
    let once = history.solve(variant)
    #expect(history.solve(variant) == once)
    for factor in [0x1p-60, 0x1p60] as [Float] {
      for column in 0..<history.columns.padded { history.z[column] *= factor }
      #expect(history.solve(variant) == once.map { $0 * factor })
      for column in 0..<history.columns.padded { history.z[column] /= factor }
    }
  }

  /// Numbers far beyond filtered spikes end the iteration; they make no NaN and take no longer than the limit.
  @Test(arguments: KernelVariant.all) func extremeNumbers(_ variant: KernelVariant) {
    for size in [1e-38, 1e-20, 1e3, 1e10, 1e18, 1e19, 1e30] as [Float] {
      for regressor in [1e-38, 1e-20, 1, 1e20, 1e36] as [Float] {
        let history = HistoryCase(58, frames: 50)
        for position in 0..<history.ring.count { history.ring[position] *= size }
        for column in 0..<history.columns.padded { history.z[column] *= regressor }
        let isFinite = history.solve(variant).allSatisfy(\.isFinite)
        #expect(isFinite, "ring times \(size), z times \(regressor)")
      }
    }
  }
}

@Suite struct ReferenceHistoryTests {
  /// As long as no update is forgotten, history mode and the recursion of P solve the same ridge regression.
  @Test(arguments: LearningParameters.Gain.allCases) func longHistoryEqualsRecursion(
    _ gain: LearningParameters.Gain
  ) throws {
    var parameters = NetworkVariant.named("feed-forward neurons").parameters
    parameters.learning.gain = gain
    let recursion = ReferenceBackend(network: try makeNetwork(parameters))
    parameters.learning.memory = .history
    let updates = 2 * parameters.clock.rowCount
    parameters.learning.history = parameters.learning.interval * Double(updates)
    let history = ReferenceBackend(network: try makeNetwork(parameters))
    let all = 0..<parameters.neuronCount
    let start = history.readLearning(neurons: all, includingCorrelation: false).weights
    // Two trials: the second remembers the first.
    for loop in 1...2 {
      var request = trainingRequest(loop: loop)
      let spikes = Trial.run(request, on: recursion, learns: true).spikes
      request.imposedSpikes = spikes.byStep(lastStep: parameters.clock.lastStep)
      _ = Trial.run(request, on: history, learns: true)
      let found = history.readLearning(neurons: all, includingCorrelation: true)
      let wanted = recursion.readLearning(neurons: all, includingCorrelation: false).weights
      #expect(relativeDistance(found.weights, from: wanted) < 1e-9)
      #expect(relativeDistance(wanted, from: start) > 1e-3, "weights have moved")
      #expect(found.inverseCorrelation == nil)
    }
  }

  /// Updates further back than h are forgotten: the weights change by P z of the last h alone.
  @Test(arguments: [1, 5, 7]) func shortHistoryForgets(_ frames: Int) throws {
    var parameters = NetworkVariant.named("feed-forward neurons").parameters
    parameters.learning.memory = .history
    parameters.learning.history = parameters.learning.interval * Double(frames)
    let network = try makeNetwork(parameters)
    var learning = ReferenceLearning(network)
    let neuron = 20
    var wanted = learning.weights[neuron]
    let n = wanted.count
    let start = StartCorrelation(
      parameters.learning, feedforwardCount: network.feedforwardCount, startWeights: wanted)
    let penalty = Cholesky((0..<(n * n)).map { start[$0 / n, $0 % n] }, order: n).inverse()
    var random = TestRandom(3)
    var all: [[Double]] = []
    for update in 0..<12 {
      let filtered = (0..<network.neuronCount).map { _ in random.uniform(0...1) }
      let feedforward = (0..<network.feedforwardCount).map { _ in random.uniform(0...1) }
      let offsets = (0..<network.neuronCount).map { _ in random.uniform(-1...1) }
      learning.update(network, filteredSpikes: filtered, feedforward: feedforward) { (offsets[$0], 0.25) }

      let connections = network.plasticConnections
      let inputs = (0..<connections.inputsPerNeuron).map { connections.presynapticNeuron(of: neuron, input: $0) }
      let z = feedforward + inputs.map { filtered[$0] }
      var inverse = penalty
      for old in all.suffix(frames) {
        for i in 0..<n { for j in 0..<n { inverse[i * n + j] += old[i] * old[j] } }
      }
      let k = Cholesky(inverse, order: n).solve(z)
      let error = zip(wanted, z).reduce(offsets[neuron] - 0.25) { $0 + $1.0 * $1.1 }
      let quadratic = zip(z, k).reduce(0) { $0 + $1.0 * $1.1 }
      wanted = zip(wanted, k).map { $0 - error / (1 + quadratic) * $1 }
      all.append(z)
      #expect(relativeDistance(learning.weights[neuron], from: wanted) < 1e-9, "update \(update)")
    }
  }

  /// Frozen weights stay, and what they would have learned from is remembered.
  @Test func frozenUpdatesAreRemembered() throws {
    var parameters = smallParameters()
    parameters.learning.memory = .history
    let free = try makeNetwork(parameters)
    parameters.learning.isFrozen = true
    let frozen = try makeNetwork(parameters)
    var random = TestRandom(4)
    let filtered = (0..<2).map { _ in (0..<free.neuronCount).map { _ in random.uniform(0...1) } }
    func update(_ learning: inout ReferenceLearning, _ network: Network, _ filteredSpikes: [Double]) {
      learning.update(network, filteredSpikes: filteredSpikes, feedforward: []) { _ in (0.5, 0) }
    }
    var (remembering, fresh) = (ReferenceLearning(frozen), ReferenceLearning(free))
    let start = remembering.weights
    update(&remembering, frozen, filtered[0])
    #expect(remembering.weights == start)
    update(&remembering, free, filtered[1])
    update(&fresh, free, filtered[1])
    #expect(remembering.weights != start)
    #expect(remembering.weights != fresh.weights)
  }
}
