// Results must not depend on threads, nor on how training is divided over processes.
import RepriseTestSupport
import Testing

@Suite(.fewAtATime) struct ProcessDeterminismTests {
  /// Everything random at once: noise, the order of tasks, the stimulus.
  private static let noisy =
    Small.sinusoids.replacingFirst("[trial]", with: "[trial]\ntask_order = \"random\"")
    + "\n\n[noise]\nmodel = \"voltage\"\nsigma = 0.3\n\n[feedforward]\nL_X = 10\n"

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func threads() async throws {
    for threads in 1...3 {
      let net = "net\(threads)"
      try folder.createNetFolder(net)
      try folder.write(Self.noisy, to: "\(net)/reprise.toml")
      try await folder.reprise("init", net, "--threads", "\(threads)")
      try await folder.reprise("train", net, "--loops", "4", "--threads", "\(threads)")
      try await folder.reprise("test", net, "--trials", "2", "--threads", "\(threads)")
    }
    let learned = try folder.learned("net1/checkpoints/loop-000004.h5")
    let spikes = try folder.spikes("net1/test.h5")
    try #require(!learned.weights.isEmpty && !learned.inverseCorrelation.isEmpty && !spikes.times.isEmpty)
    for net in ["net2", "net3"] {
      #expect(try folder.learned("\(net)/checkpoints/loop-000004.h5") == learned)
      #expect(try folder.spikes("\(net)/test.h5") == spikes)
    }
  }

  @Test(arguments: ["cpu", "reference"]) func dividedTraining(backend: String) async throws {
    try await folder.initialized(Self.noisy)
    let half = backend == "cpu" ? 10 : 3
    let arguments = ["--backend", backend, "--threads", "2"]
    func train(_ loops: Int, _ more: String...) async throws {
      let outcome = try await Command.run(
        ["train", "net", "--loops", "\(loops)"] + arguments + more, in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let last = "net/checkpoints/loop-0000\(half * 2 < 10 ? "0" : "")\(half * 2).h5"
    try await train(half * 2)
    let whole = try folder.learned(last)
    let curve = try columns("net/learning-curve.csv")
    try await folder.reprise("test", "net", "--trials", "1", "--backend", backend)
    let spikes = try folder.spikes("net/test.h5")
    #expect(Set(curve.map { $0[1] }) == ["0", "1"])

    try await train(half, "--overwrite")
    try await train(half, "--resume")
    #expect(try folder.learned(last) == whole)
    #expect(try columns("net/learning-curve.csv") == curve)
    try await folder.reprise("test", "net", "--trials", "1", "--backend", backend)
    #expect(try folder.spikes("net/test.h5") == spikes)
  }

  /// The learning curve without the seconds, which differ from run to run.
  private func columns(_ name: String) throws -> [[String]] {
    try folder.text(name).split(separator: "\n").dropFirst().map { line in
      var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      fields.remove(at: 2)
      return fields
    }
  }
}
