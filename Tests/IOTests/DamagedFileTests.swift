// Damaged files must give an error or some value, but never stop the program.
import RepriseModel
import Testing

@testable import RepriseIO

@Suite struct DamagedFileTests {
  let folder: TemporaryFolder
  var path: String { folder.file("damaged.h5") }

  init() throws { folder = try TemporaryFolder() }

  private func sample() throws -> [UInt8] {
    let whole = folder.file("whole.h5")
    try HDF5File.writeAtomically(to: whole) { file in
      try file.write(
        (0..<600).map { Float($0) }, to: "psth", shape: [10, 20, 3], storage: .chunked(rows: 4, deflate: 4))
      try file.write((0..<200).map { Int16($0) }, to: "raw", shape: [10, 20])
      try file.write((0..<20).map { "area \($0)" }, to: "units/area")
      try file.write((0..<20).map { Double($0) / 20 }, to: "units/r")
      try file.write((0..<20).map { "mouse \($0)" }, to: "units/mouse", isFixedLength: true)
      try file.setAttribute("bin_ms", of: "psth", to: 10.0)
      try file.setAttribute("source", to: "someone")
    }
    return readBytes(whole)
  }

  /// Reads everything there is in as many ways as there are.
  private func readAll() throws {
    let request = RecordedMatrix.Request(
      file: path, kind: .rates, select: "r > 0.2 and area != \"area 7\" and mouse != x")
    let expectation = RecordedMatrix.Expectation(rowCount: 10, learningInterval: 10, trainDuration: 100)
    _ = try? RecordedMatrix.inspect(request)
    let result = Result { try RecordedMatrix.read(request, expecting: expectation) }
    let file = try HDF5File(reading: path)
    _ = try? file.textAttribute("source")
    for child in try file.children() + file.children(of: "units") where child.kind == .dataset {
      _ = try? file.attributeNames(of: child.path)
      guard let dataset = try? file.dataset(child.path) else { continue }
      _ = try? dataset.read(as: Double.self)
      _ = try? dataset.read(as: UInt8.self)
      _ = try? dataset.readTexts()
    }
    _ = try result.get()
  }

  @Test func truncationAtEveryLengthIsAnError() throws {
    let bytes = try sample()
    try #require(bytes.count > 1000)
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) {
      writeBytes(bytes[..<length], to: path)
      #expect(throws: (any Error).self, "\(length) of \(bytes.count) bytes") { try readAll() }
    }
    writeBytes(bytes, to: path)
    try readAll()
  }

  @Test(arguments: 0..<4 as Range<UInt64>) func changedBytes(seed: UInt64) throws {
    let bytes = try sample()
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      writeBytes(damaged, to: path)
      try? readAll()
    }
  }

  /// Everything but the numbers is covered by checksums, and the numbers too where they are in chunks.
  @Test func everyChangedByteOfAChunkedFileIsNoticedOrHarmless() throws {
    let values = (0..<64).map { Float($0) }
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(values, to: "x", shape: [8, 8], storage: .chunked(rows: 8))
    }
    let bytes = readBytes(path)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x41
      writeBytes(damaged, to: path)
      let read = try? HDF5File(reading: path).dataset("x").read(as: Float.self)
      #expect(read == nil || read == values, "byte \(index)")
    }
  }
}
