// What came out, as values that become JSON. Names say the unit.
internal import RepriseCore
internal import RepriseIO
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Several measurements of one quantity.
public struct BenchSpread: Sendable, Codable, Equatable {
  public let median: Double
  public let min: Double
  public let max: Double

  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "nothing was measured")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    min = sorted[0]
    max = sorted[sorted.count - 1]
  }
}

/// GB/s, bytes read plus bytes written.
public struct BenchBandwidth: Sendable, Codable {
  public let threads: Int
  public let arrayBytes: Int
  public let readGbPerSecond: BenchSpread
  public let copyGbPerSecond: BenchSpread
  public let readModifyWriteGbPerSecond: BenchSpread
}

/// Updates of all neurons of a network, by recursive least squares.
public struct BenchUpdate: Sendable, Codable {
  public let inputs: Int
  /// What the update was: dense or events.
  public let form: String
  public let precision: String
  public let neurons: Int
  public let threads: Int
  /// Read plus written by one update of one neuron.
  public let bytesPerUpdate: Int
  public let correlationBytes: Int
  /// Wall-clock time of an update of all neurons, divided by their number.
  public let rlsNsPerUpdate: BenchSpread
  public let rlsGbPerSecond: BenchSpread
  /// Measured between the updates.
  public let readModifyWriteGbPerSecond: BenchSpread
  public let rlsPercentOfBandwidth: BenchSpread
}

/// Steps of neurons and events at synapses. Wall-clock times divided by what was done; samples on one thread.
public struct BenchSteps: Sendable, Codable {
  public let threads: Int
  public let neurons: Int
  public let lifNsPerNeuronStep: BenchSpread
  public let lifWithNoiseNsPerNeuronStep: BenchSpread
  public let staticNsPerEvent: BenchSpread
  public let plasticNsPerEvent: BenchSpread
  public let normalNsPerSample: BenchSpread
}

/// Loops of training in one setting.
public struct BenchLoop: Sendable, Codable {
  public let setting: String
  public let overrides: [String]
  public let neurons: Int
  public let inputs: Int
  public let updates: Int
  public let steps: Int
  public let threads: Int
  public let buildSeconds: Double
  public let secondsPerLoop: BenchSpread
  public let secondsPerLoopWithCorrelation: BenchSpread
  /// Measured between the loops.
  public let readModifyWriteGbPerSecond: BenchSpread
  /// What reading and writing P in every update takes at that bandwidth.
  public let floorSecondsPerLoop: Double
  public let multipleOfFloor: Double
  /// What the network and its training added to the memory of the process; nil where the system does not say.
  public let residentBytes: Int?
  public let peakBytes: Int?
  public let rateHz: Double
  public let correlation: Double?
}

/// Loops of training on a device.
public struct BenchDeviceLoop: Sendable, Codable {
  public let setting: String
  public let overrides: [String]
  public let device: String
  public let neurons: Int
  public let inputs: Int
  public let updates: Int
  public let steps: Int
  public let buildSeconds: Double
  public let secondsPerLoop: BenchSpread
  public let secondsPerLoopWithCorrelation: BenchSpread
  /// Of a loop in which every launch was waited for.
  public let nsPerStep: Double
  public let usPerUpdateOfP: Double
  public let usPerUpdateOfWeights: Double
  public let otherSeconds: Double
  /// What an update reads and writes of P and what goes with it, on average.
  public let bytesPerUpdate: Int
  public let gbPerSecond: Double
  /// Of a kernel that copies an array.
  public let copyGbPerSecond: BenchSpread
  public let allocatedBytes: Int
  public let rateHz: Double
  public let correlation: Double?
}

/// Everything that one call measured.
public struct BenchReport: Sendable, Codable {
  public var machine: BenchMachine
  public var program: BenchProgram
  public var isQuick: Bool
  public var bandwidth: [BenchBandwidth] = []
  public var updates: [BenchUpdate] = []
  public var steps: BenchSteps?
  public var loops: [BenchLoop] = []
  public var deviceLoops: [BenchDeviceLoop] = []

  /// Writes everything as JSON, numbers with their units in the names of the keys.
  ///
  /// - Throws: ``FileError``.
  public func writeJSON(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try AtomicFile.write([UInt8](try encoder.encode(self)) + [10], to: path)
  }

  /// Finds a path that cannot be written before hours are spent on measuring.
  ///
  /// - Throws: ``FileError``.
  public static func checkJSON(path: String) throws {
    struct Enough: Error {}
    do {
      try AtomicFile.write(to: path) { _ in throw Enough() }
    } catch is Enough {}
  }
}
