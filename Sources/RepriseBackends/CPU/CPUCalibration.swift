// How long a loop will take, from a second of measuring on arrays of the network's own size or part of it.
internal import CReprise
internal import RepriseCore
public import RepriseModel

/// Seconds of the parts of a loop, with all threads at work.
public struct CPUCalibration: Sendable {
  /// One update of one presynaptic set with all of its neurons.
  public let perUpdate: Double
  /// One step of one neuron, and what each step costs besides.
  public let perNeuronStep, perStep: Double
  /// One spike that reaches one static, or one plastic target.
  public let perStaticEvent, perPlasticEvent: Double

  /// Time of one loop of `parameters`.
  ///
  /// - Parameter rate: Mean rate of the neurons, Hz.
  public func secondsPerLoop(_ parameters: Parameters, rate: Double) -> Double {
    let clock = parameters.clock
    let spikes = rate * parameters.trialDuration / 1000 * Double(parameters.neuronCount)
    let updates = Double(clock.rowCount * parameters.presynapticSetCount)
    let steps = Double(clock.lastStep) * (perStep + perNeuronStep * Double(parameters.neuronCount))
    let events =
      Double(parameters.staticOutDegree) * perStaticEvent
      + Double(parameters.recurrentInputCount * parameters.trainedCount) / Double(parameters.neuronCount)
      * perPlasticEvent
    return updates * perUpdate + steps + spikes * events
  }

  /// Measures. Takes about a second and up to 0.7 GB for a while.
  ///
  /// - Throws: ``BackendError`` if kernels are missing or the network is too large.
  public init(_ parameters: Parameters, threads: Int) throws(BackendError) {
    let kernels = try CPUKernels()
    perUpdate = try Self.measureUpdate(parameters, threads, kernels)
    (perNeuronStep, perStep) = try Self.measureSteps(parameters, threads, kernels)
    let delivery = DeliveryProbe(parameters, threads: threads, kernels)
    perStaticEvent = delivery.perStaticEvent()
    perPlasticEvent = delivery.perPlasticEvent()
  }

  /// Updates of a part of the network whose P exceeds the caches, if that of the network does.
  private static func measureUpdate(
    _ parameters: Parameters, _ threads: Int, _ kernels: CPUKernels
  ) throws(BackendError) -> Double {
    guard parameters.plasticInputCount > 0 else { return 0 }
    let bytes = CPUMemory(parameters, taskCount: 1, threads: threads).learningBytes / parameters.presynapticSetCount
    let sets = max(1, min(parameters.presynapticSetCount, (192 << 20) / max(bytes, 1)))
    var part = parameters
    // As many candidates as the inputs need.
    let perClass = parameters.plasticInputsPerClass
    let least = 2 * (max(perClass.excitatory, perClass.inhibitory) + parameters.plastic.pool)
    part.network.neuronCount = min(parameters.neuronCount, max(least, sets * parameters.plastic.pool))
    part.network.excitatoryCount = nil
    part.plastic.candidateFraction = 1
    (part.plastic.trained, part.plastic.senders) = (.all, .all)
    part.plastic.timeConstant = .shared(parameters.plastic.timeConstant.value(0))
    let rows = part.clock.rowCount
    guard part.validate().isEmpty, rows > 0 else { return 0 }
    let count = part.neuronCount
    let network = Network(
      parameters: part, staticConnections: .none(neuronCount: count),
      plasticConnections: .erdosRenyi(part, untrainedRates: [], threads: threads), feedforwardRates: .none,
      targets: Targets(taskCount: 1, rowCount: 1, neuronCount: count, values: Array(repeating: 0, count: count)))
    let backend = try CPUBackend(network: network, threads: threads, kernels: kernels)
    backend.state.filteredSpikes.fill(0.005)
    return fastest(of: 4) { backend.runLearning(row: 1) } / Double(backend.groups.count)
  }

  /// Steps of a silent network of full size without synapses to deliver to.
  private static func measureSteps(
    _ parameters: Parameters, _ threads: Int, _ kernels: CPUKernels
  ) throws(BackendError) -> (perNeuron: Double, perStep: Double) {
    func seconds(_ count: Int) throws(BackendError) -> Double {
      var part = parameters
      part.network.neuronCount = count
      part.network.excitatoryCount = nil
      part.plastic.inputsPerClass = 0
      part.plastic.trained = .all
      part.feedforward.count = 0
      part.plastic.timeConstant = .shared(parameters.plastic.timeConstant.value(0))
      var starts = [Int](repeating: 1, count: count + 1)
      starts[0] = 0
      let connections: StaticConnections =
        parameters.staticOutDegree > 0
        ? StaticConnections(rowStarts: starts, targets: [1]) : .none(neuronCount: count)
      let network = Network(parameters: part, staticConnections: connections)
      let backend = try CPUBackend(network: network, threads: threads, kernels: kernels, learns: false)
      var request = TrialRequest(.training, index: 1)
      request.imposedSpikes = Array(repeating: [], count: part.clock.lastStep + 1)
      backend.beginTrial(request)
      let steps = min(20, part.clock.lastStep / 4)
      guard steps > 0 else { return 0 }
      var last = 0
      return fastest(of: 3) {
        last += steps
        backend.advance(through: last)
      } / Double(steps)
    }
    let small = min(64 * threads, parameters.neuronCount)
    let perStep = try seconds(max(2, small))
    let whole = try seconds(parameters.neuronCount)
    return (max(0, whole - perStep) / Double(parameters.neuronCount), perStep)
  }
}

/// Runs `body` some times; the shortest, because others are disturbed.
private func fastest(of repeats: Int, _ body: () -> Void) -> Double {
  (0..<repeats).map { _ in
    let started = ContinuousClock.now
    body()
    return started.secondsToNow
  }.min() ?? 0
}

/// Delivers made-up spikes to arrays of the size of a thread's share.
private struct DeliveryProbe {
  private let parameters: Parameters
  private let kernels: CPUKernels
  private let threads: Int
  private let pool: WorkerPool
  private let spikesPerRun = 2000

  init(_ parameters: Parameters, threads: Int, _ kernels: CPUKernels) {
    self.parameters = parameters
    self.kernels = kernels
    self.threads = max(1, min(threads, parameters.neuronCount / NeuronLayout.groupSize))
    pool = WorkerPool(threadCount: self.threads)
  }

  private var rows: Int { (parameters.neuronCount + threads - 1) / threads }

  func perStaticEvent() -> Double {
    let degree = parameters.staticOutDegree
    guard degree > 0 else { return 0 }
    let probes = (0..<threads).map {
      StaticProbe(parameters, rows: rows, degree: max(1, degree / threads), spikes: spikesPerRun, seed: $0)
    }
    let spikes = spikesPerRun
    let seconds = fastest(of: 3) { pool.run(Work { probes[$0].run(kernels) }) }
    // Where targets are drawn, each thread draws all targets of its own share of the spikes.
    let isDrawn = parameters.staticSynapses.storage == .procedural
    return seconds / Double(spikes * (isDrawn ? degree * threads : max(1, degree / threads) * threads))
  }

  func perPlasticEvent() -> Double {
    let degree = parameters.recurrentInputCount
    guard degree > 0 else { return 0 }
    let columns = InputColumns(inputCount: parameters.plasticInputCount)
    let probes = (0..<threads).map { PlasticProbe(rows: rows, columns, perSpike: max(1, degree / threads), seed: $0) }
    let seconds = fastest(of: 3) { pool.run(Work { probes[$0].run() }) }
    return seconds / Double(probes.map(\.eventCount).reduce(0, +))
  }
}

private final class Work: ThreadJob {
  private let body: (Int) -> Void
  init(_ body: @escaping (Int) -> Void) { self.body = body }
  func execute(_ thread: Int) { body(thread) }
}

/// Static targets of some spikes onto one thread's neurons.
private final class StaticProbe {
  private let rule: DrawnDelivery?
  private let spikes: AlignedBuffer<UInt32>
  private let counters: AlignedBuffer<UInt16>
  private let offsets: AlignedBuffer<UInt64>
  private let blockCounts, targets: AlignedBuffer<UInt16>
  private let blocks: Int

  init(_ parameters: Parameters, rows: Int, degree: Int, spikes count: Int, seed: Int) {
    let layout = NeuronLayout(neuronCount: parameters.neuronCount, excitatoryCount: parameters.excitatoryCount)
    let isDrawn = parameters.staticSynapses.storage == .procedural
    rule =
      isDrawn
      ? DrawnDelivery(
        DrawnTargets(seed: 1, neuronCount: parameters.neuronCount, degree: parameters.staticOutDegree), layout,
        ownsCounters: false) : nil
    var random = RandomStream(seed: 1, purpose: .synthetic, index: seed)
    blocks = (rows + 65_535) / 65_536
    spikes = AlignedBuffer((0..<UInt32(count)).map { isDrawn ? $0 % UInt32(parameters.excitatoryCount) : $0 })
    counters = AlignedBuffer(count: isDrawn ? layout.slotCount : blocks * 65_536)
    let length = isDrawn ? 0 : degree
    offsets = AlignedBuffer((0...count).map { UInt64($0 * length) })
    blockCounts = AlignedBuffer(count: count * blocks)
    targets = AlignedBuffer(count: count * length + 64)
    let largest = UInt32(min(rows, 65_536))
    for place in 0..<(count * length) { targets.pointer[place] = UInt16(random.uniform(below: largest)) }
    for spike in 0..<count {
      for block in 0..<blocks {
        blockCounts[spike * blocks + block] = UInt16(length * (block + 1) / blocks - length * block / blocks)
      }
    }
  }

  func run(_ kernels: CPUKernels) {
    let list = UnsafeBufferPointer(start: UnsafePointer(spikes.pointer), count: spikes.count)
    if let rule {
      rule.deliver(list, to: counters.pointer, kernels: kernels.table)
    } else {
      rp_deliver_counts(
        list.baseAddress, list.count, offsets.pointer, blockCounts.pointer, targets.pointer, blocks, counters.pointer)
    }
  }
}

/// Plastic targets of some spikes onto one thread's neurons, at most 256 MB of weights.
private final class PlasticProbe {
  let eventCount: Int
  private let weights: AlignedBuffer<Float>
  private let inputs: AlignedBuffer<Int64>
  private let entries, spikes: AlignedBuffer<UInt32>
  private let offsets: AlignedBuffer<UInt64>
  private let columns: InputColumns

  init(rows: Int, _ columns: InputColumns, perSpike: Int, seed: Int) {
    self.columns = columns
    let rows = max(1, min(rows, (256 << 20) / (4 * columns.padded)))
    let count = max(1, 200_000 / perSpike)
    eventCount = count * perSpike
    weights = AlignedBuffer(count: rows * columns.padded)
    weights.fill(0.1)
    inputs = AlignedBuffer(count: rows)
    inputs.fill(0)
    var random = RandomStream(seed: 2, purpose: .synthetic, index: seed)
    let (bits, inputCount) = (UInt32(columns.bits), UInt32(columns.inputCount))
    entries = AlignedBuffer(count: eventCount + 64)
    // Ascending within a spike, as the lists are.
    for spike in 0..<count {
      let list = (0..<perSpike).map { _ in random.uniform(below: UInt32(rows)) }.sorted()
      for (place, row) in list.enumerated() {
        let column = UInt32(columns.column(Int(random.uniform(below: inputCount))))
        entries.pointer[spike * perSpike + place] = row << bits | column
      }
    }
    spikes = AlignedBuffer((0..<UInt32(count)).map { $0 })
    offsets = AlignedBuffer((0...count).map { UInt64($0 * perSpike) })
  }

  func run() {
    rp_deliver_plastic(
      spikes.pointer, spikes.count, offsets.pointer, entries.pointer, UInt32(columns.bits), columns.padded,
      weights.pointer, nil, inputs.pointer)
  }
}
