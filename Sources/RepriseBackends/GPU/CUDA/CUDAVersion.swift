// Versions of CUDA, and what a device can run.

/// A version of CUDA: of a driver, or of its compiler.
struct CUDAVersion: Comparable, Sendable, CustomStringConvertible {
  let major: Int
  let minor: Int

  var description: String { "\(major).\(minor)" }

  /// From the driver's number, such as 12040 for 12.4.
  init(number: Int) { self.init(number / 1000, number % 1000 / 10) }

  init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }
}

/// The generation of a device, as 9 and 0 of sm_90.
struct CUDACapability: Sendable, Equatable, CustomStringConvertible {
  let major: Int
  let minor: Int

  var number: Int { major * 10 + minor }
  var description: String { "sm_\(number)" }

  init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  init(number: Int) { self.init(number / 10, number % 10) }

  /// Code for one generation runs on later ones of the same major number.
  func runs(_ code: Self) -> Bool { code.major == major && code.minor <= minor }
}
