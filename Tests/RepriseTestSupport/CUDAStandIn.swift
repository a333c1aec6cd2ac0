// The stand-in for NVIDIA's driver and compiler, built when a test asks for it, with NVIDIA's own headers where they are.
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A copy of the library with a state of its own; see Tests/CUDAStandIn/stand_in.c.
public final class CUDAStandIn: @unchecked Sendable {
  /// The file, to be named in REPRISE_LIBCUDA and REPRISE_NVRTC.
  public let path: String
  private let handle: UnsafeMutableRawPointer

  public struct Problem: Error, CustomStringConvertible {
    public let description: String
  }

  /// - Parameter settings: As in the source, such as "allocation=2".
  public init(_ settings: String = "") throws {
    path = try Self.copy()
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw Problem(description: dlerror().map { String(cString: $0) } ?? path)
    }
    self.handle = handle
    set(settings)
  }

  deinit { unlink(path) }

  public func set(_ settings: String) {
    typealias Set = @convention(c) (UnsafePointer<CChar>) -> Void
    function("stand_in_set", Set.self)(settings)
  }

  /// Launches, attributes and compilations so far.
  public var record: [String] {
    typealias Read = @convention(c) () -> UnsafePointer<CChar>
    return String(cString: function("stand_in_record", Read.self)()).split(separator: "\n").map(String.init)
  }

  /// Bytes of the device that are allocated.
  public var usedBytes: Int { function("stand_in_used", (@convention(c) () -> Int).self)() }

  /// How often the host has waited for the device.
  public var waitCount: Int { Int(function("stand_in_waits", (@convention(c) () -> Int32).self)()) }

  /// Contexts, modules and graphs that exist.
  public var objectCount: Int { Int(function("stand_in_objects", (@convention(c) () -> Int32).self)()) }

  private func function<T>(_ name: String, _ type: T.Type) -> T { unsafeBitCast(dlsym(handle, name), to: type) }

  // MARK: Building

  private static let counter = Atomic<Int>(0)

  private static func copy() throws -> String {
    let library = try built.get()
    let path = "\(library).\(counter.add(1, ordering: .relaxed).newValue)"
    _ = try run("cp '\(library)' '\(path)'")
    return path
  }

  /// Once for each process, in a folder that goes when the process ends.
  private static let built: Result<String, any Error> = Result {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    var template = Array("/tmp/reprise-stand-in-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Problem(description: "/tmp: \(String(cString: strerror(errno)))") }
    let library = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } + "/stand-in.so"
    atexit {
      guard let library = try? CUDAStandIn.built.get() else { return }
      unlink(library)
      rmdir(String(library.dropLast("/stand-in.so".count)))
    }
    var options = "-std=gnu17 -Wall -Wextra -Werror -shared -fPIC"
    if let headers = CUDAHeaders.options {
      // Functions must have the prototypes of NVIDIA's headers; the stand-in's numbers need not be of their types.
      options += " -DSTAND_IN_HEADERS -Wmissing-prototypes -Wno-enum-compare -Wno-enum-conversion \(headers)"
    }
    return try run(
      "$(command -v cc || command -v clang) \(options) -o '\(library)' '/\(folder)'/CUDAStandIn/*.c", library)
  }

  /// Runs a shell command.
  ///
  /// - Returns: `result`.
  /// - Throws: ``Problem`` with what the command said if it failed.
  public static func run(_ command: String, _ result: String = "") throws -> String {
    guard let pipe = popen("\(command) 2>&1", "r") else { throw Problem(description: command) }
    var said = [UInt8](repeating: 0, count: 1 << 14)
    let count = fread(&said, 1, said.count, pipe)
    guard pclose(pipe) == 0 else { throw Problem(description: String(decoding: said[..<count], as: UTF8.self)) }
    return result
  }
}

/// The headers of NVIDIA's driver and compiler, which `scripts/nvrtc` puts into .build.
public enum CUDAHeaders {
  /// Options of a C compiler that find them; nil where they are not.
  public static let options: String? = {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folders = ["cuda-headers/nvidia/cuda_runtime", "nvrtc/nvidia/cuda_nvrtc"].map { "\(root)/.build/\($0)/include" }
    let files = zip(folders, ["cuda.h", "nvrtc.h"]).map { "\($0)/\($1)" }
    guard files.allSatisfy({ access($0, R_OK) == 0 }) else {
      print("SKIPPED, all checks against NVIDIA's headers: \(files.joined(separator: " or ")) is not here")
      return nil
    }
    return folders.map { "-I'\($0)'" }.joined(separator: " ")
  }()
}
