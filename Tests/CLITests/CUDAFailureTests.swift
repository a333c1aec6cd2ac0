// What goes wrong with a GPU of NVIDIA, as the user sees it; with the stand-in for its driver, which computes nothing.
import Foundation
import Reprise
import RepriseTestSupport
import Testing

@Suite struct CUDAFailureTests {
  let folder: TemporaryFolder
  let standIn: CUDAStandIn

  init() throws {
    folder = try TemporaryFolder()
    standIn = try CUDAStandIn()
  }

  private func environment(_ settings: String = "") -> String {
    "export REPRISE_LIBCUDA='\(standIn.path)' REPRISE_NVRTC='\(standIn.path)' STAND_IN='\(settings)' "
      + "XDG_CACHE_HOME='\(folder.path)/cache'"
  }

  private static let training = [
    "train", "net", "--backend", "cuda", "--loops", "4", "--checkpoint-every", "1", "--correlation-every", "2",
  ]

  /// One sentence or more in one line, and exit status 69.
  private func failure(
    _ arguments: [String], _ settings: String, _ phrases: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await Command.run(arguments, in: folder, after: environment(settings))
    #expect(outcome.code == 69, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.errors.hasPrefix("reprise: "), sourceLocation: sourceLocation)
    #expect(outcome.errors.split(separator: "\n").count == 1, sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(outcome.errors.contains(phrase), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [
    ("driver=11040", "the driver is for CUDA 11.4, but 12.0 or later is needed. Install a newer driver"),
    ("nodevice", "no device was found (CUDA_ERROR_NO_DEVICE)"),
    ("nvrtc=13000", "13.0, but the driver is for CUDA 12.4"),
    ("context=1", "Stand-in 0 has too little memory: its memory is full"),
  ])
  func nothingIsBegun(settings: String, phrase: String) async throws {
    try await folder.initialized()
    try await folder.expectRefusal(Self.training, code: 69, phrase, after: environment(settings))
  }

  @Test func memoryIsFullAtTheStart() async throws {
    try await folder.initialized()
    try await failure(
      Self.training, "allocation=9",
      [
        "Stand-in 0 has too little memory", "more were asked for and 1.1 GB are free", "plastic.pool",
        "in all; most of it",
      ])
    #expect(!folder.exists("net/learning-curve.csv"))
  }

  @Test func memoryIsFullOnTheWay() async throws {
    try await folder.initialized()
    try await failure(
      Self.training, "fullafter=net/checkpoints/loop-000001.h5",
      [
        "Stand-in 0 has too little memory", "plastic.pool", "in all; most of it",
        "Go on from net/checkpoints/loop-0000",
      ])
    try await goOn()
  }

  @Test func theDeviceIsLostOnTheWay() async throws {
    try await folder.initialized()
    try await failure(
      Self.training, "lostafter=net/checkpoints/loop-000002.h5",
      [
        "Stand-in 0 failed in cu", "CUDA_ERROR_LAUNCH_FAILED (unspecified launch failure)",
        "Go on from net/checkpoints/loop-000002.h5 with `reprise train net --resume`",
      ])
    #expect(folder.names(in: "net/checkpoints") == ["loop-000001.h5", "loop-000002.h5"])
    try await goOn()
  }

  /// On the processor, from the last checkpoint.
  private func goOn(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let last = try #require(folder.names(in: "net/checkpoints").last, sourceLocation: sourceLocation)
    let loop = try #require(Int(last.dropFirst("loop-".count).dropLast(".h5".count)), sourceLocation: sourceLocation)
    let outcome = try await folder.reprise("train", "net", "--loops", "2", "--resume", sourceLocation: sourceLocation)
    #expect(outcome.output.contains("loops \(loop + 1) to \(loop + 2)"), sourceLocation: sourceLocation)
  }

  @Test func theDeviceIsLostBeforeTheFirstCheckpoint() async throws {
    try await folder.initialized()
    try await failure(
      ["train", "net", "--backend", "cuda", "--loops", "3"], "lostafter=net/learning-curve.csv",
      ["what it held is lost", "There is no checkpoint to go on from: --checkpoint-every"])
    #expect(folder.names(in: "net/checkpoints").isEmpty)
  }

  /// A training that was resumed has the checkpoint that it began with.
  @Test func theDeviceIsLostAfterResuming() async throws {
    try await folder.trained()
    try folder.remove("net/learning-curve.csv")
    let resuming = ["train", "net", "--backend", "cuda", "--loops", "3"]
    for (start, advice) in [
      (["--resume"], "Go on from net/checkpoints/loop-000002.h5 with `reprise train net --resume`"),
      (["--from", "net/other.h5"], "Go on from net/other.h5 with `reprise train net --from net/other.h5`"),
    ] {
      try folder.copy("net/checkpoints/loop-000002.h5", to: "net/other.h5")
      try await failure(resuming + start, "lostafter=net/learning-curve.csv", [advice])
      try folder.remove("net/learning-curve.csv")
      try folder.remove("net/other.h5")
    }
  }

  @Test func theDeviceIsLostInATest() async throws {
    try await folder.trained()
    try await folder.expectRefusal(
      ["test", "net", "--trials", "3", "--backend", "cuda", "--device", "all"], code: 69, "what it held is lost",
      after: "\(environment("lostafter=net/network.h5")) XDG_CACHE_HOME=/proc/nowhere")
  }

  @Test func kernelsDoNotCompile() async throws {
    try await folder.initialized()
    let outcome = try await Command.run(Self.training, in: folder, after: environment("mistake"))
    #expect(outcome.code == 69)
    #expect(outcome.errors.contains("NVRTC 12.4 cannot compile the kernels: kernels.cu(1): error: there is a mistake."))
    let found = try #require(outcome.errors.firstRange(of: "All that it said is in "), "\(outcome.errors)")
    let log = String(outcome.errors[found.upperBound...].prefix { $0 != "\n" }.dropLast())
    #expect(log.hasPrefix("\(folder.path)/cache/reprise/"))
    #expect(try folder.text(String(log.dropFirst(folder.path.count + 1))).contains("1 error detected"))
    #expect(folder.names(in: "net") == ["network.h5", "reprise.toml"])
  }

  // MARK: What does not fit

  @Test func tooLargeForTheDevice() async throws {
    let large = ["--set", "network.N=20000", "--set", "plastic.L=60", "--set", "static.K=30"]
    try folder.createNetFolder()
    try folder.write(Small.sinusoids, to: "net/reprise.toml")
    try await folder.expectRefusal(
      ["init", "net", "--backend", "cuda", "--set", "network.N=100000", "--set", "static.K=1000"], code: 69,
      "Running the untrained network needs about",
      "on Stand-in 0, which has 1.07 GB; most of it is for: static targets",
      "static.storage", after: environment())
    let made = try await Command.run(["init", "net"] + large, in: folder)
    try #require(made.code == 0, "\(made.errors)")
    try await folder.expectRefusal(
      Self.training + ["--set", "learning.form=dense"], code: 69, "Training needs about",
      "on Stand-in 0, which has 1.07 GB; most of it is for: P of 20000 presynaptic sets, float32",
      "--set learning.precision=float16 (", "--set plastic.pool=64 (", after: environment())
  }

  @Test func plansForDevices() async throws {
    try folder.createNetFolder()
    try folder.write(Small.sinusoids, to: "net/reprise.toml")
    func plan(_ options: [String], _ preparation: String) async throws -> String {
      let outcome = try await Command.run(["plan", "net"] + options, in: folder, after: preparation)
      try #require(outcome.code == 0, "\(outcome.errors)")
      return outcome.output
    }
    let small = try await plan(["--backend", "cuda", "--device", "1"], environment())
    for phrase in [
      "Memory of the device to train", "P of 120 presynaptic sets", "Stand-in 1 has 1.07 GB: it fits",
      "Memory to train", "Disk: network.h5",
    ] { #expect(small.contains(phrase), "\(small)") }
    #expect(!small.contains("Time:"))
    let options = ["--backend", "cuda", "--set", "network.N=200000", "--set", "plastic.L=60", "--set", "static.K=30"]
    let large = try await plan(options, environment())
    for phrase in ["it does not fit", "What helps:", "learning.precision=float16", "plastic.pool=64 (at init)"] {
      #expect(large.contains(phrase), "\(large)")
    }
    let none = try await plan(options, "export REPRISE_LIBCUDA=/nowhere/libcuda.so.1")
    #expect(none.contains("There is no device here to compare with: see `reprise doctor`"))
    try await folder.expectRefusal(
      ["plan", "net", "--backend", "cuda", "--device", "2"], code: 69, "there is no device 2; found 0: Stand-in 0",
      after: environment())
    try await folder.expectRefusal(["plan", "net", "--backend", "reference"], code: 64, "--backend is reference")
  }

  // MARK: Kernels for other machines

  /// The program asks for exactly what `reprise kernels` has made.
  @Test func kernelsForMachinesWithoutACompiler() async throws {
    try await folder.initialized()
    let elsewhere = "\(environment()) REPRISE_CUBINS=kernels REPRISE_NVRTC=/nowhere/libnvrtc.so.12"
    let made = try await Command.run(
      ["kernels", "--output", "kernels", "--gpu", "sm_80", "--gpu", "sm_90"], in: folder, after: environment())
    try #require(made.code == 0, "\(made.errors)")
    #expect(made.output.contains("export REPRISE_CUBINS=kernels"))
    let names = folder.names(in: "kernels")
    // For each generation, those of LIF and of GLIF neurons.
    #expect(names.count == 4 && names.allSatisfy { $0.hasSuffix("-nvrtc-12.4.cubin") }, "\(names)")
    for name in names { #expect(made.output.contains("Wrote kernels/\(name): sm_")) }
    let trained = try await Command.run(Self.training, in: folder, after: elsewhere)
    #expect(trained.code == 0, "\(trained.errors)")
    for name in names where name.contains("sm_90") { try folder.remove("kernels/\(name)") }
    try folder.remove("net/checkpoints")
    try await failureWithoutKernels(elsewhere)
  }

  private func failureWithoutKernels(_ elsewhere: String) async throws {
    try await folder.expectRefusal(
      Self.training, code: 69, "kernels has no ", "-sm_90-*.cubin", "`reprise kernels` fills such a folder",
      "/nowhere/libnvrtc.so.12", after: elsewhere)
  }

  @Test func kernelsThatCannotBeMade() async throws {
    try await folder.expectRefusal(
      ["kernels", "--output", "kernels"], code: 64, "--gpu sm_90", after: environment())
    try await folder.expectRefusal(
      ["kernels", "--output", "kernels", "--gpu", "90"], code: 64, "--gpu is '90'", "such as sm_90",
      after: environment())
    try await folder.expectRefusal(
      ["kernels", "--output", "/proc/kernels", "--gpu", "sm_90"], code: 73, "/proc/kernels", after: environment())
    try folder.createNetFolder("kernels")
    try await folder.expectRefusal(
      ["kernels", "--output", "kernels", "--gpu", "sm_120"], code: 69, "does not know sm_120", after: environment())
    try await folder.expectRefusal(
      ["kernels", "--output", "kernels", "--gpu", "sm_90"], code: 69, "NVRTC", "pip install",
      after: "export REPRISE_NVRTC=/nowhere/libnvrtc.so.12")
  }

  /// NVIDIA's own compiler; the stand-in for the driver finds the kernels in its code.
  @Test(.enabled(if: installedNVRTC != nil, "NVRTC is not here: run scripts/nvrtc"))
  func kernelsOfTheRealCompiler() async throws {
    try await folder.initialized()
    let made = try await Command.run(
      ["kernels", "--output", "kernels", "--gpu", "sm_90"], in: folder,
      after: "export REPRISE_NVRTC='\(installedNVRTC!)'")
    try #require(made.code == 0, "\(made.errors)")
    let trained = try await Command.run(
      Self.training, in: folder,
      after: "\(environment("driver=13000")) REPRISE_CUBINS=kernels REPRISE_NVRTC=/nowhere/libnvrtc.so.12")
    #expect(trained.code == 0, "\(trained.errors)")
  }
}

/// The compiler that `scripts/nvrtc` installs; nil without it.
private let installedNVRTC: String? = {
  let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  let files = ["cuda_nvrtc/lib/libnvrtc.so.12", "cu13/lib/libnvrtc.so.13"].map { "\(root)/.build/nvrtc/nvidia/\($0)" }
  return files.first { FileManager.default.fileExists(atPath: $0) }
}()
