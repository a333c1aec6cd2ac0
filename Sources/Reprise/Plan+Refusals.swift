// What does not fit is refused before anything is allocated, with what would fit.
internal import RepriseBackends
internal import RepriseCore

extension Plan {
  /// - Throws: ``ProjectError/tooLittleMemory(_:)`` if `init` cannot fit.
  func requireMemoryToInitialize() throws(ProjectError) {
    if let available = availableBytes, initializationBytes > available {
      throw .tooLittleMemory(
        "Building the network needs about \(size(initializationBytes)) of memory, and \(size(available)) "
          + "are free. Use static.storage = \"procedural\", a smaller network.N, or a machine with more memory.")
    }
    if let device, deviceInitializationBytes > device.memoryBytes {
      throw .tooLittleMemory(
        "\(need("Running the untrained network", deviceInitialization, of: device)) Use static.storage = "
          + "\"procedural\", a smaller network.N, a device with more memory, or --backend cpu.")
    }
  }

  /// - Throws: ``ProjectError`` if training, or its checkpoint, cannot fit.
  func requireRoomToTrain() throws(ProjectError) {
    if let device, deviceTrainingBytes > device.memoryBytes {
      throw .tooLittleMemory(
        "\(need("Training", deviceTraining, of: device)) Use \(advice(fitting: device.memoryBytes)), "
          + "a device with more memory, or --backend cpu.")
    }
    if let available = availableBytes, trainingBytes > available {
      // The settings that shrink memory of a device leave that of the machine as it is.
      let advice = deviceTraining.isEmpty ? advice(fitting: available) : "a smaller network.N or fewer tasks"
      throw .tooLittleMemory(
        "Training needs about \(size(trainingBytes)) of memory, and \(size(available)) are free. Use "
          + "\(advice), or a machine with more memory.")
    }
    try requireRoomForCheckpoint()
  }

  /// - Throws: ``ProjectError`` if a checkpoint cannot fit on the drive.
  func requireRoomForCheckpoint() throws(ProjectError) {
    if let free = freeDiskBytes, checkpointBytes > free {
      throw .tooLittleDisk(
        "A checkpoint needs \(size(checkpointBytes)) on the drive of \(folder), and \(size(free)) are free. Make room, "
          + "or use learning.precision = \"float16\" or learning.memory = \"history\".")
    }
  }

  /// Does a part of training. Where a device runs out of memory, the error says what training needs of it.
  func explaining<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as DeviceError {
      switch error {
      case .outOfMemory, .tooLittleMemory:
        throw ProjectError.tooLittleMemory(
          "\(error) Training needs about \(size(deviceTrainingBytes)) in all\(largestPart(deviceTraining)).")
      default: throw error
      }
    }
  }

  private func need(_ what: String, _ parts: [Part], of device: DeviceDescription) -> String {
    "\(what) needs about \(size(parts.map(\.bytes).reduce(0, +))) on \(device.name), which has "
      + "\(size(device.memoryBytes))\(largestPart(parts))."
  }

  private func largestPart(_ parts: [Part]) -> String {
    guard let largest = parts.max(by: { $0.bytes < $1.bytes }) else { return "" }
    return "; most of it is for: \(largest.name) (\(size(largest.bytes)))"
  }

  /// Settings with which training needs no more than some memory.
  private func advice(fitting available: Int) -> String {
    let ways = alternatives.filter { $0.trainingBytes <= available }.map {
      "--set \($0.setting.replacing(" and ", with: " --set ")) (\(size($0.trainingBytes))"
        + ($0.needsInit ? ", and `reprise init` again)" : ")")
    }
    return ways.isEmpty ? "a smaller network.N or plastic.L" : ways.joined(separator: ", ")
  }

  private func size(_ bytes: Int) -> String {
    if bytes < 1_000_000 { return "\(bytes / 1000) kB" }
    return bytes < 1_000_000_000
      ? "\(bytes / 1_000_000) MB" : "\(DecimalText.fixed(Double(bytes) / 1e9, digits: 2)) GB"
  }
}
