// Quantiles of some numbers.

/// Quantiles of the finite values by linear interpolation between order statistics; NaN without any.
public func quantiles(_ values: some Sequence<Double>, _ probabilities: [Double]) -> [Double] {
  let sorted = values.filter(\.isFinite).sorted()
  guard let last = sorted.indices.last else { return probabilities.map { _ in .nan } }
  return probabilities.map { probability in
    let position = probability * Double(last)
    let index = min(Int(position), last)
    let next = min(index + 1, last)
    return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
  }
}
