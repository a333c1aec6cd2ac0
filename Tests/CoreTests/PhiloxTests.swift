// Random words: known answers, and streams that share nothing.
import CReprise
import RepriseCore
import RepriseTestSupport
import Testing

@Suite struct PhiloxTests {
  struct KnownAnswer: Sendable, CustomStringConvertible {
    let counter: [UInt32]
    let seed: UInt64
    let words: [UInt32]
    var description: String { "seed \(String(seed, radix: 16))" }
  }

  /// Philox4x32-10 of the Random123 distribution (kat_vectors): zeros, ones, digits of pi.
  static let answers = [
    KnownAnswer(
      counter: [0, 0, 0, 0], seed: 0, words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    KnownAnswer(
      counter: [.max, .max, .max, .max], seed: .max, words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    KnownAnswer(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], seed: 0x299f_31d0_a409_3822,
      words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test(arguments: answers) func knownAnswers(_ answer: KnownAnswer) {
    let counter = answer.counter
    let key = rp_random_key(seed: answer.seed, purpose: counter[3], trial: counter[2])
    var words = [UInt32](repeating: 0, count: 4)
    rp_random_words(key, counter[0], counter[1], &words)
    #expect(words == answer.words)
  }

  @Test func streamsShareNoNumber() {
    // 16 x 3 x 3 x 2 streams of 32 words: by chance, two of 9216 words would be equal in one of 100 runs.
    var seen: Set<[UInt32]> = []
    var count = 0
    for purpose in RandomPurpose.allCases {
      for trial in [0, 1, 2] {
        for index in [0, 1, 70_000] {
          for seed: UInt64 in [1, 1 << 32] {
            var stream = RandomStream(seed: seed, purpose: purpose, index: index, trial: trial)
            for _ in 0..<16 {
              seen.insert([stream.next(), stream.next()])
              count += 1
            }
          }
        }
      }
    }
    #expect(seen.count == count)
  }

  @Test func streamsRepeatThemselves() {
    var a = RandomStream(seed: 5, purpose: .stimulus, index: 3, trial: 2)
    var b = RandomStream(seed: 5, purpose: .stimulus, index: 3, trial: 2)
    for _ in 0..<100 { #expect(a.next() == b.next()) }
  }

  @Test(arguments: [2, 3, 7, 10, 1000] as [UInt32]) func integersAreUniform(bound: UInt32) {
    var stream = RandomStream(seed: 11, purpose: .synthetic, index: Int(bound))
    var counts = [Int](repeating: 0, count: Int(bound))
    for _ in 0..<200_000 { counts[Int(stream.uniform(below: bound))] += 1 }
    #expect(abs(chiSquareDeviation(counts)) < 4.5)
  }

  /// Without rejection every third number would be drawn twice as often as the others.
  @Test func largeBoundsHaveNoBias() {
    var stream = RandomStream(seed: 12, purpose: .synthetic, index: 0)
    var counts = [0, 0, 0]
    for _ in 0..<100_000 { counts[Int(stream.uniform(below: 3 << 30) % 3)] += 1 }
    #expect(abs(chiSquareDeviation(counts)) < 4.5)
  }

  @Test func boundOfOneGivesZero() {
    var stream = RandomStream(seed: 1, purpose: .synthetic, index: 0)
    for _ in 0..<10 { #expect(stream.uniform(below: 1) == 0) }
  }

  @Test func fractionsAreUniform() {
    var stream = RandomStream(seed: 13, purpose: .synthetic, index: 0)
    var counts = [Int](repeating: 0, count: 64)
    for _ in 0..<200_000 {
      let x = stream.uniform()
      #expect(x >= 0 && x < 1)
      counts[Int(x * 64)] += 1
    }
    #expect(abs(chiSquareDeviation(counts)) < 4.5)
  }

  @Test func drawsByIndexAndStepAreUniform() {
    let draws = UniformDraws(seed: 3, purpose: .feedforwardSpikes, trial: 4)
    var counts = [Int](repeating: 0, count: 50)
    for step in 0..<400 {
      for index in 0..<400 { counts[Int(draws.sample(index: index, step: step) * 50)] += 1 }
    }
    #expect(abs(chiSquareDeviation(counts)) < 4.5)
    #expect(draws.sample(index: 1, step: 2) != draws.sample(index: 2, step: 1))
    let other = UniformDraws(seed: 3, purpose: .feedforwardSpikes, trial: 5)
    #expect(draws.sample(index: 1, step: 2) != other.sample(index: 1, step: 2))
  }
}
