// What readers of SONATA files look for in a file of spikes.
// Source: SONATA data format, Dai et al. (2020), PLoS Comput. Biol. 16:e1007696, and its developer guide.

enum SonataSpikes {
  /// The order of the spikes of a population.
  enum Sorting: UInt8 {
    case none, byID, byTime
  }

  /// The number by which SONATA files are known, and the version of the format.
  static func mark(_ file: HDF5File) throws(HDF5Error) {
    try file.setAttribute("magic", to: UInt32(0x0A7A))
    try file.setAttribute("version", to: [UInt32(0), 1])
  }

  static func setSorting(_ sorting: Sorting, of population: String, in file: HDF5File) throws(HDF5Error) {
    try file.setAttribute("sorting", of: population, to: sorting.rawValue, among: ["none", "by_id", "by_time"])
  }
}
