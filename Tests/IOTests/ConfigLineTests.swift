import Testing

@testable import RepriseIO

@Suite struct ConfigLineTests {
  private let awkward = #"""
    # tau_m = 1   [neuron]
    top = "a # no comment" # [x]
    long = """
    [fake]
    fake = 1 \"""
    """" # the quote belongs to the string
    literal = '''
    fake = 'x' [fake]
    '''''
    list = [ # a comment ]
      "]", 'x]', [1,
      2], { inner = 1 },
    ]
    a."b.c" . 'd' = { e = 1, f = { g = "}" } , h = [
      1 ] }
      [ neuron ]   # header
    "tau\u005Fm" = 10
    t_ref=1
    empty = ""
    [[many]]
    x = 1
    [[many]]
    x = 2
    [last.sub]
    y = 1e-3
    """#

  @Test func findsKeysInAwkwardText() throws {
    let lines = KeyLines(awkward)
    #expect(throws: Never.self) { try ConfigValue.document(awkward) }
    let found: [([String], Int)] = [
      (["top"], 2), (["long"], 3), (["literal"], 7), (["list"], 10), (["a", "b.c", "d"], 14),
      (["a", "b.c", "d", "e"], 14), (["a", "b.c", "d", "f", "g"], 14), (["a", "b.c", "d", "h"], 14),
      (["neuron"], 16), (["neuron", "tau_m"], 17), (["neuron", "t_ref"], 18), (["neuron", "empty"], 19),
      (["many"], 20), (["many", "x"], 21), (["last", "sub"], 24), (["last", "sub", "y"], 25), (["last"], 24),
      (["a"], 14),
    ]
    for (path, line) in found { #expect(lines.line(of: path) == line, "\(path)") }
    #expect(!lines.entries.contains { $0.path.contains("fake") || $0.path.contains("inner") })
    #expect(lines.entries.count == 19)
  }

  @Test func countsWindowsLineEndsAndByteOrderMark() {
    let lines = KeyLines("\u{FEFF}[network]\r\n\r\nN = 4\r\nseed = 1")
    #expect(lines.line(of: ["network"]) == 1)
    #expect(lines.line(of: ["network", "N"]) == 3)
    #expect(lines.line(of: ["network", "seed"]) == 4)
  }

  @Test func survivesNonsense() {
    for text in [
      "[", "[[", "a", "a=", "a=[", "a={", "a=\"", "a=\"\"\"", "a='''", "\"\\", "\"\\u12", "a.=1", ".", "=",
      "]\n[a\nb=1",
      String(repeating: "[", count: 100_000), "a = " + String(repeating: "[", count: 100_000),
      "a = " + String(repeating: "{a=", count: 10_000), "a = [" + String(repeating: "{b=1,", count: 10_000),
    ] {
      _ = KeyLines(text).duplicates
    }
    #expect(KeyLines("]\n[a\nb=1").line(of: ["a", "b"]) == 3)
  }

  @Test(arguments: [
    "[ =", "\n[[ \t]]", "[[[", "a = [}", "a = [1, }", "a = {b = [[}", "a = 1979-05-27 7", "a = [07:32:00]",
    "a = 1979-05-27", "a = -1-1",
    "a" + String(repeating: ".a", count: 200_000) + " = 1", "[a" + String(repeating: ".a", count: 64) + "]",
    "x = " + String(repeating: "[{a = ", count: 100) + "1",
  ])
  func findsWhatTheLibraryCannotBear(_ text: String) {
    #expect(KeyLines("ok = 1\n" + text).breakage?.start ?? 0 >= 7)
    #expect(throws: TOMLSyntaxError.self) { try ConfigValue.document(text) }
  }

  @Test func validTextIsNotBroken() {
    let text = "[ a ]\nb = [-1, 1e-3, 1E-3, +1_0, [], {c = []}, \"1-1:1\", '}']\n[[ 'd' ]]\n"
    #expect(KeyLines(text).breakage == nil)
    #expect(throws: Never.self) { try ConfigValue.document(text) }
  }

  @Test func findsDuplicates() {
    let lines = KeyLines("[a]\nx = 1\ny = 1\nx = 2\n[[m]]\nz = 1\n[[m]]\n[a]\n")
    #expect(lines.duplicates.map { $0.entry.line } == [4, 8])
    #expect(lines.duplicates.map { $0.first } == [2, 1])
  }
}
