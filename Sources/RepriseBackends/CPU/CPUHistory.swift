// The filtered spikes of the last updates, which stand for P in history mode.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// A ring of frames by source, so that what one input needs lies together. It is kept across trials, as P would be.
final class CPUHistory: @unchecked Sendable {
  private let parameters: Parameters
  private let startsSilent: Bool
  private let sourceCount: Int
  private let frameCount, paddedFrames: Int
  /// Shape [neurons, feed-forward neurons and a row of zeros, padded frames].
  private let ring: AlignedBuffer<Float>
  /// By thread.
  private let scratch: [AlignedBuffer<Float>]
  /// Column of the next frame.
  private var next = 0

  init(_ network: Network, _ columns: InputColumns, threadCount: Int) {
    parameters = network.parameters
    startsSilent = network.startsSilent
    sourceCount = network.neuronCount + network.feedforwardCount
    let frames = parameters.historyFrames
    frameCount = frames
    paddedFrames = (frames + 15) / 16 * 16
    ring = AlignedBuffer(count: (sourceCount + 1) * paddedFrames)
    let padded = paddedFrames
    scratch = (0..<threadCount).map { _ in AlignedBuffer(count: rp_history_scratch_count(columns.padded, padded)) }
  }

  /// Updates the weights of groups `arguments.begin ..< arguments.end`.
  func update(_ arguments: rp_rls_arguments, thread: Int, kernels: UnsafePointer<rp_kernels>) {
    let learning = parameters.learning
    var update = rp_history_update_arguments()
    update.rls = arguments
    update.history.padded = arguments.padded
    update.history.frames = frameCount
    update.history.padded_frames = paddedFrames
    update.history.ring = UnsafePointer(ring.pointer)
    update.history.inverse_penalty = Float(1 / learning.lambda)
    update.history.inverse_feedforward_penalty = Float(1 / learning.lambdaFeedforward)
    update.lambda = Float(learning.lambda)
    update.mu = Float(learning.mu)
    update.excitatory_group = startsSilent ? 2 : 3
    update.inhibitory_group = startsSilent ? 2 : 1
    update.scratch = scratch[thread].pointer
    kernels.pointee.history_update(&update)
  }

  /// Puts the filtered spikes of some sources into the next frame, which replaces the oldest one.
  func remember(_ filteredSpikes: UnsafePointer<Float>, _ sources: Range<Int>) {
    for source in sources { ring.pointer[source * paddedFrames + next] = filteredSpikes[source] }
  }

  /// Call when all sources have been remembered.
  func advance() { next = (next + 1) % frameCount }

  var frames: SpikeHistory {
    get {
      var values: [Double] = []
      values.reserveCapacity(frameCount * sourceCount)
      for age in 0..<frameCount {
        let column = (next + age) % frameCount
        for source in 0..<sourceCount { values.append(Double(ring.pointer[source * paddedFrames + column])) }
      }
      return SpikeHistory(frameCount: frameCount, sourceCount: sourceCount, values: values, position: next)
    }
    set {
      precondition(
        newValue.frameCount == frameCount && newValue.sourceCount == sourceCount, "a history of this network")
      next = newValue.position % frameCount
      for frame in 0..<frameCount {
        let column = (next + frame) % frameCount
        for source in 0..<sourceCount {
          ring.pointer[source * paddedFrames + column] = Float(newValue.values[frame * sourceCount + source])
        }
      }
    }
  }
}
