internal import ArgumentParser
internal import Reprise

struct RatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rates",
    abstract: "Make firing rates by condition from recorded spikes: a file for reprise new --rates.",
    discussion: """
      Counts the spikes of each unit around an event of each trial, averages over
      the trials of each condition, smooths, and leaves out units that fire too
      little or differ too much from trial to trial. It says what it did and why.

        reprise rates it.h5 -o rates.h5
        reprise rates day1.nwb day2.nwb -o rates.h5 --align go_cue_time \\
          --window -200ms..800ms --condition side --where quality=good
        reprise rates counts.h5 -o rates.h5 --hold-out 0.2 \\
          --condition "left: contrast_left > contrast_right" \\
          --condition "right: contrast_right > contrast_left"
        reprise new mouse --rates rates.h5

      What files may hold (docs/file-formats.md tells all):
        NWB       /units/spike_times, /intervals/trials
        SONATA    /spikes/NAME/{timestamps,node_ids}, and a table of trials
        by trial  the same with trial_ids, and /trials
        counts    /sessions/NAME/{counts,trials,units} or /counts, /trials, /units
      """)

  @Argument(
    help: ArgumentHelp("HDF5 files of spikes and trials; their units are put together.", valueName: "file[:/group]"),
    completion: .file())
  var inputs: [String]
  @Option(name: .shortAndLong, help: "File to write.")
  var output: String

  @Option(
    help: ArgumentHelp(
      "Column of trials with the time of the event that is time 0 (default: start_time, or the zero of the file).",
      valueName: "column"))
  var align: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Time around the event, as in -200ms..800ms (default: all that was recorded, where the file says it).",
      valueName: "from..to"))
  var window: String?
  @Option(help: "Bin width, as in 20ms (default: that of counts, else the widest of 20, 10, 5, 2, 1 ms that fits).")
  var bin: String?
  @Option(help: "Smoothing over time: none, boxcar:WIDTH (an odd number of bins) or gaussian:SIGMA.")
  var smooth = "gaussian:20ms"

  @Option(
    name: .customLong("condition"), parsing: .singleValue,
    help: ArgumentHelp(
      """
      Column of trials whose values are the conditions, or a condition as in "left: side == L"; may be repeated \
      (default: columns with few values whose combinations have 5 trials or more in each session).
      """, valueName: "column"))
  var conditions: [String] = []
  @Option(
    name: .customLong("trials-where"), parsing: .singleValue,
    help: ArgumentHelp(
      "Use only trials that fulfil this, as in \"correct == 1\"; may be repeated.", valueName: "condition"))
  var trialsWhere: [String] = []
  @Option(
    name: .customLong("trials-from"), parsing: .singleValue,
    help: ArgumentHelp(
      "Table of trials in another file, CSV with a header or HDF5, for each input.", valueName: "file[:/group]"),
    completion: .file())
  var trialTables: [String] = []
  @Option(
    name: .customLong("where"), parsing: .singleValue,
    help: ArgumentHelp(
      "Use only units that fulfil this, as in area=VISp or \"snr > 2\"; may be repeated.", valueName: "condition"))
  var unitsWhere: [String] = []

  @Option(help: ArgumentHelp("Leave out units that fire less, in Hz, over all conditions.", valueName: "hz"))
  var minRate = 0.1
  @Option(help: ArgumentHelp("Leave out units with fewer trials in any condition.", valueName: "trials"))
  var minTrials = 5
  @Option(
    help: ArgumentHelp(
      "Leave out units whose rates correlate less between two halves of the trials (Spearman-Brown corrected).",
      valueName: "r"))
  var minReliability: Double?

  @Option(
    help: ArgumentHelp(
      "Fraction of the trials of each condition to keep apart, in /held_out.", valueName: "fraction"))
  var holdOut = 0.0
  @Option(help: "Seed of the draws that hold out trials and split them into halves.")
  var seed: UInt64 = 1

  func run() throws {
    var request = RatesRequest(inputs: inputs)
    request.trialTables = trialTables
    request.align = align
    request.window = try window.map { try TimeWindow(parsing: $0) }
    request.bin = try bin.map { try ConfigReader.milliseconds($0, option: "--bin") }
    request.smoothing = try RateSmoothing(parsing: smooth)
    request.conditions = conditions
    request.trialsWhere = trialsWhere
    request.unitsWhere = unitsWhere
    request.minimumRate = minRate
    request.minimumTrials = minTrials
    request.minimumReliability = minReliability
    request.holdOut = holdOut
    request.seed = seed
    Terminal.status("Counting spikes ...")
    let report = try RecordedRates.write(request, to: output)
    Terminal.clearStatus()
    Self.show(report, request)
  }

  private static func show(_ report: RatesReport, _ request: RatesRequest) {
    let shown = 8
    for source in report.sources.prefix(shown) {
      var parts = ["\(source.unitCount) units", "\(source.trialCount) trials"]
      if source.sessionCount > 1 { parts.append("\(source.sessionCount) sessions") }
      if let spikes = source.spikeCount { parts.append("\(spikes) spikes") }
      Terminal.line("\(source.place): \(source.layout); \(parts.joined(separator: ", "))")
    }
    let rest = report.sources.dropFirst(shown)
    if !rest.isEmpty {
      let (units, trials) = rest.reduce((0, 0)) { ($0.0 + $1.unitCount, $0.1 + $1.trialCount) }
      Terminal.line("... and \(rest.count) more with \(units) units, \(trials) trials")
    }
    showConditions(report, request)
    let event = request.align.map { " around \($0)" } ?? ""
    Terminal.line(
      "Time: \(report.window)\(event), \(report.binCount) bins of \(trimmed(report.bin)) ms, "
        + "smoothing \(request.smoothing)")
    let reasons = UnitExclusion.allCases.compactMap { RecordedRates.sentence($0, report.excluded, request) }
    let left = reasons.isEmpty ? "" : "; left out: \(reasons.joined(separator: ", "))"
    Terminal.line("Units: \(report.keptCount) of \(report.unitCount) kept\(left)")
    let reliability = report.medianReliability.map { ", median split-half reliability " + Terminal.decimal($0, 2) }
    Terminal.line("Mean rate \(Terminal.decimal(report.meanRate, 2)) Hz\(reliability ?? "")")
    Terminal.line("Wrote \(report.path). Next: reprise new FOLDER --rates \(report.path)")
  }

  private static func showConditions(_ report: RatesReport, _ request: RatesRequest) {
    let counts = report.conditions.map { $0.trialCount }
    let range = counts.min() == counts.max() ? "\(counts[0])" : "\(counts.min() ?? 0) to \(counts.max() ?? 0)"
    let names = report.conditions.prefix(6).map { $0.name }.joined(separator: "; ")
    let more = report.conditions.count > 6 ? "; ..." : ""
    let each = counts.count > 1 ? " each" : ""
    Terminal.line("Conditions: \(counts.count) with \(range) trials\(each): \(names)\(more)")
    if report.conditionsAreChosen, report.conditions.count == 1, !report.trialColumns.isEmpty {
      Terminal.line("  --condition makes several, from: \(report.trialColumns.joined(separator: ", "))")
    }
    if report.unusedTrials > 0 { Terminal.line("  \(report.unusedTrials) trials in none of them, not used") }
    if request.holdOut > 0 { Terminal.line("  \(report.heldOutTrials) trials held out, in /held_out") }
  }

  private static func trimmed(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
  }
}
