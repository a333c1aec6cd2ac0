// Libraries that are looked for when the program runs, so that nothing is needed to build it.
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A library of the system that is open for as long as the process runs, and its functions.
final class DynamicLibrary: @unchecked Sendable {
  /// The name under which it was found.
  let name: String
  private let handle: UnsafeMutableRawPointer

  /// Opens the first of some names that can be opened.
  ///
  /// - Parameters:
  ///   - purpose: What the library is for, as in "OpenCL".
  ///   - candidates: Names for the system's search, or paths.
  ///   - advice: What to do where there is none, a sentence.
  /// - Throws: ``DeviceError`` that names what was tried.
  init(for purpose: String, candidates: [String], advice: String) throws(DeviceError) {
    var reasons: [String] = []
    for candidate in candidates {
      if let handle = dlopen(candidate, RTLD_NOW | RTLD_LOCAL) {
        (self.handle, name) = (handle, candidate)
        return
      }
      reasons.append(dlerror().map { String(cString: $0) } ?? candidate)
    }
    throw .missingLibrary(purpose: purpose, tried: candidates, reason: reasons.first ?? "", advice: advice)
  }

  /// A function of the library as a C function type.
  func function<T>(_ name: String, as type: T.Type = T.self) throws(DeviceError) -> T {
    guard let symbol = dlsym(handle, name) else { throw .missingFunction(library: self.name, name: name) }
    return unsafeBitCast(symbol, to: type)
  }
}
