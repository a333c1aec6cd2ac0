// resources.csv: what training took of the machine.
import Reprise
import Testing

private let hasCompiler = Tool.isInstalled("cc")

@Suite struct MonitorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Fields of every row, by column; empty ones are nil.
  private func rows() throws -> [[Double?]] {
    let text = try folder.text("net/resources.csv")
    #expect(text.hasSuffix("\n"))
    let lines = text.split(separator: "\n")
    #expect(
      lines.first == "time_s,loop,cpu_percent,resident_mib,peak_mib,gpu_percent,gpu_memory_mib,gpu_power_w")
    return try lines.dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      try #require(fields.count == 8 && fields.allSatisfy { $0.isEmpty || Double($0) != nil }, "\(line)")
      return fields.map { Double($0) }
    }
  }

  private func times() throws -> [Double] { try rows().map { try #require($0[0]) } }

  /// Trains long enough for several rows.
  private func train(_ options: String...) async throws {
    let outcome = try await Command.run(
      ["train", "net", "--loops", "400", "--monitor", "100 ms"] + options, in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
  }

  @Test func rowsArePlausible() async throws {
    try await folder.initialized()
    try await train("--threads", "1")
    let rows = try rows()
    #expect(rows.count >= 3)
    for row in rows {
      #expect(try (1...400).contains(#require(row[1])))
      // One thread computes; the monitor itself takes next to nothing.
      #expect(try (0...130).contains(#require(row[2])))
      #if os(Linux)
        let (resident, peak) = (try #require(row[3]), try #require(row[4]))
        #expect(resident > 5 && resident < 1000 && peak >= resident - 0.1 && peak < 1000)
      #endif
    }
    #expect(rows.contains { $0[2] ?? 0 > 1 })
    #expect(rows.last?[1] == 400)
    let times = try times()
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    // A row that is late does not move the next ones.
    #expect(times[0] >= 0.1 && times[1] >= 0.2)
  }

  @Test func resumingAppendsAndTimeGoesOn() async throws {
    try await folder.initialized()
    try await train()
    let first = try rows()
    try await train("--resume")
    let both = try rows()
    #expect(both.count > first.count && Array(both.prefix(first.count)) == first)
    let times = try times()
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(both.last?[1] == 800)
    try await train("--overwrite")
    #expect(try rows().last?[1] == 400)
    #expect(try #require(rows().first?[0]) < times[first.count])
  }

  @Test func withoutTheOptionThereIsNoFile() async throws {
    try await folder.trained()
    #expect(!folder.exists("net/resources.csv"))
  }

  @Test func intervalsThatAreNone() async throws {
    try await folder.initialized()
    let train = ["train", "net", "--loops", "1", "--monitor"]
    try await folder.expectRefusal(
      train + ["99ms"], code: 64,
      "reprise: --monitor is 99 ms, but must be at least 100 ms. Give a time as in 5s or \"500 ms\".\n")
    try await folder.expectRefusal(train + ["5"], code: 64, "--monitor is 5 ms, but must be at least 100 ms.")
    try await folder.expectRefusal(train + ["soon"], code: 65, "--monitor = \"soon\" must be a number in ms")
    try await folder.expectRefusal(train + ["5 mV"], code: 65, "--monitor", "unknown unit \"mV\"")
    try await folder.expectRefusal(train + ["-1s"], code: 64, "--monitor")
    try await folder.expectRefusal(
      ["run", "net", "--loops", "1", "--trials", "1", "--monitor", "1ms"], code: 64, "--monitor is 1 ms")
  }

  /// Days of training must not be lost for a file beside it.
  @Test func trainingGoesOnWhereRowsCannotBeWritten() async throws {
    try await folder.initialized()
    try folder.createNetFolder("net/resources.csv")
    let outcome = try await Command.run(["train", "net", "--loops", "3", "--monitor", "100ms"], in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.errors == "reprise: Training goes on, but --monitor does not: net/resources.csv cannot be written: it is "
        + "a folder. Choose the path of a file.\n")
    #expect(folder.names(in: "net/checkpoints") == ["loop-000003.h5"])
  }

  /// A library that says what the driver of a GPU would.
  @Test(.enabled(if: hasCompiler, "there is no C compiler"))
  func numbersOfTheGPUAreThoseOfItsDriver() async throws {
    #if os(Linux)
      try await folder.initialized()
      try folder.write(
        """
        typedef struct { unsigned gpu, memory; } Utilization;
        typedef struct { unsigned long long total, free, used; } Memory;
        static int gpu;
        int nvmlInit_v2(void) { return 0; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) { *device = &gpu; return index == 0 ? 0 : 2; }
        int nvmlDeviceGetUtilizationRates(void *device, Utilization *u)
        { u->gpu = 37; u->memory = 5; return device == &gpu ? 0 : 2; }
        int nvmlDeviceGetMemoryInfo(void *device, Memory *m)
        { m->total = 3u << 30; m->used = 512u << 20; m->free = m->total - m->used; return device == &gpu ? 0 : 2; }
        int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts) { return 3; }

        """, to: "nvml.c")
      let outcome = try await Command.run(
        ["train", "net", "--loops", "100", "--monitor", "100ms"], in: folder,
        after: "cc -shared -fPIC -o libnvidia-ml.so.1 nvml.c && export LD_LIBRARY_PATH=\"$PWD\"")
      try #require(outcome.code == 0, "\(outcome.errors)")
      let row = try #require(rows().last)
      // A GPU may not measure everything.
      #expect(row[5] == 37 && row[6] == 512 && row[7] == nil)
    #endif
  }
}
