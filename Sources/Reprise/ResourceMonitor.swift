// Writes resources.csv while training runs, from a thread that sleeps in between.
internal import Dispatch
internal import RepriseCore
internal import RepriseIO
internal import Synchronization

/// Records what this process takes of the machine until it is stopped.
final class ResourceMonitor: Sendable {
  /// Shorter rows than this would say nothing about the processors, s.
  private static let shortestRow = 0.01

  private let file: ResourceFile
  /// s.
  private let interval: Double
  private let loop: Atomic<Int>
  private let failure = Mutex(Failure())
  private let stopping = DispatchSemaphore(value: 0)
  private let stopped = DispatchSemaphore(value: 0)

  /// Starts to record.
  ///
  /// - Parameters:
  ///   - interval: Time between rows, ms.
  ///   - continuing: Append to the rows of a file that is there, rather than replace it.
  ///   - loop: The loop that runs first.
  /// - Throws: ``FileError`` or ``StoredFileError`` if the file cannot be used.
  init(_ path: String, every interval: Double, continuing: Bool, loop: Int) throws {
    file = try ResourceFile(path, continuing: continuing)
    self.interval = interval / 1000
    self.loop = Atomic(loop)
    DispatchQueue(label: "resources", qos: .utility).async {
      self.record()
      self.stopped.signal()
    }
  }

  func loopStarts(_ number: Int) { loop.store(number, ordering: .relaxed) }

  /// Writes a last row and waits until nothing more is written. To be called once.
  func stop() {
    stopping.signal()
    stopped.wait()
  }

  /// Why the first of the missing rows is missing; nil if there is none, and when asked again.
  func takeFailure() -> FileError? {
    failure.withLock { failure in
      defer { failure.wasTaken = failure.error != nil }
      return failure.wasTaken ? nil : failure.error
    }
  }

  private struct Failure {
    var error: FileError?
    var wasTaken = false
  }

  private func record() {
    let started = ContinuousClock.now
    let gpu = GPUUsage()
    var rows = RowClock()
    var due = interval
    var isLast = false
    while !isLast {
      // A time that no clock can count would be no time at all.
      let pause = min(max(0, due - started.secondsSince), 3600)
      isLast = stopping.wait(timeout: .now() + pause) == .success
      let time = started.secondsSince
      guard isLast ? rows.secondsSinceRow >= Self.shortestRow : time >= due else { continue }
      let row = row(at: file.lastTime + time, rows.processorPercent(), gpu)
      do { try file.append(row) } catch { failure.withLock { $0.error = $0.error ?? error } }
      // Rows that were missed are not made up for.
      due = ((time / interval).rounded(.down) + 1) * interval
    }
  }

  private func row(at time: Double, _ processorPercent: Double, _ gpu: GPUUsage?) -> ResourceRow {
    var row = ResourceRow(time: time, loop: loop.load(ordering: .relaxed))
    row.cpuPercent = processorPercent
    row.residentMiB = ProcessUsage.residentBytes.map(mebibytes)
    row.peakMiB = ProcessUsage.peakBytes.map(mebibytes)
    row.gpuPercent = gpu?.percent
    row.gpuMemoryMiB = gpu?.memoryMiB
    row.gpuPower = gpu?.power
    return row
  }
}

/// Time and processor time from row to row.
private struct RowClock {
  private var moment = ContinuousClock.now
  private var processorSeconds = ProcessUsage.processorSeconds

  var secondsSinceRow: Double { moment.secondsSince }

  /// Processor time over time since the last call; 100 is one core.
  mutating func processorPercent() -> Double {
    let (before, spent) = (moment, processorSeconds)
    let elapsed = before.secondsSince
    (moment, processorSeconds) = (.now, ProcessUsage.processorSeconds)
    return elapsed > 0 ? 100 * (processorSeconds - spent) / elapsed : 0
  }
}

extension Project {
  public var resourcesPath: String { folder + "/resources.csv" }

  /// Starts to record if that was asked for; a file that cannot be written is no reason not to train.
  func startMonitor(_ options: TrainOptions, loop: Int, _ observer: some TrainingObserver) -> ResourceMonitor? {
    guard let interval = options.monitorInterval else { return nil }
    do {
      return try ResourceMonitor(
        resourcesPath, every: interval, continuing: options.start == .resume, loop: loop)
    } catch {
      observer.warn(ResourceMonitor.sentence(error))
      return nil
    }
  }
}

extension ResourceMonitor {
  fileprivate static func sentence(_ error: any Error) -> String {
    "Training goes on, but --monitor does not: \(error)"
  }

  /// Says once that rows are missing.
  func tellFailure(_ observer: some TrainingObserver) {
    if let error = takeFailure() { observer.warn(Self.sentence(error)) }
  }

  func stop(warning observer: some TrainingObserver) {
    stop()
    tellFailure(observer)
  }
}

private func mebibytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }
