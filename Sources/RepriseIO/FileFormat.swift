// What every file of Reprise says about itself, and the check of it (docs/file-formats.md).
internal import RepriseModel

/// Version of the program, written to every file.
public let repriseVersion = "0.1.0"

/// The kinds of HDF5 files that Reprise writes.
package enum FileFormat: String {
  case network, checkpoint, test, rates

  /// Raised when the layout changes; files of later versions are refused.
  static let version: Int64 = 1

  /// - Parameter fingerprint: Of the network; nil for files that belong to none.
  func mark(_ file: HDF5File, fingerprint: UInt64? = nil) throws(HDF5Error) {
    try file.setAttribute("format", to: "reprise \(rawValue)")
    try file.setAttribute("format_version", to: Self.version)
    try file.setAttribute("reprise_version", to: repriseVersion)
    if let fingerprint { try file.setAttribute("fingerprint", to: fingerprint) }
  }

  /// - Throws: ``StoredFileError`` if the file is of another kind or of a later version.
  func check(_ file: HDF5File) throws {
    let found = try file.textAttribute("format")
    guard found == "reprise \(rawValue)" else {
      throw StoredFileError(file.path, .wrongKind(found: found, needed: rawValue))
    }
    let version: Int64 = try file.attribute("format_version") ?? 0
    guard version <= Self.version else {
      throw StoredFileError(file.path, .laterVersion(found: Int(version), known: Int(Self.version)))
    }
  }

  /// The kind of a file; nil for files that Reprise did not write.
  package static func kind(of file: HDF5File) throws(HDF5Error) -> FileFormat? {
    guard let text = try file.textAttribute("format"), text.hasPrefix("reprise ") else { return nil }
    return FileFormat(rawValue: String(text.dropFirst("reprise ".count)))
  }
}

/// A file of Reprise that cannot be used as asked.
public struct StoredFileError: Error, Equatable, CustomStringConvertible {
  public enum Problem: Equatable, Sendable {
    case wrongKind(found: String?, needed: String)
    case laterVersion(found: Int, known: Int)
    case otherNetwork(networkFile: String)
    case inconsistent(String)
    case singlePrecision
  }

  public let path: String
  public let problem: Problem

  public init(_ path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var description: String {
    switch problem {
    case .wrongKind(let found, let needed):
      let what = found.map { "says it is '\($0)'" } ?? "was not written by Reprise"
      return "\(path) \(what), but a \(needed) file of Reprise is needed."
    case .laterVersion(let found, let known):
      return "\(path) has format version \(found); this program reads versions up to \(known). Use a newer Reprise."
    case .otherNetwork(let networkFile):
      return """
        \(path) belongs to another network than \(networkFile). Use one made from this network, or make it anew with \
        `reprise train` or `reprise test`.
        """
    case .inconsistent(let what):
      let end = what.hasSuffix(".") ? "" : "."
      return "\(path) is damaged: \(what)\(end) Restore it from a copy, or make it anew."
    case .singlePrecision:
      return "\(path) holds single precision; the reference backend computes in double and starts from these values."
    }
  }
}
