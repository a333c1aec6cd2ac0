// What measuring needs beside running: bytes that an update moves, samples alone, and memory bandwidth.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

extension CPUBackend {
  /// Bytes that one update of one neuron that learns reads and writes, as they are stored, on average over neurons: P and the
  /// pending update of its group and its weights twice, the indices of the group's inputs once.
  public var bytesPerLearningUpdate: Int {
    let columns = learning.columns
    let perGroup = (learning.matrices?.bytesPerUpdate ?? 0) + 4 * columns.inputCount
    return groups.count * perGroup / max(network.learners.count, 1) + 2 * 4 * columns.padded
  }
}

extension CPUKernels {
  /// Draws `count` standard normal samples, rounded up to a whole group of slots, `times` times on this thread.
  ///
  /// - Returns: Samples drawn, and the seconds that took.
  public func timeNormalSamples(_ count: Int, times: Int) -> (samples: Int, seconds: Double) {
    let slots = (max(count, 1) + NeuronLayout.groupSize - 1) / NeuronLayout.groupSize * NeuronLayout.groupSize
    let samples = AlignedBuffer<Float>(count: slots)
    let key = rp_random_key(seed: 1, purpose: RandomPurpose.synthetic.rawValue, trial: 0)
    let started = ContinuousClock.now
    for step in 0..<times { table.pointee.normal_fill(key, UInt32(step), 0, slots, samples.pointer) }
    return (slots * times, started.secondsToNow)
  }
}

/// Measures memory bandwidth with an array of its own, divided among threads.
public final class BandwidthProbe {
  public enum Access: Sendable, CaseIterable {
    case read, copy, readModifyWrite
  }

  /// Bytes of the array.
  public let byteCount: Int
  private let data: AlignedBuffer<Float>
  private let pools: [Int: WorkerPool]
  /// Numbers of a slice are a multiple of this.
  private static let grain = 64

  /// - Parameters:
  ///   - byteCount: Size of the array; it should be several times that of the last-level cache.
  ///   - threads: Numbers of threads that will be asked for.
  public init(byteCount: Int, threads: [Int]) {
    let unit = 2 * Self.grain * MemoryLayout<Float>.stride
    self.byteCount = max(unit, byteCount / unit * unit)
    data = AlignedBuffer(count: self.byteCount / MemoryLayout<Float>.stride)
    data.fill(1)
    pools = Dictionary(uniqueKeysWithValues: Set(threads).map { ($0, WorkerPool(threadCount: $0)) })
  }

  /// GB/s of one pass over the array, counting bytes read plus bytes written.
  public func run(_ access: Access, threads: Int) -> Double {
    guard let pool = pools[threads] else { preconditionFailure("the probe has no pool of \(threads) threads") }
    let numbers = SharedPointer(data.pointer)
    // A copy goes from one half of the array to the other.
    let half = data.count / 2
    let count = access == .copy ? half : data.count
    let started = ContinuousClock.now
    pool.run(
      Pass { thread in
        let units = count / Self.grain
        let first = units * thread / threads * Self.grain
        let size = units * (thread + 1) / threads * Self.grain - first
        let slice = numbers.pointer + first
        switch access {
        case .read: _ = rp_bandwidth_read(slice, size)
        case .copy: rp_bandwidth_copy(slice, slice + half, size)
        case .readModifyWrite: rp_bandwidth_update(slice, size)
        }
      })
    let moved = access == .read ? 4 * count : 8 * count
    return Double(moved) / started.secondsToNow / 1e9
  }
}

private final class Pass: ThreadJob {
  private let body: (Int) -> Void
  init(_ body: @escaping (Int) -> Void) { self.body = body }
  func execute(_ thread: Int) { body(thread) }
}

extension ContinuousClock.Instant {
  /// Seconds from this instant to now.
  public var secondsToNow: Double {
    let elapsed = duration(to: .now).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
