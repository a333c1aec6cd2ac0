// Which backend, and which devices, a step of the user's work is done on.
internal import RepriseBackends
internal import RepriseModel

/// Which backend runs a network.
public enum BackendChoice: String, Sendable, CaseIterable {
  case cpu, reference, opencl, cuda

  /// True for backends that compute on a device with a number.
  var isDevice: Bool { self == .opencl || self == .cuda }
}

/// Devices that share the trials of a test, by the numbers that `reprise doctor` gives them.
public enum DeviceChoice: Sendable, Equatable {
  case first
  case numbers([Int])
  case all

  /// - Parameter text: As `--device` takes it: "1", "0,1" or "all".
  /// - Throws: ``ProjectError/invalidOption(_:)``.
  public init(_ text: String) throws(ProjectError) {
    guard text != "all" else {
      self = .all
      return
    }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !numbers.contains(nil) else {
      throw .invalidOption("--device is '\(text)', but must be a number, several as in 0,1, or all.")
    }
    self = .numbers(numbers.compactMap(\.self))
  }

  /// The number of the only device; nil: the first.
  ///
  /// - Parameter command: What computes on one device only.
  /// - Throws: ``ProjectError/invalidOption(_:)`` where there are several.
  public func single(for command: String) throws(ProjectError) -> Int? {
    let found: String
    switch self {
    case .first: return nil
    case .numbers(let numbers) where numbers.count == 1: return numbers[0]
    case .numbers(let numbers): found = numbers.map(String.init).joined(separator: ",")
    case .all: found = "all"
    }
    throw .invalidOption(
      "--device is \(found), but `reprise \(command)` computes on one device. Name one; `reprise test` takes several.")
  }
}

extension BackendChoice {
  /// - Throws: ``ProjectError`` if a device cannot be chosen, or not this one.
  func check(device: Int?) throws(ProjectError) { try check(devices: device.map { .numbers([$0]) } ?? .first) }

  /// - Throws: ``ProjectError`` if devices cannot be chosen, or not these.
  func check(devices: DeviceChoice) throws(ProjectError) {
    guard devices != .first else { return }
    guard isDevice else {
      throw .invalidOption("--device chooses among GPUs, but --backend is \(rawValue). Use --backend opencl or cuda.")
    }
    guard case .numbers(let numbers) = devices else { return }
    var seen: Set<Int> = []
    for number in numbers {
      guard number >= 0 else { throw .invalidOption("--device is \(number), but must be at least 0.") }
      guard seen.insert(number).inserted else {
        throw .invalidOption("--device names device \(number) twice. Each device runs trials once.")
      }
    }
  }

  /// Devices of this kind, in the order of their numbers; none for backends on processors.
  ///
  /// - Throws: ``DeviceError`` where there should be one.
  func devices() throws(DeviceError) -> [DeviceDescription] {
    switch self {
    case .cpu, .reference: []
    case .opencl: try DeviceSurvey.openCLDevices()
    case .cuda: try DeviceSurvey.cudaDevices()
    }
  }

  /// What is known of a device; nil for backends on processors.
  ///
  /// - Parameter device: Its number; nil: the first.
  /// - Throws: ``DeviceError`` if it is not there.
  func description(device: Int?) throws(DeviceError) -> DeviceDescription? {
    guard isDevice else { return nil }
    let (devices, index) = (try devices(), device ?? 0)
    guard devices.indices.contains(index) else {
      throw .noSuchDevice(
        runtime: self == .cuda ? "CUDA" : "OpenCL", index: index, available: devices.map(\.name))
    }
    return devices[index]
  }

  /// Numbers of the devices that are meant.
  func numbers(_ choice: DeviceChoice) throws(DeviceError) -> [Int] {
    switch choice {
    case .first: [0]
    case .numbers(let numbers): numbers
    case .all: Array(try devices().indices)
    }
  }

  /// A backend for a network.
  ///
  /// - Parameters:
  ///   - device: Number of the device; nil: the first.
  ///   - learns: False for trials that never learn.
  func make(_ network: Network, device: Int?, threads: Int, learns: Bool) throws -> any Backend {
    switch self {
    case .cpu: try CPUBackend(network: network, threads: threads, learns: learns)
    case .reference: ReferenceBackend(network: network)
    case .opencl: try GPUBackend.openCL(network, device: device ?? 0, threads: threads, learns: learns)
    case .cuda: try GPUBackend.cuda(network, device: device ?? 0, threads: threads, learns: learns)
    }
  }
}
