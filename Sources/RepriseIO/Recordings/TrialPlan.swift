// What each trial of a source is used for.
internal import RepriseCore

/// The parts into which the trials of a condition are split.
enum TrialPart: Int, CaseIterable, Sendable {
  case firstHalf, secondHalf, heldOut
}

/// The event, condition and part of every trial of a source.
struct TrialPlan: Sendable {
  /// ns; undefined for trials that are not used.
  let event: [Int]
  /// -1 for trials that are not used.
  let condition: [Int]
  let part: [TrialPart]
  /// Trials by session, condition and part, shape `[sessions, conditions, 3]`.
  let counts: [Int]
  let conditionCount: Int

  /// Splits the trials of each session and condition at random: some are held out, the others are dealt to two halves
  /// in turn. The draw depends on the seed, the number of the session over all sources, and the condition.
  ///
  /// - Parameters:
  ///   - event: nil: not used.
  ///   - holdOut: Fraction of trials to hold out, at least one where there are two or more and the fraction is not 0.
  ///   - firstSession: Sessions of the sources before this one.
  init(
    _ source: RecordingSource, event: [Int?], condition: [Int], conditionCount: Int, holdOut: Double, seed: UInt64,
    firstSession: Int
  ) {
    let sessions = source.sessions
    self.event = event.map { $0 ?? 0 }
    self.condition = zip(condition, event).map { $1 == nil ? -1 : $0 }
    self.conditionCount = conditionCount
    var groups = [[Int]](repeating: [], count: sessions.count * conditionCount)
    for (trial, condition) in self.condition.enumerated() where condition >= 0 {
      groups[sessions.ofTrial[trial] * conditionCount + condition].append(trial)
    }
    var part = [TrialPart](repeating: .firstHalf, count: condition.count)
    var counts = [Int](repeating: 0, count: groups.count * TrialPart.allCases.count)
    for (group, trials) in groups.enumerated() {
      let (session, condition) = group.quotientAndRemainder(dividingBy: conditionCount)
      var stream = RandomStream(
        seed: seed, purpose: .trialParts, index: firstSession + session, trial: condition)
      let heldOut = Self.heldOutCount(holdOut, of: trials.count)
      for (position, trial) in Self.shuffled(trials, &stream).enumerated() {
        part[trial] =
          position < heldOut ? .heldOut : (position - heldOut).isMultiple(of: 2) ? .firstHalf : .secondHalf
        counts[group * TrialPart.allCases.count + part[trial].rawValue] += 1
      }
    }
    self.part = part
    self.counts = counts
  }

  func count(session: Int, condition: Int, _ part: TrialPart) -> Int {
    counts[(session * conditionCount + condition) * TrialPart.allCases.count + part.rawValue]
  }

  private static func heldOutCount(_ fraction: Double, of count: Int) -> Int {
    guard fraction > 0, count >= 2 else { return 0 }
    return min(count - 1, max(1, Int((fraction * Double(count)).rounded())))
  }

  private static func shuffled(_ trials: [Int], _ stream: inout RandomStream) -> [Int] {
    var trials = trials
    for last in stride(from: trials.count - 1, to: 0, by: -1) {
      trials.swapAt(last, Int(stream.uniform(below: UInt32(last + 1))))
    }
    return trials
  }
}
