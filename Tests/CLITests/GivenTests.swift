// Networks of files, from the command line.
import Reprise
import RepriseTestSupport
import Testing

@Suite struct GivenTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let configuration = """
    [network]
    N = 120

    [trial]
    stim_on = 100
    stim_off = 200
    train_duration = 100
    schedule = [1, 0, 0]

    [static]
    file = "edges.h5"
    K = 12

    [plastic]
    file = "plastic.h5:/late"

    [stimulus]
    file = "inputs.h5:/currents"

    [feedforward]
    L_X = 2
    file = "inputs.h5"
    weights = "inputs.h5:/first"

    [targets]
    tasks = 2
    """

  private func writeEdges(_ change: (inout EdgeList) -> Void = { _ in }) throws {
    var edges = EdgeList()
    for pre in 0..<120 {
      for offset in 1...20 {
        edges.append(from: pre, to: (pre + 3 * offset) % 120, weight: (pre < 60 ? 0.2 : -0.3) * Double(offset) / 10)
      }
    }
    change(&edges)
    try HDF5File.writeAtomically(to: folder.file("net/edges.h5")) { file in
      try file.write(edges.presynaptic, to: "/presynaptic")
      try file.write(edges.postsynaptic, to: "/postsynaptic")
      try file.write(edges.weights, to: "/weight")
    }
  }

  /// Neurons 0 to 99 learn, with 4 to 9 inputs.
  private func writePlastic(first: Int = 1) throws {
    var edges = EdgeList()
    for post in 0..<100 {
      for input in 0..<(4 + post % 6) { edges.append(from: (post + first + 11 * input) % 120, to: post, weight: 0) }
    }
    try HDF5File.writeAtomically(to: folder.file("net/plastic.h5")) { file in
      try file.write(edges.presynaptic, to: "/late/presynaptic")
      try file.write(edges.postsynaptic, to: "/late/postsynaptic")
    }
  }

  private func writeInputs(tasks: Int = 2, rate: Float = 30, rows: Int = 10) throws {
    try HDF5File.writeAtomically(to: folder.file("net/inputs.h5")) { file in
      try file.write((0..<(tasks * rows * 120)).map { Float($0 % 7) / 5 }, to: "/currents", shape: [tasks, rows, 120])
      try file.write([rate, 20, 60, 0], to: "/rates", shape: [2, 2])
      try file.write([0.3, -0.2], to: "/first")
    }
  }

  private func prepare() throws {
    try folder.createNetFolder()
    try folder.write(Self.configuration, to: "net/reprise.toml")
    try writeEdges()
    try writePlastic()
    try writeInputs()
  }

  /// A network is whole without the files that it was made from, and trains on every backend.
  @Test func filesAreReadOnce() async throws {
    try prepare()
    let plan = try await folder.reprise("plan", "net").output
    #expect(plan.contains("given static connections") && plan.contains("stimulus"))
    let made = try await folder.reprise("init", "net").output
    // 16 and 17 of each number of inputs, and two feed-forward ones each.
    #expect(made.contains("2400 static and 846 plastic synapses"))
    for name in ["edges.h5", "plastic.h5", "inputs.h5"] { try folder.remove("net/" + name) }
    let info = try await folder.reprise("info", "net").output
    #expect(info.contains("plastic connections: file net/plastic.h5:/late"))
    #expect(info.contains("static: file net/edges.h5") && info.contains("[stimulus] made by file inputs.h5:/currents"))
    #expect(info.contains("order of tasks: 1, 0, 0"))
    try await folder.reprise("plan", "net")
    try await folder.reprise("train", "net", "--loops", "4")
    let tasks = try folder.text("net/learning-curve.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",")[1]
    }
    #expect(tasks == ["1", "0", "0", "1"])
    try await folder.reprise("test", "net", "--trials", "1")
    let wanted = try folder.spikes("net/test.h5")
    #expect(wanted.neurons.count > 100)
    try await folder.reprise("train", "net", "--loops", "1", "--resume", "--backend", "reference")
    if hasOpenCL {
      let checkpoint = "net/checkpoints/loop-000004.h5"
      try await folder.reprise("test", "net", "--trials", "1", "--backend", "opencl", "--checkpoint", checkpoint)
      #expect(try folder.spikes("net/test.h5") == wanted)
      try await folder.reprise("train", "net", "--loops", "1", "--resume", "--backend", "opencl")
    }
    try await folder.expectRefusal(
      ["train", "net", "--loops", "1", "--resume", "--set", "learning.memory=history"], code: 65,
      "neurons have different numbers of plastic inputs, which learning.memory = \"history\" cannot have")
    try await folder.expectRefusal(["init", "net"], code: 65, "net/edges.h5 does not exist. Check the path.")
  }

  @Test func changedSettingsAreNoticed() async throws {
    try prepare()
    try await folder.reprise("init", "net")
    for change in ["static.file=other.h5", "stimulus.file=", "feedforward.weights=", "static.autapses=true"] {
      let section = "[\(change.prefix { $0 != "." })]"
      try await folder.expectRefusal(
        ["train", "net", "--loops", "1", "--set", change], code: 65, "was made with other values in \(section) than")
    }
    try await folder.reprise("train", "net", "--loops", "1", "--set", "trial.schedule=[0]")
    #expect(try folder.text("net/learning-curve.csv").contains("\n1,0,"))
  }

  @Test func mistakesAreSentences() async throws {
    try prepare()
    try writeEdges { $0.postsynaptic[5] = 120 }
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "net/edges.h5: postsynaptic[5] is 120, but neurons are numbered from 0 to network.N")
    try writeEdges { $0.weights[7] = .nan }
    try await folder.expectRefusal(["init", "net"], code: 65, "net/edges.h5: weight[7] is nan, but must be a finite")
    try writeEdges { $0 = EdgeList() }
    try await folder.expectRefusal(["init", "net"], code: 65, "net/edges.h5: there are no connections, but")
    try writeEdges()
    try writePlastic(first: 0)
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "net/plastic.h5:/late: connection 0 is from neuron 0 to itself, which is refused.")
    try writePlastic()
    try writeInputs(tasks: 3)
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "net/inputs.h5:/currents: there are values for 3 task(s), but the targets need 2.")
    try writeInputs(rows: 7)
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "there are 7 rows of time, but the 1000 steps of trial.dt = 0.1 ms from trial.stim_on")
    try writeInputs(rate: -1)
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "net/inputs.h5:/rates: the value of task 0, row 0, neuron 0 is -1.0, but must be")
    try writeInputs()
    try await folder.expectRefusal(
      ["init", "net", "--set", "feedforward.L_X=3"], code: 65, "values for 2 neurons, but feedforward.L_X = 3.")
    try await folder.expectRefusal(
      ["init", "net", "--set", "feedforward.L_X=0"], code: 65, "feedforward.L_X = 0 must be the number of")
    try await folder.expectRefusal(
      ["init", "net", "--set", "network.N=121"], code: 65, "values for 120 neurons, but network.N = 121.")
    try await folder.expectRefusal(
      ["init", "net", "--set", "trial.schedule=[0, 2]"], code: 65, "trial.schedule names task 2, but targets.tasks = 2")
  }

  @Test func unknownPluginsAreNamed() async throws {
    try prepare()
    let settings = ["--set", "static.file=", "--set", "static.plugin=ring"]
    try await folder.expectRefusal(
      ["init", "net"] + settings, code: 65,
      "static.plugin: \"ring\" is not known: this program has no plug-ins for [static].")
    try await folder.expectRefusal(
      ["init", "net", "--set", "static.plugin=ring"], code: 65,
      "static.plugin = \"ring\" cannot be used beside static.file = \"net/edges.h5\": leave out one of them.")
    try await folder.expectRefusal(
      ["init", "net", "--set", "static.options={ a = 1 }"], code: 65, "static.options are those of a plug-in: name it")
  }
}
