// P_0 is the inverse of the penalty on the weights.
import RepriseModel
import RepriseTestSupport
import Testing

@Suite struct StartCorrelationTests {
  struct Case: Sendable, CustomStringConvertible {
    var feedforward = 0, positive = 0, negative = 0, zero = 0
    var lambda = 0.8, mu = 0.01, lambdaFeedforward = 1.0
    var description: String {
      "L_X \(feedforward), \(positive) +, \(negative) -, \(zero) 0, lambda \(lambda), mu \(mu)"
    }
  }

  static let cases = [
    Case(positive: 1), Case(positive: 5, negative: 5), Case(positive: 40, negative: 40, mu: 3),
    Case(positive: 3, negative: 11, lambda: 0.04, mu: 2), Case(feedforward: 4, positive: 6, negative: 2),
    Case(feedforward: 3, positive: 8, negative: 8, mu: 0, lambdaFeedforward: 7), Case(feedforward: 5),
    Case(feedforward: 2, positive: 4, negative: 3, zero: 6, mu: 0.5), Case(zero: 9, mu: 0.3),
  ]

  @Test(arguments: cases) func inverseOfThePenalty(_ c: Case) {
    var learning = LearningParameters()
    (learning.lambda, learning.mu, learning.lambdaFeedforward) = (c.lambda, c.mu, c.lambdaFeedforward)
    // Signs in turn, so that groups are not blocks; feed-forward weights of any sign make no difference.
    var signs = Array(repeating: 1.0, count: c.positive) + Array(repeating: -2.0, count: c.negative)
    signs += Array(repeating: 0.0, count: c.zero)
    var random = TestRandom(9)
    signs.shuffle(using: &random)
    let weights = (0..<c.feedforward).map { Double($0) - 1 } + signs
    let start = StartCorrelation(learning, feedforwardCount: c.feedforward, startWeights: weights)
    let n = weights.count
    var worst = 0.0
    for i in 0..<n {
      for j in 0..<n {
        var product = 0.0
        #expect(start.penalty(i, j) == penalty(i, j, weights, c))
        for k in 0..<n { product += penalty(i, k, weights, c) * start[k, j] }
        worst = max(worst, abs(product - (i == j ? 1 : 0)))
      }
    }
    #expect(worst < 1e-12)
  }

  private func penalty(_ i: Int, _ j: Int, _ weights: [Double], _ c: Case) -> Double {
    if i < c.feedforward || j < c.feedforward { return i == j ? c.lambdaFeedforward : 0 }
    let sameSign = (weights[i] > 0) == (weights[j] > 0) && (weights[i] < 0) == (weights[j] < 0)
    return (i == j ? c.lambda : 0) + (sameSign ? c.mu : 0)
  }
}
