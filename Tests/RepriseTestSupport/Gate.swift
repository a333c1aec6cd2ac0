// Tests whose backends have several threads of their own run a few at a time: threads that wait for one another at every
// step lose most of their time where many others take their processors.
internal import Foundation
public import Testing

/// Lets as many tests through as there are pairs of processors, and at least two, over all suites that have it.
public struct FewAtATime: SuiteTrait, TestTrait, TestScoping {
  public var isRecursive: Bool { true }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    await Gate.shared.enter()
    do {
      try await function()
    } catch {
      await Gate.shared.leave()
      throw error
    }
    await Gate.shared.leave()
  }
}

extension Trait where Self == FewAtATime {
  public static var fewAtATime: FewAtATime { FewAtATime() }
}

private actor Gate {
  static let shared = Gate()
  private var free = max(2, ProcessInfo.processInfo.activeProcessorCount / 2)
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    if free > 0 {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
