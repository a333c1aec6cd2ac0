// Reading and writing the numbers of a dataset, as a whole or some rows at a time.
internal import CHDF5

extension HDF5Dataset {
  /// Reads all elements, the last dimension running fastest.
  ///
  /// Integers out of the range of `Number` become its limits; numbers with a fraction are not read as integers.
  ///
  /// - Throws: ``HDF5Error``.
  public func read<Number: HDF5Number>(as type: Number.Type = Number.self) throws(HDF5Error) -> [Number] {
    try read(rows: 0..<rowCount, as: type)
  }

  /// Reads some rows.
  ///
  /// - Returns: Shape `[rows.count, rowLength]`.
  /// - Throws: ``HDF5Error``.
  public func read<Number: HDF5Number>(
    rows: Range<Int>, as type: Number.Type = Number.self
  ) throws(HDF5Error) -> [Number] {
    try checkRows(rows, .read)
    guard let count = RepriseIO.elementCount(of: [rows.count] + shape.dropFirst()),
      let bytes = RepriseIO.elementCount(of: [count, MemoryLayout<Number>.size])
    else {
      throw HDF5Error(
        .read, file: file.path, object: path,
        problem: .implausibleShape(shape, fileSize: file.byteCount))
    }
    try file.checkSize(bytes, shape: shape, path)
    var values = [Number](repeating: 0, count: count)
    var span = values.mutableSpan
    try read(rows: rows, into: &span)
    return values
  }

  /// Reads some rows into memory that the caller holds, so that a large dataset can be read in pieces.
  ///
  /// - Parameter destination: Shape `[rows.count, rowLength]`; undefined after an error.
  /// - Throws: ``HDF5Error``.
  public func read<Number: HDF5Number>(
    rows: Range<Int>, into destination: inout MutableSpan<Number>
  ) throws(HDF5Error) {
    guard Number.canHold(elementType) else {
      throw file.wrongType(path, found: elementType.description, needed: Number.hdf5ElementType.description)
    }
    try checkRows(rows, .read)
    try checkCount(destination.count, rows, .read)
    guard destination.count > 0 else { return }
    try destination.withUnsafeMutableBufferPointer { (memory) throws(HDF5Error) in
      try perform(.read) { (dataset) throws(HDF5Error) in
        try transfer(rows, of: dataset, .read) { memorySpace, fileSpace in
          H5Dread(
            dataset, Number.hdf5ElementType.nativeType, memorySpace, fileSpace, rp_h5_default(), memory.baseAddress)
        }
      }
    }
  }

  /// Writes some rows.
  ///
  /// - Parameter source: Shape `[rows.count, rowLength]`.
  /// - Throws: ``HDF5Error``; nothing more can be written to the file then.
  public func write<Number: HDF5Number>(rows: Range<Int>, from source: Span<Number>) throws(HDF5Error) {
    try checkRows(rows, .write)
    try checkCount(source.count, rows, .write)
    guard source.count > 0 else { return }
    try source.withUnsafeBufferPointer { (memory) throws(HDF5Error) in
      try perform(.write) { (dataset) throws(HDF5Error) in
        try transfer(rows, of: dataset, .write) { memorySpace, fileSpace in
          H5Dwrite(
            dataset, Number.hdf5ElementType.nativeType, memorySpace, fileSpace, rp_h5_default(), memory.baseAddress)
        }
        try flush(dataset)
      }
    }
  }

  /// Writes some rows.
  ///
  /// - Parameter source: Shape `[rows.count, rowLength]`.
  /// - Throws: ``HDF5Error``; nothing more can be written to the file then.
  public func write<Number: HDF5Number>(rows: Range<Int>, from source: [Number]) throws(HDF5Error) {
    try write(rows: rows, from: source.span)
  }

  /// Adds rows at the end, 0 until they are written; for datasets that were created growable.
  ///
  /// - Returns: The dataset with its new shape.
  /// - Throws: ``HDF5Error``.
  public func grown(toRowCount rowCount: Int) throws(HDF5Error) -> HDF5Dataset {
    precondition(rowCount >= self.rowCount, "a dataset grows, it does not shrink")
    try perform(.write) { (dataset) throws(HDF5Error) in
      let extent = [hsize_t(rowCount)] + shape.dropFirst().map { hsize_t($0) }
      try file.check(H5Dset_extent(dataset, extent), .write, path)
    }
    return HDF5Dataset(
      file: file, path: path, shape: [rowCount] + shape.dropFirst(), elementType: elementType,
      chunkShape: chunkShape)
  }

  private func transfer(
    _ rows: Range<Int>, of dataset: hid_t, _ operation: HDF5Error.Operation,
    _ call: (_ memorySpace: hid_t, _ fileSpace: hid_t) -> herr_t
  ) throws(HDF5Error) {
    guard !shape.isEmpty else {
      try file.check(call(rp_h5_whole_space(), rp_h5_whole_space()), operation, path)
      return
    }
    let fileSpace = HDF5Handle(try file.check(H5Dget_space(dataset), operation, path))
    try HDF5Space.select(rows, of: fileSpace.id, shape: shape, in: file, path)
    let memorySpace = try HDF5Space.create([rows.count] + shape.dropFirst(), for: file, path)
    try file.check(call(memorySpace.id, fileSpace.id), operation, path)
  }

  private func checkRows(_ rows: Range<Int>, _ operation: HDF5Error.Operation) throws(HDF5Error) {
    guard rows.lowerBound >= 0, rows.upperBound <= rowCount else {
      throw HDF5Error(
        operation, file: file.path, object: path,
        problem: .wrongShape(found: "\(rowCount) rows", needed: "rows \(rows.lowerBound) to \(rows.upperBound - 1)"))
    }
  }

  private func checkCount(_ count: Int, _ rows: Range<Int>, _ operation: HDF5Error.Operation) throws(HDF5Error) {
    guard RepriseIO.elementCount(of: [rows.count] + shape.dropFirst()) == count else {
      throw HDF5Error(
        operation, file: file.path, object: path,
        problem: .wrongShape(
          found: "\(rows.count) rows of \(rowLength) elements", needed: "memory of this size, not of \(count)"))
    }
  }
}

extension HDF5File {
  /// Creates a dataset and writes all its elements.
  ///
  /// - Parameters:
  ///   - values: The elements, the last dimension running fastest.
  ///   - shape: Lengths of the dimensions; nil: one dimension.
  /// - Throws: ``HDF5Error``.
  @discardableResult
  public func write<Number: HDF5Number>(
    _ values: [Number], to object: String, shape: [Int]? = nil, storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    let dataset = try createDataset(object, shape: shape ?? [values.count], of: Number.self, storage: storage)
    try dataset.write(rows: 0..<dataset.rowCount, from: values)
    return dataset
  }

  /// Creates a dataset of a single value.
  ///
  /// - Throws: ``HDF5Error``.
  @discardableResult
  public func write<Number: HDF5Number>(_ value: Number, to object: String) throws(HDF5Error) -> HDF5Dataset {
    try write([value], to: object, shape: [])
  }
}
