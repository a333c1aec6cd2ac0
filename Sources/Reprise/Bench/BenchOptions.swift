// What `reprise bench` measures, and what it reports while it runs.

internal import RepriseBackends

/// A part of the measurements.
public enum BenchPart: String, Sendable, CaseIterable {
  case bandwidth, kernels, loops
}

public struct BenchOptions: Sendable {
  public var threads: ThreadChoice
  public var parts = Set(BenchPart.allCases)
  /// Names of ``BenchSetting``; nil: the default ones.
  public var settings: [String]?
  /// Numbers of plastic inputs for which updates are timed.
  public var inputCounts: [Int]?
  /// Times that each loop is repeated; kernels and bandwidth are repeated four times as often. nil: 3, or 1 if quick.
  public var repeats: Int?
  /// Small sizes: shows that everything runs, and measures nothing.
  public var isQuick = false
  /// What computes: the processor, or a GPU, of which `loops` are measured.
  public var backend = BackendChoice.cpu
  /// Number of the GPU; nil: the first.
  public var device: Int?
  /// `section.key=value` for all settings; of these, `learning` and `plastic.pool` also for the kernels.
  public var overrides: [String] = []

  public init(threads: ThreadChoice) { self.threads = threads }
}

extension BenchOptions {
  var threadCount: Int { threads.count(neurons: .max) }
  var loopRepeats: Int { repeats ?? (isQuick ? 1 : 3) }
  var kernelRepeats: Int { 4 * loopRepeats }
  var inputs: [Int] { inputCounts ?? [58, 90, 128, 232] }

  /// The settings by their names.
  ///
  /// - Throws: ``ProjectError`` for a name that there is none of.
  func chosenSettings() throws(ProjectError) -> [BenchSetting] {
    guard let settings else { return isQuick ? [.quick] : BenchSetting.standard }
    var chosen: [BenchSetting] = []
    for name in settings {
      guard let setting = BenchSetting.all.first(where: { $0.name == name }) else {
        let known = BenchSetting.all.map(\.name).joined(separator: ", ")
        throw .invalidOption("There is no setting '\(name)'. Settings are \(known).")
      }
      chosen.append(setting)
    }
    return chosen
  }

  /// The GPU to measure.
  func deviceBench() throws -> DeviceBench {
    DeviceBench(backend == .cuda ? .cuda : .openCL, device: device ?? 0)
  }

  /// - Throws: ``ProjectError`` if a number is out of range, or for what cannot be measured.
  func check() throws(ProjectError) {
    try backend.check(device: device)
    guard backend != .reference else {
      throw .invalidOption("--backend is reference, which is there to compare with, not to be fast. Use another one.")
    }
    guard (1...10_000).contains(loopRepeats) else {
      throw .invalidOption("--repeats is \(loopRepeats), but must be between 1 and 10000.")
    }
    for count in inputs where count < 2 || count > 4096 || count % 2 != 0 {
      throw .invalidOption("--inputs has \(count), but must be even numbers between 2 and 4096.")
    }
  }
}

/// Told what is measured and what came out, as soon as it is known.
public protocol BenchObserver {
  func benchStarts(_ machine: BenchMachine, _ program: BenchProgram)
  /// In words, what takes time now.
  func measuring(_ what: String)
  func measured(_ bandwidth: [BenchBandwidth])
  func measured(_ updates: [BenchUpdate])
  func measured(_ steps: BenchSteps)
  func measured(_ loop: BenchLoop)
  func measured(_ loop: BenchDeviceLoop)
}
