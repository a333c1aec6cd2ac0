// In which way a device is asked for the steps between two updates. The results are the same bits.
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How the steps between two updates start.
enum GPUStepMode: String, CaseIterable {
  /// One launch for each step, all of them prepared as one graph where the runtime has such a thing.
  case graph
  /// One launch for all steps, whose groups wait for one another.
  case persistent
  /// One launch for each step, one by one.
  case launches

  static let variable = "REPRISE_STEPS"

  /// - Parameter text: As in the environment variable; nil or empty: a graph.
  /// - Throws: ``DeviceError`` for any other text.
  init(_ text: String?) throws(DeviceError) {
    guard let text, !text.isEmpty else {
      self = .graph
      return
    }
    guard let mode = GPUStepMode(rawValue: text) else {
      throw .badSetting(name: Self.variable, found: text, allowed: Self.allCases.map(\.rawValue))
    }
    self = mode
  }

  static func fromEnvironment() throws(DeviceError) -> GPUStepMode {
    try GPUStepMode(ProcessInfo.processInfo.environment[variable])
  }
}
