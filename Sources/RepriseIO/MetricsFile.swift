// metrics.csv: a line for each neuron and task, for people and spreadsheets.
internal import RepriseCore
public import RepriseModel
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Text of `metrics.csv`, and `/metrics` of `test.h5`.
public enum MetricsFile {
  public static let header = (["neuron", "class", "task"] + Metric.allCases.map(\.rawValue)).joined(separator: ",")

  /// Writes a line for each neuron and task, and one of all tasks together for each neuron.
  public static func write(_ metrics: NeuronMetrics, _ parameters: Parameters, to path: String) throws {
    var lines = [header]
    lines.reserveCapacity((metrics.taskCount + 1) * metrics.neuronCount + 1)
    for neuron in 0..<metrics.neuronCount {
      let start = "\(neuron),\(parameters.neuronClass(neuron).rawValue),"
      for task in 0...metrics.taskCount {
        let isAll = task == metrics.taskCount
        let fields = Metric.allCases.map { text(metrics[$0, neuron: neuron, task: isAll ? nil : task]) }
        lines.append(start + (isAll ? "all" : "\(task)") + "," + fields.joined(separator: ","))
      }
    }
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }

  /// Empty where a metric is not defined.
  private static func text(_ value: Double) -> String {
    value.isFinite ? DecimalText.fixed(value, digits: 6) : ""
  }

  /// Reads the lines back, with the precision of the text.
  ///
  /// - Throws: ``StoredFileError`` if the text is of another kind, and what the system says if it cannot be read.
  public static func read(_ path: String) throws -> NeuronMetrics {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    guard lines.first.map(String.init) == header else {
      throw StoredFileError(path, .inconsistent("its first line is not '\(header)'"))
    }
    let rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let neurons = (rows.last.flatMap { Int($0[0]) } ?? -1) + 1
    let perNeuron = neurons > 0 ? rows.count / neurons : 0
    guard neurons > 0, perNeuron > 0, rows.count == neurons * perNeuron else {
      throw StoredFileError(path, .inconsistent("its number of lines is wrong"))
    }
    var metrics = NeuronMetrics(neuronCount: neurons, taskCount: perNeuron - 1)
    for (line, fields) in rows.enumerated() {
      let (neuron, task) = line.quotientAndRemainder(dividingBy: perNeuron)
      let isAll = task == perNeuron - 1
      guard fields.count == 3 + Metric.allCases.count, fields[0] == "\(neuron)",
        fields[2] == (isAll ? "all" : "\(task)"),
        fields.dropFirst(3).allSatisfy({ $0.isEmpty || Double($0) != nil })
      else { throw StoredFileError(path, .inconsistent("line \(line + 2) is not a line of metrics")) }
      for (metric, field) in zip(Metric.allCases, fields.dropFirst(3)) {
        metrics[metric, neuron: neuron, task: isAll ? nil : task] = Double(field) ?? .nan
      }
    }
    return metrics
  }

  // MARK: HDF5

  private static let group = "/metrics"

  static func write(_ metrics: NeuronMetrics, to file: HDF5File) throws {
    for metric in Metric.allCases {
      try file.write(
        metrics[metric], to: "\(group)/\(metric.rawValue)", shape: [metrics.taskCount + 1, metrics.neuronCount])
    }
  }

  /// - Returns: nil where the file has none.
  static func read(from file: HDF5File, _ network: Network) throws -> NeuronMetrics? {
    guard file.contains(group) else { return nil }
    var metrics = NeuronMetrics(neuronCount: network.neuronCount, taskCount: network.targets.taskCount)
    for metric in Metric.allCases where file.contains("\(group)/\(metric.rawValue)") {
      let dataset = try file.dataset("\(group)/\(metric.rawValue)")
      guard dataset.shape == [metrics.taskCount + 1, metrics.neuronCount] else {
        throw StoredFileError(file.path, .inconsistent("\(dataset.path) does not fit the network"))
      }
      metrics[metric] = try dataset.read()
    }
    return metrics
  }
}
