// Ctrl-C: the loop is finished, a checkpoint written, and training goes on from it as if nothing had happened.
import Foundation
import Reprise
import Subprocess
import Testing

private typealias Running = Execution<NoInput, StringOutput<UTF8>, StringOutput<UTF8>>

@Suite struct InterruptionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs the program, and `body` beside it.
  private func execution(
    of arguments: [String], _ body: (Running) async throws -> Void
  ) async throws -> Outcome {
    let result = try await Subprocess.run(
      .name("sh"), arguments: Command.shellArguments(arguments, folder, "true"),
      input: .none, output: .string(limit: 1 << 24), error: .string(limit: 1 << 20), body: body)
    return Outcome(result.terminationStatus, output: result.standardOutput, errors: result.standardError)
  }

  /// Starts training of many loops, and `body` once two are done.
  private func training(
    _ options: String..., body: (Running) async throws -> Void
  ) async throws -> Outcome {
    try await execution(of: ["train", "net", "--loops", "100000"] + options) { execution in
      for _ in 0..<3000 where try loopsInCurve() < 2 { try await Task.sleep(for: .milliseconds(10)) }
      try await body(execution)
    }
  }

  private func loopsInCurve() throws -> Int {
    guard folder.exists("net/learning-curve.csv") else { return 0 }
    return try folder.text("net/learning-curve.csv").split(separator: "\n").count - 1
  }

  @Test(arguments: [Signal.interrupt, .terminate])
  func goesOnAsIfNothingHadHappened(signal: Signal) async throws {
    try await folder.initialized(Small.sinusoids + "\n\n[noise]\nmodel = \"voltage\"\nsigma = 0.3\n")
    let outcome = try await training { try $0.send(signal: signal) }
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

  /// Signals at any moment, also while checkpoints are written.
  @Test func theSecondSignalLeavesNothingHalfWritten() async throws {
    try await folder.initialized()
    for delay in 0..<16 {
      let outcome = try await training("--checkpoint-every", "1", "--overwrite") { execution in
        try await Task.sleep(for: .milliseconds(delay))
        for _ in 0..<3 {
          try? execution.send(signal: .interrupt)
          try await Task.sleep(for: .microseconds(300))
        }
      }
      #expect(outcome.code == 130)
      #expect(folder.contents().keys.filter { $0.hasSuffix(".tmp") } == [])
      for name in folder.names(in: "net/checkpoints") {
        #expect(throws: Never.self) { try CheckpointFile.readContents(folder.file("net/checkpoints/\(name)")) }
      }
      try folder.remove("net/learning-curve.csv")
    }
  }

  @Test func othersEndAtOnce() async throws {
    try await folder.trained()
    let before = folder.contents()
    let outcome = try await execution(of: ["test", "net", "--trials", "1000000"]) { execution in
      try await waitUntilSignalsAreCaught(execution)
      try execution.send(signal: .interrupt)
    }
    #expect(outcome.code == 130)
    #expect(outcome.errors.isEmpty)
    #expect(folder.contents() == before)
  }

  /// Before a program has installed its handlers a signal ends it as the system likes.
  private func waitUntilSignalsAreCaught(_ execution: Running) async throws {
    let status = "/proc/\(execution.processIdentifier.value)/status"
    for _ in 0..<3000 {
      let lines = (try? String(contentsOfFile: status, encoding: .utf8))?.split(separator: "\n") ?? []
      let caught = lines.first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last
      let mask = caught.flatMap { UInt64($0, radix: 16) }
      // Bit n - 1 stands for signal n.
      if let mask, mask >> 1 & 1 == 1 { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    // The program has begun with its work.
    try await Task.sleep(for: .milliseconds(200))
  }

  private func padded(_ loop: Int) -> String {
    String(repeating: "0", count: 6 - "\(loop)".count) + "\(loop)"
  }
}
