// Examples that need no file: `reprise new --example NAME`.
internal import RepriseCore
internal import RepriseIO
internal import RepriseModel
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The embedded examples.
enum Example: String, CaseIterable {
  /// Synthetic firing rates that pass through the population in sequence, as a recording to train on.
  case sequence
  /// A small balanced network that learns sinusoids.
  case sinusoids

  static func draft(_ name: String, in project: Project) throws -> Draft {
    guard let example = Example(rawValue: name) else {
      throw ProjectError.unknownExample(name: name, known: allCases.map(\.rawValue))
    }
    switch example {
    case .sequence: return try sequence(project)
    case .sinusoids: return sinusoids()
    }
  }

  private static func sinusoids() -> Draft {
    var parameters = Parameters()
    parameters.network.neuronCount = 1024
    parameters.staticSynapses.inDegree = 205
    parameters.plastic.inputsPerClass = 29
    return Draft(
      parameters: parameters,
      choices: [
        "A balanced network of 1024 neurons, with as many inputs per neuron as the default network of 4096.",
        "Each neuron learns a sinusoid of random phase.",
      ])
  }

  /// Writes `rates.h5` with rates of `unitCount` units in two conditions, and the settings for it.
  private static func sequence(_ project: Project) throws -> Draft {
    let recording = SequenceRecording()
    let path = project.folder + "/rates.h5"
    guard !FileManager.default.fileExists(atPath: path) else { throw ProjectError.alreadyExists(path) }
    try project.createFolder(project.folder)
    try HDF5File.writeAtomically(to: path) { file in
      let shape = [recording.binCount, recording.unitCount, recording.conditionCount]
      try file.write(recording.rates(), to: "/rates", shape: shape)
      try file.setAttribute("bin_ms", of: "/rates", to: recording.bin)
      try file.setAttribute("description", of: "/rates", to: "Synthetic rates (Hz): time, unit, condition")
    }
    var options = NewOptions()
    options.rates = path
    var draft = try Draft(recorded: path + ":/rates", .rates, options)
    draft.choices.insert(
      "Synthetic recording \(path): \(recording.unitCount) units that fire in sequence, "
        + "in another order in each condition.",
      at: 0)
    draft.written = [path]
    return draft
  }
}

/// Rates with the statistics of cortical recordings: log-normal mean rates and one bump per unit, whose time differs
/// between conditions.
private struct SequenceRecording {
  let unitCount = 600
  let binCount = 50
  let conditionCount = 2
  /// ms.
  let bin = 20.0

  /// Shape [bin, unit, condition], Hz.
  func rates() -> [Float] {
    var values = [Float](repeating: 0, count: binCount * unitCount * conditionCount)
    for unit in 0..<unitCount {
      var stream = RandomStream(seed: 1, purpose: .synthetic, index: unit)
      let mean = exp(log(4.0) + 0.6 * stream.normal())
      let width = 0.06 + 0.06 * stream.uniform()
      let height = 1.5 + 2 * stream.uniform()
      for condition in 0..<conditionCount {
        let center = stream.uniform()
        for time in 0..<binCount {
          let distance = ((Double(time) + 0.5) / Double(binCount) - center) / width
          let rate = mean * (0.6 + height * exp(-distance * distance / 2))
          values[(time * unitCount + unit) * conditionCount + condition] = Float(rate)
        }
      }
    }
    return values
  }
}
