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
  ///
  /// - Parameters:
  ///   - backend: `cpu`, `opencl` or `cuda`.
  ///   - device: Number of the device to compare with, for backends on devices; nil: the first, if there is one.
  public func plan(
    overrides: [String] = [], threads: ThreadChoice, backend: BackendChoice = .cpu, device: Int? = nil
  ) throws -> Plan {
    try backend.check(device: device)
    guard backend != .reference else {
      throw ProjectError.invalidOption(
        "--backend is reference, whose memory is not planned. Use --backend cpu, opencl or cuda.")
    }
    let parameters = try plannedParameters(overrides)
    // Plans are also made where there is no device yet.
    let found = device == nil ? try? backend.description(device: nil) : try backend.description(device: device)
    return try plan(
      parameters, taskCount: try taskCount(parameters), threads: threads.count(neurons: parameters.neuronCount),
      backend, found)
  }

  /// - Throws: What a backend on devices cannot do.
  func plan(
    _ parameters: Parameters, taskCount: Int, threads: Int, _ backend: BackendChoice, _ device: DeviceDescription?
  ) throws -> Plan {
    return Plan(
      parameters, taskCount: taskCount, threads: threads, folder: folder, backend: backend, device: device)
  }

  /// Needs of a training, before its network is read.
  func plan(_ options: TrainOptions) throws -> Plan {
    let device = try options.backend.description(device: options.device)
    guard FileManager.default.fileExists(atPath: networkPath) else { throw ProjectError.notInitialized(folder) }
    let stored = try NetworkFile.readShape(networkPath)
    let hasConfiguration = FileManager.default.fileExists(atPath: configurationPath)
    let parameters = hasConfiguration ? try plannedParameters(options.overrides) : stored.parameters
    return try plan(
      parameters, taskCount: stored.taskCount, threads: options.threads.count(neurons: parameters.neuronCount),
      options.backend, device)
  }

  /// Measures the parts of a loop for about a second and adds them up.
  public func estimateLoopTime(overrides: [String] = [], threads: ThreadChoice) throws -> LoopTime {
    var parameters = try plannedParameters(overrides).asDrawn
    if parameters.feedforward.perTask, parameters.targets.source != .sinusoids {
      parameters.targets.recordedTaskCount = try taskCount(parameters)
    }
    let calibration = try CPUCalibration(parameters, threads: threads.count(neurons: parameters.neuronCount))
    let measured = try untrainedRate()
    let rate = measured ?? Self.guessedRate
    return LoopTime(
      seconds: calibration.secondsPerLoop(parameters, rate: rate), rate: rate, rateIsMeasured: measured != nil)
  }

  private func plannedParameters(_ overrides: [String]) throws -> Parameters {
    let parameters = try currentParameters(overrides)
    try parameters.requireValid()
    // Where there is a network, its files need not be.
    guard FileManager.default.fileExists(atPath: networkPath) else { return try parameters.countingGiven() }
    return parameters.countingGiven(as: try NetworkFile.readShape(networkPath).parameters)
  }

  private func taskCount(_ parameters: Parameters) throws -> Int {
    switch parameters.targets.source {
    case .sinusoids: return parameters.targets.taskCount
    case .currents, .rates: return try recordedActivity(parameters)?.taskCount ?? 1
    case .plugin:
      guard FileManager.default.fileExists(atPath: networkPath) else { return 1 }
      return try NetworkFile.readShape(networkPath).taskCount
    }
  }

  /// Mean rate of the untrained run; nil before `init`, or of a silent network.
  private func untrainedRate() throws -> Double? {
    guard FileManager.default.fileExists(atPath: networkPath) else { return nil }
    let rates = try NetworkFile.readUntrainedRates(networkPath)
    let mean = rates.reduce(0, +) / Double(max(rates.count, 1))
    return mean > 0.01 ? mean : nil
  }
}
