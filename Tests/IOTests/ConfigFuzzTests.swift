// Damaged configurations never crash the reader, and what it accepts is valid.
import RepriseCore
import RepriseModel
import Testing

@testable import RepriseIO

@Suite struct ConfigFuzzTests {
  private static let seeds: [String] = {
    var parameters = Parameters()
    parameters.network.neuronCount = 12
    parameters.plastic.inputsPerClass = 2
    parameters.plastic.timeConstant = .each([Double](repeating: 100, count: 12))
    parameters.targets.source = .rates
    parameters.targets.file = "a.h5"
    parameters.targets.dataset = "/psth"
    parameters.targets.tasks = [0, 2]
    return [
      ConfigTemplate.dump(Parameters()), ConfigTemplate.commented(parameters), ConfigTemplate.dump(parameters),
      awkward,
    ]
  }()

  /// Every form that TOML has.
  private static let awkward = #"""
    neuron.tau_m = [ 10, # a comment ]
      1_0.5e+0 ]
    network = { N = 0xFF, "seed" = 0o17, N_E = 0b101 }
    [targets] # header
    select = """
    a \
      b \"\"" c"""
    'source' = '''sinusoids'''
    [[list]]
    a = [[1, 2], ["x", 'y'], {b = 1, c.d = [true, false]}]
    e = [+inf, -nan, 1e-1_0, 0xdead_BEEF, +0.0, -17, 1_000]
    [x."y.z".'w']
    f = -1.5E-3
    """#

  private static let pieces = [
    "[", "]", "{", "}", "\"", "'", "\"\"\"", "'''", "=", ".", ",", "#", "\n", "\\", "\\u0041", "-", "e9", "9", "0",
    "inf",
    "nan", "1e308", "-1", "9223372036854775807", "true", "1979-05-27 7", "07:32:00", "\"5 us\"", "\u{0}", "é", "[[",
    "network", "N", " ", "\r\n",
  ]

  private func mutate(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
      case 3: bytes[place] ^= 1 << UInt8.random(in: 0..<7, using: &random)
      default: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random)!.utf8, at: place)
      }
    }
    return bytes
  }

  /// Reads bytes as a file is read; true if they were accepted.
  private func accepts(_ bytes: [UInt8]) -> Bool {
    do {
      let text = try ConfigSource.text(from: bytes, name: "x")
      let parameters = try ConfigReader.parse(text: text, sourceName: "x")
      #expect(parameters.validate().isEmpty)
      return true
    } catch let error as ConfigError {
      #expect(!error.mistakes.isEmpty)
    } catch {
      #expect(error is ConfigMistake)
    }
    return false
  }

  @Test func mutationsStartFromValidText() {
    for text in Self.seeds { #expect(throws: Never.self) { try ConfigValue.document(text) } }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func mutationsNeverCrash(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    var accepted = 0
    for round in 0..<1500 {
      let text = Self.seeds[round % Self.seeds.count]
      if accepts(mutate(Array(text.utf8), &random)) { accepted += 1 }
    }
    // Both kinds must occur, or the mutations test nothing.
    #expect((50...1450).contains(accepted))
  }

  /// Values at the edges of every key: accepted or refused, but never a trap in arithmetic.
  @Test func extremeValuesNeverCrash() {
    var random = SplitMix(state: 9)
    let values = [
      "0", "-1", "1", "2", "9223372036854775807", "-9223372036854775808", "1e308", "-1e308", "5e-324", "1e-300", "inf",
      "nan", "[1, 1e308]", "[]", "\"\"", "true", "1e18", "4000000", "100000",
    ]
    for _ in 0..<3000 {
      let overrides = (0..<3).map { _ in
        let key = ConfigKeys.all.randomElement(using: &random)!
        return "\(key.path)=\(values.randomElement(using: &random)!)"
      }
      do {
        let parameters = try ConfigReader.parse(text: "", overrides: overrides)
        #expect(parameters.validate().isEmpty)
        // What is accepted can be used.
        #expect(parameters.clock.rowCount > 0 && parameters.plasticInputCount > 0)
      } catch {
        #expect(!error.mistakes.isEmpty)
      }
    }
  }
}
