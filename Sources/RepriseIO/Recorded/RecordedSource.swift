// An open file of recorded rates or currents: finds the dataset, selects units and tasks, reads and checks values.

/// A dataset of two or three dimensions that may hold targets.
struct RecordedSource {
  let request: RecordedMatrix.Request
  let file: HDF5File
  let dataset: HDF5Dataset
  let binMilliseconds: Double?

  /// Names that are taken even where the file has other datasets.
  static let usualNames = ["/psth", "/rates", "/targets"]

  init(_ request: RecordedMatrix.Request) throws(RecordedMatrixError) {
    self.request = request
    do {
      file = try HDF5File(reading: request.file)
      dataset = try Self.findDataset(request, in: file)
      try Self.checkSize(dataset)
      binMilliseconds = try file.attribute("bin_ms", of: dataset.path) ?? file.attribute("bin_ms", of: "/")
    } catch let error as HDF5Error {
      throw RecordedMatrixError(file: request.file, dataset: request.dataset, problem: .unreadable(error))
    } catch let error as RecordedMatrixError {
      throw error
    } catch {
      preconditionFailure("reading an HDF5 file throws no other error: \(error)")
    }
    if let bin = binMilliseconds, !(bin > 0 && bin.isFinite) { throw error(.invalidBin(bin)) }
  }

  func error(_ problem: RecordedMatrixError.Problem) -> RecordedMatrixError {
    RecordedMatrixError(file: request.file, dataset: dataset.path, problem: problem)
  }

  /// Runs `body`, whose errors are about the file.
  func reading<Result>(_ body: () throws(HDF5Error) -> Result) throws(RecordedMatrixError) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      throw self.error(.unreadable(error))
    }
  }

  /// Refuses bins that are not the time between updates.
  func checkBin(_ axes: RecordedAxes, _ expecting: RecordedMatrix.Expectation) throws(RecordedMatrixError) {
    guard let bin = binMilliseconds else { return }
    guard abs(bin - expecting.learningInterval) <= 1e-6 * expecting.learningInterval else {
      throw error(
        .wrongBin(found: bin, rowCount: axes.rowCount, learningInterval: expecting.learningInterval))
    }
  }

  func selectedTasks(_ axes: RecordedAxes) throws(RecordedMatrixError) -> [Int] {
    let tasks = request.tasks ?? Array(0..<axes.taskCount)
    guard !tasks.isEmpty else { throw error(.noTasks) }
    if let unknown = tasks.first(where: { !(0..<axes.taskCount).contains($0) }) {
      throw error(.unknownTask(unknown, taskCount: axes.taskCount))
    }
    return tasks
  }

  // MARK: Finding the dataset

  private static func findDataset(_ request: RecordedMatrix.Request, in file: HDF5File) throws -> HDF5Dataset {
    if let name = request.dataset {
      let dataset = try file.dataset(name)
      guard dataset.elementType.isNumeric else {
        throw RecordedMatrixError(
          file: request.file, dataset: dataset.path, problem: .notNumeric(found: dataset.elementType.description))
      }
      guard isMatrix(dataset) else {
        throw RecordedMatrixError(
          file: request.file, dataset: dataset.path, problem: .wrongRank(shape: dataset.shape))
      }
      return dataset
    }
    var candidates: [HDF5Dataset] = []
    try collectMatrices(in: "/", of: file, depth: 0, into: &candidates)
    let usual = candidates.filter { usualNames.contains($0.path) }
    if usual.count == 1 { return usual[0] }
    if candidates.count == 1 { return candidates[0] }
    let named = usual.isEmpty ? candidates : usual
    throw RecordedMatrixError(
      file: request.file, dataset: nil, problem: .unclearDataset(candidates: named.map { $0.path }))
  }

  /// A damaged shape must not make the program ask for all memory, nor overflow where one axis is 0.
  private static func checkSize(_ dataset: HDF5Dataset) throws(HDF5Error) {
    guard let bytes = elementCount(of: dataset.shape.map { max(1, $0) } + [MemoryLayout<Float>.size]) else {
      throw HDF5Error(
        .read, file: dataset.file.path, object: dataset.path,
        problem: .implausibleShape(dataset.shape, fileSize: dataset.file.byteCount))
    }
    try dataset.file.checkSize(bytes, shape: dataset.shape, dataset.path)
  }

  private static func isMatrix(_ dataset: HDF5Dataset) -> Bool {
    dataset.elementType.isNumeric && (2...3).contains(dataset.shape.count)
  }

  /// Looks through the groups, but not without end: links can form rings.
  private static func collectMatrices(
    in group: String, of file: HDF5File, depth: Int, into found: inout [HDF5Dataset]
  ) throws {
    for child in try file.children(of: group) where found.count < 1000 {
      switch child.kind {
      case .dataset:
        let dataset = try file.dataset(child.path)
        if isMatrix(dataset) { found.append(dataset) }
      case .group where depth < 8:
        try collectMatrices(in: child.path, of: file, depth: depth + 1, into: &found)
      default: break
      }
    }
  }
}
