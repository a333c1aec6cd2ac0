// Reading and writing datasets of texts.
internal import CHDF5

extension HDF5Dataset {
  /// Reads all texts, the last dimension running fastest. Padding is removed.
  ///
  /// - Throws: ``HDF5Error``, for example where the dataset holds numbers.
  public func readTexts() throws(HDF5Error) -> [String] {
    guard elementType == .string else {
      throw file.wrongType(path, found: elementType.description, needed: "text")
    }
    guard let count = RepriseIO.elementCount(of: shape),
      let bytes = RepriseIO.elementCount(of: [count, MemoryLayout<Int>.size])
    else {
      throw HDF5Error(
        .read, file: file.path, object: path, problem: .implausibleShape(shape, fileSize: file.byteCount))
    }
    try file.checkSize(bytes, shape: shape, path)
    return try perform(.read) { (dataset) throws(HDF5Error) in
      let stored = HDF5Handle(try file.check(H5Dget_type(dataset), .read, path))
      return try HDF5Text.read(count: count, stored: stored.id, of: file, path) { type, destination in
        H5Dread(dataset, type, rp_h5_whole_space(), rp_h5_whole_space(), rp_h5_default(), destination)
      }
    }
  }
}

extension HDF5File {
  /// Creates a dataset of texts in UTF-8 and writes them.
  ///
  /// A text ends at its first zero character.
  ///
  /// - Parameters:
  ///   - shape: Lengths of the dimensions; nil: one dimension; []: a single text.
  ///   - isFixedLength: Give every text the room of the longest. Texts of variable length lie in a heap that has
  ///     no checksums; choose them only where one long text among many short ones would waste space.
  /// - Throws: ``HDF5Error``.
  @discardableResult
  public func write(
    _ texts: [String], to object: String, shape: [Int]? = nil, isFixedLength: Bool = true,
    storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    let shape = shape ?? [texts.count]
    precondition(RepriseIO.elementCount(of: shape) == texts.count, "one text for each element")
    let length = max(1, texts.map { $0.utf8.count }.max() ?? 1)
    let makeType = { isFixedLength ? HDF5Text.fixedType(length: length) : HDF5Text.variableType() }
    let dataset = try createDataset(object, shape: shape, storage: storage, makeType)
    guard !texts.isEmpty else { return dataset }
    try dataset.perform(.write) { (id) throws(HDF5Error) in
      let type = makeType()
      let write = { (source: UnsafeRawPointer?) in
        H5Dwrite(id, type.id, rp_h5_whole_space(), rp_h5_whole_space(), rp_h5_default(), source)
      }
      let status =
        isFixedLength
        ? HDF5Text.padded(texts, length: length).withUnsafeBytes { write($0.baseAddress) }
        : HDF5Text.withPointers(texts, write)
      try check(status, .write, dataset.path)
      try dataset.flush(id)
    }
    return dataset
  }

  /// Creates a dataset of a single text.
  ///
  /// - Throws: ``HDF5Error``.
  @discardableResult
  public func write(_ text: String, to object: String) throws(HDF5Error) -> HDF5Dataset {
    try write([text], to: object, shape: [])
  }
}
