// Figures become complete, valid files.

import Glibc
import ReprisePlot
import Testing

/// Whether gnuplot can be found, decided without the code under test.
let isGnuplotInstalled: Bool = {
  let path = getenv("PATH").map { String(cString: $0) } ?? ""
  return path.split(separator: ":").contains { access("\($0)/gnuplot", X_OK) == 0 }
}()

/// Calls `body` with a new folder and removes the folder afterwards.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  var template = Array("/tmp/reprise-plot-XXXXXX".utf8CString)
  try #require(mkdtemp(&template) != nil)
  let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer {
    for name in listing(folder) { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }
  return try await body(folder)
}

func bytes(_ path: String) throws -> [UInt8] {
  let file = try #require(fopen(path, "rb"), "\(path) does not exist")
  defer { fclose(file) }
  var result: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { result += chunk[..<count] }
  return result
}

func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

/// Names in a folder without "." and "..".
func listing(_ folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}

/// Width and height in the header of a PNG file.
func sizeOfPNG(_ data: [UInt8]) -> (Int, Int) {
  func number(at offset: Int) -> Int { data[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
  return (number(at: 16), number(at: 20))
}

@Suite(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
struct FigureFileTests {
  static let figures: [(name: String, figure: any Figure, widthInMillimetres: Double, labels: [String])] = [
    ("learning-curve", Synthetic.learningCurve(taskCount: 3, loopCount: 300), 89, ["Training loop", "Task 2"]),
    ("learning-curve-single", Synthetic.learningCurve(taskCount: 1, loopCount: 20), 89, ["Firing rate (Hz)"]),
    (
      "learning-curve-many", Synthetic.learningCurve(taskCount: 8, loopCount: 5000), 89,
      ["Single tasks", "5000 loops, 2.9 h"]
    ),
    ("synaptic-input-1", Synthetic.synapticInput(panelCount: 1), 89, ["Synaptic input (units of threshold)"]),
    ("synaptic-input-4", Synthetic.synapticInput(panelCount: 4), 89, ["Median", "Stimulus"]),
    ("synaptic-input-16", Synthetic.synapticInput(panelCount: 16), 183, ["Time from stimulus onset (s)"]),
    ("synaptic-input-6", Synthetic.synapticInput(panelCount: 6), 183, ["s03_unit_1024, task 1, r = 0.92"]),
    ("rates", Synthetic.rates(taskCount: 1, neuronCount: 1200), 183, ["Recorded mean rate (Hz)", "Median 0."]),
    ("rates-tasks", Synthetic.rates(taskCount: 4, neuronCount: 150), 183, ["contrast_0 (1 more task not shown)"]),
    ("experiment", Synthetic.experiment(groupCount: 9), 183, ["1 more group not shown", "Silenced", "area=CA1 (100)"]),
    ("experiment-2", Synthetic.experiment(groupCount: 2), 183, ["Change of rate (Hz)", "others (101)"]),
    ("fit", Synthetic.fit(groupCount: 7, panelCount: 7), 183, ["Metric 6 (r)", "brain_area=Area 3", "Quartiles"]),
    ("raster", Synthetic.raster(neuronCount: 1000), 89, ["Neuron (200 of 1000)", "Rate (Hz)"]),
  ]

  /// With `REPRISE_FIGURES` set to a folder, the figures stay there to be looked at.
  @Test("Every figure gives a PDF, an SVG and a PNG of the right size", arguments: figures.indices)
  func files(index: Int) async throws {
    let (name, figure, width, labels) = Self.figures[index]
    try await withFolder { temporary in
      let folder = getenv("REPRISE_FIGURES").map { String(cString: $0) } ?? temporary
      let paths = try await figure.write(to: folder, name: name)
      #expect(paths == ["pdf", "svg", "png"].map { "\(folder)/\(name).\($0)" })

      #expect(try bytes(paths[0]).starts(with: Array("%PDF-".utf8)))
      let svg = try text(paths[1])
      #expect(svg.hasPrefix("<?xml") && svg.contains("</svg>"))
      for label in labels { #expect(svg.contains(label), "\(label)") }
      let png = try bytes(paths[2])
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
      #expect(abs(Double(sizeOfPNG(png).0) - width / 25.4 * 300) < 1)
      for path in paths { #expect(try bytes(path).count < 3_000_000, "\(path)") }
    }
  }
}
