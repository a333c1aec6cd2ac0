// What can go wrong with a device, in one sentence each.

/// A device that is missing, too small, too old or lost.
public enum DeviceError: Error, Equatable, CustomStringConvertible {
  case missingLibrary(purpose: String, tried: [String], reason: String, advice: String)
  case missingFunction(library: String, name: String)
  case noDevice(runtime: String, reason: String, advice: String)
  case noSuchDevice(runtime: String, index: Int, available: [String])
  case callFailed(runtime: String, call: String, status: String)
  /// `log` is the file that holds all that the compiler said; nil if there is none.
  case compilationFailed(compiler: String, message: String, log: String?)
  /// `limit` is that of one buffer, or all that the device has.
  case tooLittleMemory(device: String, what: String, wanted: Int, limit: Int)
  case unsupported(what: String, found: String, advice: String)

  public var description: String {
    switch self {
    case .missingLibrary(let purpose, let tried, let reason, let advice):
      "\(purpose): none of \(tried.joined(separator: ", ")) could be opened (\(reason)). \(advice)"
    case .missingFunction(let library, let name):
      "\(library) has no function \(name): it is too old, or something else of that name."
    case .noDevice(let runtime, let reason, let advice):
      "\(runtime): no device was found (\(reason)). \(advice)"
    case .noSuchDevice(let runtime, let index, let available):
      "\(runtime): there is no device \(index); found "
        + available.enumerated().map { "\($0.offset): \($0.element)" }.joined(separator: ", ") + "."
    case .callFailed(let runtime, let call, let status):
      "\(runtime): \(call) failed with \(status)."
    case .compilationFailed(let compiler, let message, let log):
      "\(compiler) cannot compile the kernels: \(message)" + (log.map { " All that it said is in \($0)." } ?? "")
    case .tooLittleMemory(let device, let what, let wanted, let limit):
      "\(what) needs \(wanted) bytes, but \(device) has room for \(limit). Use --set plastic.pool, a smaller network, or "
        + "--backend cpu."
    case .unsupported(let what, let found, let advice):
      "\(what) is \(found), which GPU backends cannot do yet. \(advice)"
    }
  }
}

/// What `reprise doctor` says of a device, and what a plan needs to know of it.
public struct DeviceDescription: Sendable, Equatable, Codable {
  public let name: String
  public let driver: String
  public let memoryBytes: Int

  public init(name: String, driver: String, memoryBytes: Int) {
    self.name = name
    self.driver = driver
    self.memoryBytes = memoryBytes
  }
}
