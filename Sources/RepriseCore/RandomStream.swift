// Counter-based random numbers: a draw is a function of (seed, purpose, trial, index, step) alone, so it is the same
// for any number of threads, any backend and any order of evaluation.
internal import CReprise

/// What random numbers are for. Streams of different purposes never share a number.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
  case staticConnections = 1
  case plasticConnections = 2
  case stimulus = 3
  case initialPotential = 4
  case trainingNoise = 5
  case testNoise = 6
  case untrainedNoise = 7
  case feedforwardRates = 8
  case feedforwardSpikes = 9
  case targetPhase = 10
  case targetBias = 11
  case taskOrder = 12
  case testPotential = 13
  case untrainedPotential = 14
  case testFeedforwardSpikes = 15
  case synthetic = 16
  case rounding = 17
  case trialParts = 18
  case trainedNeurons = 23
  case heldOutUnits = 24
  case unitMap = 25
  /// Of plug-ins; their names make the trial.
  case plugin = 32
}

/// A sequence of random numbers of its own for one (seed, purpose, trial, index).
public struct RandomStream: Sendable {
  private let key: rp_random_key
  private let index: UInt32
  private var block: UInt32 = 0
  private var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  private var used = 4

  /// - Parameters:
  ///   - index: Whose numbers: a neuron, a connection list.
  ///   - trial: When: a trial or a task.
  public init(seed: UInt64, purpose: RandomPurpose, index: Int, trial: Int = 0) {
    key = rp_random_key(seed: seed, purpose: purpose.rawValue, trial: UInt32(truncatingIfNeeded: trial))
    self.index = UInt32(truncatingIfNeeded: index)
  }

  /// The next 32 random bits.
  public mutating func next() -> UInt32 {
    if used == 4 {
      withUnsafeMutableBytes(of: &words) { bytes in
        rp_random_words(key, index, block, bytes.baseAddress!.assumingMemoryBound(to: UInt32.self))
      }
      block &+= 1
      used = 0
    }
    defer { used += 1 }
    switch used {
    case 0: return words.0
    case 1: return words.1
    case 2: return words.2
    default: return words.3
    }
  }

  /// A uniform integer in 0 ..< `bound`, without bias (Lemire 2019, ACM TOMACS 29:3).
  public mutating func uniform(below bound: UInt32) -> UInt32 {
    precondition(bound > 0, "uniform(below:) needs a positive bound")
    var product = UInt64(next()) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(next()) &* UInt64(bound) }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  /// A uniform number in 0 ..< 1 with 53 random bits.
  public mutating func uniform() -> Double {
    let high = UInt64(next()) << 32
    return Double((high | UInt64(next())) >> 11) * 0x1p-53
  }

  /// A standard normal sample.
  public mutating func normal() -> Double { Double(rp_normal(next())) }
}

/// Standard normal numbers for neurons in time steps, the same ones that kernels draw.
public struct SlotNoise: Sendable {
  private let key: rp_random_key

  public init(seed: UInt64, purpose: RandomPurpose, trial: Int) {
    key = rp_random_key(seed: seed, purpose: purpose.rawValue, trial: UInt32(truncatingIfNeeded: trial))
  }

  public func sample(slot: Int, step: Int) -> Float {
    rp_slot_normal(key, UInt32(truncatingIfNeeded: step), UInt32(slot))
  }
}

/// Uniform numbers in 0 ..< 1 by index and step.
public struct UniformDraws: Sendable {
  private let key: rp_random_key

  public init(seed: UInt64, purpose: RandomPurpose, trial: Int) {
    key = rp_random_key(seed: seed, purpose: purpose.rawValue, trial: UInt32(truncatingIfNeeded: trial))
  }

  public func sample(index: Int, step: Int) -> Double { Double(word(index: index, step: step)) * 0x1p-32 }

  /// The 32 random bits of a sample.
  public func word(index: Int, step: Int) -> UInt32 {
    var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { bytes in
      rp_random_words(
        key, UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: step),
        bytes.baseAddress!.assumingMemoryBound(to: UInt32.self))
    }
    return words.0
  }
}

/// Draws without repeats. One sampler serves many draws from the same range; a draw costs its own size only.
public struct DistinctSampler {
  private var permutation: [UInt32]

  /// - Parameter count: Numbers are drawn from 0 ..< `count`.
  public init(count: Int) { permutation = (0..<UInt32(count)).map { $0 } }

  /// `size` different numbers, each set equally likely, by the first steps of a Fisher-Yates shuffle that is then
  /// undone, so that a draw depends on the stream alone and not on earlier draws.
  public mutating func draw(_ size: Int, from stream: inout RandomStream, _ use: (UInt32) -> Void) {
    precondition(size <= permutation.count, "cannot draw \(size) different numbers from \(permutation.count)")
    var swaps: [Int] = []
    swaps.reserveCapacity(size)
    for i in 0..<size {
      let j = i + Int(stream.uniform(below: UInt32(permutation.count - i)))
      permutation.swapAt(i, j)
      swaps.append(j)
      use(permutation[i])
    }
    for i in stride(from: size - 1, through: 0, by: -1) { permutation.swapAt(i, swaps[i]) }
  }
}
