// Rates from recordings of others equal those that were made from them before, bit by bit.
import Testing

@testable import RepriseIO

@Suite struct RecordedSpikesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(.enabled(if: RecordedFiles.exists(RecordedFiles.it7objSpikes), "the recordings are not here"))
  func it7obj() throws {
    var request = RatesRequest(inputs: [RecordedFiles.it7objSpikes])
    request.smoothing = .boxcar(100)
    let report = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(report.keptCount == 132 && report.conditions.count == 21 && report.conditionsAreChosen)
    #expect(report.sources[0].sessionCount == 21 && report.bin == 20 && report.unusedTrials == 0)
    let theirs = try HDF5File(reading: RecordedFiles.it7obj)
    let written = try WrittenRates(folder.file("rates.h5"))
    let expected = try theirs.dataset("/psth").read(as: Float.self)
    #expect(written.shape == [50, 132, 21] && written.values == expected)
    #expect(
      try written.file.dataset("/n_trials").read(as: Int.self) == theirs.dataset("/n_trials").read(as: Int.self))
  }

  @Test(.enabled(if: RecordedFiles.exists(RecordedFiles.allenSpikes), "the recordings are not here"))
  func allen() throws {
    var request = RatesRequest(inputs: [RecordedFiles.allenSpikes])
    request.smoothing = .none
    request.bin = 5
    request.minimumRate = 0
    let report = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(report.conditions.map { $0.name } == [0, 45, 90, 135].map { "orientation_deg=\($0)" })
    let written = try WrittenRates(folder.file("rates.h5"))
    let theirs = try HDF5File(reading: RecordedFiles.allenSpikes).dataset("/psth").read(as: Float.self)
    #expect(written.shape == [20, 1000, 4] && written.values == theirs)
  }

  @Test(.enabled(if: RecordedFiles.steinmetzTrials.allSatisfy(RecordedFiles.exists), "the recordings are not here"))
  func steinmetz() throws {
    var request = RatesRequest(inputs: RecordedFiles.steinmetzTrials)
    request.smoothing = .boxcar(110)
    request.minimumRate = 0
    request.trialsWhere = ["source_test_set=0"]
    request.conditions = [
      "left: contrast_left > contrast_right", "right: contrast_left < contrast_right",
      "none: contrast_left == 0 and contrast_right == 0",
    ]
    let report = try RecordedRates.write(request, to: folder.file("rates.h5"))
    #expect(report.sources.count == 18 && report.keptCount == 16305 && report.bin == 10)
    let written = try WrittenRates(folder.file("rates.h5"))
    let theirs = try HDF5File(reading: RecordedFiles.steinmetz)
    let expected = try theirs.dataset("/psth").read(as: Float.self)
    #expect(written.shape == [40, 16305, 3] && written.values == expected)
    for name in ["brain_area", "mouse"] {
      #expect(
        try written.file.dataset("/units/\(name)").readTexts() == theirs.dataset("/units/\(name)").readTexts())
    }
  }
}
