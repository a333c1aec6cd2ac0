// Memory for kernels: zeroed, aligned, in huge pages where it is large.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A fixed number of elements at an aligned address. Owners hand its pointer to kernels; nothing else escapes.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int
  private let byteCount: Int

  /// `count` elements, all bits zero, 64-byte aligned.
  ///
  /// - Parameter stagger: Shifts the start within its page by this many cache lines. Arrays that are walked together
  ///   must differ in it: equal low address bits made a state update 2.1 times slower (docs/performance.md).
  public init(count: Int, stagger: Int = 0) {
    let page = 4096
    let offset = (stagger * 64) % page
    let size = max(count, 1) * MemoryLayout<Element>.stride + offset + 64
    let alignment = size >= 4 << 20 ? 2 << 20 : page
    byteCount = (size + alignment - 1) / alignment * alignment
    var base: UnsafeMutableRawPointer?
    precondition(posix_memalign(&base, alignment, byteCount) == 0, "out of memory: \(byteCount) bytes")
    #if canImport(Glibc)
      if alignment > page { madvise(base, byteCount, MADV_HUGEPAGE) }
    #endif
    memset(base!, 0, byteCount)
    allocation = base!
    pointer = (base! + offset).bindMemory(to: Element.self, capacity: max(count, 1))
    self.count = count
  }

  private let allocation: UnsafeMutableRawPointer

  deinit { free(allocation) }

  public func fill(_ value: Element) { pointer.update(repeating: value, count: count) }

  public subscript(_ index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "index \(index) outside 0 ..< \(count)")
      return pointer[index]
    }
    set {
      precondition(index >= 0 && index < count, "index \(index) outside 0 ..< \(count)")
      pointer[index] = newValue
    }
  }
}
