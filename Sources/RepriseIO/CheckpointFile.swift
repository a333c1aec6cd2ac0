// checkpoints/loop-000100.h5: everything that training has changed, so that it can go on as if never interrupted.
internal import RepriseCore
public import RepriseModel

/// Writes and reads checkpoints (layout in docs/file-formats.md).
public enum CheckpointFile {
  public struct Contents: Sendable {
    public let loopsDone: Int
    public let curve: [LoopRecord]
    /// The parameters in force when it was written.
    public let parameters: Parameters
  }

  /// Writes the learning state of a backend after `curve.last` loops.
  ///
  /// - Throws: ``FileError``, ``HDF5Error`` or what went wrong with the device; an older file at `path` is then
  ///   unchanged.
  public static func write(_ backend: any Backend, curve: [LoopRecord], loopsDone: Int, to path: String) throws {
    let network = backend.network
    try HDF5File.writeAtomically(to: path) { file in
      try FileFormat.checkpoint.mark(file, fingerprint: network.fingerprint)
      try file.setAttribute("loops_done", to: Int64(loopsDone))
      try ParameterStorage.write(network.parameters, to: file)
      try CurveStorage.write(curve, to: file)
      try LearningStorage.write(backend, to: file)
      try backend.requireNoFailure()
    }
  }

  /// What a checkpoint says, without its matrices.
  public static func readContents(_ path: String) throws -> Contents {
    let file = try HDF5File(reading: path)
    try FileFormat.checkpoint.check(file)
    let loops: Int64 = try file.attribute("loops_done") ?? 0
    let curve = try CurveStorage.read(from: file)
    guard loops >= 0, curve.last.map({ Int64($0.loop) == loops }) ?? true else {
      throw StoredFileError(path, .inconsistent("/learning_curve does not end with loop \(loops)"))
    }
    return Contents(loopsDone: Int(loops), curve: curve, parameters: try ParameterStorage.read(from: file))
  }

  /// Fraction of the recurrent weights whose sign is not that of the sender's class; nil without any, or if the
  /// checkpoint is of another network.
  public static func wrongSignFraction(_ path: String, _ network: Network) throws -> Double? {
    let file = try HDF5File(reading: path)
    try FileFormat.checkpoint.check(file)
    let fingerprint: UInt64? = try file.attribute("fingerprint")
    let weights = try file.dataset("/weights")
    guard fingerprint == network.fingerprint, weights.shape == [network.learners.count, network.inputCount] else {
      return nil
    }
    return try network.wrongSignFraction { try weights.read(rows: $0) }
  }

  /// Puts a checkpoint into a backend.
  ///
  /// - Parameter includingCorrelation: False where nothing will be learned.
  /// - Throws: ``StoredFileError`` if it belongs to another network, the backend is then unchanged; or what went wrong
  ///   with the device.
  public static func restore(_ path: String, to backend: any Backend, networkFile: String, includingCorrelation: Bool)
    throws
  {
    let file = try HDF5File(reading: path)
    try FileFormat.checkpoint.check(file)
    let network = backend.network
    let fingerprint: UInt64? = try file.attribute("fingerprint")
    guard fingerprint == network.fingerprint else {
      throw StoredFileError(path, .otherNetwork(networkFile: networkFile))
    }
    try LearningStorage.read(file, into: backend, includingCorrelation: includingCorrelation)
    try backend.requireNoFailure()
  }
}

/// A learning curve inside a checkpoint.
private enum CurveStorage {
  static func write(_ curve: [LoopRecord], to file: HDF5File) throws(HDF5Error) {
    try file.write(curve.map { Int64($0.loop) }, to: "/learning_curve/loop")
    try file.write(curve.map { Int64($0.task) }, to: "/learning_curve/task")
    try file.write(curve.map(\.seconds), to: "/learning_curve/seconds")
    try file.write(curve.map(\.rate), to: "/learning_curve/rate_hz")
    try file.write(curve.map { $0.correlation ?? .nan }, to: "/learning_curve/correlation")
    try SubsetStorage.write(curve.map(\.subset), in: "/learning_curve", to: file)
  }

  static func read(from file: HDF5File) throws -> [LoopRecord] {
    let loops: [Int64] = try file.dataset("/learning_curve/loop").read()
    let tasks: [Int64] = try file.dataset("/learning_curve/task").read()
    let seconds: [Double] = try file.dataset("/learning_curve/seconds").read()
    let rates: [Double] = try file.dataset("/learning_curve/rate_hz").read()
    let correlations: [Double] = try file.dataset("/learning_curve/correlation").read()
    guard [tasks.count, seconds.count, rates.count, correlations.count].allSatisfy({ $0 == loops.count }) else {
      throw StoredFileError(file.path, .inconsistent("the columns of /learning_curve differ in length"))
    }
    let subsets = try SubsetStorage.read(file, "/learning_curve", count: loops.count)
    return loops.indices.map {
      LoopRecord(
        loop: Int(loops[$0]), task: Int(tasks[$0]), seconds: seconds[$0], rate: rates[$0],
        correlation: correlations[$0].isNaN ? nil : correlations[$0], subset: subsets[$0])
    }
  }
}
