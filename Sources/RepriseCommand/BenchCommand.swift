internal import ArgumentParser
internal import Reprise

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure this machine and this build: memory bandwidth, kernels, whole loops.",
    discussion: """
      Medians, with the smallest and largest value in parentheses. Without
      --threads, all processors work. Times are of the wall clock; bandwidth
      counts bytes read plus bytes written. Settings of the loops:

      \(BenchSetting.all.map { "  \($0.name): \($0.meaning)" }.joined(separator: "\n"))

        reprise bench --threads 1
        reprise bench --only loops --settings n10k --repeats 5
        reprise bench --only loops --settings n10k --set learning.lambda=1
        reprise bench --only kernels --inputs 32,64,128
        reprise bench --backend cuda --settings n66k,million

      Other programs on the machine disturb the times: compare what one call
      measured, or repeat calls in turn.
      """)

  @OptionGroup var threading: ThreadOptions
  @Option(help: ArgumentHelp("Parts to measure (default: bandwidth,kernels,loops).", valueName: "parts"))
  var only: String?
  @Option(help: ArgumentHelp("Settings whose loops are timed (default: default,n10k,n66k).", valueName: "names"))
  var settings: String?
  @Option(
    help: ArgumentHelp(
      "Plastic inputs of neurons whose updates are timed (default: 58,90,128,232).", valueName: "numbers"))
  var inputs: String?
  @Option(help: "Times each loop is repeated; kernels and bandwidth four times as often (default: 3).")
  var repeats: Int?
  @Option(help: ArgumentHelp("Write all numbers to this file too.", valueName: "file"))
  var json: String?
  @Flag(help: "Small sizes: tries the command in seconds; the numbers say nothing.")
  var quick = false
  @OptionGroup var backend: BackendOptions
  @OptionGroup var overriding: OverrideOptions

  func run() throws {
    var options = BenchOptions(threads: try threading.choice())
    if let only { options.parts = try Self.parts(only) }
    options.settings = settings.map(Self.list)
    options.inputCounts = try inputs.map { try Self.list($0).map(Self.number) }
    options.repeats = repeats
    options.isQuick = quick
    options.overrides = overriding.overrides
    options.backend = backend.backend
    options.device = try backend.single(for: "bench")
    if let json { try BenchReport.checkJSON(path: json) }
    let report = try Bench.run(options, observer: BenchScreen())
    if let json {
      try report.writeJSON(to: json)
      Terminal.line("Wrote \(json)")
    }
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  private static func parts(_ text: String) throws -> Set<BenchPart> {
    Set(
      try list(text).map { name in
        if let part = BenchPart(rawValue: name) { return part }
        let known = BenchPart.allCases.map(\.rawValue).joined(separator: ", ")
        throw ProjectError.invalidOption("--only has '\(name)', but parts are \(known).")
      })
  }

  private static func number(_ text: String) throws -> Int {
    if let number = Int(text) { return number }
    throw ProjectError.invalidOption("--inputs has '\(text)', but must be whole numbers such as 58,90.")
  }
}
