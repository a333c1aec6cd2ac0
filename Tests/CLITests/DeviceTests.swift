// Training and testing on devices from the command line.
import Reprise
import RepriseTestSupport
import Testing

@Suite struct DeviceTests {
  /// Checkpoints are those of any backend, and tests have the spikes of the processor.
  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device")) func trainAndTest() async throws {
    let folder = try TemporaryFolder()
    try await folder.initialized()
    let training = try await folder.reprise("train", "net", "--loops", "2", "--backend", "opencl")
    #expect(training.output.contains("OpenCL on "))
    try await folder.reprise("train", "net", "--loops", "1", "--resume")
    try await folder.reprise("train", "net", "--loops", "1", "--resume", "--backend", "opencl", "--device", "0")
    #expect(folder.names(in: "net/checkpoints") == ["loop-000002.h5", "loop-000003.h5", "loop-000004.h5"])
    try await folder.reprise("test", "net", "--trials", "2", "--backend", "opencl")
    let found = try folder.spikes("net/test.h5")
    try await folder.reprise("test", "net", "--trials", "2")
    let wanted = try folder.spikes("net/test.h5")
    #expect(found == wanted)
    #expect(!found.neurons.isEmpty)
  }

  /// What stands for P moves with checkpoints too.
  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device")) func historyMode() async throws {
    let folder = try TemporaryFolder()
    try await folder.initialized()
    let memory = "learning.memory=history"
    try await folder.reprise("train", "net", "--loops", "1", "--set", memory, "--backend", "opencl")
    try await folder.reprise("train", "net", "--loops", "1", "--set", memory, "--resume")
    try await folder.reprise("train", "net", "--loops", "1", "--set", memory, "--resume", "--backend", "opencl")
    #expect(folder.names(in: "net/checkpoints").count == 3)
  }

  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device")) func whatCannotBeDone() async throws {
    let folder = try TemporaryFolder()
    try await folder.initialized()
    let training = ["train", "net", "--loops", "1", "--backend", "opencl"]
    try await folder.expectRefusal(training + ["--device", "99"], code: 69, "no device 99", "found 0: ")
    try await folder.expectRefusal(
      training + ["--set", "learning.precision=float16"], code: 69, "learning.precision", "float32")
  }

  /// Also where there is a library of OpenCL, without a driver.
  @Test(arguments: [
    ("opencl", "OpenCL", "--backend cpu", "OCL_ICD_VENDORS=/nonexistent/ OCL_ICD_FILENAMES="),
    ("cuda", "CUDA", "/nonexistent/libcuda.so.1", "REPRISE_LIBCUDA=/nonexistent/libcuda.so.1"),
  ])
  func noDevice(backend: String, name: String, phrase: String, setting: String) async throws {
    let folder = try TemporaryFolder()
    try await folder.initialized()
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--backend", backend], code: 69, name, phrase, after: "export \(setting)")
  }

  @Test func devicesAreNoProcessors() async throws {
    let folder = try TemporaryFolder()
    try await folder.initialized()
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--device", "0"], code: 64, "--backend opencl or cuda")
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--backend", "opencl", "--device", "-1"], code: 64, "--device")
  }
}
