// The stationary rate of a leaky integrate-and-fire neuron in white noise, and its inverse.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Rate of an LIF neuron that is driven by a mean current mu and white noise of size sigma, as tau_m dv =
/// (mu - v) dt + sigma sqrt(tau_m) dW (docs/equations.md, F1):
///
///     1 / f = tau_m sqrt(pi)  integral from (V_r - mu)/sigma to (V_th - mu)/sigma  of  exp(x^2) (1 + erf x) dx
///
/// Without a refractory period, as in TrainSpikingNet.jl.
/// Source: Ricciardi 1977; Brunel 2000, J. Comput. Neurosci. 8:183; Richardson 2007, Phys. Rev. E 76:021919.
public struct RicciardiRate: Sendable {
  /// tau_m, ms.
  public let membraneTimeConstant: Double
  public let threshold: Double
  public let resetPotential: Double
  public let sigma: Double

  public init(membraneTimeConstant: Double, threshold: Double, resetPotential: Double, sigma: Double) {
    self.membraneTimeConstant = membraneTimeConstant
    self.threshold = threshold
    self.resetPotential = resetPotential
    self.sigma = sigma
  }

  /// f, Hz; relative error below 1e-10 for rates above 1e-6 Hz.
  public func rate(_ mu: Double) -> Double { 1000 / interval(mu) }

  /// d f / d mu, Hz per unit of current.
  public func slope(_ mu: Double) -> Double {
    let upper = Self.integrand((threshold - mu) / sigma)
    let lower = Self.integrand((resetPotential - mu) / sigma)
    let change = membraneTimeConstant * Double.pi.squareRoot() * (lower - upper) / sigma
    let time = interval(mu)
    return -1000 * change / (time * time)
  }

  /// mu with f(mu) = `rate` (Hz, positive): Newton's method on log f inside a bracket that always holds the root.
  ///
  /// - Parameter guess: Where to start; any finite number.
  public func current(forRate rate: Double, guess: Double? = nil) -> Double {
    precondition(rate > 0 && rate.isFinite, "a rate must be positive to have a current")
    var (low, high) = bracket(rate)
    var mu = guess.map { min(max($0, low), high) } ?? 0.5 * (low + high)
    for _ in 0..<200 {
      let found = self.rate(mu)
      let excess = log(found / rate)
      if excess > 0 { high = mu } else { low = mu }
      if abs(excess) < 1e-13 { break }
      var next = mu - excess * found / slope(mu)
      if !(next > low && next < high) { next = 0.5 * (low + high) }
      if abs(next - mu) <= 1e-15 * max(1, abs(mu)) { break }
      mu = next
    }
    return mu
  }

  private func bracket(_ rate: Double) -> (Double, Double) {
    // Far above threshold the membrane rises almost linearly: f -> mu / (tau (V_th - V_r)).
    var high = threshold + sigma + membraneTimeConstant * (threshold - resetPotential) * rate / 1000
    while self.rate(high) < rate { high += sigma + abs(high) }
    var low = threshold - sigma
    // exp(x^2) overflows beyond x = 26; rates there are far below any that is asked for.
    while self.rate(low) > rate && (threshold - low) / sigma < 25 { low -= sigma }
    return (low, high)
  }

  /// Mean time between spikes, ms.
  private func interval(_ mu: Double) -> Double {
    let lower = (resetPotential - mu) / sigma
    let upper = (threshold - mu) / sigma
    let panels = max(1, Int(((upper - lower) / 0.5).rounded(.up)))
    let half = (upper - lower) / Double(panels) / 2
    var sum = 0.0
    for panel in 0..<panels {
      let middle = lower + half * Double(2 * panel + 1)
      for (node, weight) in Self.gauss {
        sum += weight * (Self.integrand(middle + half * node) + Self.integrand(middle - half * node))
      }
    }
    return membraneTimeConstant * Double.pi.squareRoot() * half * sum
  }

  /// exp(x^2) (1 + erf x) = exp(x^2) erfc(-x), without cancellation or overflow below x = 26.
  static func integrand(_ x: Double) -> Double {
    if x > -20 { return exp(x * x) * erfc(-x) }
    // Asymptotic series of the scaled complementary error function; its error is below 1e-12 here.
    let s = 1 / (2 * x * x)
    return (1 - s * (1 - 3 * s * (1 - 5 * s))) / (-x * Double.pi.squareRoot())
  }

  /// Nodes and weights of the 10-point Gauss-Legendre rule on -1 ... 1, positive half.
  private static let gauss: [(Double, Double)] = [
    (0.148874338981631211, 0.295524224714752870), (0.433395394129247191, 0.269266719309996355),
    (0.679409568299024406, 0.219086362515982044), (0.865063366688984511, 0.149451349150580593),
    (0.973906528517171720, 0.066671344308688138),
  ]
}
