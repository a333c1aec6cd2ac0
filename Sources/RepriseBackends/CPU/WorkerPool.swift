// Threads that work on one network together.
internal import CReprise
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What all threads of a pool do at once.
protocol ThreadJob: AnyObject {
  /// - Parameter thread: Number of the thread, from 0.
  func execute(_ thread: Int)
}

/// A fixed number of threads that run the same job, each with its own number, and can wait for one another.
///
/// Waiting threads spin for some microseconds and then sleep, so that a machine with fewer free cores than threads
/// still makes progress. Running a job allocates nothing.
final class WorkerPool: @unchecked Sendable {
  let threadCount: Int
  /// All threads pass it at the start and at the end of a run, and in between where the job asks for it.
  private let meeting: OpaquePointer
  private var job: (any ThreadJob)?
  private var threads: [pthread_t] = []

  init(threadCount: Int) {
    precondition(threadCount >= 1, "a pool needs at least one thread")
    self.threadCount = threadCount
    guard let barrier = rp_barrier_create(UInt32(threadCount)) else { preconditionFailure("out of memory") }
    meeting = barrier
    for number in 1..<max(threadCount, 1) { start(number) }
  }

  deinit {
    job = nil
    barrier()
    for thread in threads { pthread_join(thread, nil) }
    rp_barrier_destroy(meeting)
  }

  /// Runs `job` on every thread, the caller's included, and returns when all have finished.
  func run(_ job: any ThreadJob) {
    guard threadCount > 1 else { return job.execute(0) }
    self.job = job
    barrier()
    job.execute(0)
    barrier()
    self.job = nil
  }

  /// Waits until every thread of the current `run` has arrived here.
  func barrier() {
    if threadCount > 1 { rp_barrier_wait(meeting) }
  }

  /// A thread's hold on the pool, unowned so that the pool can end.
  private final class Seat {
    unowned let pool: WorkerPool
    let number: Int
    init(_ pool: WorkerPool, _ number: Int) { (self.pool, self.number) = (pool, number) }
  }

  private func start(_ number: Int) {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t!
    #endif
    let seat = Unmanaged.passRetained(Seat(self, number)).toOpaque()
    let status = pthread_create(&thread, nil, { argument in
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
    let pool = Unmanaged.passUnretained(seat.pool)
    while true {
      pool._withUnsafeGuaranteedRef { $0.barrier() }
      guard let job = pool._withUnsafeGuaranteedRef({ $0.job }) else { return }
      job.execute(seat.number)
      pool._withUnsafeGuaranteedRef { $0.barrier() }
    }
  }
}
