// A SONATA file of a session of test trials: spikes in the order of time, and, beyond SONATA, tables of trials and units
// that `reprise rates` reads.

package enum SonataExport {
  /// - Throws: ``FileError`` or ``HDF5Error``; an older file at `path` is then unchanged.
  package static func write(_ session: ExportedSession, to path: String) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try SonataSpikes.mark(file)
      try file.setAttribute("description", to: session.description)
      try file.setAttribute("identifier", to: session.identifier)
      let population = "/spikes/\(TestFile.population)"
      let spikes = session.spikesByTime()
      try file.write(spikes.times, to: population + "/timestamps")
      try file.setAttribute("units", of: population + "/timestamps", to: "milliseconds")
      try file.write(spikes.neurons, to: population + "/node_ids")
      try SonataSpikes.setSorting(.byTime, of: population, in: file)
      try write(session.trialColumns, to: "/trials", of: file)
      try write(session.neuronColumns, to: "/units", of: file)
    }
  }

  private static func write(_ columns: [ExportedColumn], to group: String, of file: HDF5File) throws(HDF5Error) {
    for column in columns {
      let path = "\(group)/\(column.name)"
      switch column.values {
      case .times(let milliseconds):
        try file.write(milliseconds, to: path)
        try file.setAttribute("units", of: path, to: "milliseconds")
      case .numbers(let numbers): try file.write(numbers, to: path)
      case .integers(let integers): try file.write(integers, to: path)
      case .texts(let texts): try file.write(texts, to: path)
      }
      try file.setAttribute("description", of: path, to: column.meaning)
    }
  }
}
