// Texts in the two ways that HDF5 stores them: fixed length with padding, and variable length.
internal import CHDF5

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Functions on texts. Call under the lock.
enum HDF5Text {
  /// The type of UTF-8 texts of any length.
  static func variableType() -> HDF5Handle {
    let type = HDF5Handle(H5Tcopy(rp_h5_string()))
    H5Tset_size(type.id, rp_h5_variable_length())
    H5Tset_cset(type.id, H5T_CSET_UTF8)
    return type
  }

  /// The type of UTF-8 texts of up to `length` bytes, padded with zeros.
  static func fixedType(length: Int) -> HDF5Handle {
    let type = HDF5Handle(H5Tcopy(rp_h5_string()))
    H5Tset_size(type.id, max(1, length))
    H5Tset_strpad(type.id, H5T_STR_NULLPAD)
    H5Tset_cset(type.id, H5T_CSET_UTF8)
    return type
  }

  /// Reads `count` texts with a call that is given the memory type and the destination.
  ///
  /// Bytes that are not UTF-8 become the replacement character.
  static func read(
    count: Int, stored: hid_t, of file: HDF5File, _ object: String,
    with call: (_ type: hid_t, _ destination: UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    guard count > 0 else { return [] }
    // The library converts neither the character set nor the padding, so the stored type is read as it is.
    let type = HDF5Handle(try file.check(H5Tcopy(stored), .read, object))
    if try file.check(H5Tis_variable_str(stored), .read, object) > 0 {
      return try readVariable(count: count, type: type.id, of: file, object, with: call)
    }
    let length = Int(H5Tget_size(type.id))
    guard length > 0, let byteCount = elementCount(of: [count, length]) else {
      throw file.wrongType(object, found: "text of impossible length", needed: "text")
    }
    try file.checkSize(byteCount, shape: [count, length], object)
    var bytes = [UInt8](repeating: 0, count: byteCount)
    let status = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { call(type.id, $0) } ?? 0
    }
    try file.check(status, .read, object)
    let isSpacePadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
    return (0..<count).map { index in
      var text = bytes[(index * length)..<((index + 1) * length)]
      if let end = text.firstIndex(of: 0) { text = text[..<end] }
      while isSpacePadded, text.last == UInt8(ascii: " ") { text.removeLast() }
      return String(decoding: text, as: UTF8.self)
    }
  }

  private static func readVariable(
    count: Int, type: hid_t, of file: HDF5File, _ object: String,
    with call: (_ type: hid_t, _ destination: UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    let status = pointers.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { call(type, $0) } ?? 0
    }
    try file.check(status, .read, object)
    let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
    // The library allocated each text with malloc.
    for pointer in pointers { free(pointer) }
    return texts
  }

  /// Calls `body` with one pointer to a zero-terminated text for each element.
  static func withPointers<Result>(
    _ texts: [String], _ body: (UnsafeRawPointer?) -> Result
  ) -> Result {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in texts {
      starts.append(bytes.count)
      bytes.append(contentsOf: text.utf8CString)
    }
    return bytes.withUnsafeBufferPointer { buffer in
      let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
      return pointers.withUnsafeBytes { body($0.baseAddress) }
    }
  }

  /// The texts one after the other, each padded with zeros to `length` bytes.
  static func padded(_ texts: [String], length: Int) -> [UInt8] {
    texts.flatMap { text in
      let bytes = Array(text.utf8.prefix(length))
      return bytes + [UInt8](repeating: 0, count: length - bytes.count)
    }
  }
}
