// What figures choose before gnuplot runs: axes, order, thinning, statistics.

import Testing

@testable import ReprisePlot

struct AxisTests {
  @Test("Axes end on round numbers around the data")
  func covering() {
    let axis = Axis.covering([0.13, .nan, 0.87], title: "")
    #expect(axis.ticks.map(\.label) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(axis.lower == 0 && axis.upper == 1)
    #expect(Axis.covering([-1.2, 1.7], title: "", tickCount: 3).ticks.map(\.label) == ["−2", "−1", "0", "1", "2"])
  }

  @Test("Tight axes end at the data, or at the tick that almost fits")
  func tight() {
    #expect(Axis.covering([0, 299], title: "", isTight: true).upper == 300)
    #expect(Axis.covering([0, 260], title: "", isTight: true).upper == 260)
  }

  @Test("Small and large numbers share a power of ten")
  func exponent() {
    let large = Axis.covering([0, 2e6], title: "")
    #expect(large.exponent == 6 && large.ticks.map(\.label) == ["0", "0.5", "1.0", "1.5", "2.0"])
    let small = Axis.covering([0, -2e-5], title: "")
    #expect(small.exponent == -5 && small.ticks.first?.label == "−2.0")
    #expect(Axis.covering([0, 2], title: "").exponent == nil)
  }

  @Test("Counts have no ticks between whole numbers")
  func whole() {
    #expect(Axis.covering([0, 1], title: "", isWhole: true).ticks.map(\.label) == ["0", "1"])
    #expect(Axis.covering([7], title: "", isWhole: true).ticks.map(\.label) == ["6", "7", "8"])
  }

  @Test("Logarithmic axes label at least two decades", arguments: [[], [0], [3], [2, 5], [0.4, 60], [1e-9, 1e9]])
  func logarithmic(values: [Double]) {
    let axis = Axis.logarithmic(values, title: "")
    #expect(axis.ticks.count { !$0.label.isEmpty } >= 2)
    #expect(values.allSatisfy { $0 <= axis.upper * 1.000001 } && axis.lower > 0)
    #expect(axis.upper / axis.lower < 1.1e5)
  }

  @Test("Correlations reach from 0 or below to 1")
  func correlation() {
    #expect(Axis.correlation([0.3, 0.9], title: "").lower == 0)
    #expect(Axis.correlation([-0.2, 0.9], title: "").lower == -0.2)
    #expect(Axis.correlation([-0.7], title: "", isCoarse: true).lower == -1)
  }
}

struct StatisticsTests {
  @Test("Quantiles interpolate between order statistics and leave gaps out")
  func quantiles() {
    #expect(Statistics.quantiles([4, .nan, 1, 3, 2], [0, 0.25, 0.5, 1]) == [1, 1.75, 2.5, 4])
    #expect(Statistics.median([]).isNaN)
  }

  @Test("Correlation is 1 for a line, -1 for a falling one, undefined for a constant")
  func correlation() {
    #expect(abs(Statistics.correlation([1, 2, 3, .nan], [3, 5, 7, 0]) - 1) < 1e-12)
    #expect(abs(Statistics.correlation([1, 2, 3], [3, 2, 1]) + 1) < 1e-12)
    #expect(Statistics.correlation([1, 2, 3], [2, 2, 2]).isNaN)
  }

  @Test("Thinning averages neighbours and keeps the mean")
  func thinning() {
    let values = (0..<1000).map(Double.init)
    let thinned = Statistics.thinned(values, to: 100)
    #expect(thinned.count == 100 && thinned[0] == 4.5)
    #expect(Statistics.mean(thinned) == Statistics.mean(values))
    #expect(Statistics.spread(1000, limit: 10).count == 10 && Statistics.spread(3, limit: 10) == [0, 1, 2])
  }
}

struct ThinningTests {
  @Test("Heat maps list neurons by peak, and silent or missing ones last")
  func order() {
    #expect(HeatMap.orderByPeak([[0, 0, 5], [.nan, .nan, .nan], [9, 1, 1], [0, 2, 1]]) == [2, 3, 0, 1])
  }

  @Test("Heat maps are at most 600 rows high and stay between 0 and 1")
  func heatMap() {
    let rates = (0..<1500).map { neuron in (0..<1000).map { Double(($0 * 7 + neuron) % 13) } }
    let map = HeatMap(rates, order: Array(rates.indices), columnCount: 1000)
    #expect(map.rows.count == 600 && map.rows[0].count == 400)
    #expect(map.pixels.allSatisfy { (0...1).contains($0) })
  }

  @Test("Rasters show at most 200 neurons, both kinds in proportion")
  func raster() {
    let kinds = (0..<5000).map { $0 < 4000 }
    let shown = RasterFigure.choose(isExcitatory: kinds, neurons: [])
    #expect(shown.count == 200 && shown.count { !kinds[$0] } == 40)
    #expect(RasterFigure.choose(isExcitatory: [], neurons: []).isEmpty)
  }

  @Test("Rasters of very active networks show fewer neurons")
  func activeRaster() {
    let spikes = (0..<400_000).map { $0 % 200 }
    let shown = RasterFigure.choose(isExcitatory: (0..<200).map { $0 < 160 }, neurons: spikes)
    #expect(shown.count * 2000 <= RasterFigure.spikeLimit)
  }

  @Test("Long neuron names are shortened to their panel")
  func titles() {
    func title(_ name: String) -> String {
      SynapticInputFigure.title(
        of: .init(neuron: name, task: "1", correlation: 0.5, target: [], trials: []), width: 36)
    }
    #expect(title("7") == "Neuron 7, task 1, r = 0.50")
    #expect(title("s03_unit_1024") == "s03_unit_1024, task 1, r = 0.50")
    #expect(title("a_very_long_name_of_a_unit").hasSuffix("…, task 1, r = 0.50"))
  }
}
