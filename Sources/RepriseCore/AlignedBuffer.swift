// Memory for kernels: zero, aligned, in huge pages where it is large.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A fixed number of elements at an aligned address. Owners hand its pointer to kernels; nothing else escapes.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int

  /// `count` elements, all bits zero, 64-byte aligned.
  ///
  /// - Parameter stagger: Shifts the start within its page by this many cache lines. Arrays that are walked together
  ///   must differ in it: equal low address bits made a state update 2.1 times slower (docs/performance.md).
  public init(count: Int, stagger: Int = 0) {
    let offset = (stagger * 64) % Self.page
    let size = max(count, 1) * MemoryLayout<Element>.stride + offset + 64
    mapping = size >= Self.hugePage * 2 ? Mapping(byteCount: size) : nil
    if let mapping {
      allocation = mapping.start
    } else {
      var base: UnsafeMutableRawPointer?
      let rounded = (size + Self.page - 1) / Self.page * Self.page
      precondition(posix_memalign(&base, Self.page, rounded) == 0, "out of memory: \(rounded) bytes")
      memset(base!, 0, rounded)
      allocation = base!
    }
    pointer = (allocation + offset).bindMemory(to: Element.self, capacity: max(count, 1))
    self.count = count
  }

  /// A copy of some values.
  public convenience init(_ values: [Element], stagger: Int = 0) {
    self.init(count: values.count, stagger: stagger)
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { pointer.update(from: start, count: source.count) }
    }
  }

  private static var page: Int { 4096 }
  private static var hugePage: Int { 2 << 20 }
  private let allocation: UnsafeMutableRawPointer
  private let mapping: Mapping?

  deinit {
    if let mapping { mapping.unmap() } else { free(allocation) }
  }

  /// Pages of the system, which are zero until they are written, so that the threads that use them can be the first to
  /// touch them.
  private struct Mapping {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    /// The first address in a huge page.
    var start: UnsafeMutableRawPointer { base.alignedUp(toMultipleOf: hugePage) }

    init(byteCount: Int) {
      self.byteCount = byteCount + hugePage
      let protection = PROT_READ | PROT_WRITE
      let found = mmap(nil, self.byteCount, protection, MAP_PRIVATE | MAP_ANON, -1, 0)
      precondition(found != MAP_FAILED, "out of memory: \(byteCount) bytes")
      base = found!
      #if canImport(Glibc)
        madvise(base, self.byteCount, MADV_HUGEPAGE)
      #endif
    }

    func unmap() { munmap(base, byteCount) }
  }

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
