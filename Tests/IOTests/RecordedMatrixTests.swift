import RepriseModel
import Testing

@testable import RepriseIO

/// A file with 4 rows of 3 units in 2 tasks; the value is 100 task + 10 row + unit.
@Suite struct RecordedMatrixTests {
  typealias Request = RecordedMatrix.Request
  typealias Problem = RecordedMatrixError.Problem

  let folder: TemporaryFolder
  var path: String { folder.file("targets.h5") }
  let expectation = RecordedMatrix.Expectation(rowCount: 4, learningInterval: 10, trainDuration: 40)

  init() throws { folder = try TemporaryFolder() }

  static func value(task: Int, row: Int, unit: Int) -> Float { Float(100 * task + 10 * row + unit) }

  private func write(
    _ change: (inout [Float]) -> Void = { _ in }, timeFirst: Bool = true, name: String = "psth", bin: Double? = 10
  ) throws {
    var values: [Float] = []
    for first in 0..<(timeFirst ? 4 : 2) {
      for unit in 0..<3 {
        for last in 0..<(timeFirst ? 2 : 4) {
          values.append(
            Self.value(task: timeFirst ? last : first, row: timeFirst ? first : last, unit: unit))
        }
      }
    }
    change(&values)
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(
        values, to: name, shape: timeFirst ? [4, 3, 2] : [2, 3, 4], storage: .chunked(rows: 3, deflate: 1))
      if let bin { try file.setAttribute("bin_ms", of: name, to: bin) }
      try file.write([0.1, 0.6, 0.9], to: "units/split_half_r")
      try file.write(["Cori", "Hench", "Cori"], to: "units/mouse", isFixedLength: false)
      try file.write([7, 8, 9] as [UInt8], to: "depth")
      try file.write([1, 2] as [UInt8], to: "units/unrelated")
    }
  }

  private func read(_ request: Request? = nil) throws(RecordedMatrixError) -> RecordedMatrix {
    try RecordedMatrix.read(request ?? Request(file: path, kind: .rates), expecting: expectation)
  }

  private func expectProblem(_ problem: Problem, _ request: Request? = nil, _ sentence: String? = nil) {
    let error = #expect(throws: RecordedMatrixError.self) { try read(request) }
    #expect(error?.problem == problem)
    guard let sentence, let error else { return }
    #expect(error.description == "\(path):/psth \(sentence)")
  }

  @Test(arguments: [true, false]) func theAxisOfTheRightLengthIsTime(timeFirst: Bool) throws {
    try write(timeFirst: timeFirst)
    let matrix = try read()
    #expect((matrix.taskCount, matrix.rowCount, matrix.neuronCount) == (2, 4, 3))
    #expect(matrix.binMilliseconds == 10 && matrix.unitIndices == [0, 1, 2] && matrix.datasetPath == "/psth")
    #expect(matrix.values.count == 24)
    for task in 0..<2 {
      for row in 0..<4 {
        for unit in 0..<3 {
          #expect(matrix[task: task, row: row, neuron: unit] == Self.value(task: task, row: row, unit: unit))
        }
      }
    }
    let order: TargetParameters.AxisOrder = timeFirst ? .timeFirst : .timeLast
    #expect(try read(Request(file: path, kind: .rates, axisOrder: order)) == matrix)
    #expect(try RecordedMatrix.inspect(Request(file: path, kind: .rates), expecting: expectation).axisOrder == order)
  }

  @Test(arguments: [true, false]) func unitsAndTasksAreSelected(timeFirst: Bool) throws {
    try write(timeFirst: timeFirst)
    let matrix = try read(Request(file: path, kind: .rates, select: "split_half_r > 0.5", tasks: [1]))
    #expect((matrix.taskCount, matrix.neuronCount) == (1, 2))
    #expect(matrix.unitIndices == [1, 2])
    #expect(matrix.values == [101, 102, 111, 112, 121, 122, 131, 132])
    #expect(try read(Request(file: path, kind: .rates, select: "mouse == Cori and depth <= 8")).unitIndices == [0])
    #expect(try read(Request(file: path, kind: .rates, select: "/units/mouse != \"Cori\"")).unitIndices == [1])
    #expect(try read(Request(file: path, kind: .rates, tasks: [1, 0])).values.first == 100)
  }

  @Test func twoAxes() throws {
    let values = (0..<12).map { Int16($0) }
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(values, to: "a", shape: [4, 3])
      try file.write(values, to: "b", shape: [3, 4])
      try file.write((0..<16).map { UInt8($0) }, to: "square", shape: [4, 4])
    }
    #expect(try read(Request(file: path + ":/a", kind: .rates)).values == (0..<12).map { Float($0) })
    let turned = try read(Request(file: path, dataset: "b", kind: .rates))
    #expect(turned.values == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    let square = Request(file: path, dataset: "square", kind: .rates)
    let error = #expect(throws: RecordedMatrixError.self) { try read(square) }
    #expect(error?.problem == .ambiguousAxes(shape: [4, 4], rowCount: 4))
    #expect(
      error?.description
        == "\(path):/square has the shape 4 x 4, and both the first and the last axis have the 4 rows needed. "
        + "Set targets.axis_order = \"time_first\" or \"time_last\".")
    var first = square
    first.axisOrder = .timeFirst
    #expect(try read(first).values[1] == 1)
    first.axisOrder = .timeLast
    #expect(try read(first).values[1] == 4)
  }

  /// 4 units that would be taken for 4 rows, but for their number.
  @Test func theNumberOfUnitsTellsTheAxesApart() throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write((0..<64).map { Float($0) }, to: "psth", shape: [4, 4, 4])
      try file.write((0..<12).map { Float($0) }, to: "flat", shape: [3, 4])
    }
    expectProblem(.ambiguousAxes(shape: [4, 4, 4], rowCount: 4))
    var expectation = RecordedMatrix.Expectation(rowCount: 4, learningInterval: 10, trainDuration: 40, unitCount: 3)
    let flat = Request(file: path, dataset: "flat", kind: .rates)
    #expect(try RecordedMatrix.read(flat, expecting: expectation).neuronCount == 3)
    expectation.rowCount = 3
    expectation.unitCount = 4
    #expect(try RecordedMatrix.read(flat, expecting: expectation).neuronCount == 4)
  }

  @Test func theDatasetIsFoundOrTheCandidatesAreListed() throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write([1, 2], to: "time_ms")
      try file.write(["a", "b", "c", "d"], to: "names", shape: [2, 2])
      try file.write((0..<8).map { Float($0) }, to: "group/only", shape: [4, 2])
    }
    #expect(try read().datasetPath == "/group/only")
    try HDF5File.writeAtomically(to: path) { file in
      try file.write((0..<8).map { Float($0) }, to: "rates", shape: [4, 2])
      try file.write((0..<8).map { Float($0) }, to: "rates_raw", shape: [4, 2])
    }
    #expect(try read().datasetPath == "/rates")
    try HDF5File.writeAtomically(to: path) { file in
      try file.write((0..<8).map { Float($0) }, to: "a", shape: [4, 2])
      try file.write((0..<8).map { Float($0) }, to: "b", shape: [4, 2])
      try file.write(["x"], to: "text")
    }
    let error = #expect(throws: RecordedMatrixError.self) { try read() }
    #expect(error?.problem == .unclearDataset(candidates: ["/a", "/b"]))
    #expect(
      error?.description
        == "\(path) has several datasets that could be meant: /a, /b. Name one as \(path):/a.")
    expectProblem(
      .unreadable(
        HDF5Error(
          .read, file: path, object: "/c", problem: .missingObject(candidates: ["/a", "/b", "/text"]))),
      Request(file: path, dataset: "c", kind: .rates))
    expectProblem(.notNumeric(found: "text"), Request(file: path, dataset: "text", kind: .rates))
    try HDF5File.writeAtomically(to: path) { file in try file.write([1, 2], to: "x") }
    expectProblem(.unclearDataset(candidates: []))
    expectProblem(.wrongRank(shape: [2]), Request(file: path, dataset: "x", kind: .rates))
  }

  @Test func wrongNumbersOfRows() throws {
    try write(bin: nil)
    let needed = RecordedMatrix.Expectation(rowCount: 100, learningInterval: 10, trainDuration: 1000)
    func sentence(_ request: Request) throws -> String {
      try #require(throws: RecordedMatrixError.self) { try RecordedMatrix.read(request, expecting: needed) }.description
    }
    var request = Request(file: path, kind: .rates, axisOrder: .timeFirst)
    #expect(
      try sentence(request)
        == "\(path):/psth has 4 rows but needs 100: trial.train_duration / learning.every = 1000 ms / 10 ms. "
        + "trial.train_duration = 40 would fit, or learning.every = 250.")
    request.axisOrder = .timeLast
    #expect(try sentence(request).contains("has 2 rows but needs 100"))
    try write(bin: 20)
    request.axisOrder = .auto
    #expect(
      try sentence(request)
        == "\(path):/psth has 4 rows but needs 100: trial.train_duration / learning.every = 1000 ms / 10 ms. "
        + "Neither the first nor the last axis of 4 x 3 x 2 has 100. Its bins are 20 ms. "
        + "learning.every = 20 with trial.train_duration = 80 would fit.")
    let error = try #require(throws: RecordedMatrixError.self) {
      try RecordedMatrix.read(request, expecting: needed)
    }
    #expect(
      error.problem
        == .wrongRows(found: 4, shape: [4, 3, 2], isGuessed: true, binMilliseconds: 20, needed: needed))
  }

  @Test func wrongBins() throws {
    try write(bin: 20)
    expectProblem(
      .wrongBin(found: 20, rowCount: 4, learningInterval: 10), nil,
      "has bins of 20 ms but learning.every is 10 ms; they must be equal. "
        + "learning.every = 20 with trial.train_duration = 80 would fit.")
    try write(bin: -1)
    expectProblem(.invalidBin(-1), nil, "has bin_ms = -1; a time above 0 ms is needed.")
    try write(bin: nil)
    #expect(try read().binMilliseconds == nil)
  }

  @Test func valuesThatAreNotFinite() throws {
    try write { values in
      values[2 * 6 + 1 * 2 + 1] = .nan  // row 2, unit 1, task 1
      values[3 * 6 + 2 * 2 + 1] = -.infinity
    }
    let error = #expect(throws: RecordedMatrixError.self) { try read() }
    guard case .notFinite(let first, let value, let count) = error?.problem else {
      Issue.record("unexpected: \(String(describing: error))")
      return
    }
    #expect(first == .init(task: 1, row: 2, unit: 1) && value.isNaN && count == 2)
    #expect(
      error?.description
        == "\(path):/psth has 2 values that are not finite; the first is nan at task 1, row 2, unit 1 "
        + "(counted from 0). Fill or leave out these units before training.")
    // Units and tasks that are not used do not matter, and positions are those of the file.
    #expect(try read(Request(file: path, kind: .rates, tasks: [0])).taskCount == 1)
    expectProblem(
      .notFinite(first: .init(task: 1, row: 3, unit: 2), value: -.infinity, count: 1),
      Request(file: path, kind: .rates, select: "depth == 9"))
  }

  @Test func negativeRates() throws {
    try write { $0[3 * 6 + 2 * 2] = -5 }
    expectProblem(
      .negativeRate(first: .init(task: 0, row: 3, unit: 2), value: -5, count: 1), nil,
      "has 1 negative rate; the first is -5.0 Hz at task 0, row 3, unit 2 (counted from 0). "
        + "Rates are 0 or more; for currents set targets.source = \"currents\".")
    #expect(try read(Request(file: path, kind: .currents)).values.contains(-5))
  }

  @Test func selectionsThatFail() throws {
    try write()
    func request(_ select: String) -> Request { Request(file: path, kind: .rates, select: select) }
    expectProblem(
      .unknownAttribute("split_half", available: ["mouse", "split_half_r", "depth"]), request("split_half > 0"),
      "has no attribute split_half of its units. There is mouse, split_half_r, depth. Did you mean split_half_r?")
    expectProblem(
      .noUnits(condition: "depth > 9", unitCount: 3), request("depth > 9"),
      "has none of its 3 units left after targets.select = \"depth > 9\". Choose a weaker condition.")
    expectProblem(
      .wrongAttributeType("mouse", isText: true, condition: "mouse > 1"), request("mouse > 1"),
      "cannot be filtered by \"mouse > 1\": mouse is text, which can be compared by == and != only.")
    expectProblem(
      .wrongAttributeType("depth", isText: false, condition: "depth == deep"), request("depth == deep"),
      "cannot be filtered by \"depth == deep\": depth is a number and must be compared with a number.")
    expectProblem(
      .invalidCondition("depth", reason: "one of > >= < <= == != is needed after depth"), request("depth"))
    expectProblem(
      .unknownTask(2, taskCount: 2), Request(file: path, kind: .rates, tasks: [0, 2]),
      "has no task 2: there are 2 tasks, counted from 0. Correct targets.tasks.")
    expectProblem(.unknownTask(-1, taskCount: 2), Request(file: path, kind: .rates, tasks: [-1]))
    expectProblem(.noTasks, Request(file: path, kind: .rates, tasks: []))
  }

  @Test func inspectionReadsNoValues() throws {
    try write { $0[0] = .nan }
    let summary = try RecordedMatrix.inspect(Request(file: path, kind: .rates, select: "mouse == Cori"))
    #expect(
      summary
        == RecordedMatrix.Summary(
          datasetPath: "/psth", shape: [4, 3, 2], axisOrder: .timeFirst, rowCount: 4, unitCount: 3,
          selectedUnitCount: 2, taskCount: 2, binMilliseconds: 10,
          unitAttributes: ["mouse", "split_half_r", "depth"]))
  }

  @Test func shapesWithoutElements() throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write([Float](), to: "none", shape: [4, 0, 2])
      try file.write([Float](), to: "no_tasks", shape: [4, 3, 0])
      try file.write([Float](), to: "no_rows", shape: [0, 3])
      _ = try file.createDataset("wide", shape: [0, 1 << 40, 1 << 40], of: Float.self)
    }
    func request(_ name: String) -> Request { Request(file: path, dataset: name, kind: .rates, axisOrder: .timeFirst) }
    expectProblem(.noUnits(condition: nil, unitCount: 0), request("none"))
    expectProblem(.noTasks, request("no_tasks"))
    expectProblem(
      .wrongRows(found: 0, shape: [0, 3], isGuessed: false, binMilliseconds: nil, needed: expectation),
      request("no_rows"))
    let error = #expect(throws: RecordedMatrixError.self) { try read(request("wide")) }
    #expect(error?.description.contains("far more than its file") == true)
  }

  @Test func filesThatAreNotThere() {
    let error = #expect(throws: RecordedMatrixError.self) { try read() }
    #expect(error?.description == "\(path) does not exist. Check the path.")
  }

  @Test func pathsWithDatasets() {
    #expect(Request.split("a/b.h5") == ("a/b.h5", nil))
    #expect(Request.split("a/b.h5:/psth") == ("a/b.h5", "/psth"))
    #expect(Request.split("a:b/c.h5:/x/y") == ("a:b/c.h5", "/x/y"))
    #expect(Request.split("a:b.h5") == ("a:b.h5", nil))
    #expect(Request.split("b.h5:/") == ("b.h5:/", nil))
    #expect(Request.split(":/x") == (":/x", nil))
    #expect(Request.split("") == ("", nil))
  }

  @Test func numbersInSentences() {
    #expect(formatNumber(0) == "0" && formatNumber(10) == "10" && formatNumber(-2.5) == "-2.5")
    #expect(formatNumber(1000.0 / 99) == "10.101" && formatNumber(123_456_789) == "123456789")
    #expect(formatNumber(.nan) == "nan" && formatNumber(1e300) == "1e+300")
  }
}
