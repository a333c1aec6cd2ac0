// The element types that Reprise reads and writes, and their counterparts in the C library.
internal import CHDF5

/// The type of the elements of a dataset or attribute, as it is stored.
public enum HDF5ElementType: Equatable, Sendable, CustomStringConvertible {
  case float(bytes: Int)
  case integer(bytes: Int, signed: Bool)
  /// Named integers, as h5py stores truth values; read as integers.
  case enumeration(bytes: Int)
  case string
  /// A type that is not read, with its name in HDF5.
  case other(String)

  public var isNumeric: Bool {
    switch self {
    case .float, .integer, .enumeration: true
    case .string, .other: false
    }
  }

  public var description: String {
    switch self {
    case .float(let bytes): "floating point of \(8 * bytes) bits"
    case .integer(let bytes, let signed): "\(signed ? "integer" : "unsigned integer") of \(8 * bytes) bits"
    case .enumeration: "an enumeration"
    case .string: "text"
    case .other(let name): "of HDF5 type \(name)"
    }
  }

  /// Reads the type behind an identifier. Call under the lock.
  init(type id: hid_t) {
    let size = Int(H5Tget_size(id))
    switch H5Tget_class(id) {
    case H5T_FLOAT: self = .float(bytes: size)
    case H5T_INTEGER: self = .integer(bytes: size, signed: H5Tget_sign(id) != H5T_SGN_NONE)
    case H5T_ENUM: self = .enumeration(bytes: size)
    case H5T_STRING: self = .string
    case H5T_COMPOUND: self = .other("compound")
    case H5T_REFERENCE: self = .other("reference")
    case H5T_VLEN: self = .other("variable-length sequence")
    case H5T_ARRAY: self = .other("array")
    case H5T_BITFIELD: self = .other("bit field")
    case H5T_OPAQUE: self = .other("opaque")
    case H5T_TIME: self = .other("time")
    default: self = .other("unknown")
    }
  }

  /// The library's type of this machine for numbers. Call under the lock.
  var nativeType: hid_t {
    switch self {
    case .float(bytes: 2): rp_h5_half()
    case .float(bytes: 4): rp_h5_float()
    case .float: rp_h5_double()
    case .integer(bytes: 1, signed: true): rp_h5_int8()
    case .integer(bytes: 1, signed: false): rp_h5_uint8()
    case .integer(bytes: 2, signed: true): rp_h5_int16()
    case .integer(bytes: 2, signed: false): rp_h5_uint16()
    case .integer(bytes: 4, signed: true): rp_h5_int32()
    case .integer(bytes: 4, signed: false): rp_h5_uint32()
    case .integer(_, signed: false): rp_h5_uint64()
    default: rp_h5_int64()
    }
  }
}

/// A number that HDF5 stores as it is in memory.
public protocol HDF5Number: Numeric, BitwiseCopyable, Sendable {
  /// How the number is stored.
  static var hdf5ElementType: HDF5ElementType { get }
}

extension HDF5Number {
  /// Numbers with a fraction are never read as integers, where the fraction would be lost.
  static func canHold(_ type: HDF5ElementType) -> Bool {
    if case .float = hdf5ElementType { return type.isNumeric }
    if case .float = type { return false }
    return type.isNumeric
  }
}

extension Float: HDF5Number {
  public static var hdf5ElementType: HDF5ElementType { .float(bytes: 4) }
}

extension Float16: HDF5Number {
  public static var hdf5ElementType: HDF5ElementType { .float(bytes: 2) }
}

extension Double: HDF5Number {
  public static var hdf5ElementType: HDF5ElementType { .float(bytes: 8) }
}

extension HDF5Number where Self: FixedWidthInteger {
  public static var hdf5ElementType: HDF5ElementType { .integer(bytes: bitWidth / 8, signed: isSigned) }
}

extension Int: HDF5Number {}
extension Int8: HDF5Number {}
extension Int16: HDF5Number {}
extension Int32: HDF5Number {}
extension Int64: HDF5Number {}
extension UInt8: HDF5Number {}
extension UInt16: HDF5Number {}
extension UInt32: HDF5Number {}
extension UInt64: HDF5Number {}
