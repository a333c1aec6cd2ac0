import RepriseModel
import RepriseTestSupport
import Testing

// The algebra of recursive least squares: equal to ridge regression on all updates at once.
@testable import RepriseBackends

@Suite struct RecursiveLeastSquaresTests {
  @Test(arguments: [(1, 5), (4, 3), (18, 60), (58, 200), (33, 10)])
  func equalsRidgeRegression(n: Int, updates: Int) {
    var learning = LearningParameters()
    learning.mu = 0.3
    var random = TestRandom(UInt64(n))
    let feedforward = n > 10 ? 3 : 0
    let signs = (0..<n).map { _ in random.uniform(-1...1) }
    let start = StartCorrelation(learning, feedforwardCount: feedforward, startWeights: signs)
    var correlation = (0..<(n * n)).map { start[$0 / n, $0 % n] }
    // P_0^-1 + sum z z^T, and sum z e_0 with the errors of the start weights.
    var normal = Cholesky(correlation, order: n).inverse()
    var right = [Double](repeating: 0, count: n)
    let startWeights = (0..<n).map { _ in random.uniform(-2...2) }
    var weights = startWeights
    for _ in 0..<updates {
      let z = (0..<n).map { _ in random.uniform(0...1) * random.uniform(0...1) }
      let offset = random.uniform(-1...1)
      let startError = zip(startWeights, z).reduce(offset) { $0 + $1.0 * $1.1 }
      let error = zip(weights, z).reduce(offset) { $0 + $1.0 * $1.1 }
      let found = recursiveLeastSquares(
        weights: &weights, correlation: &correlation, regressors: z, offset: offset, gain: .posterior)
      #expect(abs(found - error) < 1e-12)
      for i in 0..<n {
        for j in 0..<n { normal[i * n + j] += z[i] * z[j] }
        right[i] -= z[i] * startError
      }
    }
    let inverse = Cholesky(correlation, order: n).inverse()
    #expect(relativeDistance(inverse, from: normal) < 1e-9)
    let change = Cholesky(normal, order: n).solve(right)
    let ridge = zip(startWeights, change).map { $0 + $1 }
    #expect(relativeDistance(weights, from: ridge) < 1e-9)
  }

  /// k = P_old z: the weights change by 1 + z P z times the textbook's change, P by the same.
  @Test func priorGain() {
    let n = 12
    var random = TestRandom(5)
    let z = (0..<n).map { _ in random.uniform(0...1) }
    let start = StartCorrelation(
      LearningParameters(), feedforwardCount: 0, startWeights: (0..<n).map { $0 < 6 ? 1 : -1 })
    let p = (0..<(n * n)).map { start[$0 / n, $0 % n] }
    let w = (0..<n).map { _ in random.uniform(-1...1) }
    var (textbook, prior) = (w, w)
    var (textbookP, priorP) = (p, p)
    recursiveLeastSquares(weights: &textbook, correlation: &textbookP, regressors: z, offset: 0.4, gain: .posterior)
    let error = recursiveLeastSquares(weights: &prior, correlation: &priorP, regressors: z, offset: 0.4, gain: .prior)
    let quadratic = (0..<n).reduce(0.0) { sum, i in sum + (0..<n).reduce(0.0) { $0 + z[i] * p[i * n + $1] * z[$1] } }
    #expect(priorP == textbookP)
    for i in 0..<n {
      let gain = (0..<n).reduce(0.0) { $0 + p[i * n + $1] * z[$1] }
      #expect(abs(prior[i] - (w[i] - error * gain)) < 1e-12)
      #expect(abs((prior[i] - w[i]) - (1 + quadratic) * (textbook[i] - w[i])) < 1e-12)
    }
  }

  @Test func silenceChangesNothing() {
    var weights = [1.0, -2]
    var correlation = [1.0, 0.2, 0.2, 3]
    let error = recursiveLeastSquares(
      weights: &weights, correlation: &correlation, regressors: [0, 0], offset: 0.7, gain: .posterior)
    #expect(error == 0.7)
    #expect(weights == [1, -2])
    #expect(correlation == [1, 0.2, 0.2, 3])
  }

  /// With a small penalty one update removes the whole error.
  @Test func oneUpdateWithoutPenalty() {
    var weights = [0.0, 0, 0]
    var correlation = [1e9, 0, 0, 0, 1e9, 0, 0, 0, 1e9]
    let z = [1.0, 2, 3]
    recursiveLeastSquares(
      weights: &weights, correlation: &correlation, regressors: z, offset: -5, gain: .posterior)
    #expect(abs(zip(weights, z).reduce(0) { $0 + $1.0 * $1.1 } - 5) < 1e-6)
  }
}
