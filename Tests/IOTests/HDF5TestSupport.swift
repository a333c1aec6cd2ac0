// Folders that remove themselves, repeatable random numbers, and the recorded files where they are at hand.
import Glibc
import RepriseCore

@testable import RepriseIO

/// A new folder that is removed with everything in it when the value goes away.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/reprise-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError(path: "/tmp", code: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] { Self.names(in: path) }

  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ path: String) {
    for name in names(in: path) { remove("\(path)/\(name)") }
    if rmdir(path) != 0 { unlink(path) }
  }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// All bytes of a file; empty where it cannot be read.
func readBytes(_ path: String) -> [UInt8] {
  guard let stream = fopen(path, "rb") else { return [] }
  defer { fclose(stream) }
  fseek(stream, 0, SEEK_END)
  var bytes = [UInt8](repeating: 0, count: ftell(stream))
  rewind(stream)
  let count = fread(&bytes, 1, bytes.count, stream)
  return Array(bytes.prefix(count))
}

/// Writes bytes without any care, as a damaged file would be.
func writeBytes(_ bytes: some Collection<UInt8>, to path: String) {
  guard let stream = fopen(path, "wb") else { return }
  let bytes = Array(bytes)
  fwrite(bytes, 1, bytes.count, stream)
  fclose(stream)
}

/// Recordings that lie beside the package on some machines.
enum RecordedFiles {
  static let steinmetz = path("steinmetz_psth.h5")
  static let it7obj = path("it7obj_psth.h5")
  static let it7objSpikes = path("it7obj_spikes.h5")
  static let allenSpikes = path("allen1000_spikes.h5")
  static let steinmetzTrials = [path("steinmetz_trials_a.h5"), path("steinmetz_trials_b.h5")]

  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

  private static func path(_ name: String) -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/../shared/data/\(name)"
  }
}
