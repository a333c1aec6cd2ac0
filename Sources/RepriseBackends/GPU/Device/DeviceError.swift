// What can go wrong with a device, in one sentence each.
internal import RepriseCore

/// A device that is missing, too small, too old or lost.
public enum DeviceError: Error, Equatable, CustomStringConvertible {
  case missingLibrary(purpose: String, tried: [String], reason: String, advice: String)
  case missingFunction(library: String, name: String)
  case noDevice(runtime: String, reason: String, advice: String)
  case noSuchDevice(runtime: String, index: Int, available: [String])
  /// The driver is for an older version of the runtime than Reprise needs.
  case driverTooOld(runtime: String, found: String, needed: String, advice: String)
  /// `requestedBytes` and `freeBytes` are nil where they are not known.
  case outOfMemory(runtime: String, device: String, requestedBytes: Int?, freeBytes: Int?)
  /// The device failed, or a kernel on it; nothing that it held can be read any more.
  case deviceLost(runtime: String, device: String, call: String, status: String)
  /// Compilers were found, but none that can compile for this device and its driver.
  case noFittingCompiler(purpose: String, reasons: [String], advice: String)
  /// `log` is the file that holds all that the compiler said; nil if it could not be written.
  case compilationFailed(compiler: String, message: String, log: String?)
  /// A folder of compiled kernels lacks one, which cannot be compiled either.
  case missingKernels(folder: String, file: String, reason: String)
  case callFailed(runtime: String, call: String, status: String)
  /// `limit` is that of one buffer, or all that the device has.
  case tooLittleMemory(device: String, what: String, wanted: Int, limit: Int)
  case unsupported(what: String, found: String, advice: String)
  /// An environment variable with a value that it cannot have.
  case badSetting(name: String, found: String, allowed: [String])

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
    case .driverTooOld(let runtime, let found, let needed, let advice):
      "\(runtime): the driver is for \(runtime) \(found), but \(needed) or later is needed. \(advice)"
    case .outOfMemory(let runtime, let device, let requested, let free):
      Self.outOfMemory("\(runtime): \(device)", requested, free)
    case .deviceLost(let runtime, let device, let call, let status):
      "\(runtime): \(device) failed in \(call) with \(status), and what it held is lost."
    case .noFittingCompiler(let purpose, let reasons, let advice):
      "\(purpose): \(reasons.joined(separator: "; ")). \(advice)"
    case .compilationFailed(let compiler, let message, let log):
      "\(compiler) cannot compile the kernels: \(message)" + (log.map { " All that it said is in \($0)." } ?? "")
    case .missingKernels(let folder, let file, let reason):
      "\(folder) has no \(file), and it cannot be compiled: `reprise kernels` fills such a folder where NVRTC is. "
        + reason
    case .callFailed(let runtime, let call, let status):
      "\(runtime): \(call) failed with \(status)."
    case .tooLittleMemory(let device, let what, let wanted, let limit):
      "\(what) needs \(formatBytes(UInt64(wanted))), but \(device) has room for \(formatBytes(UInt64(limit))). "
        + Self.whatNeedsLess
    case .unsupported(let what, let found, let advice):
      "\(what) is \(found), which GPU backends cannot do yet. \(advice)"
    case .badSetting(let name, let found, let allowed):
      "The environment variable \(name) is '\(found)', but must be one of \(allowed.joined(separator: ", "))."
    }
  }

  private static func outOfMemory(_ device: String, _ requested: Int?, _ free: Int?) -> String {
    func text(_ bytes: Int) -> String { formatBytes(UInt64(max(0, bytes))) }
    let asked = requested.map { "\(text($0)) more were asked for" } ?? "its memory is full"
    let left = free.map { " and \(text($0)) are free" } ?? ""
    return "\(device) has too little memory: \(asked)\(left). \(whatNeedsLess) Another program may use the device too."
  }

  private static let whatNeedsLess =
    "learning.form=dense, learning.precision=float16, plastic.pool, learning.memory=history or a smaller network needs "
    + "less."
}
