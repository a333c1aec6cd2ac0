// Writing attributes. The object must exist and have no attribute of the name.
internal import CHDF5

extension HDF5File {
  /// Attaches a number to an object.
  ///
  /// - Throws: ``HDF5Error``.
  public func setAttribute<Number: HDF5Number>(
    _ name: String, of object: String = "/", to value: Number
  ) throws(HDF5Error) {
    try createAttribute(name, of: object, Self.native(Number.self)) {
      var value = value
      return H5Awrite($0, $1, &value)
    }
  }

  /// Attaches a list of numbers to an object.
  ///
  /// - Throws: ``HDF5Error``.
  public func setAttribute<Number: HDF5Number>(
    _ name: String, of object: String = "/", to values: [Number]
  ) throws(HDF5Error) {
    try createAttribute(name, of: object, shape: [values.count], Self.native(Number.self)) {
      values.isEmpty ? 0 : H5Awrite($0, $1, values)
    }
  }

  /// Attaches a text to an object.
  ///
  /// - Throws: ``HDF5Error``.
  public func setAttribute(_ name: String, of object: String = "/", to text: String) throws(HDF5Error) {
    let bytes = HDF5Text.padded([text], length: max(1, text.utf8.count))
    try createAttribute(name, of: object, { HDF5Text.fixedType(length: bytes.count) }) { H5Awrite($0, $1, bytes) }
  }

  /// Attaches a text in the form that readers of NWB files look for: of variable length.
  ///
  /// - Throws: ``HDF5Error``.
  func setAttribute(_ name: String, of object: String, toVariable text: String) throws(HDF5Error) {
    try createAttribute(name, of: object, HDF5Text.variableType) { attribute, type in
      HDF5Text.withPointers([text]) { H5Awrite(attribute, type, $0) }
    }
  }

  /// Attaches a list of texts of variable length to an object.
  ///
  /// - Throws: ``HDF5Error``.
  func setAttribute(_ name: String, of object: String, toVariable texts: [String]) throws(HDF5Error) {
    try createAttribute(name, of: object, shape: [texts.count], HDF5Text.variableType) { attribute, type in
      texts.isEmpty ? 0 : HDF5Text.withPointers(texts) { H5Awrite(attribute, type, $0) }
    }
  }

  /// Attaches a reference to another object of the file.
  ///
  /// - Throws: ``HDF5Error``, for example where there is no such object.
  func setAttribute(_ name: String, of object: String, referringTo target: String) throws(HDF5Error) {
    let target = Self.absolute(target)
    var reference = hobj_ref_t()
    try perform(.write, target) { (id) throws(HDF5Error) in
      _ = try check(H5Rcreate(&reference, id, target, H5R_OBJECT, -1), .write, target)
    }
    try createAttribute(name, of: object, { HDF5Handle(H5Tcopy(rp_h5_object_reference())) }) {
      H5Awrite($0, $1, &reference)
    }
  }

  /// Attaches one of several named numbers to an object.
  ///
  /// - Parameter names: Names of the numbers 0, 1, ...
  /// - Throws: ``HDF5Error``.
  func setAttribute(_ name: String, of object: String, to value: UInt8, among names: [String]) throws(HDF5Error) {
    let makeType = {
      let type = HDF5Handle(H5Tenum_create(rp_h5_uint8()))
      for (number, name) in names.enumerated() {
        var number = UInt8(number)
        H5Tenum_insert(type.id, name, &number)
      }
      return type
    }
    try createAttribute(name, of: object, makeType) {
      var value = value
      return H5Awrite($0, $1, &value)
    }
  }

  private static func native<Number: HDF5Number>(_ type: Number.Type) -> () -> HDF5Handle {
    { HDF5Handle(H5Tcopy(type.hdf5ElementType.nativeType)) }
  }

  /// - Parameters:
  ///   - shape: Lengths of the dimensions; []: a single value.
  ///   - makeType: Makes the type of the elements; called under the lock.
  private func createAttribute(
    _ name: String, of object: String, shape: [Int] = [], _ makeType: () -> HDF5Handle,
    _ write: (_ attribute: hid_t, _ type: hid_t) -> herr_t
  ) throws(HDF5Error) {
    let object = Self.absolute(object)
    let title = Self.attributePath(name, object)
    try perform(.write, title) { (id) throws(HDF5Error) in
      let owner = try openObject(object, in: id)
      let space = try HDF5Space.create(shape, for: self, title)
      let type = makeType()
      let attribute = HDF5Handle(
        try check(H5Acreate2(owner.id, name, type.id, space.id, rp_h5_default(), rp_h5_default()), .write, title))
      try check(write(attribute.id, type.id), .write, title)
    }
  }
}
