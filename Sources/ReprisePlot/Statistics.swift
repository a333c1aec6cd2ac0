// The few statistics that figures show, and the thinning of data that is finer than paper.
internal import RepriseCore

enum Statistics {
  static func mean(_ values: [Double]) -> Double {
    let finite = values.filter(\.isFinite)
    return finite.isEmpty ? .nan : finite.reduce(0, +) / Double(finite.count)
  }

  /// Quantiles of the finite values by linear interpolation between order statistics; NaN without any.
  static func quantiles(_ values: [Double], _ probabilities: [Double]) -> [Double] {
    RepriseCore.quantiles(values, probabilities)
  }

  static func median(_ values: [Double]) -> Double { quantiles(values, [0.5])[0] }

  /// Pearson correlation over the pairs in which both are finite; NaN if one of them does not vary.
  static func correlation(_ first: [Double], _ second: [Double]) -> Double {
    let pairs = zip(first, second).filter { $0.isFinite && $1.isFinite }
    let firstMean = mean(pairs.map(\.0))
    let secondMean = mean(pairs.map(\.1))
    var products = 0.0
    var firstSquares = 0.0
    var secondSquares = 0.0
    for (a, b) in pairs {
      products += (a - firstMean) * (b - secondMean)
      firstSquares += (a - firstMean) * (a - firstMean)
      secondSquares += (b - secondMean) * (b - secondMean)
    }
    guard firstSquares > 0, secondSquares > 0 else { return .nan }
    return products / (firstSquares.squareRoot() * secondSquares.squareRoot())
  }

  /// Averages neighbours so that at most `limit` values remain; gaps remain only where all neighbours are gaps.
  static func thinned(_ values: [Double], to limit: Int) -> [Double] {
    guard values.count > limit else { return values }
    return (0..<limit).map { mean(Array(values[bucket($0, of: limit, in: values.count)])) }
  }

  /// The `index`-th of `count` nearly equal parts of `0..<total`.
  static func bucket(_ index: Int, of count: Int, in total: Int) -> Range<Int> {
    (index * total / count)..<((index + 1) * total / count)
  }

  /// At most `limit` of the indices `0..<total`, evenly spread.
  static func spread(_ total: Int, limit: Int) -> [Int] {
    total <= limit ? Array(0..<total) : (0..<limit).map { ($0 * total + total / 2) / limit }
  }
}
