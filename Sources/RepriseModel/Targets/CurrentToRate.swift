// The rate that a target current stands for.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// ``RicciardiRate/rate(_:)`` for many currents: exact at knots, cubic in the logarithm of the rate between them.
public struct CurrentToRate: Sendable {
  private let lowest, spacing: Double
  private let logs: [Double]
  /// d log f / d mu times the spacing.
  private let slopes: [Double]

  /// Rates below exp of this count as it: their logarithm has no use, and may be infinite.
  private static let lowestLog = -60.0

  /// - Parameters:
  ///   - range: Of the currents that will be asked for.
  ///   - perSigma: Knots for each sigma of the neuron.
  public init(_ neuron: RicciardiRate, range: ClosedRange<Double>, perSigma: Double = 20) {
    let width = max(range.upperBound - range.lowerBound, 1e-9)
    let intervals = Int(min(max((perSigma * width / neuron.sigma).rounded(.up), 4), 4000))
    lowest = range.lowerBound
    spacing = width / Double(intervals)
    var logs: [Double] = []
    var slopes: [Double] = []
    for knot in 0...intervals {
      let mu = range.lowerBound + Double(knot) * (width / Double(intervals))
      let rate = neuron.rate(mu)
      let isFlat = !(rate > exp(Self.lowestLog))
      logs.append(isFlat ? Self.lowestLog : log(rate))
      slopes.append(isFlat ? 0 : spacing * neuron.slope(mu) / rate)
    }
    self.logs = logs
    self.slopes = slopes
  }

  /// Hz.
  public func rate(_ mu: Double) -> Double {
    let position = min(max((mu - lowest) / spacing, 0), Double(logs.count - 1))
    let knot = min(Int(position), logs.count - 2)
    let t = position - Double(knot)
    let difference = logs[knot + 1] - logs[knot]
    let a = slopes[knot] - difference
    let b = difference - slopes[knot + 1]
    return exp(logs[knot] + t * difference + t * (1 - t) * ((1 - t) * a + t * b))
  }
}

extension Network {
  /// The rates that target currents stand for (M5), one table for all neurons of a kind.
  ///
  /// - Returns: By neuron: turns a target current into a rate in Hz; nil where the formula has no noise to work with.
  public func targetRates() -> TargetRates? { fluctuatesEnough ? TargetRates(self) : nil }

  /// False where fluctuations are next to nothing: the formula's integral would not end.
  public var fluctuatesEnough: Bool {
    let count = parameters.neuronCount
    let neurons = parameters.neuron.model == .lif ? [0, parameters.excitatoryCount] : Array(0..<count)
    return neurons.filter { $0 < count }.allSatisfy { neuron in
      let function = parameters.rateFunction(of: neuron, currentDeviation: untrained.currentDeviation)
      return function.sigma > 1e-3 * (function.threshold - function.resetPotential)
    }
  }
}

/// Target rates (docs/equations.md, M5).
public struct TargetRates: Sendable {
  private let network: Network
  /// By class, for LIF neurons.
  private let tables: [CurrentToRate]

  fileprivate init(_ network: Network) {
    self.network = network
    let (parameters, deviation) = (network.parameters, network.untrained.currentDeviation)
    guard parameters.neuron.model == .lif else {
      tables = []
      return
    }
    let finite = network.targets.values.lazy.filter(\.isFinite)
    let range = Double(finite.min() ?? 0)...Double(finite.max() ?? 1)
    let drives = (0..<network.neuronCount).lazy.map { parameters.baselineCurrent($0) }
    let (weakest, strongest) = (drives.min() ?? 0, drives.max() ?? 0)
    let total = (range.lowerBound + weakest)...(range.upperBound + strongest)
    tables = NeuronClass.allCases.map {
      CurrentToRate(parameters.rateFunction($0, currentDeviation: deviation), range: total, perSigma: 100)
    }
  }

  /// Rates of a neuron in Hz, one for each of its target currents.
  public func rates(_ currents: [Double], neuron: Int) -> [Double] {
    let parameters = network.parameters
    let (resistance, drive) = (parameters.membraneResistance(neuron), parameters.baselineCurrent(neuron))
    let potentials = currents.map { resistance * ($0 + drive) }
    guard parameters.neuron.model != .lif else {
      let table = tables[parameters.neuronClass(neuron) == .excitatory ? 0 : 1]
      return potentials.map { table.rate($0) }
    }
    guard let low = potentials.min(), let high = potentials.max() else { return [] }
    let function = parameters.rateFunction(of: neuron, currentDeviation: network.untrained.currentDeviation)
    let table = CurrentToRate(function, range: low...high)
    return potentials.map { table.rate($0) }
  }
}
