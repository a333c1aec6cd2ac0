// Weights and what learning remembers, inside a checkpoint.
internal import RepriseCore
internal import RepriseModel

enum LearningStorage {
  /// Elements that are in memory twice at a time.
  private static let elementsPerPiece = 4 << 20

  private static let matrices = "/inverse_correlation"
  private static let diagonals = "/inverse_correlation_diagonal"
  private static let history = "/history"

  static func write(_ backend: any Backend, to file: HDF5File) throws {
    try writeWeights(backend, to: file)
    if let history = backend.history {
      let shape = [history.frameCount, history.sourceCount]
      if backend.precision == .float64 {
        try file.write(history.values, to: Self.history, shape: shape)
      } else {
        try file.write(history.values.map { Float($0) }, to: Self.history, shape: shape)
      }
      try file.setAttribute("position", of: Self.history, to: Int64(history.position))
      return
    }
    try file.write(backend.groups.groupOfRow, to: "/group_of_neuron")
    switch backend.precision {
    case .float64: try writeMatrices(backend, as: Double.self, to: file)
    case .float32: try writeMatrices(backend, as: Float.self, to: file)
    case .float16: try writeMatrices(backend, as: Float16.self, to: file)
    }
  }

  /// - Throws: ``StoredFileError`` if the file does not fit the backend's network; the backend is then unchanged,
  ///   except where values are found to be no numbers.
  static func read(_ file: HDF5File, into backend: any Backend, includingCorrelation: Bool) throws {
    let network = backend.network
    let weights = try file.dataset("/weights")
    guard weights.shape == [network.learners.count, network.inputCount] else {
      throw StoredFileError(file.path, .inconsistent("/weights does not fit the network"))
    }
    let learning = includingCorrelation ? try StoredLearning(file, backend) : nil
    for rows in pieces(network.learners.count, rowLength: network.inputCount) {
      let values: [Double] = try weights.read(rows: rows)
      guard values.allSatisfy(\.isFinite) else {
        throw StoredFileError(file.path, .inconsistent("/weights holds values that are no numbers"))
      }
      backend.writeWeights(values, rows)
    }
    switch learning {
    case nil: break
    case .history(let history): backend.history = history
    case .matrices(let source):
      for groups in pieces(backend.groups.count, rowLength: network.inputCount * (network.inputCount + 1) / 2) {
        backend.writeCorrelation(try source.read(groups), groups)
      }
    }
  }

  private static func writeWeights(_ backend: any Backend, to file: HDF5File) throws {
    let (count, n) = (backend.network.learners.count, backend.network.inputCount)
    let isDouble = backend.precision == .float64
    let dataset =
      isDouble
      ? try file.createDataset("/weights", shape: [count, n], of: Double.self)
      : try file.createDataset("/weights", shape: [count, n], of: Float.self)
    for rows in pieces(count, rowLength: n) {
      let values = backend.readWeights(rows)
      if isDouble {
        try dataset.write(rows: rows, from: values)
      } else {
        try dataset.write(rows: rows, from: values.map { Float($0) })
      }
    }
  }

  private static func writeMatrices<Number: HDF5Number>(
    _ backend: any Backend, as type: Number.Type, to file: HDF5File
  ) throws {
    let (count, n) = (backend.groups.count, backend.network.inputCount)
    let length = n * (n + 1) / 2
    let dataset = try file.createDataset(matrices, shape: [count, length], of: type)
    var diagonal: HDF5Dataset?
    for groups in pieces(count, rowLength: length) {
      switch backend.readCorrelation(groups) {
      case .float64(let values): try dataset.write(rows: groups, from: values)
      case .float32(let values): try dataset.write(rows: groups, from: values)
      case .float16(let half):
        try dataset.write(rows: groups, from: half.elements)
        if diagonal == nil {
          diagonal = try file.createDataset(diagonals, shape: [count, n], of: Float.self)
          try file.setAttribute("scale", of: matrices, to: Double(half.scale))
        }
        try diagonal?.write(rows: groups, from: half.diagonals)
      }
    }
  }

  /// What learning remembers, as a file has it.
  private enum StoredLearning {
    case history(SpikeHistory)
    case matrices(StoredMatrices)

    init(_ file: HDF5File, _ backend: any Backend) throws {
      let memory = backend.network.parameters.learning.memory
      if memory == .history {
        self = .history(try Self.readHistory(file, backend))
      } else {
        guard file.contains(LearningStorage.matrices) else {
          throw StoredFileError(
            file.path,
            .inconsistent("it was written with learning.memory = \"history\", without the P that \"matrix\" needs"))
        }
        self = .matrices(try StoredMatrices(file, backend))
      }
    }

    /// The newest frames that the network asks for; none where the file has P instead.
    private static func readHistory(_ file: HDF5File, _ backend: any Backend) throws -> SpikeHistory {
      let frames = backend.network.parameters.historyFrames
      let sources = backend.network.neuronCount + backend.network.feedforwardCount
      var values = [Double](repeating: 0, count: frames * sources)
      var position = 0
      if file.contains(LearningStorage.history) {
        let stored = try file.dataset(LearningStorage.history)
        guard stored.shape.count == 2, stored.shape[1] == sources else {
          throw StoredFileError(file.path, .inconsistent("\(LearningStorage.history) does not fit the network"))
        }
        let kept = min(frames, stored.shape[0])
        let newest: [Double] = try stored.read(rows: (stored.shape[0] - kept)..<stored.shape[0])
        values.replaceSubrange((values.count - newest.count)..., with: newest)
        let stood: Int64 = try file.attribute("position", of: LearningStorage.history) ?? 0
        position = kept == stored.shape[0] && (0..<Int64(frames)).contains(stood) ? Int(stood) : 0
      }
      return SpikeHistory(frameCount: frames, sourceCount: sources, values: values, position: position)
    }
  }

  /// P as a file has it.
  private struct StoredMatrices {
    let matrices: HDF5Dataset
    /// With the scale, for float16.
    let half: (diagonals: HDF5Dataset, scale: Float)?

    init(_ file: HDF5File, _ backend: any Backend) throws {
      let n = backend.network.inputCount
      matrices = try file.dataset(LearningStorage.matrices)
      guard matrices.shape == [backend.groups.count, n * (n + 1) / 2] else {
        throw StoredFileError(file.path, .inconsistent("\(LearningStorage.matrices) does not fit the network"))
      }
      guard matrices.elementType == .float(bytes: 2) else {
        half = nil
        return
      }
      let diagonals = try file.dataset(LearningStorage.diagonals)
      let scale: Double = try file.attribute("scale", of: LearningStorage.matrices) ?? 0
      guard diagonals.shape == [backend.groups.count, n], scale > 0, scale.isFinite else {
        throw StoredFileError(file.path, .inconsistent("\(LearningStorage.diagonals) does not fit the network"))
      }
      half = (diagonals, Float(scale))
    }

    func read(_ groups: Range<Int>) throws -> CorrelationMatrices {
      if let half {
        return .float16(
          HalfMatrices(
            elements: try matrices.read(rows: groups), diagonals: try half.diagonals.read(rows: groups),
            scale: half.scale))
      }
      return matrices.elementType == .float(bytes: 4)
        ? .float32(try matrices.read(rows: groups)) : .float64(try matrices.read(rows: groups))
    }
  }

  private static func pieces(_ count: Int, rowLength: Int) -> [Range<Int>] {
    let rows = max(1, elementsPerPiece / max(rowLength, 1))
    return stride(from: 0, to: count, by: rows).map { $0..<min(count, $0 + rows) }
  }
}
