// What firing rates are asked for.

/// Options of ``RecordedRates/write(_:to:)``.
public struct RatesRequest: Sendable {
  /// Files, or `FILE:/group` for one population or session of a file. Their units are put one after the other.
  public var inputs: [String]
  /// Tables of trials in files of their own, CSV or HDF5: none, or one for each input.
  public var trialTables: [String] = []
  /// Column of trials with the time of the event that is time 0; nil: the start of the trial.
  public var align: String?
  /// Window around the event; nil: what the file says was recorded.
  public var window: TimeWindow?
  /// Bin width, ms; nil: that of counts, else the widest of 20, 10, 5, 2 and 1 ms that fits the window.
  public var bin: Double?
  public var smoothing = RateSmoothing.gaussian(20)
  /// Columns of trials, or conditions with a name; empty: chosen.
  public var conditions: [String] = []
  /// Conditions that trials must fulfil to be used.
  public var trialsWhere: [String] = []
  /// Conditions that units must fulfil to be used.
  public var unitsWhere: [String] = []
  /// Least mean rate over conditions, Hz.
  public var minimumRate = 0.1
  /// Least number of trials in every condition, without those held out.
  public var minimumTrials = 5
  /// Least split-half reliability; nil: any.
  public var minimumReliability: Double?
  /// Fraction of the trials of each condition that is held out.
  public var holdOut = 0.0
  /// Seed of the draws that hold out trials and deal the others to two halves.
  public var seed: UInt64 = 1

  public init(inputs: [String]) { self.inputs = inputs }

  /// - Throws: ``RecordingError``.
  func validate(output: String) throws {
    func require(_ holds: Bool, _ option: String, _ sentence: String) throws {
      if !holds { throw RecordingError(option, sentence, isUsage: true) }
    }
    try require(!inputs.isEmpty, "reprise rates", "needs a file.")
    try require(
      trialTables.isEmpty || trialTables.count == inputs.count, "--trials-from",
      "is given \(trialTables.count) times for \(inputs.count) inputs; give it once for each, in the same order.")
    try require(
      minimumRate >= 0 && minimumRate.isFinite, "--min-rate", "is \(minimumRate); a rate of 0 Hz or more is needed.")
    try require(minimumTrials >= 1, "--min-trials", "is \(minimumTrials); it must be at least 1.")
    try require(
      minimumReliability.map { (-1...1).contains($0) } ?? true, "--min-reliability",
      "is \(minimumReliability ?? 0); a number from -1 to 1 is needed.")
    try require(
      holdOut >= 0 && holdOut < 1, "--hold-out", "is \(holdOut); a fraction from 0 to below 1 is needed.")
    let files = inputs.map { RecordedMatrix.Request.split($0).file } + trialTables
    try require(
      !files.map { FilePath.absolute($0) }.contains(FilePath.absolute(output)), "--output",
      "is \(output), which is also an input and would be replaced; choose another name.")
    if let twice = inputs.first(where: { input in inputs.filter { $0 == input }.count > 1 }) {
      throw RecordingError(twice, "is given twice; its units would count twice. Give it once.", isUsage: true)
    }
  }
}
