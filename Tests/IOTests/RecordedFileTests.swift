// Recordings as others wrote them, with h5py and in the format without checksums.
import RepriseModel
import Testing

@testable import RepriseIO

@Suite struct RecordedFileTests {
  @Test(.enabled(if: RecordedFiles.exists(RecordedFiles.steinmetz), "the recordings are not here"))
  func steinmetz() throws {
    let request = RecordedMatrix.Request(
      file: RecordedFiles.steinmetz, kind: .rates, select: "split_half_r > 0.5")
    let summary = try RecordedMatrix.inspect(request)
    #expect(summary.datasetPath == "/psth" && summary.shape == [40, 16305, 3] && summary.axisOrder == .timeFirst)
    #expect(summary.selectedUnitCount == 4937 && summary.unitCount == 16305 && summary.binMilliseconds == 10)
    #expect(summary.unitAttributes == ["brain_area", "mouse", "session", "split_half_r"])
    let expectation = RecordedMatrix.Expectation(rowCount: 40, learningInterval: 10, trainDuration: 400)
    let matrix = try RecordedMatrix.read(request, expecting: expectation)
    #expect((matrix.taskCount, matrix.rowCount, matrix.neuronCount) == (3, 40, 4937))
    #expect(matrix.values.count == 3 * 40 * 4937 && matrix.unitIndices.count == 4937)
    let direct = try HDF5File(reading: RecordedFiles.steinmetz).dataset("psth").read(as: Float.self)
    for (task, row, neuron) in [(0, 0, 0), (2, 39, 4936), (1, 17, 1000)] {
      #expect(
        matrix[task: task, row: row, neuron: neuron] == direct[(row * 16305 + matrix.unitIndices[neuron]) * 3 + task])
    }
    var cori = request
    cori.select = "mouse == Cori and split_half_r > 0.5"
    let count = try RecordedMatrix.inspect(cori).selectedUnitCount
    #expect(count > 0 && count < 4937)
  }

  @Test(.enabled(if: RecordedFiles.exists(RecordedFiles.it7obj), "the recordings are not here"))
  func it7obj() throws {
    let request = RecordedMatrix.Request(file: RecordedFiles.it7obj, kind: .rates, tasks: [20, 3])
    let expectation = RecordedMatrix.Expectation(rowCount: 50, learningInterval: 20, trainDuration: 1000)
    let matrix = try RecordedMatrix.read(request, expecting: expectation)
    #expect((matrix.taskCount, matrix.rowCount, matrix.neuronCount) == (2, 50, 132))
    #expect(matrix.binMilliseconds == 20)
    var defaults = Parameters()
    let error = try #require(throws: RecordedMatrixError.self) {
      try RecordedMatrix.read(request, expecting: RecordedMatrix.Expectation(defaults))
    }
    #expect(
      error.description.hasSuffix(
        "Its bins are 20 ms. learning.every = 20 with trial.train_duration = 1000 would fit."))
    defaults.learning.interval = 20
    #expect(try RecordedMatrix.read(request, expecting: RecordedMatrix.Expectation(defaults)) == matrix)
  }

  @Test(.enabled(if: RecordedFiles.exists(RecordedFiles.it7obj), "the recordings are not here"))
  func incompleteCopies() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("copy.h5")
    let bytes = readBytes(RecordedFiles.it7obj)
    for length in stride(from: 0, to: bytes.count, by: bytes.count / 50) {
      writeBytes(bytes[..<length], to: path)
      let error = try #require(throws: RecordedMatrixError.self) {
        try RecordedMatrix.inspect(RecordedMatrix.Request(file: path, kind: .rates))
      }
      guard case .unreadable(let cause) = error.problem else {
        Issue.record("unexpected: \(error)")
        continue
      }
      #expect(cause.problem == .truncated || cause.problem == .notHDF5 || cause.problem == .library)
    }
  }
}
