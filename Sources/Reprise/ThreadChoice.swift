// How many threads work on a network.
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Threads to use, no more than there are processors: others would only wait. Results do not depend on it.
public enum ThreadChoice: Sendable, Equatable {
  /// All processors, but no more threads than pay: below about a thousand neurons per thread, waiting for one another
  /// in every step costs more than is gained.
  case automatic
  case exactly(Int)

  private static let neuronsPerThread = 1024

  /// Threads that simulate one network together.
  func count(neurons: Int) -> Int {
    switch self {
    case .exactly(let count): max(1, min(Self.processors, count))
    case .automatic: max(1, min(Self.processors, neurons / Self.neuronsPerThread))
    }
  }

  /// Threads that run trials side by side.
  func count(trials: Int) -> Int {
    switch self {
    case .exactly(let count): max(1, min(Self.processors, count))
    case .automatic: max(1, min(Self.processors, trials))
    }
  }

  private static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }
}
