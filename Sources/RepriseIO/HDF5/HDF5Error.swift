// What can go wrong with an HDF5 file, as values; the sentence is built from them.
internal import RepriseCore

/// A failed operation on an HDF5 file.
public struct HDF5Error: Error, Equatable, CustomStringConvertible {
  public enum Operation: String, Sendable {
    case open, create, read, write, close
  }

  public enum Problem: Equatable, Sendable {
    /// There is no such file.
    case missingFile
    /// The path names a folder.
    case isFolder
    /// The system refused, with its text.
    case refused(String)
    /// The file does not start as an HDF5 file does.
    case notHDF5
    /// The file ends before the data that it announces.
    case truncated
    /// There is no object of this path; `candidates` are what is there instead.
    case missingObject(candidates: [String])
    /// The object is of another type or kind than was asked for.
    case wrongType(found: String, needed: String)
    /// The number of elements or the rows do not fit the shape.
    case wrongShape(found: String, needed: String)
    /// The data need more memory than the machine has.
    case tooLarge(needed: UInt64, available: UInt64)
    /// The shape announces far more data than the file can hold.
    case implausibleShape([Int], fileSize: UInt64)
    /// The file was closed before, or a write to it failed before.
    case closed
    /// Any other failure inside the library.
    case library
  }

  public let operation: Operation
  public let file: String
  /// The group, dataset or attribute; nil: the file itself.
  public let object: String?
  public let problem: Problem
  /// What the library said, the most specific text first; empty where it was not asked.
  public let messages: [String]

  public init(
    _ operation: Operation, file: String, object: String? = nil, problem: Problem, messages: [String] = []
  ) {
    self.operation = operation
    self.file = file
    self.object = object
    self.problem = problem
    self.messages = messages
  }

  public var description: String { "\(file)\(object.map { ":" + $0 } ?? "") \(sentence)" }

  private var sentence: String {
    switch problem {
    case .missingFile: "does not exist. Check the path."
    case .isFolder: "is a folder; a file is needed."
    case .refused(let message): "cannot be opened: \(message). Check its permissions."
    case .notHDF5: "is not an HDF5 file. Convert it, for example with h5py."
    case .truncated: "is incomplete: it ends before the data that it announces. Copy or write it again."
    case .missingObject(let candidates): missingSentence(candidates)
    case .wrongType(let found, let needed): "is \(found); \(needed) is needed."
    case .wrongShape(let found, let needed): "has \(found) but needs \(needed)."
    case .tooLarge(let needed, let available):
      "needs \(formatBytes(needed)) of memory and this machine has \(formatBytes(available)). "
        + "Read it in parts, or use a smaller file."
    case .implausibleShape(let shape, let size):
      "has the shape \(formatShape(shape)), far more than its file of \(formatBytes(size)) can hold. "
        + "The file is damaged; copy or write it again."
    case .closed: "is closed or failed before; nothing more can be done with it."
    case .library: "\(failure) The HDF5 library said: \(librarySentence)."
    }
  }

  private var failure: String {
    switch operation {
    case .open, .read: "cannot be \(operation == .open ? "opened" : "read") and may be damaged."
    case .create, .write, .close: "cannot be written."
    }
  }

  private func missingSentence(_ candidates: [String]) -> String {
    guard !candidates.isEmpty else { return "does not exist. Check the name." }
    let nearest = object.flatMap { Suggestions.closest(to: $0, among: candidates) }
    return "does not exist. There is \(candidates.prefix(12).joined(separator: ", "))"
      + (candidates.count > 12 ? " and \(candidates.count - 12) more." : ".")
      + (nearest.map { " Did you mean \($0)?" } ?? "")
  }

  private var librarySentence: String {
    guard let first = messages.first else { return "nothing" }
    guard let last = messages.last, last != first else { return first }
    return "\(last): \(first)"
  }

  /// The system's error code behind the failure, where the library passed one on.
  var systemCode: Int32? {
    for message in messages {
      guard let range = message.firstRange(of: "errno = ") else { continue }
      return Int32(message[range.upperBound...].prefix { $0.isNumber })
    }
    return nil
  }
}

/// A shape as `40 x 16305 x 3`.
func formatShape(_ shape: [Int]) -> String {
  shape.isEmpty ? "of one value" : shape.map { String($0) }.joined(separator: " x ")
}
