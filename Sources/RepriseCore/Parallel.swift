// A loop over independent items on several threads, for work outside the step loop.
internal import Dispatch
internal import Synchronization

/// Runs `body` on each of 0 ..< `count`, cut into contiguous ranges, on up to `threads` threads.
///
/// The cut depends on `count` only, so a body that writes by item gives the same result for any number of threads.
public func parallelRanges(_ count: Int, threads: Int, _ body: @Sendable (Range<Int>) -> Void) {
  guard count > 0 else { return }
  let pieces = min(count, 64)
  if threads <= 1 {
    for piece in 0..<pieces { body(range(piece, of: pieces, count: count)) }
    return
  }
  let workers = min(threads, pieces)
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    for piece in stride(from: worker, to: pieces, by: workers) { body(range(piece, of: pieces, count: count)) }
  }
}

/// Runs `body` for each of 0 ..< `count` on a thread of its own, however few processors there are: for threads that
/// mostly wait for devices.
public func onThreads(_ count: Int, _ body: @Sendable (Int) -> Void) {
  guard count > 1 else {
    if count == 1 { body(0) }
    return
  }
  withoutActuallyEscaping(body) { body in
    let group = DispatchGroup()
    for index in 0..<count {
      DispatchQueue(label: "reprise \(index)").async(group: group) { body(index) }
    }
    group.wait()
  }
}

private func range(_ piece: Int, of pieces: Int, count: Int) -> Range<Int> {
  (count * piece / pieces)..<(count * (piece + 1) / pieces)
}

/// A pointer that several threads may use because each touches elements of its own.
public struct SharedPointer<Element>: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public init(_ pointer: UnsafeMutablePointer<Element>) { self.pointer = pointer }
  public subscript(_ index: Int) -> Element {
    get { pointer[index] }
    nonmutating set { pointer[index] = newValue }
  }
}

/// Counts across threads.
public final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  public init() {}

  public var count: Int { value.load(ordering: .relaxed) }

  /// Adds one and returns the new count.
  @discardableResult public func increment() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}
