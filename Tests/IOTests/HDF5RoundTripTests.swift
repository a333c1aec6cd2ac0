import Testing

@testable import RepriseIO

@Suite struct HDF5RoundTripTests {
  let folder: TemporaryFolder
  var path: String { folder.file("a.h5") }

  init() throws { folder = try TemporaryFolder() }

  private func check<Number: HDF5Number>(_ values: [Number], _ expected: HDF5ElementType) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(values, to: "group/plain")
      try file.write(values, to: "packed", storage: .chunked(rows: 2, deflate: 6))
      try file.write(values[0], to: "single")
      try file.setAttribute("number", to: values[1])
      try file.setAttribute("list", of: "packed", to: values)
    }
    let file = try HDF5File(reading: path)
    let dataset = try file.dataset("/group/plain")
    #expect(dataset.elementType == expected)
    #expect(dataset.shape == [values.count])
    #expect(dataset.chunkShape == nil)
    #expect(try dataset.read(as: Number.self) == values)
    #expect(try file.dataset("packed").chunkShape == [2])
    #expect(try file.dataset("packed").read(as: Number.self) == values)
    #expect(try file.dataset("single").shape == [])
    #expect(try file.dataset("single").read(as: Number.self) == [values[0]])
    #expect(try file.attribute("number", as: Number.self) == values[1])
    #expect(try file.attributes("list", of: "/packed", as: Number.self) == values)
  }

  @Test func everyTypeOfNumber() throws {
    try check([1.5, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity] as [Float], .float(bytes: 4))
    try check([0.1, -.greatestFiniteMagnitude, .leastNonzeroMagnitude] as [Double], .float(bytes: 8))
    try check([0, .min, .max] as [Int8], .integer(bytes: 1, signed: true))
    try check([0, .min, .max] as [Int16], .integer(bytes: 2, signed: true))
    try check([0, .min, .max] as [Int32], .integer(bytes: 4, signed: true))
    try check([0, .min, .max] as [Int64], .integer(bytes: 8, signed: true))
    try check([0, .min, .max] as [Int], .integer(bytes: 8, signed: true))
    try check([0, 7, .max] as [UInt8], .integer(bytes: 1, signed: false))
    try check([0, 7, .max] as [UInt16], .integer(bytes: 2, signed: false))
    try check([0, 7, .max] as [UInt32], .integer(bytes: 4, signed: false))
    try check([0, 7, .max] as [UInt64], .integer(bytes: 8, signed: false))
  }

  @Test(arguments: [false, true]) func texts(isFixedLength: Bool) throws {
    let texts = ["", "VISp", "größer als 7 µm", "trailing space ", "猫"]
    try HDF5File.writeAtomically(to: path) { file in
      try file.write(texts, to: "names", isFixedLength: isFixedLength)
      try file.write([] as [String], to: "none", isFixedLength: isFixedLength)
      try file.write("[network]\nN = 10\n", to: "config")
      try file.setAttribute("licence", of: "names", to: "CC-BY-4.0 ©")
      try file.setAttribute("empty", to: "")
    }
    let file = try HDF5File(reading: path)
    #expect(try file.dataset("names").readTexts() == texts)
    #expect(try file.dataset("none").readTexts() == [])
    #expect(try file.dataset("config").readTexts() == ["[network]\nN = 10\n"])
    #expect(try file.textAttribute("licence", of: "names") == "CC-BY-4.0 ©")
    #expect(try file.textAttribute("empty") == "")
    #expect(try file.textAttribute("absent") == nil)
  }

  @Test func rowsInPieces() throws {
    let shape = [7, 3, 2]
    let values = (0..<42).map { Float($0) }
    try HDF5File.writeAtomically(to: path) { file in
      for (name, storage) in [("a", HDF5Storage.contiguous), ("b", .chunked(rows: 3, deflate: 1))] {
        let dataset = try file.createDataset(name, shape: shape, of: Float.self, storage: storage)
        try dataset.write(rows: 4..<7, from: Array(values[24..<42]))
        try dataset.write(rows: 2..<2, from: [Float]())
        try dataset.write(rows: 0..<4, from: Array(values[0..<24]))
      }
    }
    let file = try HDF5File(reading: path)
    for name in ["a", "b"] {
      let dataset = try file.dataset(name)
      #expect(dataset.rowCount == 7 && dataset.rowLength == 6 && dataset.count == 42)
      #expect(try dataset.read(as: Float.self) == values)
      #expect(try dataset.read(rows: 3..<5, as: Double.self) == (18..<30).map { Double($0) })
      #expect(try dataset.read(rows: 5..<5, as: Float.self) == [])
      var row = [Float](repeating: -1, count: 6)
      var span = row.mutableSpan
      try dataset.read(rows: 6..<7, into: &span)
      #expect(row == Array(values[36..<42]))
    }
  }

  @Test func datasetsGrow() throws {
    try HDF5File.writeAtomically(to: path) { file in
      let start = try file.createDataset(
        "log", shape: [0, 2], of: Int32.self, storage: .chunked(rows: 4, isGrowable: true))
      let grown = try start.grown(toRowCount: 3)
      try grown.write(rows: 1..<3, from: [1, 2, 3, 4] as [Int32])
    }
    let dataset = try HDF5File(reading: path).dataset("log")
    #expect(dataset.shape == [3, 2])
    #expect(try dataset.read(as: Int32.self) == [0, 0, 1, 2, 3, 4])
  }

  @Test func groups() throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.createGroup("units/more")
      try file.createGroup("/units")
      try file.write([1, 2] as [Int], to: "units/x")
      try file.setAttribute("bin_ms", of: "units/x", to: 10.0)
      try file.setAttribute("a", of: "units/x", to: "b")
    }
    let file = try HDF5File(reading: path)
    #expect(file.contains("/") && file.contains("units") && file.contains("/units/more/") && file.contains("units/x"))
    #expect(
      !file.contains("x") && !file.contains("units/y") && !file.contains("units/x/deeper") && !file.contains("a/b"))
    #expect(
      try file.children(of: "units") == [
        HDF5Child(name: "more", path: "/units/more", kind: .group),
        HDF5Child(name: "x", path: "/units/x", kind: .dataset),
      ])
    #expect(try file.children().map { $0.path } == ["/units"])
    #expect(try file.attributeNames(of: "units/x") == ["a", "bin_ms"])
    #expect(try file.attributeNames() == [])
    #expect(try file.attribute("bin_ms", of: "units/x", as: Int.self, orError: ()) == nil)
  }

  @Test func emptyDatasets() throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.write([Float](), to: "none")
      try file.write([Float](), to: "flat", shape: [3, 0])
      try file.setAttribute("list", to: [Double]())
    }
    let file = try HDF5File(reading: path)
    #expect(try file.dataset("none").read(as: Float.self) == [])
    #expect(try file.dataset("flat").read(rows: 1..<3, as: Float.self) == [])
    #expect(try file.attributes("list", as: Double.self) == [])
  }

  @Test func threadsWaitForEachOther() async throws {
    let path = path
    try HDF5File.writeAtomically(to: path) { file in
      try file.write((0..<100).map { Double($0) }, to: "x", shape: [100])
    }
    let file = try HDF5File(reading: path)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<32 {
        group.addTask {
          let other = try HDF5File(reading: path)
          let mine = try file.dataset("x").read(rows: index..<(index + 3), as: Float.self)
          return try mine == other.dataset("x").read(rows: index..<(index + 3), as: Float.self)
            && mine[0] == Float(index)
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}

extension HDF5File {
  /// nil where the attribute cannot be read as asked.
  fileprivate func attribute<Number: HDF5Number>(
    _ name: String, of object: String, as type: Number.Type, orError: Void
  ) throws -> Number? {
    #expect(throws: HDF5Error.self) { try attribute(name, of: object, as: type) }
    return nil
  }
}
