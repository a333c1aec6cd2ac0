// The mean where some values are not defined.

/// Mean of the numbers that are not nan; nan without any.
public func meanOfNumbers(_ values: [Double]) -> Double {
  let numbers = values.filter { !$0.isNaN }
  return numbers.isEmpty ? .nan : numbers.reduce(0, +) / Double(numbers.count)
}
