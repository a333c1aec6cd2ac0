// Sizes of files before they are written.
internal import RepriseModel

/// Sizes of files, from what they hold.
enum StoredSizes {
  private static let overhead = 20_000

  static func network(_ p: Parameters, taskCount: Int) -> Int {
    let feedforward = p.feedforwardCount * (p.clock.lastStep - p.clock.stimulusOffStep)
    let given = 8 * (p.staticSynapses.given.valueCount ?? 0) + 4 * (p.stimulus.given.valueCount ?? 0)
    let plastic = (p.recurrentInputCount + (p.trainsSubset ? 1 : 0)) * p.trainedCount
    let targets = (taskCount * p.clock.rowCount + 2) * p.trainedCount
    return overhead + given + 4 * (plastic + targets + feedforward) + 16 * p.neuronCount
  }

  static func checkpoint(_ p: Parameters) -> Int {
    let n = p.plasticInputCount
    let isDouble = p.learning.precision == .float64
    let weights = (isDouble ? 8 : 4) * p.trainedCount * n
    if p.learning.memory == .history {
      return overhead + weights + (isDouble ? 8 : 4) * p.historyFrames * (p.neuronCount + p.feedforwardCount)
    }
    let triangle = n * (n + 1) / 2
    let perSet: Int
    switch p.learning.precision {
    case .float16: perSet = 2 * triangle + 4 * n
    case .float32: perSet = 4 * triangle
    case .float64: perSet = 8 * triangle
    }
    return overhead + weights + 4 * p.trainedCount + p.presynapticSetCount * perSet
  }
}
