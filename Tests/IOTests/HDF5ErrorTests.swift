import RepriseCore
import Testing

@testable import RepriseIO

@Suite struct HDF5ErrorTests {
  let folder: TemporaryFolder
  var path: String { folder.file("a.h5") }

  init() throws { folder = try TemporaryFolder() }

  private func failure(_ body: () throws -> Void) throws -> HDF5Error {
    try #require(throws: HDF5Error.self) { try body() }
  }

  private func writeSample() throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write([1, 2, 3] as [Float], to: "psth")
      try file.write(["a"], to: "units/area")
      try file.setAttribute("pair", to: [1.0, 2])
    }
  }

  @Test func filesThatCannotBeOpened() throws {
    #expect(
      try failure { _ = try HDF5File(reading: path) } == HDF5Error(.open, file: path, problem: .missingFile))
    #expect(
      try failure { _ = try HDF5File(reading: folder.path) }
        == HDF5Error(.open, file: folder.path, problem: .isFolder))
    for text in ["", "x", "time,neuron\n1,2\n"] {
      writeBytes(text.utf8, to: path)
      let error = try failure { _ = try HDF5File(reading: path) }
      #expect(error == HDF5Error(.open, file: path, problem: .notHDF5))
      #expect(error.description == "\(path) is not an HDF5 file. Convert it, for example with h5py.")
    }
    try writeSample()
    writeBytes(readBytes(path).dropLast(10), to: path)
    let error = try failure { _ = try HDF5File(reading: path) }
    #expect(error.problem == .truncated)
    #expect(
      error.description
        == "\(path) is incomplete: it ends before the data that it announces. Copy or write it again.")
  }

  @Test func absentObjectsListTheirNeighbours() throws {
    try writeSample()
    let file = try HDF5File(reading: path)
    let error = try failure { _ = try file.dataset("psht") }
    #expect(
      error
        == HDF5Error(.read, file: path, object: "/psht", problem: .missingObject(candidates: ["/psth", "/units"])))
    #expect(error.description == "\(path):/psht does not exist. There is /psth, /units. Did you mean /psth?")
    #expect(
      try failure { _ = try file.dataset("units/aera") }.problem == .missingObject(candidates: ["/units/area"]))
    #expect(
      try failure { _ = try file.children(of: "a/b") }.problem == .missingObject(candidates: ["/psth", "/units"]))
    #expect(try failure { _ = try file.attributeNames(of: "z") }.object == "/z")
  }

  @Test func wrongTypesAndShapes() throws {
    try writeSample()
    let file = try HDF5File(reading: path)
    let error = try failure { _ = try file.dataset("psth").read(as: Int32.self) }
    #expect(error.problem == .wrongType(found: "floating point of 32 bits", needed: "integer of 32 bits"))
    #expect(error.description == "\(path):/psth is floating point of 32 bits; integer of 32 bits is needed.")
    #expect(
      try failure { _ = try file.dataset("units/area").read(as: Float.self) }.problem
        == .wrongType(found: "text", needed: "floating point of 32 bits"))
    #expect(
      try failure { _ = try file.dataset("psth").readTexts() }.problem
        == .wrongType(found: "floating point of 32 bits", needed: "text"))
    #expect(
      try failure { _ = try file.dataset("units") }.problem
        == .wrongType(found: "not a dataset", needed: "a dataset"))
    #expect(
      try failure { _ = try file.dataset("psth").read(rows: 1..<5, as: Float.self) }.problem
        == .wrongShape(found: "3 rows", needed: "rows 1 to 4"))
    let attribute = try failure { _ = try file.attribute("pair", as: Double.self) }
    #expect(attribute.object == "/@pair")
    #expect(attribute.problem == .wrongShape(found: "2 elements", needed: "1"))
    #expect(
      try failure { _ = try file.textAttribute("pair") }.problem
        == .wrongType(found: "floating point of 64 bits", needed: "text"))
  }

  @Test func memoryOfTheWrongSizeIsRefused() throws {
    try writeSample()
    let dataset = try HDF5File(reading: path).dataset("psth")
    var memory = [Float](repeating: 7, count: 2)
    let error = #expect(throws: HDF5Error.self) {
      var span = memory.mutableSpan
      try dataset.read(rows: 0..<3, into: &span)
    }
    #expect(error?.problem == .wrongShape(found: "3 rows of 1 elements", needed: "memory of this size, not of 2"))
    #expect(memory == [7, 7])
  }

  @Test func shapesBeyondTheMachineAreRefused() throws {
    try HDF5File.writeAtomically(to: path) { file in
      _ = try file.createDataset("huge", shape: [1 << 30, 1 << 20], of: Float.self, storage: .chunked(rows: 1))
      _ = try file.createDataset("large", shape: [1 << 25], of: Float.self, storage: .chunked(rows: 1024))
    }
    let file = try HDF5File(reading: path)
    #expect(
      try failure { _ = try file.dataset("huge").read(as: Float.self) }.problem
        == .tooLarge(needed: 1 << 52, available: HDF5Library.physicalMemory))
    #expect(
      try failure { _ = try file.dataset("large").read(as: Float.self) }.problem
        == .implausibleShape([1 << 25], fileSize: file.byteCount))
  }

  @Test func aFileIsClosedAfterItIsWritten() throws {
    var kept: HDF5File?
    try HDF5File.writeAtomically(to: path) { file in
      try file.write([1.0], to: "x")
      kept = file
    }
    let file = try #require(kept)
    #expect(!file.contains("x"))
    #expect(
      try failure { _ = try file.dataset("x") } == HDF5Error(.read, file: path, object: "/x", problem: .closed))
  }

  @Test func theLibraryIsQuoted() throws {
    let error = try failure {
      try HDF5File.writeAtomically(to: path) { file in
        try file.write([1.0], to: "x")
        try file.write([1.0], to: "x")
      }
    }
    #expect(error.operation == .create && error.object == "/x" && error.problem == .library)
    #expect(error.messages.contains { $0.contains("exists") })
    #expect(folder.names == [])
  }

  @Test func numbersOfBytes() {
    #expect(formatBytes(0) == "0 bytes" && formatBytes(999) == "999 bytes")
    #expect(formatBytes(1500) == "1.5 kB" && formatBytes(54_900_000_000) == "54.9 GB")
  }
}
