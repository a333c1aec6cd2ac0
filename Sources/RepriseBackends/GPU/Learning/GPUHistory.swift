// The filtered spikes of the last updates on a device, which stand for P in history mode.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// Local memory of a work group, as `rp_gpu_make_set` divides it.
struct GPUHistoryMemory {
  let bytes: Int
  /// There is room for Z, so that it is read from the ring once.
  let keepsRegressors: Bool

  /// - Parameter available: Bytes.
  /// - Returns: nil if that is too little.
  init?(inputs n: Int, frames: Int, items: Int, available: Int) {
    let (fixed, regressors) = (Self.fixed(frames, items), n * (frames | 1))
    guard 4 * (fixed + 5 * n) <= available else { return nil }
    keepsRegressors = 4 * (fixed + 5 * n + regressors) <= available
    bytes = 4 * (fixed + 5 * n + (keepsRegressors ? regressors : 0))
  }

  /// Elements that do not depend on the number of inputs.
  private static func fixed(_ frames: Int, _ items: Int) -> Int {
    let parts = Int(RP_GPU_SUM_PARTS)
    return frames + max(items, frames) + 4 * (items + parts) + 4 * parts
  }

  /// Inputs for which there is room.
  static func mostInputs(frames: Int, items: Int, available: Int) -> Int {
    max(0, available / 4 - fixed(frames, items)) / 5
  }
}

/// A ring of frames by source, as CPUHistory has it. It is kept across trials, as P would be.
final class GPUHistory: GPUCorrelation {
  private let device: GPUDevice
  /// One `rp_gpu_network`, and one `rp_gpu_history`.
  private let constants, options: any DeviceBuffer
  private let kernels: GPUHistoryKernels
  private let groups: GPUGroups
  private let layout: NeuronLayout
  private let n, frameCount, feedforwardCount: Int
  /// Frames of a source in the ring: a GPU reads 8 floats at once.
  private let stride: Int
  /// Shape [slots, then feed-forward neurons; stride].
  private let ring: any DeviceBuffer
  private let items, localBytes: Int
  /// Column of the next frame.
  private var next = 0

  private var runtime: any DeviceRuntime { device.runtime }
  /// Neurons, then feed-forward neurons.
  private var sourceCount: Int { layout.neuronCount + feedforwardCount }

  init(
    _ network: Network, _ kernels: GPUHistoryKernels, _ groups: GPUGroups, _ constants: any DeviceBuffer,
    _ device: GPUDevice
  ) throws(DeviceError) {
    (self.kernels, self.groups, self.constants, self.device) = (kernels, groups, constants, device)
    (n, layout, feedforwardCount) = (network.inputCount, network.layout, network.feedforwardCount)
    frameCount = network.parameters.historyFrames
    stride = Self.stride(frames: frameCount)
    items = GPUKernels.updateItems(n, most: .max, device.runtime)
    let available = min(device.runtime.localMemory, device.limits.localBytes)
    guard let local = GPUHistoryMemory(inputs: n, frames: frameCount, items: items, available: available) else {
      let most = GPUHistoryMemory.mostInputs(frames: frameCount, items: items, available: available)
      throw .unsupported(
        what: "The number of plastic inputs of a neuron", found: "\(n)",
        advice: "With the \(frameCount) updates of learning.history the local memory of "
          + "\(device.runtime.device.name) is enough for \(most); use --backend cpu.")
    }
    localBytes = local.bytes
    options = try device.runtime.buffer([
      Self.options(network, frames: frameCount, stride: stride, keeps: local.keepsRegressors)
    ])
    let bytes = 4 * stride * (network.layout.slotCount + network.feedforwardCount)
    guard bytes <= device.runtime.device.memoryBytes else {
      throw .tooLittleMemory(
        device: device.runtime.device.name, what: "learning.history", wanted: bytes,
        limit: device.runtime.device.memoryBytes)
    }
    ring = try device.runtime.allocate(byteCount: bytes)
  }

  static func stride(frames: Int) -> Int { (frames + 7) / 8 * 8 }

  private static func options(_ network: Network, frames: Int, stride: Int, keeps: Bool) -> rp_gpu_history {
    let learning = network.parameters.learning
    // Weights that start at zero have the same sign in both classes.
    let startsSilent = network.startsSilent
    return rp_gpu_history(
      frames: UInt32(frames), stride: UInt32(stride),
      border: startsSilent ? .max : UInt32(network.layout.inhibitoryStart), keeps: keeps ? 1 : 0,
      lambda: Float(learning.lambda), mu: Float(learning.mu), inverse_penalty: Float(1 / learning.lambda),
      inverse_feedforward_penalty: Float(1 / learning.lambdaFeedforward))
  }

  // MARK: The update

  /// The frames of all inputs, sources, filtered spikes, and k.
  var bytesPerUpdate: Int { groups.count * 4 * n * (frameCount + 3) }

  func update(_ update: GPUUpdate) throws(DeviceError) {
    try runtime.launch(
      kernels.gain, groups: groups.count, groupSize: items, localBytes: localBytes,
      [
        .buffer(constants), .buffer(options), .buffer(update.state.filtered), .buffer(groups.sources), .buffer(ring),
        .buffer(groups.gain), .buffer(groups.denominators),
      ])
    let (sources, each) = (layout.slotCount + feedforwardCount, GPUKernels.stepItems)
    try runtime.launch(
      kernels.remember, groups: (sources + each - 1) / each, groupSize: each, localBytes: nil,
      [
        .buffer(constants), .buffer(options), .uint32(UInt32(next)), .buffer(update.state.filtered), .buffer(ring),
      ])
    next = (next + 1) % frameCount
  }

  func finishTrial() {}

  func read(_ groups: Range<Int>) -> CorrelationMatrices { .none }

  func write(_ matrices: CorrelationMatrices, _ groups: Range<Int>) {}

  func `repeat`(_ groups: Range<Int>) {}

  // MARK: Frames

  /// Sources of a history whose rows follow one another in the ring, and the first of these.
  private var runs: [(sources: Range<Int>, row: Int)] {
    let (border, count) = (layout.excitatoryCount, layout.neuronCount)
    return [
      (0..<border, 0), (border..<count, layout.inhibitoryStart), (count..<sourceCount, layout.slotCount),
    ]
  }

  private func forEachPiece(_ body: (Range<Int>, _ row: Int) throws(DeviceError) -> Void) throws(DeviceError) {
    for run in runs {
      for piece in piecesToCopy(run.sources, bytesOfEach: 4 * stride) {
        try body(piece, run.row + piece.lowerBound - run.sources.lowerBound)
      }
    }
  }

  func readHistory() throws(DeviceError) -> SpikeHistory? {
    var values = [Double](repeating: 0, count: frameCount * sourceCount)
    try forEachPiece { (sources, row) throws(DeviceError) in
      let rows = try runtime.read(ring, from: row * stride, count: sources.count * stride, zero: Float(0))
      for age in 0..<frameCount {
        let column = (next + age) % frameCount
        for (index, source) in sources.enumerated() {
          values[age * sourceCount + source] = Double(rows[index * stride + column])
        }
      }
    }
    return SpikeHistory(frameCount: frameCount, sourceCount: sourceCount, values: values, position: next)
  }

  func writeHistory(_ history: SpikeHistory) throws(DeviceError) {
    precondition(
      history.frameCount == frameCount && history.sourceCount == sourceCount, "a history of this network")
    next = history.position % frameCount
    try forEachPiece { (sources, row) throws(DeviceError) in
      var rows = [Float](repeating: 0, count: sources.count * stride)
      for age in 0..<frameCount {
        let column = (next + age) % frameCount
        for (index, source) in sources.enumerated() {
          rows[index * stride + column] = Float(history.values[age * sourceCount + source])
        }
      }
      try runtime.write(rows, to: ring, from: row * stride)
    }
  }
}
