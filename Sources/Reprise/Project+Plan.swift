// `reprise plan`: what a project will need.
internal import RepriseBackends
internal import RepriseIO
internal import RepriseModel

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How long a loop will take.
public struct LoopTime: Sendable {
  public let seconds: Double
  /// Mean rate that was assumed, Hz.
  public let rate: Double
  /// True if the rate is that of the untrained network, false if it is a guess.
  public let rateIsMeasured: Bool
}

extension Project {
  /// Rates are guessed as this where the network has not been run, Hz.
  private static let guessedRate = 5.0

  /// Needs of the network of `reprise.toml`.
  public func plan(overrides: [String] = [], threads: ThreadChoice) throws -> Plan {
    let parameters = try plannedParameters(overrides)
    return plan(
      parameters, taskCount: try taskCount(parameters), threads: threads.count(neurons: parameters.neuronCount))
  }

  func plan(_ parameters: Parameters, taskCount: Int, threads: Int) -> Plan {
    Plan(parameters, taskCount: taskCount, threads: threads, folder: folder)
  }

  /// Measures the parts of a loop for about a second and adds them up.
  public func estimateLoopTime(overrides: [String] = [], threads: ThreadChoice) throws -> LoopTime {
    let parameters = try plannedParameters(overrides)
    let calibration = try CPUCalibration(parameters, threads: threads.count(neurons: parameters.neuronCount))
    let measured = try untrainedRate()
    let rate = measured ?? Self.guessedRate
    return LoopTime(
      seconds: calibration.secondsPerLoop(parameters, rate: rate), rate: rate, rateIsMeasured: measured != nil)
  }

  private func plannedParameters(_ overrides: [String]) throws -> Parameters {
    let origin =
      FileManager.default.fileExists(atPath: networkPath) ? try NetworkFile.readOrigin(networkPath) : nil
    let parameters = try parameters(overrides: (origin?.overrides ?? []) + overrides)
    try parameters.requireValid()
    return parameters
  }

  private func taskCount(_ parameters: Parameters) throws -> Int {
    parameters.targets.source == .sinusoids
      ? parameters.targets.taskCount : try recordedActivity(parameters)?.taskCount ?? 1
  }

  /// Mean rate of the untrained run; nil before `init`, or of a silent network.
  private func untrainedRate() throws -> Double? {
    guard FileManager.default.fileExists(atPath: networkPath) else { return nil }
    let rates = try NetworkFile.readUntrainedRates(networkPath)
    let mean = rates.reduce(0, +) / Double(max(rates.count, 1))
    return mean > 0.01 ? mean : nil
  }
}
