// Threads that work on one network together.
internal import CReprise
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A fixed number of threads that run the same closure, each with its own number, and can wait for one another.
///
/// Waiting threads spin for some microseconds and then sleep, so that a machine with fewer free cores than threads
/// still makes progress.
final class WorkerPool: @unchecked Sendable {
  let threadCount: Int
  /// All threads pass it at the start and at the end of a run, and in between where the closure asks for it.
  private let meeting: OpaquePointer
  private var body: (@Sendable (Int) -> Void)?
  private var threads: [pthread_t] = []

  init(threadCount: Int) {
    precondition(threadCount >= 1, "a pool needs at least one thread")
    self.threadCount = threadCount
    guard let barrier = rp_barrier_create(UInt32(threadCount)) else { preconditionFailure("out of memory") }
    meeting = barrier
    for number in 1..<max(threadCount, 1) { start(number) }
  }

  deinit {
    body = nil
    barrier()
    for thread in threads { pthread_join(thread, nil) }
    rp_barrier_destroy(meeting)
  }

  /// Runs `body` on every thread, the caller's included, and returns when all have finished.
  func run(_ body: @escaping @Sendable (Int) -> Void) {
    guard threadCount > 1 else { return body(0) }
    self.body = body
    barrier()
    body(0)
    barrier()
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

  /// A worker's life: wait for a closure, run it, report; no closure means the end.
  private static func work(_ seat: Seat) {
    let pool = Unmanaged.passUnretained(seat.pool)
    while true {
      pool._withUnsafeGuaranteedRef { $0.barrier() }
      guard let body = pool._withUnsafeGuaranteedRef({ $0.body }) else { return }
      body(seat.number)
      pool._withUnsafeGuaranteedRef { $0.barrier() }
    }
  }
}
