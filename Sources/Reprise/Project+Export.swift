// `reprise export`: the spikes of a test in formats that other programs read.
internal import RepriseIO
internal import RepriseModel

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A format of spikes.
public enum ExportFormat: String, Sendable, CaseIterable {
  case nwb, sonata
}

/// What was exported.
public struct ExportReport: Sendable {
  public let format: ExportFormat
  public let trialCount: Int
  public let spikeCount: Int
  public let neuronCount: Int
}

extension Project {
  /// Writes the spikes of `test.h5`, its trials one after the other with a pause of 1 s, and tables of trials and neurons.
  ///
  /// - Parameter format: nil: NWB for names that end with `.nwb`, else SONATA.
  public func export(to path: String, format: ExportFormat? = nil) throws -> ExportReport {
    guard FileManager.default.fileExists(atPath: testPath) else {
      throw ProjectError.invalidOption("\(testPath) does not exist. Run `reprise test \(folder) --trials 10` first.")
    }
    for own in [testPath, networkPath, configurationPath] where FilePath.absolute(own) == FilePath.absolute(path) {
      throw ProjectError.invalidOption("--output is \(path), which is a file of the network. Give another name.")
    }
    let network = try storedNetwork()
    let test = try TestFile.read(testPath, network, networkFile: networkPath)
    let session = ExportedSession(test, network, loopsDone: try TestFile.loopsDone(testPath))
    let format = format ?? (path.lowercased().hasSuffix(".nwb") ? .nwb : .sonata)
    switch format {
    case .nwb: try NWBExport.write(session, date: testDate(), notes: try configurationOfNetwork(), to: path)
    case .sonata: try SonataExport.write(session, to: path)
    }
    return ExportReport(
      format: format, trialCount: test.trials.count,
      spikeCount: test.trials.reduce(0) { $0 + $1.spikes.steps.count }, neuronCount: network.neuronCount)
  }

  private func configurationOfNetwork() throws -> String {
    try NetworkFile.readOrigin(networkPath)?.configuration ?? ""
  }

  /// When the test was run: exporting it again gives the same bytes.
  private func testDate() -> String {
    let attributes = try? FileManager.default.attributesOfItem(atPath: testPath)
    let date = attributes?[.modificationDate] as? Date ?? Date(timeIntervalSince1970: 0)
    return date.formatted(.iso8601)
  }
}
