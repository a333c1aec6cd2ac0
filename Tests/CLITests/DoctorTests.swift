// `reprise doctor` names what there is, says what to do about what is missing, and never fails.
import Reprise
import RepriseTestSupport
import Testing

@Suite struct DoctorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The lines about one thing, without it.
  private func lines(_ subject: String, after preparation: String = "true") async throws -> [String] {
    let outcome = try await Command.run(["doctor"], in: folder, after: preparation)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    return outcome.output.split(separator: "\n").filter { $0.dropFirst(2).hasPrefix(subject) }.map {
      String($0.prefix(2)) + $0.dropFirst(2 + subject.count).drop { $0 == " " }
    }
  }

  private func environment(_ standIn: CUDAStandIn, _ settings: String = "") -> String {
    "export REPRISE_LIBCUDA='\(standIn.path)' REPRISE_NVRTC='\(standIn.path)' STAND_IN='\(settings)'"
  }

  @Test func namesEverything() async throws {
    let outcome = try await folder.reprise("doctor")
    let subjects = outcome.output.split(separator: "\n").map { String($0.dropFirst(2).prefix { $0 != " " }) }
    #expect(subjects.prefix(7) == ["Reprise", "Kernels", "Processors", "Memory", "HDF5", "gnuplot", "OpenCL"])
    #expect(subjects.contains("CUDA") && subjects.last == "NVRTC")
    #expect(try await lines("Reprise") == ["  \(repriseVersion)"])
    #expect(try await lines("Kernels", after: "export REPRISE_KERNELS=scalar").first?.hasPrefix("  scalar") == true)
    #expect(try await lines("HDF5").first?.hasPrefix("  1.") == true)
    #expect(folder.contents().isEmpty)
  }

  @Test func devicesAndCompilerOfNVIDIA() async throws {
    let standIn = try CUDAStandIn()
    defer { withExtendedLifetime(standIn) {} }
    #expect(
      try await lines("CUDA", after: environment(standIn)) == [
        "  device 0: Stand-in 0, 1.1 GB, driver CUDA 12.4", "  device 1: Stand-in 1, 1.1 GB, driver CUDA 12.4",
      ])
    #expect(try await lines("NVRTC", after: environment(standIn)) == ["  12.4, \(standIn.path)"])
  }

  @Test(arguments: [
    ("driver=11040", "CUDA", "the driver is for CUDA 11.4, but 12.0 or later is needed. Install a newer driver"),
    ("nodevice", "CUDA", "no device was found (CUDA_ERROR_NO_DEVICE). `nvidia-smi` should list the GPU"),
    ("nvrtc=13000", "NVRTC", "13.0, but the driver is for CUDA 12.4"),
    ("sm=120", "NVRTC", "does not know sm_120"),
  ])
  func problemsOfNVIDIA(_ settings: String, _ subject: String, _ phrase: String) async throws {
    let standIn = try CUDAStandIn()
    defer { withExtendedLifetime(standIn) {} }
    let lines = try await lines(subject, after: environment(standIn, settings))
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("! ") == true)
    #expect(lines.first?.contains(phrase) == true, "\(lines)")
  }

  @Test func nothingIsInstalled() async throws {
    let nothing = "export REPRISE_LIBCUDA=/nowhere/a.so REPRISE_NVRTC=/nowhere/b.so PATH=/nowhere"
    for (subject, phrases) in [
      "CUDA": ["/nowhere/a.so", "Install NVIDIA's driver"], "NVRTC": ["/nowhere/b.so", "pip install"],
      "gnuplot": ["not found", "gnuplot-nox"],
    ] {
      let lines = try await lines(subject, after: nothing)
      #expect(lines.count == 1)
      for phrase in ["! "] + phrases { #expect(lines.first?.contains(phrase) == true, "\(lines)") }
    }
  }

  @Test func unknownKernels() async throws {
    let lines = try await lines("Kernels", after: "export REPRISE_KERNELS=best")
    #expect(lines.first?.hasPrefix("! Kernels 'best' are not available") == true, "\(lines)")
  }
}
