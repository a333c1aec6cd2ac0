// Named networks whose loops are timed.

/// A network to time, as a configuration.
public struct BenchSetting: Sendable {
  public let name: String
  /// What it stands for, in some words.
  public let meaning: String
  /// As in `reprise.toml`; what is not set has its default.
  let configuration: String

  public static let all: [BenchSetting] = [small, tenThousand, recording, million, quick]

  /// What is timed unless other settings are asked for.
  static let standard: [BenchSetting] = [small, tenThousand, recording]

  private static let small = BenchSetting(
    name: "default", meaning: "the defaults: N 4,096, K 205, n 58, sinusoids", configuration: "")

  private static let tenThousand = BenchSetting(
    name: "n10k", meaning: "N 10,000, K 512, n 90, sinusoids",
    configuration: """
      network.N = 10000
      static.K = 512
      plastic.L = 45
      """)

  /// Of the size of the published network of 22,000 recorded units.
  private static let recording = BenchSetting(
    name: "n66k", meaning: "N 66,002, K 0, n 128, voltage noise, 4 s with 150 updates",
    configuration: """
      network.N = 66002
      static.K = 0
      plastic.L = 64
      trial.train_duration = 3000
      learning.every = 20
      learning.lambda = 0.04
      learning.mu = 0
      noise.model = "voltage"
      noise.sigma = 0.65
      """)

  private static let million = BenchSetting(
    name: "million", meaning: "N 1,000,000, K 500, n 100, float16, procedural storage",
    configuration: """
      network.N = 1000000
      static.K = 500
      static.storage = "procedural"
      plastic.L = 50
      learning.precision = "float16"
      """)

  /// Too small to say anything about speed.
  static let quick = BenchSetting(
    name: "quick", meaning: "N 1,024 in a trial of 300 ms, to try the command",
    configuration: """
      network.N = 1024
      trial.stim_on = 100
      trial.stim_off = 200
      trial.train_duration = 100
      """)
}
