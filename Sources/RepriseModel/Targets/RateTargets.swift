// Recorded firing rates become target currents.
internal import RepriseCore
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Recorded values in the order of the learning window.
public struct RecordedActivity: Sendable, Equatable {
  public let taskCount: Int
  public let rowCount: Int
  public let unitCount: Int
  /// Shape [task, row, unit].
  public let values: [Float]
  public let unitAttributes: [UnitAttribute]

  public init(
    taskCount: Int, rowCount: Int, unitCount: Int, values: [Float], unitAttributes: [UnitAttribute] = []
  ) {
    precondition(values.count == taskCount * rowCount * unitCount, "recorded values have the wrong number")
    self.taskCount = taskCount
    self.rowCount = rowCount
    self.unitCount = unitCount
    self.values = values
    self.unitAttributes = unitAttributes
  }

  /// Mean of each unit over rows and tasks.
  public var unitMeans: [Double] {
    var sums = [Double](repeating: 0, count: unitCount)
    for (index, value) in values.enumerated() { sums[index % unitCount] += Double(value) }
    return sums.map { $0 / Double(max(taskCount * rowCount, 1)) }
  }
}

/// The inverse of ``RicciardiRate`` for many rates: exact at knots in log rate, cubic between them.
///
/// The knots are spaced so that the interpolation is good to 1e-9; a table replaces millions of root searches by
/// some hundreds.
public struct RateToCurrent: Sendable {
  /// Rates below this are taken for it, Hz.
  public static let lowestRate = 0.1

  private let firstLog: Double
  private let spacing: Double
  private let currents: [Double]
  /// d mu / d log f times the spacing.
  private let slopes: [Double]

  public init(_ neuron: RicciardiRate, highestRate: Double) {
    let low = log(Self.lowestRate)
    let high = max(log(max(highestRate, Self.lowestRate)), low + 0.1)
    let intervals = Int(((high - low) / 0.01).rounded(.up))
    firstLog = low
    spacing = (high - low) / Double(intervals)
    var currents: [Double] = []
    var slopes: [Double] = []
    for knot in 0...intervals {
      let rate = exp(low + Double(knot) * spacing)
      let mu = neuron.current(forRate: rate, guess: currents.last)
      currents.append(mu)
      slopes.append(spacing * rate / neuron.slope(mu))
    }
    self.currents = currents
    self.slopes = slopes
  }

  /// The current at which the neuron fires at `rate` Hz.
  public func current(forRate rate: Double) -> Double {
    let position = (log(max(rate, Self.lowestRate)) - firstLog) / spacing
    let knot = min(max(Int(position), 0), currents.count - 2)
    let t = position - Double(knot)
    let difference = currents[knot + 1] - currents[knot]
    let a = slopes[knot] - difference
    let b = difference - slopes[knot + 1]
    return currents[knot] + t * difference + t * (1 - t) * ((1 - t) * a + t * b)
  }
}

extension Parameters {
  /// The rate function of LIF neurons of a class.
  ///
  /// - Parameter currentDeviation: Temporal deviation of the static current in the untrained network. 1.3 is the
  ///   hand calibration of Arthur et al. 2023.
  public func rateFunction(_ neuronClass: NeuronClass, currentDeviation: Double) -> RicciardiRate {
    RicciardiRate(
      membraneTimeConstant: neuron.membraneTimeConstant[neuronClass], threshold: neuron.threshold[neuronClass],
      resetPotential: neuron.resetPotential[neuronClass], sigma: fluctuation(currentDeviation, resistance: 1))
  }

  /// The rate function of a GLIF neuron in R times its current; its potential is counted from E_L. After-spike currents
  /// and what moves the threshold are not in it.
  func rateFunction(_ neuron: GLIFNeuron, currentDeviation: Double) -> RicciardiRate {
    RicciardiRate(
      membraneTimeConstant: neuron.membraneTimeConstant, threshold: neuron.threshold - neuron.restPotential,
      resetPotential: 0, sigma: fluctuation(currentDeviation, resistance: neuron.resistance))
  }

  /// The rate function that stands for a neuron of a text: that of a leaky integrate-and-fire neuron with its membrane.
  func rateFunction(ofCell neuron: Int, currentDeviation: Double) -> RicciardiRate {
    let (cell, c) = (cellNeuron(neuron), neuronClass(neuron))
    return RicciardiRate(
      membraneTimeConstant: cell.membraneTimeConstant, threshold: self.neuron.threshold[c],
      resetPotential: self.neuron.resetPotential[c],
      sigma: fluctuation(currentDeviation, resistance: cell.resistance))
  }

  /// The rate function of a neuron in R (X + u), whatever its model.
  func rateFunction(of neuron: Int, currentDeviation: Double) -> RicciardiRate {
    switch self.neuron.model {
    case .lif: rateFunction(neuronClass(neuron), currentDeviation: currentDeviation)
    case .custom: rateFunction(ofCell: neuron, currentDeviation: currentDeviation)
    default: rateFunction(glifNeuron(neuron), currentDeviation: currentDeviation)
    }
  }

  /// sigma, the fluctuation of the potential.
  private func fluctuation(_ currentDeviation: Double, resistance: Double) -> Double {
    !hasStaticConnections
      ? noise.sigma
      : resistance * currentDeviation / (1.3 * staticSynapses.excitatoryTimeConstant).squareRoot()
  }
}

extension Targets {
  /// Target currents of neurons that shall fire at recorded rates (Hz).
  public static func rates(
    _ recorded: RecordedActivity, _ map: UnitMap, _ parameters: Parameters, currentDeviation: Double, threads: Int
  ) -> Targets {
    guard parameters.neuron.model == .lif else {
      return ratesOfCells(recorded, map, parameters, currentDeviation: currentDeviation, threads: threads)
    }
    let highest = Double(recorded.values.max() ?? 0)
    let tables = NeuronClass.allCases.map {
      RateToCurrent(parameters.rateFunction($0, currentDeviation: currentDeviation), highestRate: highest)
    }
    return spread(recorded, map, threads: threads) { value, neuron in
      let table = tables[parameters.neuronClass(neuron) == .excitatory ? 0 : 1]
      return Float(table.current(forRate: Double(value)) - parameters.baselineCurrent(neuron))
    }
  }

  /// Every neuron may have a rate function of its own, so each current is searched for by itself.
  private static func ratesOfCells(
    _ recorded: RecordedActivity, _ map: UnitMap, _ parameters: Parameters, currentDeviation: Double, threads: Int
  ) -> Targets {
    spread(recorded, map, threads: threads) { value, neuron in
      let function = parameters.rateFunction(of: neuron, currentDeviation: currentDeviation)
      let potential = function.current(forRate: max(Double(value), RateToCurrent.lowestRate), guess: nil)
      return Float(potential / parameters.membraneResistance(neuron) - parameters.baselineCurrent(neuron))
    }
  }

  /// Target currents as recorded.
  public static func currents(_ recorded: RecordedActivity, _ map: UnitMap, threads: Int) -> Targets {
    spread(recorded, map, threads: threads) { value, _ in value }
  }

  private static func spread(
    _ recorded: RecordedActivity, _ map: UnitMap, threads: Int, _ convert: @Sendable (Float, Int) -> Float
  ) -> Targets {
    let count = map.neurons.count
    let rows = recorded.taskCount * recorded.rowCount
    let values = [Float](unsafeUninitializedCapacity: rows * count) { buffer, initialized in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(rows, threads: threads) { range in
        for row in range {
          for column in 0..<count {
            let value = recorded.values[row * recorded.unitCount + Int(map.units[column])]
            out[row * count + column] = convert(value, map.neurons[column])
          }
        }
      }
      initialized = rows * count
    }
    return Targets(
      taskCount: recorded.taskCount, rowCount: recorded.rowCount, neurons: map.neurons, units: map.units,
      values: values)
  }
}
