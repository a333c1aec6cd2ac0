// metrics.csv is read back as it was written.
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct MetricsFileTests {
  @Test func readsBackWhatItWrote() throws {
    var parameters = smallParameters()
    (parameters.network.neuronCount, parameters.network.excitatoryCount) = (5, 3)
    var (metrics, random) = (NeuronMetrics(neuronCount: 5, taskCount: 2), TestRandom(3))
    for metric in Metric.allCases {
      for neuron in 0..<5 {
        for task in [0, 1, nil] where metric != .reliability || task == nil {
          metrics[metric, neuron: neuron, task: task] = neuron == 2 ? .nan : random.uniform(-2...40)
        }
      }
    }
    let path = FileManager.default.temporaryDirectory.path + "/metrics-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try MetricsFile.write(metrics, parameters, to: path)
    let found = try MetricsFile.read(path)
    #expect(found.neuronCount == 5 && found.taskCount == 2)
    for metric in Metric.allCases {
      for (a, b) in zip(found[metric], metrics[metric]) {
        #expect(a.isNaN == b.isNaN)
        if !b.isNaN { #expect(abs(a - b) <= 5.01e-7) }
      }
    }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 1 + 5 * 3)
    #expect(lines[0].hasPrefix("neuron,class,task,rate_hz,target_rate_hz,trial_correlation,"))
    #expect(lines[1].hasPrefix("0,excitatory,0,") && lines[15].hasPrefix("4,inhibitory,all,"))
    for damaged in ["", "neuron\n", MetricsFile.header + "\n", MetricsFile.header + "\n0,excitatory,0,1\n"] {
      try Data(damaged.utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: StoredFileError.self) { try MetricsFile.read(path) }
    }
  }
}
