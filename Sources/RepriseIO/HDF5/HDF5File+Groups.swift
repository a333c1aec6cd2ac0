// Groups, and what is in a file.
internal import CHDF5
internal import RepriseCore

/// A member of a group.
public struct HDF5Child: Equatable, Sendable {
  public enum Kind: Sendable {
    case group, dataset
    /// A named type, or a link that leads nowhere.
    case other
  }

  /// The last part of the path.
  public let name: String
  /// The whole path, which starts with "/".
  public let path: String
  public let kind: Kind
}

extension HDF5File {
  /// True if there is a group, a dataset or a named type of this path.
  public func contains(_ object: String) -> Bool {
    let found = try? perform(.read, object) { id in Self.exists(Self.absolute(object), in: id) }
    return found ?? false
  }

  /// Creates a group and the groups above it; does nothing where it exists.
  ///
  /// - Throws: ``HDF5Error``.
  public func createGroup(_ group: String) throws(HDF5Error) {
    let group = Self.absolute(group)
    try perform(.create, group) { (id) throws(HDF5Error) in
      try createGroups(above: group + "/", in: id)
    }
  }

  /// Creates the groups on the way to a new object. The library would, but with times.
  func createGroups(above object: String, in file: hid_t) throws(HDF5Error) {
    var group = ""
    for part in object[..<(object.lastIndex(of: "/") ?? object.startIndex)].split(separator: "/") {
      group += "/" + part
      guard !Self.exists(group, in: file) else { continue }
      let links = Self.linkProperties()
      let creation = Self.withoutTimes(rp_h5_group_create())
      _ = HDF5Handle(try check(H5Gcreate2(file, group, links.id, creation.id, rp_h5_default()), .create, group))
    }
  }

  /// Properties to create an object with: files with the same contents have the same bytes, whenever they are written.
  static func withoutTimes(_ kind: hid_t) -> HDF5Handle {
    let properties = HDF5Handle(H5Pcreate(kind))
    H5Pset_obj_track_times(properties.id, false)
    return properties
  }

  /// Members of a group in the order of their names.
  ///
  /// - Throws: ``HDF5Error``, for example where there is no such group.
  public func children(of group: String = "/") throws(HDF5Error) -> [HDF5Child] {
    let group = Self.absolute(group)
    return try perform(.read, group) { (id) throws(HDF5Error) in
      guard Self.exists(group, in: id) else { throw missing(group, in: id) }
      let handle = HDF5Handle(try check(H5Gopen2(id, group, rp_h5_default()), .read, group))
      return try Self.names(in: handle.id, of: self, group).map { name in
        let path = group == "/" ? "/" + name : group + "/" + name
        return HDF5Child(name: name, path: path, kind: Self.kind(of: name, in: handle.id))
      }
    }
  }

  /// The path with one "/" in front and none at the end.
  static func absolute(_ object: String) -> String {
    "/" + object.split(separator: "/").joined(separator: "/")
  }

  /// Follows a path link by link, since the library reports an absent group on the way as a failure.
  static func exists(_ object: String, in file: hid_t) -> Bool {
    var path = ""
    for part in object.split(separator: "/") {
      path += "/" + part
      guard H5Lexists(file, path, rp_h5_default()) > 0, H5Oexists_by_name(file, path, rp_h5_default()) > 0 else {
        _ = HDF5Library.messages()
        return false
      }
    }
    return true
  }

  /// The error for an absent object, with its would-be neighbours.
  func missing(_ object: String, in file: hid_t) -> HDF5Error {
    var group = folderPath(of: object)
    while group != "/", !Self.exists(group, in: file) { group = folderPath(of: group) }
    let handle = HDF5Handle(H5Gopen2(file, group, rp_h5_default()))
    let names = (try? Self.names(in: handle.id, of: self, group)) ?? []
    _ = HDF5Library.messages()
    let candidates = names.map { group == "/" ? "/" + $0 : group + "/" + $0 }
    return HDF5Error(.read, file: path, object: object, problem: .missingObject(candidates: candidates))
  }

  /// Stores names as UTF-8.
  static func linkProperties() -> HDF5Handle {
    let links = HDF5Handle(H5Pcreate(rp_h5_link_create()))
    H5Pset_char_encoding(links.id, H5T_CSET_UTF8)
    return links
  }

  private static func names(in group: hid_t, of file: HDF5File, _ path: String) throws(HDF5Error) -> [String] {
    var info = H5G_info_t()
    try file.check(H5Gget_info(group, &info), .read, path)
    var names: [String] = []
    for index in 0..<info.nlinks {
      let length = try file.check(
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, rp_h5_default()), .read, path)
      var buffer = [CChar](repeating: 0, count: length + 1)
      try file.check(
        H5Lget_name_by_idx(
          group, ".", H5_INDEX_NAME, H5_ITER_INC, index, &buffer, buffer.count, rp_h5_default()), .read, path)
      names.append(String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return names
  }

  private static func kind(of name: String, in group: hid_t) -> HDF5Child.Kind {
    let id = H5Oopen(group, name, rp_h5_default())
    guard id >= 0 else {
      _ = HDF5Library.messages()
      return .other
    }
    let handle = HDF5Handle(id)
    switch H5Iget_type(handle.id) {
    case H5I_GROUP: return .group
    case H5I_DATASET: return .dataset
    default: return .other
    }
  }
}
