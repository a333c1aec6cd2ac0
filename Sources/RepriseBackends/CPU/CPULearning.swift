// Weights and packed inverse correlation matrices of all neurons in single precision.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// What learning changes. Backends that run trials side by side share one.
final class CPULearning: @unchecked Sendable {
  let columns: InputColumns
  let layout: NeuronLayout
  /// Shape [slot, padded].
  let weights: AlignedBuffer<Float>
  /// Shape [slot, padded]: the rank-1 term of the last update, not yet in P.
  let pending: AlignedBuffer<Float>
  /// Shape [slot, correlationSize].
  let correlation: AlignedBuffer<Float>

  /// - Parameter includingCorrelation: False for trials that never learn; P is then not allocated.
  init(_ network: Network, columns: InputColumns, includingCorrelation: Bool, threads: Int) {
    self.columns = columns
    layout = network.layout
    let rows = network.layout.slotCount
    weights = AlignedBuffer(count: rows * columns.padded, stagger: 3)
    pending = AlignedBuffer(count: includingCorrelation ? rows * columns.padded : 0, stagger: 17)
    correlation = AlignedBuffer(count: includingCorrelation ? rows * columns.correlationSize : 0)
    setStart(network, includingCorrelation: includingCorrelation, threads: threads)
  }

  private func setStart(_ network: Network, includingCorrelation: Bool, threads: Int) {
    let n = network.inputCount
    parallelRanges(network.neuronCount, threads: threads) { neurons in
      var packed: [Float] = []
      var packedSigns: [FloatingPointSign?] = []
      for neuron in neurons {
        let start = (0..<n).map { network.startWeight(neuron: neuron, input: $0) }
        setWeights(start, neuron: neuron)
        guard includingCorrelation else { continue }
        // P_0 depends on the signs alone, which most neurons share.
        let signs = start.map { $0 == 0 ? nil : $0.sign }
        if packed.isEmpty || signs != packedSigns {
          let values = StartCorrelation(
            network.parameters.learning, feedforwardCount: network.feedforwardCount, startWeights: start)
          packed = pack { values[$0, $1] }
          packedSigns = signs
        }
        let row = correlation.pointer + layout.slot(neuron) * columns.correlationSize
        packed.withUnsafeBufferPointer { row.update(from: $0.baseAddress!, count: packed.count) }
      }
    }
  }

  /// Tiles of a symmetric matrix given by its elements; tiles on the diagonal hold both halves.
  private func pack(_ element: (Int, Int) -> Double) -> [Float] {
    var packed = [Float](repeating: 0, count: columns.correlationSize)
    for i in 0..<columns.inputCount {
      for j in 0...i {
        let (row, column) = (columns.column(i), columns.column(j))
        let value = Float(element(i, j))
        packed[columns.position(row: row, column: column)] = value
        if row / 16 == column / 16 { packed[columns.position(row: column, column: row)] = value }
      }
    }
    return packed
  }

  private func setWeights(_ values: some Collection<Double>, neuron: Int) {
    let row = layout.slot(neuron) * columns.padded
    for (input, value) in values.enumerated() { weights[row + columns.column(input)] = Float(value) }
  }

  /// Weights and, if asked for, lower triangles of P. No update may be pending.
  func read(neurons: Range<Int>, includingCorrelation: Bool) -> LearningState {
    let n = columns.inputCount
    var values: [Double] = []
    values.reserveCapacity(neurons.count * n)
    var triangles: [Double] = []
    if includingCorrelation { triangles.reserveCapacity(neurons.count * n * (n + 1) / 2) }
    let positions = includingCorrelation ? trianglePositions() : []
    for neuron in neurons {
      let row = layout.slot(neuron)
      for input in 0..<n { values.append(Double(weights[row * columns.padded + columns.column(input)])) }
      let matrix = correlation.pointer + (includingCorrelation ? row * columns.correlationSize : 0)
      for position in positions { triangles.append(Double(matrix[position])) }
    }
    return LearningState(weights: values, inverseCorrelation: includingCorrelation ? triangles : nil)
  }

  func write(_ state: LearningState, neurons: Range<Int>) {
    let n = columns.inputCount
    let size = n * (n + 1) / 2
    for (index, neuron) in neurons.enumerated() {
      setWeights(state.weights[(index * n)..<((index + 1) * n)], neuron: neuron)
      guard let triangles = state.inverseCorrelation, correlation.count > 0 else { continue }
      let slot = layout.slot(neuron)
      let packed = pack { triangles[index * size + $0 * ($0 + 1) / 2 + $1] }
      packed.withUnsafeBufferPointer {
        (correlation.pointer + slot * columns.correlationSize).update(from: $0.baseAddress!, count: packed.count)
      }
      (pending.pointer + slot * columns.padded).update(repeating: 0, count: columns.padded)
    }
  }

  /// Position in the tiles of each element of a lower triangle by rows.
  private func trianglePositions() -> [Int] {
    (0..<columns.inputCount).flatMap { i in
      (0...i).map { columns.position(row: columns.column(i), column: columns.column($0)) }
    }
  }
}
