// NVIDIA's own compiler, which needs no GPU: kernels compile for each generation and keep to the registers.
// `scripts/nvrtc` puts it where these tests look; they are skipped without it.
import CReprise
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseBackends

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the compiler says of a kernel.
struct KernelFigures: Equatable {
  var registers = 0
  var spilledBytes = 0

  /// By the kernel's name, from a log with `--ptxas-options=-v`.
  static func read(_ log: String) -> [String: KernelFigures] {
    var figures: [String: KernelFigures] = [:]
    var name = ""
    for line in log.split(separator: "\n") {
      let words = line.split { " ,'".contains($0) }
      if line.contains("Compiling entry function"), let index = words.firstIndex(of: "function") {
        name = String(words[index + 1])
        figures[name] = KernelFigures()
      }
      for unit in ["stores", "loads"] where line.contains("bytes spill \(unit)") {
        if let end = words.firstIndex(of: Substring(unit)), end >= 3 {
          figures[name]?.spilledBytes += Int(words[end - 3]) ?? 0
        }
      }
      if let index = words.firstIndex(of: "registers"), index >= 1, line.contains("Used") {
        figures[name]?.registers = Int(words[index - 1]) ?? 0
      }
    }
    return figures
  }
}

enum InstalledNVRTC {
  /// The compiler that `scripts/nvrtc` installs, else one of this machine.
  static let compiler: NVRTC? = {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let installed = ["cuda_nvrtc/lib/libnvrtc.so.12", "cu13/lib/libnvrtc.so.13"].map {
      "\(root)/.build/nvrtc/nvidia/\($0)"
    }
    let candidates = installed.filter { FileManager.default.fileExists(atPath: $0) } + NVRTCSearch.candidates()
    return try? NVRTCSearch.compiler(driver: nil, device: nil, candidates: candidates)
  }()

  static let missing: Comment = "NVRTC is not here: run scripts/nvrtc, which needs pip and a network"
}

@Suite(.enabled(if: InstalledNVRTC.compiler != nil, InstalledNVRTC.missing)) struct NVRTCTests {
  /// A sum over blocks in local memory, so that registers, barriers and dynamic memory all occur.
  private static let text = """
    extern __shared__ float parts[];

    extern "C" __global__ void __launch_bounds__(256) blockSums(const float *x, float *sums, unsigned count)
    {
      const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
      parts[threadIdx.x] = i < count ? x[i] * x[i] + SHIFT : 0.0f;
      for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) parts[threadIdx.x] += parts[threadIdx.x + half];
      }
      if (threadIdx.x == 0) sums[blockIdx.x] = parts[0];
    }
    """

  @Test(arguments: [(80, LIFParameters.Model.lif), (90, .glif5), (100, .lif)])
  func kernelsOfNetworksSpillNothing(_ number: Int, _ model: LIFParameters.Model) throws {
    let compiler = try #require(InstalledNVRTC.compiler)
    let text = GPUCellText.kernels(Parameters())
    let result = try compiler.compile(text, defines: GPUCells.defines(model), for: CUDACapability(number: number))
    let figures = KernelFigures.read(result.log)
    #expect(figures.count == 22, "\(result.log)")
    for (name, kernel) in figures { #expect(kernel.spilledBytes == 0, "\(name): \(kernel)") }
  }

  /// The steps of cells that texts describe.
  @Test(arguments: zip([80, 120], ["adex", "glif3"]))
  func kernelsOfTextsSpillNothing(_ number: Int, _ name: String) throws {
    let compiler = try #require(InstalledNVRTC.compiler)
    var parameters = Parameters()
    parameters.neuron.model = .custom
    parameters.cell = CellParameters(try ExampleCells.model(name))
    let result = try compiler.compile(
      GPUCellText.kernels(parameters), defines: GPUCells.defines(.custom), for: CUDACapability(number: number))
    let figures = KernelFigures.read(result.log)
    #expect(figures.count == 22, "\(result.log)")
    for (name, kernel) in figures { #expect(kernel.spilledBytes == 0, "\(name): \(kernel)") }
  }

  @Test(arguments: [80, 90, 100]) func kernelsKeepToTheirRegisters(_ number: Int) throws {
    let compiler = try #require(InstalledNVRTC.compiler)
    let target = CUDACapability(number: number)
    let result = try compiler.compile(Self.text, defines: ["SHIFT": "0.5f"], for: target)
    #expect(result.cubin.starts(with: [0x7F] + Array("ELF".utf8)))
    let figures = try #require(KernelFigures.read(result.log)["blockSums"], "\(result.log)")
    #expect(figures.spilledBytes == 0)
    #expect((1...64).contains(figures.registers), "\(figures)")
  }

  @Test func codeOfTheCompilerIsLoaded() throws {
    let compiler = try #require(InstalledNVRTC.compiler)
    let standIn = try CUDAStandIn("driver=\(compiler.version.major * 1000)")
    let cubins = CubinStore(readyFolder: nil, cacheFolder: nil) { _, _ throws(DeviceError) in
      try NVRTC(path: compiler.path)
    }
    let runtime = try CUDARuntime(device: 0, driver: CUDADriver(path: standIn.path), cubins: cubins)
    let kernels = try runtime.compile(Self.text, defines: ["SHIFT": "1.0f"], kernels: ["blockSums"])
    try runtime.launch(kernels[0], groups: 4, groupSize: 256, localBytes: 1024, [])
    #expect(standIn.record == ["launch blockSums 4 256 1024"])
  }

  @Test func mistakesNameTheirLine() throws {
    let compiler = try #require(InstalledNVRTC.compiler)
    let failure = try #require(throws: NVRTCFailure.self) {
      _ = try compiler.compile("int a;\nint b = missing;\n", defines: [:], for: CUDACapability(9, 0))
    }
    #expect(failure.message.contains("kernels.cu(2): error"))
    #expect(failure.message.contains("missing"))
  }

  @Test func knowsItsDevices() throws {
    let compiler = try #require(InstalledNVRTC.compiler)
    #expect(compiler.version >= NVRTC.oldest)
    #expect(compiler.target(for: CUDACapability(9, 0)) == CUDACapability(9, 0))
    #expect(compiler.target(for: CUDACapability(2, 0)) == nil)
  }
}
