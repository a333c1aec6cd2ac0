// Attributes of recorded units: from a recording to network.h5 and back.
internal import RepriseModel

extension RecordedSource {
  /// The attributes of some units, in their order.
  func attributeValues(_ axes: RecordedAxes, units: [Int]) throws(RecordedMatrixError) -> [UnitAttribute] {
    let attributes = try unitAttributes(count: axes.unitCount)
    return try reading { () throws(HDF5Error) in
      var found: [UnitAttribute] = []
      for attribute in attributes {
        if attribute.dataset.elementType == .string {
          let texts = try attribute.dataset.readTexts()
          found.append(UnitAttribute(attribute.name, .texts(units.map { texts[$0] })))
        } else {
          let numbers = try attribute.dataset.read(as: Double.self)
          found.append(UnitAttribute(attribute.name, .numbers(units.map { numbers[$0] })))
        }
      }
      return found
    }
  }
}

/// `/units` of network.h5: a dataset for each attribute.
enum UnitAttributeStorage {
  static let group = "/units"

  static func write(_ attributes: [UnitAttribute], to file: HDF5File) throws(HDF5Error) {
    for attribute in attributes {
      let path = "\(group)/\(attribute.name)"
      switch attribute.values {
      case .numbers(let numbers): try file.write(numbers, to: path)
      case .texts(let texts): try file.write(texts, to: path)
      }
    }
  }

  /// No attributes where the file has none: it was written before they were kept, or its targets are of no units.
  static func read(from file: HDF5File) throws(HDF5Error) -> [UnitAttribute] {
    guard file.contains(group) else { return [] }
    var attributes: [UnitAttribute] = []
    for child in try file.children(of: group) where child.kind == .dataset {
      let dataset = try file.dataset(child.path)
      let isText = dataset.elementType == .string
      attributes.append(
        UnitAttribute(
          child.name, isText ? .texts(try dataset.readTexts()) : .numbers(try dataset.read(as: Double.self))))
    }
    return attributes
  }
}
