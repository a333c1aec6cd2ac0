// P over ten thousand updates, where roundings could add up: every precision and form against double precision.
import CReprise
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime) struct LongLearningTests {
  /// Spikes at 5.5 Hz with tau_P = 150 ms, an update every 10 ms. Plain float16 loses more than half of what P
  /// changes by (docs/numerics.md); here the error stays below a hundredth.
  @Test(.enabled(if: isOptimized, "too slow without optimisation"), arguments: [0.8, 0.04])
  func matricesStayAccurate(lambda: Double) {
    var learning = LearningParameters()
    learning.lambda = lambda
    for kernel in PreciseVariant.all where kernel.variant.name == CPUKernels.available[0] {
      let n = 58
      let found = kernel.learningCase(n, learning: learning)
      for update in 1...10_000 {
        found.spike(probability: 0.055, gain: 1 / 150)
        found.update(kernel.variant.table)
        found.updatePlain()
        // As at the end of every trial.
        if update % 100 == 0 { found.flush(kernel.variant.table) }
      }
      let distance = relativeDistance(
        found.triangles,
        from: found.plainCorrelation.flatMap { matrix in
          (0..<n).flatMap { i in (0...i).map { matrix[i * n + $0] } }
        })
      print("P after 10,000 updates, lambda \(lambda), \(kernel): relative error \(distance)")
      #expect(distance < [.float16: 1e-2, .float32: 1e-4, .float64: 1e-11][kernel.precision]!)
    }
  }
}
