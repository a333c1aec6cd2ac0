// Recursive least squares in single precision on packed tiles, against a plain twin in double precision.
import CReprise
@testable import RepriseBackends
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

/// Some neurons with n inputs each, in the layout of the kernels and in plain double precision.
private final class LearningCase {
  let n: Int
  let neuronCount = 3
  let columns: InputColumns
  let weights, pending, correlation, filtered, staticCurrent, target: AlignedBuffer<Float>
  let index: AlignedBuffer<UInt32>
  var plainWeights: [[Double]] = []
  var plainCorrelation: [[Double]] = []
  private let pool = 500
  private var random: TestRandom

  init(_ n: Int, seed: UInt64 = 1) {
    self.n = n
    columns = InputColumns(inputCount: n)
    random = TestRandom(seed &+ UInt64(n))
    let rows = neuronCount
    weights = AlignedBuffer(count: rows * columns.padded)
    pending = AlignedBuffer(count: rows * columns.padded)
    correlation = AlignedBuffer(count: rows * columns.correlationSize)
    filtered = AlignedBuffer(count: pool + 1)
    staticCurrent = AlignedBuffer(count: rows)
    target = AlignedBuffer(count: rows)
    index = AlignedBuffer(count: rows * columns.padded)
    index.fill(UInt32(pool))
    for neuron in 0..<rows {
      let signs = (0..<n).map { $0 % 2 == 0 ? 1.0 : -1.0 }
      let start = StartCorrelation(LearningParameters(), feedforwardCount: 0, startWeights: signs)
      plainWeights.append((0..<n).map { _ in Double(random.float(-1...1)) })
      plainCorrelation.append((0..<(n * n)).map { Double(Float(start[$0 / n, $0 % n])) })
      for i in 0..<n {
        weights[neuron * columns.padded + columns.column(i)] = Float(plainWeights[neuron][i])
        index[neuron * columns.padded + columns.column(i)] = UInt32.random(in: 0..<UInt32(pool), using: &random)
        for j in 0..<n { self[neuron, i, j] = Float(start[i, j]) }
      }
    }
  }

  /// P of one neuron by inputs; tiles below the diagonal are not stored.
  subscript(_ neuron: Int, _ i: Int, _ j: Int) -> Float {
    get {
      let (row, column) = (columns.column(max(i, j)), columns.column(min(i, j)))
      return correlation[neuron * columns.correlationSize + columns.position(row: row, column: column)]
    }
    set {
      let (row, column) = (columns.column(i), columns.column(j))
      guard row / 16 >= column / 16 else { return }
      correlation[neuron * columns.correlationSize + columns.position(row: row, column: column)] = newValue
    }
  }

  func arguments(gain: LearningParameters.Gain = .posterior, frozen: Bool = false) -> rp_rls_arguments {
    rp_rls_arguments(
      begin: 0, end: neuronCount, inputs: n, ragged: columns.ragged, padded: columns.padded,
      correlation_size: columns.correlationSize, input_index: index.pointer, filtered_spikes: filtered.pointer,
      static_current: staticCurrent.pointer, target: target.pointer, weights: weights.pointer,
      pending: pending.pointer, correlation: correlation.pointer, prior_gain: gain == .prior ? 1 : 0,
      frozen: frozen ? 1 : 0)
  }

  /// New regressors, large enough to change P and the weights by much, and new currents and targets.
  func drawInputs() {
    for i in 0..<pool { filtered[i] = random.float(0...1) * random.float(0...1) }
    for neuron in 0..<neuronCount {
      staticCurrent[neuron] = random.float(-1...1)
      target[neuron] = random.float(-1...1)
    }
  }

  func update(_ kernels: rp_kernels, gain: LearningParameters.Gain = .posterior, frozen: Bool = false) {
    var arguments = arguments(gain: gain, frozen: frozen)
    kernels.rls_update(&arguments)
  }

  func flush(_ kernels: rp_kernels) {
    var arguments = arguments()
    kernels.rls_flush(&arguments)
  }

  func updatePlain(gain: LearningParameters.Gain) {
    for neuron in 0..<neuronCount {
      let z = (0..<n).map { Double(filtered[Int(index[neuron * columns.padded + columns.column($0)])]) }
      recursiveLeastSquares(
        weights: &plainWeights[neuron], correlation: &plainCorrelation[neuron], regressors: z,
        offset: Double(staticCurrent[neuron]) - Double(target[neuron]), gain: gain)
    }
  }

  /// Error of the weights relative to how far they have moved from `start`, both as kernels and twin hold them.
  func weightDistance(from start: LearningCase) -> Double {
    let found = (0..<neuronCount).flatMap { a in
      (0..<n).map { Double(weights[a * columns.padded + columns.column($0)]) - start.plainWeights[a][$0] }
    }
    return relativeDistance(found, from: zip(plainWeights, start.plainWeights).flatMap { zip($0, $1).map(-) })
  }

  func correlationDistance(from start: LearningCase) -> Double {
    let found = (0..<neuronCount).flatMap { a in
      (0..<(n * n)).map { Double(self[a, $0 / n, $0 % n]) - start.plainCorrelation[a][$0] }
    }
    return relativeDistance(found, from: zip(plainCorrelation, start.plainCorrelation).flatMap { zip($0, $1).map(-) })
  }

  /// Whether all bits agree; a plain value, so that a failure does not print them.
  func isSame(as other: LearningCase) -> Bool { bits == other.bits }

  var bits: [UInt32] {
    [weights, pending, correlation].flatMap { buffer in (0..<buffer.count).map { buffer[$0].bitPattern } }
  }
}

@Suite struct RLSKernelTests {
  /// Every ragged width twice over, and larger sizes with all of them.
  static let sizes = Array(1...34) + [47, 48, 49, 58, 63, 64, 65, 100, 127, 128, 129, 200, 255, 256, 257, 299, 300]

  @Test(arguments: KernelVariant.all, LearningParameters.Gain.allCases)
  func updatesFollowDoublePrecision(_ variant: KernelVariant, gain: LearningParameters.Gain) {
    var worst = (weights: 0.0, correlation: 0.0)
    for n in Self.sizes {
      let learning = LearningCase(n)
      for _ in 0..<12 {
        learning.drawInputs()
        learning.update(variant.table, gain: gain)
        learning.updatePlain(gain: gain)
      }
      learning.flush(variant.table)
      worst.weights = max(worst.weights, learning.weightDistance(from: LearningCase(n)))
      worst.correlation = max(worst.correlation, learning.correlationDistance(from: LearningCase(n)))
    }
    print("largest relative distances, \(variant), \(gain): \(worst)")
    // Single precision has 6e-8; twelve updates of up to 300 terms accumulate a few of it.
    #expect(worst.weights < 5e-6)
    #expect(worst.correlation < 2e-6)
  }

  @Test(arguments: KernelVariant.all) func flushingChangesNoLaterBit(_ variant: KernelVariant) {
    for n in Self.sizes {
      let (kept, flushed) = (LearningCase(n), LearningCase(n))
      for round in 0..<4 {
        kept.drawInputs()
        flushed.drawInputs()
        kept.update(variant.table)
        flushed.update(variant.table)
        #expect(kept.isSame(as: flushed), "n = \(n), round \(round)")
        flushed.flush(variant.table)
        #expect(!kept.isSame(as: flushed))
        // A second flush finds nothing to do.
        let once = flushed.bits
        flushed.flush(variant.table)
        let isUnchanged = flushed.bits == once
        #expect(isUnchanged)
        // The pending term of one is in P of the other; from the next update on they agree again.
      }
      kept.flush(variant.table)
      #expect(kept.isSame(as: flushed), "n = \(n)")
    }
  }

  @Test(arguments: KernelVariant.all) func frozenWeightsStayAndCorrelationsMove(_ variant: KernelVariant) {
    let (frozen, learning) = (LearningCase(37), LearningCase(37))
    let start = (0..<frozen.weights.count).map { frozen.weights[$0] }
    for _ in 0..<3 {
      frozen.drawInputs()
      learning.drawInputs()
      frozen.update(variant.table, frozen: true)
      learning.update(variant.table)
    }
    #expect((0..<frozen.weights.count).map { frozen.weights[$0] } == start)
    #expect((0..<frozen.correlation.count).allSatisfy { frozen.correlation[$0] == learning.correlation[$0] })
    #expect((0..<frozen.pending.count).allSatisfy { frozen.pending[$0] == learning.pending[$0] })
  }

  /// Neurons in one call, one by one or in any part: the same bits.
  @Test(arguments: KernelVariant.all) func neuronsAreIndependent(_ variant: KernelVariant) {
    let (together, apart) = (LearningCase(53), LearningCase(53))
    together.drawInputs()
    apart.drawInputs()
    together.update(variant.table)
    for neuron in [2, 0, 1] {
      var arguments = apart.arguments()
      (arguments.begin, arguments.end) = (neuron, neuron + 1)
      variant.table.rls_update(&arguments)
    }
    #expect(together.isSame(as: apart))
  }

  @Test(arguments: KernelVariant.all) func paddingStaysZero(_ variant: KernelVariant) {
    for n in [1, 5, 17, 33] {
      let learning = LearningCase(n)
      for _ in 0..<3 {
        learning.drawInputs()
        learning.update(variant.table)
      }
      let used = Set((0..<n).map(learning.columns.column))
      for neuron in 0..<learning.neuronCount {
        for column in 0..<learning.columns.padded where !used.contains(column) {
          #expect(learning.weights[neuron * learning.columns.padded + column] == 0)
        }
      }
    }
  }

  @Test func positionsOfTheTilesAreDistinct() {
    for n in Self.sizes {
      let columns = InputColumns(inputCount: n)
      var positions: Set<Int> = []
      for i in 0..<n {
        for j in 0...i { positions.insert(columns.position(row: columns.column(i), column: columns.column(j))) }
      }
      #expect(positions.count == n * (n + 1) / 2)
      #expect(positions.max()! < columns.correlationSize)
    }
  }
}
