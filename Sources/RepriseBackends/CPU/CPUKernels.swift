// The table of kernels: chooses the variant.
internal import CReprise
internal import RepriseCore

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The kernels of one instruction set.
public struct CPUKernels: @unchecked Sendable {
  let table: UnsafePointer<rp_kernels>

  public var name: String { String(cString: table.pointee.name) }

  /// - Parameter name: scalar, avx2 or avx512; nil: what `REPRISE_KERNELS` names, else the best for this processor.
  /// - Throws: ``BackendError/unknownKernels(name:available:)``.
  public init(named name: String? = nil) throws(BackendError) {
    let wanted = name ?? ProcessInfo.processInfo.environment["REPRISE_KERNELS"].flatMap { $0.isEmpty ? nil : $0 }
    guard let found = rp_find_kernels(wanted) else {
      throw .unknownKernels(name: wanted ?? "", available: Self.available)
    }
    table = found
  }

  /// Variants that this processor runs, best first.
  public static var available: [String] {
    var names: [String] = []
    while let name = rp_kernel_name(names.count) { names.append(String(cString: name)) }
    return names
  }
}

/// Why a backend cannot be made.
public enum BackendError: Error, Equatable, CustomStringConvertible {
  case unknownKernels(name: String, available: [String])
  case tooLarge(what: String, found: Int, limit: Int)

  public var description: String {
    switch self {
    case .unknownKernels(let name, let available):
      "Kernels '\(name)' are not available on this processor; REPRISE_KERNELS may be "
        + "\(available.joined(separator: ", "))."
    case .tooLarge(let what, let found, let limit):
      "\(what) is \(found), but the cpu backend can handle at most \(limit)."
    }
  }
}
