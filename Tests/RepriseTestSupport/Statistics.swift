// Numbers to test with, and tests of numbers.

/// SplitMix64: random test data that owes nothing to the generator under test.
public struct TestRandom: RandomNumberGenerator {
  private var state: UInt64

  public init(_ seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  public mutating func uniform(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }
  public mutating func float(_ range: ClosedRange<Float>) -> Float { Float.random(in: range, using: &self) }
}

public func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(values.count) }

public func variance(_ values: some Collection<Double>) -> Double {
  let center = mean(values)
  return values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count)
}

/// How many standard deviations chi-square of the counts lies from its expectation (Wilson and Hilferty 1931); about
/// normal where the counts follow the expected ones.
///
/// - Parameter expected: One per count, all positive.
public func chiSquareDeviation(_ counts: [Int], expected: [Double], constraints: Int = 1) -> Double {
  let statistic = zip(counts, expected).reduce(0.0) { sum, pair in
    let difference = Double(pair.0) - pair.1
    return sum + difference * difference / pair.1
  }
  let degrees = Double(counts.count - constraints)
  let spread = 2 / (9 * degrees)
  return (cubeRoot(statistic / degrees) - (1 - spread)) / spread.squareRoot()
}

/// As above, for counts that are all expected to be equal.
public func chiSquareDeviation(_ counts: [Int]) -> Double {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  return chiSquareDeviation(counts, expected: Array(repeating: expected, count: counts.count))
}

private func cubeRoot(_ x: Double) -> Double {
  guard x > 0 else { return 0 }
  var y = max(1, x)
  for _ in 0..<200 { y -= (y * y * y - x) / (3 * y * y) }
  return y
}

/// Size of a difference relative to the size of what it should be, both as Euclidean norms.
public func relativeDistance(_ found: [Double], from wanted: [Double]) -> Double {
  var (difference, size) = (0.0, 0.0)
  for (a, b) in zip(found, wanted) {
    difference += (a - b) * (a - b)
    size += b * b
  }
  return size > 0 ? (difference / size).squareRoot() : difference.squareRoot()
}
