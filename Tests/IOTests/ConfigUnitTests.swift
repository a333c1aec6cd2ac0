import Testing

@testable import RepriseIO

@Suite struct ConfigUnitTests {
  @Test(arguments: [
    ("\"100 us\"", 0.1), ("\"100us\"", 0.1), ("\"100 µs\"", 0.1), ("\"100 μs\"", 0.1), ("\"0.01 s\"", 10),
    ("\"0.07 s\"", 70), ("\" 1e-3 s \"", 1), ("\"5E5 ns\"", 0.5), ("\"+3 ms\"", 3), ("3", 3), ("0.3", 0.3),
  ])
  func timesAreExact(_ text: String, _ expected: Double) throws {
    let value = try #require(try ConfigValue.document("x = \(text)")["x"])
    #expect(try value.quantity(.milliseconds) == expected)
  }

  @Test(arguments: [
    ("\"5 Hz\"", 5.0), ("\"2.5 kHz\"", 2500), ("\"0.05 /ms\"", 50), ("\"1/ms\"", 1000), ("\"2 1/s\"", 2),
    ("\"0.29 kHz\"", 290), ("\"1e-6 MHz\"", 1),
  ])
  func ratesAreExact(_ text: String, _ expected: Double) throws {
    let value = try #require(try ConfigValue.document("x = \(text)")["x"])
    #expect(try value.quantity(.hertz) == expected)
    #expect(try value.quantity(.perMillisecond) == expected / 1000)
  }

  private static let time = "a number in ms, or a string with a number and ns, us, ms or s."

  @Test(arguments: [
    ("\"5 Hz\"", "= \"5 Hz\" is a rate; it must be \(time)"),
    ("\"5\"", "= \"5\" has no unit; it must be \(time)"),
    ("\"5 hours\"", "= \"5 hours\" has the unknown unit \"hours\"; it must be \(time)"),
    ("\"5 e\"", "= \"5 e\" has the unknown unit \"e\"; it must be \(time)"),
    ("\"fast\"", "= \"fast\" must be \(time)"),
    ("\"\"", "= \"\" must be \(time)"),
    ("\"-\"", "= \"-\" must be \(time)"),
    ("\"nan ms\"", "= \"nan ms\" must be \(time)"),
    ("true", "= true must be \(time)"),
    ("[1]", "= [1] must be \(time)"),
    ("inf", "= inf must be a finite number."),
    ("\"1e999999999999 s\"", "= \"1e999999999999 s\" must be a finite number."),
  ])
  func wrongQuantitiesAreRefused(_ text: String, _ problem: String) throws {
    let value = try #require(try ConfigValue.document("x = \(text)")["x"])
    #expect { try value.quantity(.milliseconds) } throws: { ($0 as? ConfigProblem)?.text == problem }
  }

  @Test func plainNumbersTakeNoUnit() throws {
    #expect { try ConfigValue.string("1 ms").quantity(nil) } throws: {
      ($0 as? ConfigProblem)?.text == "= \"1 ms\" must be a number, without quotes and without a unit."
    }
    #expect { try ConfigValue.string("1 s").quantity(.perRootMillisecond) } throws: {
      ($0 as? ConfigProblem)?.text == "= \"1 s\" is a time; it must be a number in /sqrt(ms)."
    }
  }

  @Test func distances() {
    #expect(Suggestions.distance("tau_m", "taum") == 1)
    #expect(Suggestions.distance("stim", "sitm") == 1)
    #expect(Suggestions.distance("", "abc") == 3)
    #expect(Suggestions.closest(to: "n", among: ["K", "N", "N_E"]) == "N")
    #expect(Suggestions.closest(to: "xyz", among: ["tau", "dt", "p"]) == nil)
    #expect(Suggestions.closest(to: "", among: ["p", "dt"]) == nil)
    #expect(Suggestions.closest(to: String(repeating: "a", count: 100_000), among: ["p"]) == nil)
  }
}
