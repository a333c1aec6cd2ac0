// Where P starts: the inverse of the penalty on the weights.

/// P_0 = [ lambda_FF I on the feed-forward part; lambda I + mu S on the recurrent part ]^-1, where S_ij = 1 when inputs
/// i and j start with the same sign (docs/equations.md, E14).
///
/// S is a matrix of ones for each sign, so for a group of m inputs of equal sign the inverse is
///
///     (I - mu / (lambda + mu m) 1 1^T) / lambda
public struct StartCorrelation: Sendable {
  private let feedforwardCount: Int
  /// What an input starts with, as far as it matters here.
  public enum Sign: Int8, Sendable {
    case negative = -1
    case zero, positive
    /// Coupled with no other input.
    case alone

    init(_ weight: Double) { self = weight > 0 ? .positive : weight < 0 ? .negative : .zero }
  }

  private let signs: [Sign]
  private let lambda: Double
  private let lambdaFeedforward: Double
  private let mu: Double
  /// mu / (lambda + mu m) for inputs that start negative, at zero, and positive.
  public let coupling: [Double]

  /// - Parameter startWeights: Start weights of a neuron's inputs, feed-forward ones first.
  public init(_ learning: LearningParameters, feedforwardCount: Int, startWeights: [Double]) {
    self.init(learning, feedforwardCount: feedforwardCount, signs: startWeights.map { Sign($0) })
  }

  /// - Parameter signs: Of all inputs, feed-forward ones, whose sign does not matter, first.
  public init(_ learning: LearningParameters, feedforwardCount: Int, signs: [Sign]) {
    self.feedforwardCount = feedforwardCount
    lambda = learning.lambda
    lambdaFeedforward = learning.lambdaFeedforward
    mu = learning.mu
    self.signs = signs
    let recurrent = signs.dropFirst(feedforwardCount)
    coupling = [Sign.negative, .zero, .positive].map { sign in
      let members = Double(recurrent.count { $0 == sign })
      return learning.mu / (learning.lambda + learning.mu * members)
    }
  }

  public subscript(_ i: Int, _ j: Int) -> Double {
    if i < feedforwardCount || j < feedforwardCount { return i == j ? 1 / lambdaFeedforward : 0 }
    let shared = areCoupled(i, j) ? coupling[Int(signs[i].rawValue) + 1] : 0
    return ((i == j ? 1 : 0) - shared) / lambda
  }

  /// 0 for a feed-forward input; 1, 2 or 3 for a recurrent one that starts negative, at zero or positive.
  public func group(_ input: Int) -> Int { input < feedforwardCount ? 0 : Int(signs[input].rawValue) + 2 }

  private func areCoupled(_ i: Int, _ j: Int) -> Bool { signs[i] == signs[j] && signs[i] != .alone }

  /// An element of P_0^-1, the penalty itself.
  public func penalty(_ i: Int, _ j: Int) -> Double {
    if i < feedforwardCount || j < feedforwardCount { return i == j ? lambdaFeedforward : 0 }
    return (i == j ? lambda : 0) + (areCoupled(i, j) ? mu : 0)
  }
}
