// How many of a pool's threads work, where other programs keep processors busy.

/// Finds the number of threads that get most done.
///
/// Threads that meet in every step are as slow as the slowest of them. When another program takes the processor of one,
/// the others sleep until it is back, and fewer threads get more done. So when threads sleep for much of the time, one
/// fewer is tried, and from time to time one more; what is faster stays.
struct ThreadAdaptation {
  let most: Int
  /// Threads that should work next.
  private(set) var active: Int
  private var trial: Trial?
  /// Windows until the next trial of more or fewer threads, and how many to wait after one that failed.
  private var rest = 0
  private var patience = Self.shortestRest

  /// Time of work that is measured together, s: several times what an operating system gives each of two programs.
  static let window = 0.02
  /// Share of their time that threads may lose before fewer are tried.
  static let tolerableLoss = 0.1
  /// What a change must gain.
  static let leastGain = 1.03
  private static let shortestRest = 4
  private static let longestRest = 64

  private struct Trial {
    let previous: Int
    let previousSpeed: Double
  }

  init(most: Int) {
    self.most = most
    active = most
  }

  /// Takes in one window.
  ///
  /// - Parameters:
  ///   - speed: Work done per second, in any unit.
  ///   - lost: Share of the time of the active threads that they lost by sleeping.
  mutating func note(speed: Double, lost: Double) {
    if let trial {
      self.trial = nil
      if speed > Self.leastGain * trial.previousSpeed {
        patience = Self.shortestRest
        rest = active > trial.previous ? 0 : patience
      } else {
        active = trial.previous
        rest = patience
        patience = min(2 * patience, Self.longestRest)
      }
      return
    }
    if rest > 0 {
      rest -= 1
      return
    }
    if active > 1, lost > Self.tolerableLoss {
      start(active - 1, speed)
    } else if active < most {
      start(active + 1, speed)
    }
  }

  private mutating func start(_ count: Int, _ speed: Double) {
    trial = Trial(previous: active, previousSpeed: speed)
    active = count
  }
}

/// The pace of the runs of one job, and how many threads they should use.
final class Pace {
  private var adaptation: ThreadAdaptation
  private var work = 0.0, seconds = 0.0, lost = 0.0
  /// Work that the next run does, in any unit.
  var workOfRun = 1

  init(threads: Int) { adaptation = ThreadAdaptation(most: threads) }

  /// Threads that the next run should use.
  var threads: Int { adaptation.active }

  /// Takes in a run.
  ///
  /// - Parameters:
  ///   - seconds: What it took.
  ///   - lost: Time that its threads lost by sleeping, summed over threads.
  func note(seconds: Double, lost: Double) {
    work += Double(workOfRun)
    self.seconds += seconds
    self.lost += lost
    guard self.seconds >= ThreadAdaptation.window else { return }
    adaptation.note(speed: work / self.seconds, lost: self.lost / (self.seconds * Double(adaptation.active)))
    (work, self.seconds, self.lost) = (0, 0, 0)
  }
}
