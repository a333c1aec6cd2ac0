// Recorded rates of trials that the targets do not have.
internal import RepriseIO
internal import RepriseModel
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension Project {
  /// Held-out rates of the units that the network was made from.
  ///
  /// - Returns: nil where targets are no rates, their file is gone, or it holds nothing out.
  func heldOutRates(_ parameters: Parameters) throws -> RecordedActivity? {
    guard parameters.targets.source == .rates, var request = RecordedMatrix.Request(parameters.targets),
      FileManager.default.fileExists(atPath: request.file)
    else { return nil }
    let rates = try RecordedMatrix.inspect(request, expecting: .init(parameters, unitCount: nil))
    let path = "/held_out" + rates.datasetPath
    guard try HDF5File(reading: request.file).contains(path) else { return nil }
    request.dataset = path
    request.axisOrder = rates.axisOrder
    return try recordedActivity(request, parameters)
  }
}
