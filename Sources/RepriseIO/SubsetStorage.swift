// Neurons that learn and neurons that do not, measured apart: columns of groups in checkpoints and tests.
internal import RepriseCore
internal import RepriseModel

enum SubsetStorage {
  /// Writes nothing where all neurons learn.
  static func write(_ records: [SubsetRecord?], in group: String, to file: HDF5File) throws(HDF5Error) {
    guard records.contains(where: { $0 != nil }) else { return }
    try file.write(records.map { $0?.trainedRate ?? .nan }, to: "\(group)/trained_rate_hz")
    try file.write(records.map { $0?.untrainedRate ?? .nan }, to: "\(group)/untrained_rate_hz")
    try file.write(records.map { $0?.heldOutCorrelation ?? .nan }, to: "\(group)/held_out_correlation")
  }

  /// - Parameter count: Rows of the group.
  static func read(_ file: HDF5File, _ group: String, count: Int) throws -> [SubsetRecord?] {
    guard file.contains("\(group)/trained_rate_hz") else { return Array(repeating: nil, count: count) }
    let trained: [Double] = try file.dataset("\(group)/trained_rate_hz").read()
    let untrained: [Double] = try file.dataset("\(group)/untrained_rate_hz").read()
    let heldOut: [Double] = try file.dataset("\(group)/held_out_correlation").read()
    guard [trained.count, untrained.count, heldOut.count].allSatisfy({ $0 == count }) else {
      throw StoredFileError(file.path, .inconsistent("the columns of \(group) differ in length"))
    }
    return trained.indices.map {
      SubsetRecord(
        trainedRate: trained[$0], untrainedRate: untrained[$0],
        heldOutCorrelation: heldOut[$0].isNaN ? nil : heldOut[$0])
    }
  }
}
