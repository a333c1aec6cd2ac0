// Standard normal samples: the quantile function, and moments of the noise of neurons.
import CReprise
import Foundation
import RepriseCore
import RepriseTestSupport
import Testing

@Suite struct NormalSampleTests {
  /// x with upper-tail probability p, 0 < p <= 1/2, by bisection.
  private func quantile(_ p: Double) -> Double {
    var (low, high) = (0.0, 8.0)
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if 0.5 * erfc(middle / 2.0.squareRoot()) > p { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  /// The smallest and largest probabilities one by one, all octaves, and random words.
  private var magnitudes: [UInt32] {
    var random = TestRandom(1)
    var words = Array(0..<UInt32(500))
    words += (0..<500).map { 0x7fff_ffff - $0 }
    for octave in 0..<31 {
      let start = UInt32(1) << octave
      words += [start - 1, start, start + 1, start + start / 2]
      words += (0..<100).map { _ in start + UInt32.random(in: 0..<start, using: &random) }
    }
    return words.filter { $0 < 0x8000_0000 }
  }

  @Test func samplesAreQuantiles() {
    var worst = 0.0
    for word in magnitudes {
      let wanted = quantile(Double(word | 1) * 0x1p-32)
      let found = Double(rp_normal(word))
      worst = max(worst, abs(found - wanted))
      #expect(rp_normal(word | 0x8000_0000) == -rp_normal(word))
    }
    #expect(worst < 1e-5)
  }

  @Test func samplesFallAsProbabilityGrows() {
    var last = Float.infinity
    for word in magnitudes.sorted() {
      let x = rp_normal(word)
      // Neighbouring octaves may disagree by the error of the fit.
      #expect(x <= last + 1e-5)
      last = x
    }
  }

  @Test func noiseHasTheMomentsOfANormal() {
    let noise = SlotNoise(seed: 21, purpose: .trainingNoise, trial: 3)
    var moments = [0.0, 0.0, 0.0, 0.0]
    let (slots, steps) = (640, 1000)
    for step in 0..<steps {
      for slot in 0..<slots {
        let x = Double(noise.sample(slot: slot, step: step))
        moments[0] += x
        moments[1] += x * x
        moments[2] += x * x * x
        moments[3] += x * x * x * x
      }
    }
    let count = Double(slots * steps)
    // Standard errors of the first four moments: sqrt of 1, 2, 15, 96 over the number of samples.
    for (moment, (wanted, spread)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
      #expect(abs(moment / count - wanted) < 4.5 * (spread / count).squareRoot())
    }
  }

  @Test func noiseOfNeighboursIsUncorrelated() {
    let noise = SlotNoise(seed: 22, purpose: .testNoise, trial: 1)
    var (acrossSlots, acrossSteps, acrossQuarters) = (0.0, 0.0, 0.0)
    for step in 0..<1000 {
      for slot in 0..<100 {
        let x = Double(noise.sample(slot: slot, step: step))
        acrossSlots += x * Double(noise.sample(slot: slot + 1, step: step))
        acrossSteps += x * Double(noise.sample(slot: slot, step: step + 1))
        acrossQuarters += x * Double(noise.sample(slot: slot + 16, step: step))
      }
    }
    for sum in [acrossSlots, acrossSteps, acrossQuarters] { #expect(abs(sum) < 4.5 * 100_000.0.squareRoot()) }
  }

  @Test func streamsDrawNormals() {
    var stream = RandomStream(seed: 23, purpose: .synthetic, index: 0)
    let values = (0..<100_000).map { _ in stream.normal() }
    #expect(abs(mean(values)) < 0.015)
    #expect(abs(variance(values) - 1) < 0.02)
  }
}
