// Options that several commands share.
public import ArgumentParser
public import Reprise

struct FolderArgument: ParsableArguments {
  @Argument(help: "Folder of the network.", completion: .directory)
  var folder: String

  var project: Project { Project(folder) }
}

struct OverrideOptions: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Override a key of reprise.toml, as in --set network.N=1024 or --set trial.dt=\"50 us\"; may be repeated.",
      valueName: "key=value"))
  var overrides: [String] = []
}

struct OverwriteOptions: ParsableArguments {
  @Flag(help: "Replace the checkpoints of an earlier training; they stay until the first new one is complete.")
  var overwrite = false
}

struct MonitorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write a row of processor, memory and GPU use to resources.csv every so often while training, as in 5s or \
      \"500 ms\"; at least 100 ms.
      """, valueName: "time"))
  var monitor: String?

  /// ms.
  func interval() throws -> Double? {
    try monitor.map { try ConfigReader.milliseconds($0, option: "--monitor") }
  }
}

struct ThreadOptions: ParsableArguments {
  @Option(
    help: "Threads, at most one per processor; results do not depend on it (default: all, fewer for small networks).")
  var threads: Int?

  func choice() throws -> ThreadChoice {
    guard let threads else { return .automatic }
    guard (1...1024).contains(threads) else {
      throw ProjectError.invalidOption("--threads is \(threads), but must be between 1 and 1024.")
    }
    return .exactly(threads)
  }
}

struct BackendOptions: ParsableArguments {
  @Option(
    help: """
      What computes: cpu (fast, single precision), opencl (a GPU, or whatever else runs OpenCL), cuda (a GPU of \
      NVIDIA) or reference (plain loops, double precision).
      """)
  var backend: BackendChoice = .cpu
  @Option(
    help: ArgumentHelp(
      """
      Which device, counted from 0 as reprise doctor does (default: the first); for test also several, as in 0,1, or \
      all, which share the trials.
      """, valueName: "number"))
  var device: String?

  func choice() throws -> DeviceChoice { try device.map { text throws in try DeviceChoice(text) } ?? .first }

  /// The one device that a command can use; nil: the first.
  func single(for command: String) throws -> Int? { try choice().single(for: command) }
}

extension BackendChoice: ExpressibleByArgument {}

extension ExportFormat: ExpressibleByArgument {}

/// Neuron numbers such as 0-15,20.
struct NeuronList: ExpressibleByArgument {
  let neurons: [Int]

  init?(argument: String) {
    var neurons: [Int] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last, last - first < 100_000 else {
        return nil
      }
      neurons += first...last
    }
    var seen = Set<Int>()
    self.neurons = neurons.filter { seen.insert($0).inserted }
    if neurons.isEmpty { return nil }
  }
}
