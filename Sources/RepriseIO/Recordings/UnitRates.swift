// From counts to the smoothed rates of units, their reliability, and which units are left out.

/// A unit that is kept.
struct RatedUnit: Sendable {
  /// Number of the source, and row of its table of units.
  let source: Int
  let row: Int
  /// Mean over bins and conditions, Hz.
  let meanRate: Double
  /// Split-half reliability; NaN where it is not defined.
  let reliability: Double
  /// Trials of each condition that are averaged, and that are held out.
  let trialCounts: [Int]
  let heldOutCounts: [Int]
  /// Shape `[condition, bin]`, Hz.
  let rates: [Float]
  /// The same of trials held out; empty where there are none.
  let heldOut: [Float]
}

/// Why a unit is left out; the first that applies.
public enum UnitExclusion: Int, CaseIterable, Sendable {
  case condition, trials, rate, reliability
}

/// Computes rates from the counts of one source.
struct UnitRates {
  let counts: SpikeCounts
  let plan: TrialPlan
  let smoother: Smoother
  let request: RatesRequest

  /// The unit's rates, or why it is left out.
  ///
  /// The rate of a condition is r_b = sum_trials n_b / (trials bin), smoothed over bins.
  func unit(source: Int, row: Int, slot: Int, session: Int) -> Result<RatedUnit, Excluded> {
    let conditions = 0..<counts.conditionCount
    let first = conditions.map { plan.count(session: session, condition: $0, .firstHalf) }
    let second = conditions.map { plan.count(session: session, condition: $0, .secondHalf) }
    let heldOut = conditions.map { plan.count(session: session, condition: $0, .heldOut) }
    let trials = zip(first, second).map { $0 + $1 }
    let fewest = request.minimumTrials
    guard trials.allSatisfy({ $0 >= fewest }), request.holdOut == 0 || !heldOut.contains(0) else {
      return .failure(Excluded(reason: .trials))
    }
    let rates = rates([.firstHalf, .secondHalf], trials, slot)
    let mean = rates.raw.reduce(0, +) / Double(rates.raw.count)
    guard mean >= request.minimumRate else { return .failure(Excluded(reason: .rate)) }
    let reliability =
      first.contains(0) || second.contains(0)
      ? .nan
      : Self.reliability(
        self.rates([.firstHalf], first, slot).smoothed, self.rates([.secondHalf], second, slot).smoothed)
    if let least = request.minimumReliability, !(reliability >= least) {
      return .failure(Excluded(reason: .reliability))
    }
    return .success(
      RatedUnit(
        source: source, row: row, meanRate: mean, reliability: reliability, trialCounts: trials,
        heldOutCounts: heldOut, rates: rates.smoothed.map { Float($0) },
        heldOut: request.holdOut == 0
          ? [] : self.rates([.heldOut], heldOut, slot).smoothed.map { Float($0) }))
  }

  struct Excluded: Error {
    let reason: UnitExclusion
  }

  /// Rates of a unit from some parts of the trials, shape `[condition, bin]`, Hz.
  private func rates(
    _ parts: [TrialPart], _ trialCounts: [Int], _ slot: Int
  ) -> (raw: [Double], smoothed: [Double]) {
    let seconds = Double(counts.grid.width) / 1e9
    var raw: [Double] = []
    var smoothed: [Double] = []
    for condition in 0..<counts.conditionCount {
      var sums = [Double](repeating: 0, count: counts.grid.count)
      for part in parts {
        let row = counts.row(part, condition: condition, slot: slot)
        for bin in sums.indices { sums[bin] += Double(counts.values[row + bin]) }
      }
      // Division comes last: sums are whole numbers up to here.
      let exposure = Double(trialCounts[condition]) * seconds
      raw += sums.map { $0 / exposure }
      smoothed += smoother.smooth(sums).map { $0 / exposure }
    }
    return (raw, smoothed)
  }

  /// 2 r / (1 + |r|) with the correlation r of two halves: the formula of Spearman and Brown, kept above -1 for r < 0.
  static func reliability(_ first: [Double], _ second: [Double]) -> Double {
    let count = Double(first.count)
    let (a, b) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (covariance, varianceA, varianceB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      covariance += (x - a) * (y - b)
      varianceA += (x - a) * (x - a)
      varianceB += (y - b) * (y - b)
    }
    guard varianceA > 0, varianceB > 0 else { return .nan }
    let correlation = max(-1, min(1, covariance / (varianceA * varianceB).squareRoot()))
    return 2 * correlation / (1 + abs(correlation))
  }
}
