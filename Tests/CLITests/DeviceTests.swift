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

  /// Where it ran cannot be seen in the file.
  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device")) func initializeOnDevices() async throws {
    let folder = try TemporaryFolder()
    try await folder.initialized()
    let wanted = try folder.bytes("net/network.h5")
    try await folder.reprise("init", "net", "--backend", "opencl", "--device", "0")
    #expect(try folder.bytes("net/network.h5") == wanted)
    let run = try await folder.reprise(
      "run", "net", "--loops", "2", "--trials", "1", "--backend", "opencl", "--device", "0")
    #expect(run.output.contains("OpenCL on "))
    #expect(try folder.bytes("net/network.h5") == wanted)
  }

  /// PoCL offers as many devices as its environment says.
  private static let twoDevices = "export POCL_DEVICES='pthread pthread'"

  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device")) func devicesShareTrials() async throws {
    let folder = try TemporaryFolder()
    try await folder.trained()
    try await folder.reprise("test", "net", "--trials", "3")
    let wanted = try folder.bytes("net/test.h5")
    for devices in ["0", "1", "0,1", "1,0", "all"] {
      try folder.remove("net/test.h5")
      let outcome = try await Command.run(
        ["test", "net", "--trials", "3", "--backend", "opencl", "--device", devices], in: folder,
        after: Self.twoDevices)
      try #require(outcome.code == 0, "\(outcome.errors)")
      #expect(try folder.bytes("net/test.h5") == wanted, "\(devices)")
    }
  }

  @Test(.enabled(if: hasOpenCL, "there is no OpenCL device")) func devicesThatCannotBeMeant() async throws {
    let folder = try TemporaryFolder()
    try await folder.trained()
    let test = ["test", "net", "--trials", "1", "--backend", "opencl", "--device"]
    for (devices, code, phrase) in [
      ("0,0", 64, "--device names device 0 twice"), ("0,99", 69, "there is no device 99; found 0: "),
      ("one", 64, "--device is 'one', but must be a number, several as in 0,1, or all"), ("0,", 64, "--device is '0,'"),
    ] as [(String, Int32, String)] {
      try await folder.expectRefusal(test + [devices], code: code, phrase, after: Self.twoDevices)
    }
    for command in [
      ["train", "net", "--loops", "1"], ["init", "net"], ["run", "net", "--loops", "1", "--trials", "1"],
    ] {
      for devices in ["0,1", "all"] {
        try await folder.expectRefusal(
          command + ["--backend", "opencl", "--device", devices], code: 64,
          "--device is \(devices), but `reprise \(command[0])` computes on one device", after: Self.twoDevices)
      }
    }
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
