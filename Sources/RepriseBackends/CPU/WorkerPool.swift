// Threads that work on one network together.
internal import CReprise

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What the threads of a pool do at once.
protocol ThreadJob: AnyObject {
  /// - Parameter thread: Number of the thread, from 0. Where fewer threads than parts work, it does all of
  ///   ``WorkerPool/parts(of:)``.
  func execute(_ thread: Int)

  /// How its runs fare; nil for jobs that need all threads.
  var pace: Pace? { get }
}

extension ThreadJob {
  var pace: Pace? { nil }
}

/// A fixed number of threads that run the same job, each with its own number, and can wait for one another.
///
/// Waiting threads spin for some microseconds and then sleep, so that a machine with fewer free cores than threads
/// still makes progress. Running a job allocates nothing.
final class WorkerPool: @unchecked Sendable {
  /// Threads, and parts into which work is divided.
  let threadCount: Int
  /// Threads that work in the current run; the others sleep.
  private(set) var activeCount: Int
  /// All active threads pass it at the end of a run, and in between where the job asks for it.
  private let meeting: OpaquePointer
  /// One for each thread but the caller's, which passes it to start a run.
  private var gates: [OpaquePointer] = []
  private var job: (any ThreadJob)?
  private var threads: [pthread_t] = []

  init(threadCount: Int) {
    precondition(threadCount >= 1, "a pool needs at least one thread")
    self.threadCount = threadCount
    activeCount = threadCount
    meeting = Self.makeBarrier(threadCount)
    gates = (1..<max(threadCount, 1)).map { _ in Self.makeBarrier(2) }
    for number in 1..<max(threadCount, 1) { start(number) }
  }

  deinit {
    job = nil
    for gate in gates { rp_barrier_wait(gate) }
    for thread in threads { pthread_join(thread, nil) }
    for barrier in gates + [meeting] { rp_barrier_destroy(barrier) }
  }

  private static func makeBarrier(_ count: Int) -> OpaquePointer {
    guard let barrier = rp_barrier_create(UInt32(count)) else { preconditionFailure("out of memory") }
    return barrier
  }

  /// Runs `job` on every active thread, the caller's included, and returns when all have finished.
  func run(_ job: any ThreadJob) {
    guard threadCount > 1 else { return job.execute(0) }
    guard let pace = job.pace else { return runOnce(job, threads: threadCount) }
    let (started, lost) = (ContinuousClock.now, rp_barrier_lost(meeting))
    runOnce(job, threads: min(pace.threads, threadCount))
    pace.note(seconds: started.secondsToNow, lost: rp_barrier_lost(meeting) - lost)
  }

  private func runOnce(_ job: any ThreadJob, threads: Int) {
    if threads != activeCount {
      activeCount = threads
      rp_barrier_set_count(meeting, UInt32(threads))
    }
    self.job = job
    for number in 1..<threads { rp_barrier_wait(gates[number - 1]) }
    job.execute(0)
    barrier()
    self.job = nil
  }

  /// Waits until every active thread of the current `run` has arrived here.
  func barrier() {
    if activeCount > 1 { rp_barrier_wait(meeting) }
  }

  /// The parts that a thread does in the current run.
  func parts(of thread: Int) -> StrideTo<Int> { stride(from: thread, to: threadCount, by: activeCount) }

  /// A thread's hold on the pool, which it must not keep alive. The pool may have begun to end before a thread starts,
  /// so a thread touches it only past its gate: there the pool lives until the thread is joined.
  private final class Seat {
    let pool: Unmanaged<WorkerPool>
    let number: Int
    let gate: OpaquePointer

    init(_ pool: WorkerPool, _ number: Int, gate: OpaquePointer) {
      (self.pool, self.number, self.gate) = (.passUnretained(pool), number, gate)
    }
  }

  private func start(_ number: Int) {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t!
    #endif
    let seat = Unmanaged.passRetained(Seat(self, number, gate: gates[number - 1])).toOpaque()
    let status = pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Glibc)
          let seat = Unmanaged<Seat>.fromOpaque(argument!).takeRetainedValue()
        #else
          let seat = Unmanaged<Seat>.fromOpaque(argument).takeRetainedValue()
        #endif
        WorkerPool.work(seat)
        return nil
      }, seat)
    precondition(status == 0, "the system refused a thread (error \(status)); use fewer threads")
    threads.append(thread)
  }

  /// A worker's life: wait for a job, run it, report; no job means the end.
  private static func work(_ seat: Seat) {
    while true {
      rp_barrier_wait(seat.gate)
      guard execute(seat.pool, seat.number) else { return }
      seat.pool._withUnsafeGuaranteedRef { $0.barrier() }
    }
  }

  /// Does a thread's part of the current job, and lets go of it: after the last meeting the caller may end it.
  private static func execute(_ pool: Unmanaged<WorkerPool>, _ number: Int) -> Bool {
    guard let job = pool._withUnsafeGuaranteedRef({ $0.job }) else { return false }
    job.execute(number)
    return true
  }
}
