// Describing and creating datasets. Their numbers are in HDF5Dataset+Numbers.swift, texts in HDF5Dataset+Texts.swift.
internal import CHDF5

/// How the elements of a new dataset lie in the file.
public enum HDF5Storage: Equatable, Sendable {
  /// One after the other; the fastest, of fixed size.
  case contiguous
  /// In blocks of `rows` indices of the leading dimension, each with a checksum.
  ///
  /// `deflate` compresses from 1 (fast) to 9 (small); 0 does not. With `isGrowable` rows can be added later.
  case chunked(rows: Int, deflate: Int = 0, isGrowable: Bool = false)
}

/// A dataset of a file: what it is, and access to its elements.
///
/// The leading dimension is called rows. `shape` is the shape at the time the value was made.
public struct HDF5Dataset: Sendable {
  public let file: HDF5File
  /// The whole path, which starts with "/".
  public let path: String
  /// Lengths of the dimensions in the order of C, the slowest first; [] for a single value.
  public let shape: [Int]
  public let elementType: HDF5ElementType
  /// Shape of the blocks in which the file holds the elements; nil: one after the other.
  public let chunkShape: [Int]?

  /// Number of elements.
  public var count: Int { RepriseIO.elementCount(of: shape) ?? 0 }

  /// Length of the leading dimension; 1 for a single value.
  public var rowCount: Int { shape.first ?? 1 }

  /// Number of elements of one row.
  public var rowLength: Int { RepriseIO.elementCount(of: shape.dropFirst()) ?? 0 }

  /// Runs `body` on the identifier of the dataset, under the lock.
  func perform<Result>(
    _ operation: HDF5Error.Operation, _ body: (hid_t) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try file.perform(operation, path) { (id) throws(HDF5Error) in
      let dataset = HDF5Handle(try file.check(H5Dopen2(id, path, rp_h5_default()), operation, path))
      return try body(dataset.id)
    }
  }

  /// Forces what was written out of the library's buffers, so that a full drive shows here and not at closing.
  func flush(_ dataset: hid_t) throws(HDF5Error) {
    try file.check(H5Dflush(dataset), .write, path)
  }
}

extension HDF5File {
  /// The dataset of a path.
  ///
  /// - Throws: ``HDF5Error``; an absent dataset lists what is there instead.
  public func dataset(_ object: String) throws(HDF5Error) -> HDF5Dataset {
    let object = Self.absolute(object)
    return try perform(.read, object) { (id) throws(HDF5Error) in
      guard Self.exists(object, in: id) else { throw missing(object, in: id) }
      let handle = HDF5Handle(try check(H5Oopen(id, object, rp_h5_default()), .read, object))
      guard H5Iget_type(handle.id) == H5I_DATASET else {
        throw wrongType(object, found: "not a dataset", needed: "a dataset")
      }
      return try describe(handle.id, object)
    }
  }

  /// Creates a dataset of numbers, and the groups above it. Its elements are 0 until they are written.
  ///
  /// - Parameter shape: Lengths of the dimensions, the slowest first; [] for a single value.
  /// - Throws: ``HDF5Error``, for example where there is an object of this path.
  public func createDataset<Number: HDF5Number>(
    _ object: String, shape: [Int], of type: Number.Type, storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    try createDataset(object, shape: shape, storage: storage) { HDF5Handle(H5Tcopy(type.hdf5ElementType.nativeType)) }
  }

  /// Creates a dataset of the type that `makeType` returns.
  func createDataset(
    _ object: String, shape: [Int], storage: HDF5Storage, _ makeType: () -> HDF5Handle
  ) throws(HDF5Error) -> HDF5Dataset {
    let object = Self.absolute(object)
    precondition(RepriseIO.elementCount(of: shape) != nil, "a shape has dimensions of at least 0 that fit an Int")
    return try perform(.create, object) { (id) throws(HDF5Error) in
      let type = makeType()
      var isGrowable = false
      if case .chunked(_, _, let grows) = storage { isGrowable = grows }
      let space = try HDF5Space.create(shape, isGrowable: isGrowable, for: self, object)
      let properties = try creationProperties(storage, shape: shape, object)
      try createGroups(above: object, in: id)
      let links = Self.linkProperties()
      let handle = HDF5Handle(
        try check(
          H5Dcreate2(id, object, type.id, space.id, links.id, properties.id, rp_h5_default()), .create, object))
      return try describe(handle.id, object)
    }
  }

  private func creationProperties(
    _ storage: HDF5Storage, shape: [Int], _ object: String
  ) throws(HDF5Error) -> HDF5Handle {
    let properties = Self.withoutTimes(rp_h5_dataset_create())
    guard case .chunked(let rows, let deflate, _) = storage, !shape.isEmpty else { return properties }
    let leading = max(1, shape[0] == 0 ? rows : min(rows, shape[0]))
    let chunk = [hsize_t(leading)] + shape.dropFirst().map { hsize_t(max(1, $0)) }
    try check(H5Pset_chunk(properties.id, Int32(chunk.count), chunk), .create, object)
    if deflate > 0 {
      // Bytes of equal weight side by side compress better.
      try check(H5Pset_shuffle(properties.id), .create, object)
      try check(H5Pset_deflate(properties.id, UInt32(min(deflate, 9))), .create, object)
    }
    try check(H5Pset_fletcher32(properties.id), .create, object)
    return properties
  }

  private func describe(_ dataset: hid_t, _ object: String) throws(HDF5Error) -> HDF5Dataset {
    let type = HDF5Handle(try check(H5Dget_type(dataset), .read, object))
    let space = HDF5Handle(try check(H5Dget_space(dataset), .read, object))
    let shape = try HDF5Space.shape(of: space.id, in: self, object)
    let properties = HDF5Handle(try check(H5Dget_create_plist(dataset), .read, object))
    var chunk: [hsize_t]?
    if H5Pget_layout(properties.id) == H5D_CHUNKED {
      var lengths = [hsize_t](repeating: 0, count: shape.count)
      try check(H5Pget_chunk(properties.id, Int32(lengths.count), &lengths), .read, object)
      chunk = lengths
    }
    return HDF5Dataset(
      file: self, path: object, shape: shape, elementType: HDF5ElementType(type: type.id),
      chunkShape: chunk?.map { Int(clamping: $0) })
  }

  /// Refuses to allocate what the machine does not have, or what the file cannot hold.
  func checkSize(_ byteCount: Int, shape: [Int], _ object: String) throws(HDF5Error) {
    let needed = UInt64(byteCount)
    guard needed <= HDF5Library.physicalMemory else {
      throw HDF5Error(
        .read, file: path, object: object,
        problem: .tooLarge(needed: needed, available: HDF5Library.physicalMemory))
    }
    // Deflate reaches a factor of about 1000 on constant data.
    guard isWritable || needed <= 1 << 26 || needed / 4096 <= self.byteCount else {
      throw HDF5Error(
        .read, file: path, object: object, problem: .implausibleShape(shape, fileSize: self.byteCount))
    }
  }
}
