// Smoothing of peri-stimulus time histograms over time.

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How rates are averaged over neighbouring bins.
///
/// The smoothed rate of bin b is sum_k w_k x_(b + k) / sum_k w_k, over those bins b + k that the window has.
public enum RateSmoothing: Equatable, Sendable, CustomStringConvertible {
  case none
  /// w_k = 1 over a width in ms, an odd number of bins.
  case boxcar(Double)
  /// w_k = exp(-(k bin)² / (2 sigma²)) up to 4 sigma, with sigma in ms.
  case gaussian(Double)

  /// Reads `none`, `boxcar:50ms` or `gaussian:20ms`.
  ///
  /// - Throws: ``ConfigError`` or ``RecordingError``.
  public init(parsing text: String, option: String = "--smooth") throws {
    let parts = text.split(separator: ":", maxSplits: 1).map { String($0) }
    if text == "none" {
      self = .none
      return
    }
    guard parts.count == 2, ["boxcar", "gaussian"].contains(parts[0]) else {
      throw RecordingError(
        option, "is \(text); none, boxcar:WIDTH or gaussian:SIGMA is needed, as in gaussian:20ms.", isUsage: true)
    }
    let time = try ConfigReader.milliseconds(parts[1], option: option)
    self = parts[0] == "boxcar" ? .boxcar(time) : .gaussian(time)
  }

  public var description: String {
    switch self {
    case .none: "none"
    case .boxcar(let width): "boxcar:\(formatNumber(width))ms"
    case .gaussian(let sigma): "gaussian:\(formatNumber(sigma))ms"
    }
  }

  /// w_0, w_1, ... for bins of `width` ns.
  ///
  /// - Throws: ``RecordingError`` where a boxcar is no odd number of bins.
  func weights(width: Int) throws -> [Double] {
    let bin = RecordingTime.milliseconds(width)
    switch self {
    case .none: return [1]
    case .boxcar(let boxcar):
      let bins = (boxcar / bin).rounded()
      guard abs(boxcar - bins * bin) < 1e-6 * bin, Int(bins) % 2 == 1, bins < 1e6 else {
        let below = max(1, 2 * ((boxcar / bin - 1) / 2).rounded(.down) + 1) * bin
        throw RecordingError(
          "--smooth",
          """
          is \(self), but a boxcar must be an odd number of bins of \(formatNumber(bin)) ms, so that it has a middle: \
          boxcar:\(formatNumber(below))ms or boxcar:\(formatNumber(below + 2 * bin))ms would fit.
          """)
      }
      return [Double](repeating: 1, count: Int(bins) / 2 + 1)
    case .gaussian(let sigma):
      let reach = min((4 * sigma / bin).rounded(.down), 1e6)
      return (0...Int(reach)).map { exp(-0.5 * (Double($0) * bin / sigma) * (Double($0) * bin / sigma)) }
    }
  }
}

/// Applies the weights to one histogram after the other; its sums for boxcars of counts are whole numbers.
struct Smoother {
  private let weights: [Double]
  /// Sum of the weights that bin b has, for each b.
  private let totals: [Double]

  init(weights: [Double], binCount: Int) {
    self.weights = Array(weights.prefix(max(1, binCount)))
    let reach = self.weights.count - 1
    totals = (0..<binCount).map { bin in
      let used = max(-reach, -bin)...min(reach, binCount - 1 - bin)
      return used.reduce(0) { $0 + weights[abs($1)] }
    }
  }

  func smooth(_ values: [Double]) -> [Double] {
    guard weights.count > 1 else { return values }
    let reach = weights.count - 1
    return values.indices.map { bin in
      var sum = 0.0
      for offset in max(-reach, -bin)...min(reach, values.count - 1 - bin) {
        sum += weights[abs(offset)] * values[bin + offset]
      }
      return sum / totals[bin]
    }
  }
}
