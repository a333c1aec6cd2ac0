// Ctrl-C: the loop is finished, a checkpoint written, and training goes on from it as if nothing had happened.
import Subprocess
import Testing

@Suite struct InterruptionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Starts training of many loops and sends `signal` once some are done.
  private func interruptedTraining(_ signal: Signal) async throws -> Outcome {
    let folder = folder
    let result = try await Subprocess.run(
      .name("sh"), arguments: Command.shellArguments(["train", "net", "--loops", "100000"], folder, "true"),
      input: .none, output: .string(limit: 1 << 24), error: .string(limit: 1 << 20)
    ) { execution in
      // The header and two loops.
      for _ in 0..<3000 where try loopsInCurve() < 2 { try await Task.sleep(for: .milliseconds(10)) }
      try execution.send(signal: signal)
    }
    return Outcome(result.terminationStatus, output: result.standardOutput, errors: result.standardError)
  }

  private func loopsInCurve() throws -> Int {
    guard folder.exists("net/learning-curve.csv") else { return 0 }
    return try folder.text("net/learning-curve.csv").split(separator: "\n").count - 1
  }

  @Test(arguments: [Signal.interrupt, .terminate])
  func goesOnAsIfNothingHadHappened(signal: Signal) async throws {
    try await folder.initialized(Small.sinusoids + "\n\n[noise]\nmodel = \"voltage\"\nsigma = 0.3\n")
    let outcome = try await interruptedTraining(signal)
    #expect(outcome.code == 130, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("Interrupted. Go on with: reprise train net --resume --loops N\n"))

    let done = try loopsInCurve()
    try #require(done >= 2 && done < 100000)
    #expect(folder.names(in: "net/checkpoints") == ["loop-\(padded(done)).h5"])
    try await folder.reprise("train", "net", "--resume", "--loops", "3")
    let last = "net/checkpoints/loop-\(padded(done + 3)).h5"
    let resumed = try folder.learned(last)
    try await folder.reprise("train", "net", "--loops", "\(done + 3)", "--overwrite")
    #expect(try folder.learned(last) == resumed)
  }

  private func padded(_ loop: Int) -> String {
    String(repeating: "0", count: 6 - "\(loop)".count) + "\(loop)"
  }
}
