// Shapes as the library describes them.
internal import CHDF5

/// Functions on dataspaces. Call under the lock.
enum HDF5Space {
  /// A space of the given shape; [] is a single value. The leading dimension may grow where `isGrowable`.
  static func create(
    _ shape: [Int], isGrowable: Bool = false, for file: HDF5File, _ object: String
  ) throws(HDF5Error) -> HDF5Handle {
    guard let first = shape.first else {
      return HDF5Handle(try file.check(H5Screate(H5S_SCALAR), .create, object))
    }
    let dimensions = shape.map { hsize_t($0) }
    let limits = [isGrowable ? rp_h5_unlimited() : hsize_t(first)] + dimensions.dropFirst()
    return HDF5Handle(try file.check(H5Screate_simple(Int32(shape.count), dimensions, limits), .create, object))
  }

  /// The shape of a space; [] for a single value.
  static func shape(of space: hid_t, in file: HDF5File, _ object: String) throws(HDF5Error) -> [Int] {
    let rank = Int(try file.check(H5Sget_simple_extent_ndims(space), .read, object))
    guard rank > 0 else { return [] }
    var dimensions = [hsize_t](repeating: 0, count: rank)
    try file.check(H5Sget_simple_extent_dims(space, &dimensions, nil), .read, object)
    return dimensions.map { Int(clamping: $0) }
  }

  /// Selects some rows, that is indices of the leading dimension, of a space.
  static func select(
    _ rows: Range<Int>, of space: hid_t, shape: [Int], in file: HDF5File, _ object: String
  ) throws(HDF5Error) {
    let start = [hsize_t(rows.lowerBound)] + [hsize_t](repeating: 0, count: shape.count - 1)
    let count = [hsize_t(rows.count)] + shape.dropFirst().map { hsize_t($0) }
    try file.check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, count, nil), .read, object)
  }
}

/// Number of elements of a shape; nil where it does not fit an Int or a dimension is negative.
func elementCount(of shape: some Sequence<Int>) -> Int? {
  var count = 1
  for dimension in shape {
    guard dimension >= 0 else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
    guard !overflow else { return nil }
    count = product
  }
  return count
}
