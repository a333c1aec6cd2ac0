import RepriseModel
import Testing

@testable import RepriseIO

@Suite struct ConfigTemplateTests {
  @Test func defaultsAreCommentedOut() throws {
    let text = ConfigTemplate.commented(Parameters())
    #expect(try ConfigReader.parse(text: text) == Parameters())
    let active = text.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("[") }
    #expect(active.isEmpty)
    #expect(text.contains("# tau_m = 10"))
    #expect(text.contains("# K = 205"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 130 })
  }

  @Test func takingTheCommentsAwayChangesNothing() throws {
    let keys = Set(ConfigKeys.all.map(\.name))
    let lines = ConfigTemplate.commented(Parameters()).split(separator: "\n").map { line in
      let name = line.dropFirst(2).prefix { $0 != " " }
      return line.hasPrefix("# ") && keys.contains(String(name)) && line.contains(" = ") ? line.dropFirst(2) : line
    }
    #expect(lines.filter { !$0.hasPrefix("#") && !$0.hasPrefix("[") }.count == ConfigKeys.all.count)
    var parameters = try ConfigReader.parse(text: lines.joined(separator: "\n"))
    #expect(parameters.excitatoryCount == 2048 && parameters.network.excitatoryCount == 2048)
    parameters.network.excitatoryCount = nil
    parameters.staticSynapses.inDegree = nil
    parameters.plastic.inputsPerClass = nil
    #expect(parameters == Parameters())
  }

  @Test func changedKeysAreActive() throws {
    var parameters = Parameters()
    parameters.network.neuronCount = 1024
    let text = ConfigTemplate.commented(parameters, highlighting: ["trial.dt"])
    #expect(text.contains("\nN = 1024 "))
    #expect(text.contains("\ndt = 0.1 "))
    #expect(text.contains("\n# seed = 1 "))
    #expect(try ConfigReader.parse(text: text) == parameters)
  }

  @Test func longListsAreBrokenUp() throws {
    var parameters = Parameters()
    parameters.network.neuronCount = 100
    parameters.plastic.timeConstant = .each((0..<100).map { 100 + Double($0) / 7 })
    let text = ConfigTemplate.commented(parameters)
    #expect(try ConfigReader.parse(text: text) == parameters)
    #expect(try ConfigReader.parse(text: ConfigTemplate.dump(parameters)) == parameters)
  }

  @Test func invalidParametersAreWrittenToo() {
    var parameters = Parameters()
    parameters.network.neuronCount = -5
    parameters.staticSynapses.probability = .nan
    parameters.trial.timeStep = -.infinity
    #expect(ConfigTemplate.commented(parameters).contains("p = nan"))
    #expect(configError(ConfigTemplate.commented(parameters)) != nil)
  }

  @Test(arguments: ["a.h5", "a b\"\\\t.h5", "dir:/a.h5", "sub/ü/a.h5", "/elsewhere/a.h5", "../up.h5", "x:/"])
  func pathsSurvive(_ file: String) throws {
    for folder in ["", "/work/run", "/"] {
      for dataset in [nil, "/x", "/a:/b"] {
        var parameters = Parameters()
        parameters.targets.source = .currents
        parameters.targets.file = FilePath.resolve(file, in: folder)
        parameters.targets.dataset = dataset
        // A dataset with ":/" in its name cannot be told from its file.
        if dataset == "/a:/b" { continue }
        let text = ConfigTemplate.commented(parameters, folder: folder)
        let read = try ConfigReader.parse(text: text, folder: folder)
        #expect(read.targets.dataset == dataset)
        let (found, expected) = (read.targets.file ?? "", parameters.targets.file ?? "")
        #expect(FilePath.absolute(found) == FilePath.absolute(expected))
        if !file.contains("..") { #expect(found == expected) }
      }
    }
  }

  @Test func pathsInsideTheFolderAreRelative() {
    #expect(FilePath.relative("/work/run/a/b.h5", to: "/work/run") == "a/b.h5")
    #expect(FilePath.relative("/work/run/../b.h5", to: "/work/run") == "/work/b.h5")
    #expect(FilePath.relative("/work/runs/b.h5", to: "/work/run") == "/work/runs/b.h5")
    #expect(FilePath.relative("run/b.h5", to: "run") == "b.h5")
    #expect(FilePath.relative(FilePath.absolute("run/b.h5"), to: "run") == "b.h5")
    #expect(FilePath.relative("run/b.h5", to: FilePath.absolute("run")) == "b.h5")
    #expect(FilePath.folder(of: "/a") == "/")
    #expect(FilePath.folder(of: "a") == "")
  }

  @Test func numbersSurvive() throws {
    var generator = SplitMix(state: 5)
    var values = [
      0.0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1e15, 1e16, -1e22, 0.1,
      1.0 / 3,
    ]
    values += (0..<2000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
    let text = "x = [\(values.map(TOMLText.number).joined(separator: ", "))]"
    guard case .list(let read)? = try ConfigValue.document(text)["x"] else {
      Issue.record("not a list")
      return
    }
    #expect(try read.map { try $0.quantity(nil).bitPattern } == values.map(\.bitPattern))
  }

  @Test func textsSurvive() throws {
    var generator = SplitMix(state: 6)
    for _ in 0..<500 {
      let scalars = (0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1...0x2FF, using: &generator)) }
      let text = String(String.UnicodeScalarView(scalars))
      #expect(try ConfigValue.document("x = \(TOMLText.string(text))")["x"] == .string(text))
    }
  }
}

/// A small random generator with a seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
