// Reading attributes: numbers, lists of numbers and texts attached to the file, a group or a dataset. Writing them is in
// HDF5File+NewAttributes.swift.
internal import CHDF5

extension HDF5File {
  /// Names of the attributes of an object, sorted. "/" stands for the file.
  ///
  /// - Throws: ``HDF5Error``.
  public func attributeNames(of object: String = "/") throws(HDF5Error) -> [String] {
    let object = Self.absolute(object)
    return try perform(.read, object) { (id) throws(HDF5Error) in
      let owner = try openObject(object, in: id)
      var names: [String] = []
      var position: hsize_t = 0
      let status = withUnsafeMutablePointer(to: &names) { pointer in
        H5Aiterate2(
          owner.id, H5_INDEX_NAME, H5_ITER_INC, &position,
          { _, name, _, context in
            if let name, let names = context?.assumingMemoryBound(to: [String].self) {
              names.pointee.append(String(cString: name))
            }
            return 0
          }, pointer)
      }
      try check(status, .read, object)
      return names
    }
  }

  /// A number attached to an object, or nil where there is no attribute of this name.
  ///
  /// An attribute of one element counts as a number. Integers out of the range of `Number` become its limits.
  ///
  /// - Throws: ``HDF5Error``, for example where the attribute is a text or a list.
  public func attribute<Number: HDF5Number>(
    _ name: String, of object: String = "/", as type: Number.Type = Number.self
  ) throws(HDF5Error) -> Number? {
    guard let values = try attributes(name, of: object, as: type) else { return nil }
    guard let value = values.first, values.count == 1 else {
      throw HDF5Error(
        .read, file: path, object: Self.attributePath(name, Self.absolute(object)),
        problem: .wrongShape(found: "\(values.count) elements", needed: "1"))
    }
    return value
  }

  /// A list of numbers attached to an object, or nil where there is no attribute of this name.
  ///
  /// - Throws: ``HDF5Error``.
  public func attributes<Number: HDF5Number>(
    _ name: String, of object: String = "/", as type: Number.Type = Number.self
  ) throws(HDF5Error) -> [Number]? {
    try withAttribute(name, of: object) { (attribute, title) throws(HDF5Error) in
      let stored = HDF5Handle(try check(H5Aget_type(attribute), .read, title))
      let found = HDF5ElementType(type: stored.id)
      guard Number.canHold(found) else {
        throw wrongType(title, found: found.description, needed: Number.hdf5ElementType.description)
      }
      var values = [Number](repeating: 0, count: try elementCount(ofAttribute: attribute, title))
      guard !values.isEmpty else { return values }
      try check(H5Aread(attribute, Number.hdf5ElementType.nativeType, &values), .read, title)
      return values
    }
  }

  /// A text attached to an object, or nil where there is no attribute of this name.
  ///
  /// - Throws: ``HDF5Error``, for example where the attribute is a number.
  public func textAttribute(_ name: String, of object: String = "/") throws(HDF5Error) -> String? {
    try withAttribute(name, of: object) { (attribute, title) throws(HDF5Error) in
      let stored = HDF5Handle(try check(H5Aget_type(attribute), .read, title))
      let found = HDF5ElementType(type: stored.id)
      guard found == .string else { throw wrongType(title, found: found.description, needed: "text") }
      let count = try elementCount(ofAttribute: attribute, title)
      guard count == 1 else {
        throw HDF5Error(
          .read, file: path, object: title, problem: .wrongShape(found: "\(count) elements", needed: "1"))
      }
      let texts = try HDF5Text.read(count: 1, stored: stored.id, of: self, title) {
        H5Aread(attribute, $0, $1)
      }
      return texts[0]
    }
  }

  /// The error for an object of a type that cannot be used.
  func wrongType(_ object: String, found: String, needed: String) -> HDF5Error {
    HDF5Error(.read, file: path, object: object, problem: .wrongType(found: found, needed: needed))
  }

  static func attributePath(_ name: String, _ object: String) -> String {
    object == "/" ? "/@" + name : object + "@" + name
  }

  func openObject(_ object: String, in file: hid_t) throws(HDF5Error) -> HDF5Handle {
    guard Self.exists(object, in: file) else { throw missing(object, in: file) }
    return HDF5Handle(try check(H5Oopen(file, object, rp_h5_default()), .read, object))
  }

  private func withAttribute<Result>(
    _ name: String, of object: String,
    _ body: (_ attribute: hid_t, _ title: String) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result? {
    let object = Self.absolute(object)
    let title = Self.attributePath(name, object)
    return try perform(.read, title) { (id) throws(HDF5Error) in
      let owner = try openObject(object, in: id)
      guard try check(H5Aexists(owner.id, name), .read, title) > 0 else { return nil }
      let attribute = HDF5Handle(try check(H5Aopen(owner.id, name, rp_h5_default()), .read, title))
      return try body(attribute.id, title)
    }
  }

  private func elementCount(ofAttribute attribute: hid_t, _ title: String) throws(HDF5Error) -> Int {
    let space = HDF5Handle(try check(H5Aget_space(attribute), .read, title))
    let count = Int(try check(H5Sget_simple_extent_npoints(space.id), .read, title))
    // Attributes lie in the file's headers; more than this is damage.
    guard count <= 1 << 24 else {
      throw HDF5Error(.read, file: path, object: title, problem: .implausibleShape([count], fileSize: byteCount))
    }
    return count
  }
}
