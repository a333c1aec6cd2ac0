// Threads that share work: every part is done once, whatever the number of threads.
import RepriseCore
import Testing

@testable import RepriseBackends

/// Counts how often each part was done in each round, and checks that nobody is a round ahead.
private final class Rounds: ThreadJob {
  private unowned let pool: WorkerPool
  let pace: Pace?
  private let rounds: Int
  /// Shape [round, part].
  private let counts: AlignedBuffer<Int>
  private let disorders: AlignedBuffer<Int>

  init(_ pool: WorkerPool, rounds: Int, pace: Pace?) {
    self.pool = pool
    self.pace = pace
    self.rounds = rounds
    counts = AlignedBuffer(count: rounds * pool.threadCount)
    disorders = AlignedBuffer(count: pool.threadCount)
  }

  func execute(_ thread: Int) {
    for round in 0..<rounds {
      let row = counts.pointer + round * pool.threadCount
      for part in pool.parts(of: thread) { row[part] += 1 }
      pool.barrier()
      for part in 1..<max(1, pool.threadCount) where row[part] != row[0] { disorders[thread] += 1 }
    }
  }

  var isInOrder: Bool { (0..<pool.threadCount).allSatisfy { disorders[$0] == 0 } }

  func everyPartWasDone(_ times: Int) -> Bool { (0..<counts.count).allSatisfy { counts[$0] == times } }
}

struct WorkerPoolTests {
  /// Threads may begin when the pool has begun to end.
  @Test func poolsThatAreNotUsedEnd() {
    for _ in 0..<500 { _ = WorkerPool(threadCount: 4) }
  }

  @Test(arguments: [1, 2, 3, 5])
  func everyPartIsDoneOncePerRound(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    let job = Rounds(pool, rounds: 300, pace: nil)
    for _ in 0..<20 { pool.run(job) }
    #expect(job.everyPartWasDone(20))
    #expect(job.isInOrder)
  }

  @Test func fewerThreadsDoAllParts() {
    let pool = WorkerPool(threadCount: 5)
    // A window of runs that lose all their time, and so on, gives other numbers of threads.
    let pace = Pace(threads: 5)
    let job = Rounds(pool, rounds: 50, pace: pace)
    var seen: Set<Int> = []
    for _ in 0..<40 {
      seen.insert(pace.threads)
      pool.run(job)
      pace.note(seconds: 1 / Double(6 - pace.threads), lost: 100)
    }
    #expect(seen.count > 2)
    #expect(job.everyPartWasDone(40))
    #expect(job.isInOrder)
  }
}

struct ThreadAdaptationTests {
  /// A machine with some free processors: what is divided among more threads than that goes at half the speed, and
  /// much of the time is lost.
  private func run(_ adaptation: inout ThreadAdaptation, free: Int, windows: Int) -> [Int] {
    (0..<windows).map { _ in
      let active = adaptation.active
      let isCrowded = active > free
      adaptation.note(speed: isCrowded ? Double(free) / 2 : Double(active), lost: isCrowded ? 0.4 : 0.01)
      return active
    }
  }

  @Test func staysWithAllThreadsOnAFreeMachine() {
    var adaptation = ThreadAdaptation(most: 4)
    #expect(run(&adaptation, free: 4, windows: 200).allSatisfy { $0 == 4 })
  }

  @Test func givesWayToAnotherProgramAndComesBack() {
    var adaptation = ThreadAdaptation(most: 4)
    let busy = run(&adaptation, free: 3, windows: 300)
    #expect(busy.first { $0 == 3 } != nil)
    #expect(busy.suffix(250).filter { $0 == 3 }.count > 240, "tries of 4 threads are rare")
    let free = run(&adaptation, free: 4, windows: 100)
    #expect(free.suffix(20).allSatisfy { $0 == 4 })
  }

  @Test func keepsAllThreadsWhereFewerAreSlower() {
    // Threads lose time, but fewer get less done: work that is badly divided.
    var adaptation = ThreadAdaptation(most: 3)
    var counts: [Int] = []
    for _ in 0..<300 {
      counts.append(adaptation.active)
      adaptation.note(speed: Double(adaptation.active), lost: 0.3)
    }
    #expect(counts.filter { $0 == 3 }.count > 280)
  }
}
