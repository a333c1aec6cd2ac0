// Kernels are compiled once, kept in files, and taken from a given folder where there is no compiler.
import RepriseTestSupport
import Testing

@testable import RepriseBackends

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite final class CubinStoreTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/reprise-cubins-\(UUID().uuidString)"
  private let standIn: CUDAStandIn
  private let driver = CUDAVersion(12, 4)

  init() throws { standIn = try CUDAStandIn() }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var compilations: [String] { standIn.record.filter { $0.hasPrefix("compile") } }
  private var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }

  private func store(ready: String? = nil, cache: String? = nil) -> CubinStore {
    let path = standIn.path
    return CubinStore(readyFolder: ready, cacheFolder: cache) { driver, device throws(DeviceError) in
      try NVRTCSearch.compiler(driver: driver, device: device, candidates: [path])
    }
  }

  private func storeWithoutCompiler(ready: String? = nil, cache: String? = nil) -> CubinStore {
    CubinStore(readyFolder: ready, cacheFolder: cache) { driver, device throws(DeviceError) in
      try NVRTCSearch.compiler(driver: driver, device: device, candidates: ["/nowhere/libnvrtc.so.12"])
    }
  }

  private func request(
    _ text: String = "// kernel a 8\n", _ defines: [String: String] = ["N": "5"], _ number: Int = 90
  ) -> CubinRequest {
    CubinRequest(text: text, defines: defines, capability: CUDACapability(number: number))
  }

  private func failure(_ body: () throws -> Void) throws -> DeviceError {
    try #require(throws: DeviceError.self) { try body() }
  }

  @Test func compilesOnceAndKeeps() throws {
    let first = try store(cache: folder).cubin(for: request(), driver: driver)
    let second = try store(cache: folder).cubin(for: request(), driver: driver)
    #expect(String(decoding: first.bytes, as: UTF8.self).hasPrefix("STAND-IN\nkernel a 8\n"))
    #expect(first.bytes == second.bytes)
    #expect(first.source == "NVRTC 12.4")
    #expect(second.source.hasPrefix(folder))
    #expect(files == ["\(request().key)-sm_90-nvrtc-12.4.cubin"])
    let options = try #require(compilations.first).split(separator: " ")
    for option in ["--gpu-architecture=sm_90", "--fmad=false", "--define-macro=N=5", "--std=c++17"] {
      #expect(options.contains(Substring(option)))
    }
    #expect(!options.contains("--no-cache"))
    #expect(compilations.count == 1)
  }

  @Test func whateverDecidesTheCodeDecidesTheFile() throws {
    let store = store(cache: folder)
    for request in [
      request(), request("// kernel b 8\n"), request("// kernel a 8\n", ["N": "6"]), request("// kernel a 8\n", [:]),
      request("// kernel a 8\n", ["N": "5"], 80),
    ] {
      _ = try store.cubin(for: request, driver: driver)
    }
    #expect(files.count == 5)
    standIn.set("nvrtc=12090")
    _ = try store.cubin(for: request(), driver: driver)
    #expect(files.count == 6)
    #expect(compilations.last?.contains("--no-cache") == true)
  }

  @Test func laterDevicesRunCodeOfEarlierOnes() throws {
    _ = try store(cache: folder).cubin(for: request("// kernel a 8\n", [:], 103), driver: driver)
    #expect(compilations.last?.contains("--gpu-architecture=sm_100") == true)
  }

  @Test(arguments: [0, 10, 16, 40]) func damagedFilesAreCompiledAgain(_ kept: Int) throws {
    let store = store(cache: folder)
    let cubin = try store.cubin(for: request(), driver: driver)
    let path = "\(folder)/\(files[0])"
    let whole = try #require(FileManager.default.contents(atPath: path))
    try Data(whole.prefix(min(kept, whole.count - 1))).write(to: URL(fileURLWithPath: path))
    #expect(try store.cubin(for: request(), driver: driver).bytes == cubin.bytes)
    #expect(compilations.count == 2)
    #expect(FileManager.default.contents(atPath: path) == whole)
  }

  @Test func aFolderReplacesTheCompiler() throws {
    let compiled = try store(cache: folder).cubin(for: request(), driver: driver)
    let ready = try storeWithoutCompiler(ready: folder).cubin(for: request(), driver: driver)
    #expect(ready.bytes == compiled.bytes)
    #expect(ready.source == "\(folder)/\(files[0])")
    let cached = try storeWithoutCompiler(cache: folder).cubin(for: request(), driver: driver)
    #expect(cached.bytes == compiled.bytes)
    // Nor is it asked for where there is one.
    _ = try store(ready: folder).cubin(for: request(), driver: driver)
    #expect(compilations.count == 1)
  }

  @Test func missingCompilerAndFile() throws {
    let error = try failure { _ = try storeWithoutCompiler(cache: folder).cubin(for: request(), driver: driver) }
    for phrase in ["NVRTC", "/nowhere/libnvrtc.so.12", "pip install nvidia-cuda-nvrtc-cu12", "REPRISE_CUBINS"] {
      #expect(error.description.contains(phrase))
    }
    let other = try failure { _ = try storeWithoutCompiler(ready: folder).cubin(for: request(), driver: driver) }
    #expect(other.description.hasPrefix("\(folder) has no \(request().key)-sm_90-*.cubin that is whole"))
    #expect(other.description.contains("/nowhere/libnvrtc.so.12"))
  }

  @Test func mistakesOfTheTextAreInALog() throws {
    let error = try failure { _ = try store(cache: folder).cubin(for: request("mistake"), driver: driver) }
    guard case .compilationFailed(let compiler, let message, let log?) = error else { throw error }
    #expect(compiler == "NVRTC 12.4")
    #expect(message == "kernels.cu(1): error: there is a mistake.")
    #expect(log.hasPrefix(folder))
    #expect(try String(contentsOfFile: log, encoding: .utf8).hasPrefix("something before\n"))
    #expect(error.description.contains(log))
    #expect(files == ["\(request("mistake").key)-sm_90-nvrtc-12.4.log"])
  }

  @Test func aCacheThatCannotBeWrittenIsLeftOut() throws {
    let store = store(cache: "/proc/nowhere")
    #expect(try !store.cubin(for: request(), driver: driver).bytes.isEmpty)
    let error = try failure { _ = try store.cubin(for: request("mistake"), driver: driver) }
    guard case .compilationFailed(_, _, let log?) = error else { throw error }
    #expect(!log.hasPrefix("/proc"))
    try FileManager.default.removeItem(atPath: log)
  }

  @Test func compilersThatDoNotFit() throws {
    standIn.set("nvrtc=13000")
    let tooNew = try failure { _ = try store().cubin(for: request(), driver: driver) }
    #expect(tooNew.description.contains("13.0, but the driver is for CUDA 12.4"))
    standIn.set("nvrtc=11080")
    let tooOld = try failure { _ = try store().cubin(for: request(), driver: driver) }
    #expect(tooOld.description.contains("11.8, but 12.0 or later is needed"))
    standIn.set("nvrtc=12040")
    let unknown = try failure { _ = try store().cubin(for: request("", [:], 120), driver: driver) }
    #expect(unknown.description.contains("does not know sm_120"))
  }

  @Test func placesOfTheCompiler() throws {
    #expect(NVRTCSearch.candidates(["REPRISE_NVRTC": "/a/b.so", "CUDA_HOME": "/c"]) == ["/a/b.so"])
    let site = "\(folder)/env/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib"
    for place in ["\(folder)/cuda/lib64", site] {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: "\(place)/libnvrtc.so.12"))
    }
    let found = NVRTCSearch.candidates(["CUDA_HOME": "\(folder)/cuda", "VIRTUAL_ENV": "\(folder)/env"])
    #expect(found.prefix(3) == ["libnvrtc.so.13", "libnvrtc.so.12", "\(folder)/cuda/lib64/libnvrtc.so.12"])
    #expect(found.contains("\(site)/libnvrtc.so.12"))
  }

  @Test func fingerprints() {
    #expect(Fingerprint.text(Fingerprint.of([])) == "6c62272e07bb014262b821756295c58d")
    #expect(Fingerprint.text(Fingerprint.of([0x61])) == "d228cb696f1a8caf78912b704e4a8964")
    #expect(Fingerprint.text(1) == "00000000000000000000000000000001")
    #expect(Fingerprint.bytes(258) == [UInt8](repeating: 0, count: 14) + [1, 2])
  }
}
