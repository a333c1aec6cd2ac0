// Threads that work on one network together.
internal import CReprise
internal import Synchronization
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A fixed number of threads that run the same closure, each with its own number, and can wait for one another.
///
/// Waiting threads spin for a short while and then give their processor away, so that a machine with fewer free
/// cores than threads still makes progress.
final class WorkerPool: @unchecked Sendable {
  let threadCount: Int
  private let generation = Atomic<Int>(0)
  private let unfinished = Atomic<Int>(0)
  private let arrivals = Atomic<Int>(0)
  private let barrierGeneration = Atomic<Int>(0)
  private var body: (@Sendable (Int) -> Void)?
  private var stops = false
  private var threads: [pthread_t] = []
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init(threadCount: Int) {
    precondition(threadCount >= 1, "a pool needs at least one thread")
    self.threadCount = threadCount
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wake, nil)
    for number in 1..<max(threadCount, 1) { start(number) }
  }

  deinit {
    pthread_mutex_lock(lock)
    stops = true
    generation.wrappingAdd(1, ordering: .releasing)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
    for thread in threads { pthread_join(thread, nil) }
    lock.deallocate()
    wake.deallocate()
  }

  /// Runs `body` on every thread, the caller's included, and returns when all have finished.
  func run(_ body: @escaping @Sendable (Int) -> Void) {
    guard threadCount > 1 else { return body(0) }
    self.body = body
    unfinished.store(threadCount - 1, ordering: .relaxed)
    pthread_mutex_lock(lock)
    generation.wrappingAdd(1, ordering: .releasing)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
    body(0)
    spin { unfinished.load(ordering: .acquiring) == 0 }
    self.body = nil
  }

  /// Waits until every thread of the current `run` has arrived here.
  func barrier() {
    guard threadCount > 1 else { return }
    let current = barrierGeneration.load(ordering: .relaxed)
    if arrivals.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == threadCount {
      arrivals.store(0, ordering: .relaxed)
      barrierGeneration.store(current + 1, ordering: .releasing)
    } else {
      spin { barrierGeneration.load(ordering: .acquiring) != current }
    }
  }

  private func spin(until done: () -> Bool) {
    var turns = 0
    while !done() {
      turns += 1
      if turns < 2000 { rp_pause() } else { sched_yield() }
    }
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
      seat.pool.work(as: seat.number)
      return nil
    }, seat)
    precondition(status == 0, "the system refused a thread (error \(status)); use fewer threads")
    threads.append(thread)
  }

  private func work(as number: Int) {
    var seen = 0
    while true {
      waitForWork(after: seen)
      seen += 1
      if stops { return }
      body?(number)
      unfinished.wrappingSubtract(1, ordering: .releasing)
    }
  }

  private func waitForWork(after seen: Int) {
    for _ in 0..<4000 {
      if generation.load(ordering: .acquiring) != seen { return }
      rp_pause()
    }
    pthread_mutex_lock(lock)
    while generation.load(ordering: .acquiring) == seen { pthread_cond_wait(wake, lock) }
    pthread_mutex_unlock(lock)
  }
}
