// Dense algebra in double precision, for tests of recursive least squares.

/// A symmetric positive definite matrix by its Cholesky factor.
public struct Cholesky {
  private let order: Int
  /// Lower triangle by rows of `order`.
  private var factor: [Double]

  /// - Parameter matrix: Shape [n * n]; only its lower triangle is read.
  public init(_ matrix: [Double], order n: Int) {
    order = n
    factor = matrix
    for j in 0..<n {
      var pivot = factor[j * n + j]
      for k in 0..<j { pivot -= factor[j * n + k] * factor[j * n + k] }
      precondition(pivot > 0, "the matrix is not positive definite")
      let root = pivot.squareRoot()
      factor[j * n + j] = root
      for i in (j + 1)..<max(n, j + 1) {
        var sum = factor[i * n + j]
        for k in 0..<j { sum -= factor[i * n + k] * factor[j * n + k] }
        factor[i * n + j] = sum / root
      }
    }
  }

  public func solve(_ right: [Double]) -> [Double] {
    let n = order
    var x = right
    for i in 0..<n {
      for k in 0..<i { x[i] -= factor[i * n + k] * x[k] }
      x[i] /= factor[i * n + i]
    }
    for i in stride(from: n - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(n, i + 1) { x[i] -= factor[k * n + i] * x[k] }
      x[i] /= factor[i * n + i]
    }
    return x
  }

  public func inverse() -> [Double] {
    var result = [Double](repeating: 0, count: order * order)
    for column in 0..<order {
      var unit = [Double](repeating: 0, count: order)
      unit[column] = 1
      for (row, value) in solve(unit).enumerated() { result[row * order + column] = value }
    }
    return result
  }
}
