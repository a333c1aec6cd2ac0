// An NWB file of a session of test trials: units with spike times, and trials.
// Source: NWB format specification 2.8.0, and the specification of HDMF's common tables 1.8.0.
internal import RepriseModel

package enum NWBExport {
  private static let version = "2.8.0"
  private static let units = "/units"

  /// Writes a file.
  ///
  /// - Parameters:
  ///   - date: When the test was run, as in `2026-01-31T12:00:00+00:00`.
  ///   - notes: What else a reader should know, such as the configuration.
  /// - Throws: ``FileError`` or ``HDF5Error``; an older file at `path` is then unchanged.
  package static func write(_ session: ExportedSession, date: String, notes: String, to path: String) throws {
    try HDF5File.writeAtomically(to: path) { file in
      let writer = NWBWriter(file, identity: session.network.fingerprint &+ UInt64(session.loopsDone))
      try writer.mark("/", as: "NWBFile")
      try file.setAttribute("nwb_version", of: "/", toVariable: version)
      try writer.write([date], to: "/file_create_date", shape: [1])
      for (name, text) in [
        ("identifier", session.identifier), ("session_description", session.description),
        ("session_start_time", date), ("timestamps_reference_time", date), ("general/notes", notes),
        ("general/source_script", "reprise export, version \(repriseVersion)"),
      ] { try writer.write([text], to: "/\(name)", shape: []) }
      try file.setAttribute("file_name", of: "/general/source_script", toVariable: "reprise")
      for group in ["/acquisition", "/analysis", "/processing", "/stimulus/presentation", "/stimulus/templates"] {
        try file.createGroup(group)
      }
      try writer.writeTable(
        "/intervals/trials", as: "TimeIntervals", "test trials, one after the other", session.trialColumns,
        rowCount: session.test.trials.count)
      try writeUnits(session, writer)
    }
  }

  private static func writeUnits(_ session: ExportedSession, _ writer: NWBWriter) throws {
    let spikes = session.spikesByNeuron()
    try writer.writeTable(
      units, as: "Units", "simulated neurons, all of them", session.neuronColumns,
      rowCount: session.network.neuronCount, lists: ["spike_times"])
    try writer.writeColumn(
      ExportedColumn(name: "spike_times", meaning: "times of spikes", values: .times(spikes.times)), of: units)
    try writer.file.setAttribute("resolution", of: units + "/spike_times", to: session.timeStep / 1000)
    try writer.writeIndex(spikes.ends, of: units + "/spike_times")
  }
}

/// Objects of NWB files.
struct NWBWriter {
  let file: HDF5File
  private let identity: UInt64

  /// - Parameter identity: What the identifiers of objects are made from: the same for the same contents.
  init(_ file: HDF5File, identity: UInt64) { (self.file, self.identity) = (file, identity) }

  /// Says what type an object has.
  func mark(_ object: String, as type: String, namespace: String = "core") throws(HDF5Error) {
    try file.setAttribute("namespace", of: object, toVariable: namespace)
    try file.setAttribute("neurodata_type", of: object, toVariable: type)
    try file.setAttribute("object_id", of: object, toVariable: identifier(of: object))
  }

  /// Texts of variable length, which readers of NWB expect.
  func write(_ texts: [String], to object: String, shape: [Int]) throws(HDF5Error) {
    try file.write(texts, to: object, shape: shape, isFixedLength: false)
  }

  /// - Parameter lists: Names of columns of lists, which are written besides.
  func writeTable(
    _ group: String, as type: String, _ description: String, _ columns: [ExportedColumn], rowCount: Int,
    lists: [String] = []
  ) throws(HDF5Error) {
    try file.createGroup(group)
    try mark(group, as: type)
    try file.setAttribute("description", of: group, toVariable: description)
    try file.setAttribute("colnames", of: group, toVariable: columns.map { $0.name } + lists)
    try file.write((0..<rowCount).map { Int64($0) }, to: group + "/id")
    try mark(group + "/id", as: "ElementIdentifiers", namespace: "hdmf-common")
    for column in columns { try writeColumn(column, of: group) }
  }

  func writeColumn(_ column: ExportedColumn, of group: String) throws(HDF5Error) {
    let path = "\(group)/\(column.name)"
    switch column.values {
    case .times(let milliseconds): try file.write(milliseconds.map { $0 / 1000 }, to: path)
    case .numbers(let numbers): try file.write(numbers, to: path)
    case .integers(let integers): try file.write(integers, to: path)
    case .texts(let texts): try write(texts, to: path, shape: [texts.count])
    }
    try mark(path, as: "VectorData", namespace: "hdmf-common")
    try file.setAttribute("description", of: path, toVariable: column.meaning)
  }

  /// Where the elements of each row end in a column of lists.
  func writeIndex(_ ends: [Int], of column: String) throws(HDF5Error) {
    let path = column + "_index"
    try file.write(ends.map { UInt64($0) }, to: path)
    try mark(path, as: "VectorIndex", namespace: "hdmf-common")
    try file.setAttribute("description", of: path, toVariable: "where the elements of each row end")
    try file.setAttribute("target", of: path, referringTo: column)
  }

  /// A UUID of version 8 (RFC 9562), made from the file's identity and the object's path by two runs of FNV-1a.
  private func identifier(of object: String) -> String {
    func hash(_ start: UInt64) -> UInt64 {
      let hashed = "\(identity)\(object)".utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
      return hashed ^ (hashed >> 32)
    }
    let high = hash(0xcbf2_9ce4_8422_2325) & ~0xf000 | 0x8000
    let low = hash(0x6c62_272e_07bb_0142) & ~(3 << 62) | 2 << 62
    let digits = [high, low].map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var rest = digits[...]
    return [8, 4, 4, 4, 12].map { length in
      defer { rest = rest.dropFirst(length) }
      return String(rest.prefix(length))
    }.joined(separator: "-")
  }
}
