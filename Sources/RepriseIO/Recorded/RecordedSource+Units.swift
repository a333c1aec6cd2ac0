// Selecting recorded units by their attributes.

extension RecordedSource {
  /// A dataset with one value for each unit.
  struct AttributeDataset {
    let name: String
    let dataset: HDF5Dataset
  }

  /// The attributes on which a condition can depend: those in /units, then those in /.
  func unitAttributes(count: Int) throws(RecordedMatrixError) -> [AttributeDataset] {
    try reading { () throws(HDF5Error) in
      var attributes: [AttributeDataset] = []
      for group in ["/units", "/"] where file.contains(group) {
        for child in try file.children(of: group) where child.kind == .dataset {
          let dataset = try file.dataset(child.path)
          guard dataset.shape == [count], dataset.elementType == .string || dataset.elementType.isNumeric,
            !attributes.contains(where: { $0.name == child.name })
          else { continue }
          attributes.append(AttributeDataset(name: child.name, dataset: dataset))
        }
      }
      return attributes
    }
  }

  /// Indices of the units that fulfil the condition, in the order of the file.
  func selectedUnits(_ axes: RecordedAxes) throws(RecordedMatrixError) -> [Int] {
    var isSelected = [Bool](repeating: true, count: axes.unitCount)
    if let text = request.select {
      let attributes = try unitAttributes(count: axes.unitCount)
      for term in try condition(text).terms {
        let matches = try self.matches(term, text, among: attributes)
        for unit in matches.indices where !matches[unit] { isSelected[unit] = false }
      }
    }
    let units = isSelected.indices.filter { isSelected[$0] }
    guard !units.isEmpty else { throw error(.noUnits(condition: request.select, unitCount: axes.unitCount)) }
    return units
  }

  private func condition(_ text: String) throws(RecordedMatrixError) -> UnitCondition {
    do throws(UnitCondition.ParseError) {
      return try UnitCondition(parsing: text)
    } catch {
      throw self.error(.invalidCondition(text, reason: error.reason))
    }
  }

  private func matches(
    _ term: UnitCondition.Term, _ text: String, among attributes: [AttributeDataset]
  ) throws(RecordedMatrixError) -> [Bool] {
    // A name may be written with its group.
    let wanted = attributes.first { $0.name == term.attribute || $0.dataset.path == HDF5File.absolute(term.attribute) }
    guard let dataset = wanted?.dataset else {
      throw error(.unknownAttribute(term.attribute, available: attributes.map { $0.name }))
    }
    let isText = dataset.elementType == .string
    let matches = try reading { () throws(HDF5Error) in
      isText ? term.matches(try dataset.readTexts()) : term.matches(try dataset.read(as: Double.self))
    }
    guard let matches else { throw error(.wrongAttributeType(term.attribute, isText: isText, condition: text)) }
    return matches
  }
}
