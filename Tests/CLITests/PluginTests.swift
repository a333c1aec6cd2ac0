// Plug-ins of every kind: made once, stored, trained on every backend without them.
import Reprise
import RepriseTestSupport
import Testing

private struct Ring: StaticConnectivityPlugin {
  let name = "ring"

  func staticConnections(_ context: PluginContext) throws -> EdgeList {
    let (width, weight) = (try context.options.whole("width"), try context.options.number("weight", default: 0.4))
    var edges = EdgeList()
    for pre in 0..<context.neuronCount {
      var random = context.random(pre)
      for offset in 1...width where random.uniform() < 0.8 {
        edges.append(
          from: pre, to: (pre + offset) % context.neuronCount, weight: context.isExcitatory(pre) ? weight : -weight)
      }
    }
    return edges
  }
}

private struct Near: PlasticConnectivityPlugin {
  let name = "near"

  /// The most active neurons among those nearby, more of them for some than for others; the last ten do not learn.
  func plasticConnections(_ context: PluginContext) throws -> EdgeList {
    let rates = context.untrained.rates
    var edges = EdgeList()
    for post in 0..<(context.neuronCount - 10) {
      let nearby = (1...15).map { (post + $0) % context.neuronCount }.sorted { (rates[$0], $1) > (rates[$1], $0) }
      for pre in nearby.prefix(post % 2 == 0 ? 8 : 5) {
        edges.append(from: pre, to: post, weight: context.isExcitatory(pre) ? 0.5 : -0.5)
      }
    }
    return edges
  }
}

private struct Steps: StimulusPlugin {
  let name = "steps"

  func stimulus(_ context: PluginContext) throws -> TaskValues {
    let height = try context.options.number("height")
    return TaskValues(tasks: context.taskCount, rows: 5, columns: context.neuronCount) { task, row, neuron in
      (neuron + row + task) % 3 == 0 ? height : 0
    }
  }
}

private struct Rates: FeedforwardPlugin {
  let name = "rates"

  func feedforwardRates(_ context: PluginContext) throws -> TaskValues {
    TaskValues(tasks: 1, rows: 10, columns: context.parameters.feedforward.count) { _, row, _ in 10 * Double(row) }
  }
}

private struct Waves: TargetPlugin {
  let name = "waves"

  func targets(_ context: PluginContext) throws -> TaskValues {
    TaskValues(tasks: 2, rows: context.rowCount, columns: context.neuronCount) { task, row, neuron in
      context.untrained.meanCurrents[neuron] + (row % 4 < 2 ? 0.2 : -0.2) * Double(task + 1)
    }
  }
}

private struct Order: TaskSchedulePlugin {
  let name = "order"

  func schedule(_ context: PluginContext) throws -> [Int] { [context.taskCount - 1, 0, 0] }
}

private struct Leaky: CellModelPlugin {
  let name = "leaky"

  /// The neuron that is built in, with a membrane time constant for each.
  func cellModel(_ context: PluginContext) throws -> CellParameters {
    let slowest = try context.options.number("slowest")
    let constants = (0..<context.neuronCount).map { 8 + (slowest - 8) * Double($0) / Double(context.neuronCount) }
    let text = """
      parameter tau
      capacitance 10
      refractory 0.1
      state v = 0 to 1
      update
        v = v + dt / tau * (I - v)
      threshold v > 1
      reset
        v = 0
      """
    return CellParameters(try CellModel(text: text), values: ["tau": .each(constants)])
  }
}

/// Hears nothing.
private struct Silent: TrainingObserver {
  func trainingStarts(_ network: Network, backend: String, firstLoop: Int, lastLoop: Int) {}
  func loopFinished(_ record: LoopRecord) {}
  func checkpointWritten(_ path: String) {}
  func shouldStop() -> Bool { false }
}

@Suite(.fewAtATime) struct PluginTests {
  let folder: TemporaryFolder
  var project: Project { Project(folder.file("net")) }
  private let plugins = PluginList([Ring(), Near(), Steps(), Rates(), Waves(), Order(), Leaky()])

  init() throws {
    folder = try TemporaryFolder()
    try folder.createNetFolder()
    try folder.write(Self.configuration, to: "net/reprise.toml")
  }

  private static let configuration = """
    network.N = 120
    plastic.plugin = "near"

    [neuron]
    model = "custom"
    plugin = "leaky"
    options = { slowest = 12 }

    [trial]
    stim_on = 100
    stim_off = 200
    train_duration = 100
    plugin = "order"

    [static]
    plugin = "ring"
    K = 12
    X_E = 6
    X_I = 5
    options = { width = 20 }

    [stimulus]
    plugin = "steps"
    [stimulus.options]
    height = 0.5

    [feedforward]
    L_X = 2
    plugin = "rates"

    [targets]
    source = "plugin"
    plugin = "waves"
    """

  private func initialize(_ overrides: String..., by plugins: PluginList? = nil) throws -> Network {
    try project.initialize(overrides: overrides, threads: .exactly(1), plugins: plugins ?? self.plugins).network
  }

  private func refusal(_ overrides: String..., by plugins: PluginList? = nil) -> String {
    do {
      _ = try project.initialize(overrides: overrides, threads: .exactly(1), plugins: plugins ?? self.plugins)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func everyKindIsStored() throws {
    let network = try initialize()
    #expect((1700...2100).contains(network.staticConnections.count))
    #expect(network.plasticConnections.inputsPerNeuron == 8 && network.learners.count == 110)
    #expect(network.plasticCount == 55 * 8 + 55 * 5)
    #expect(network.stimulus?.rowCount == 5 && network.stimulus?.taskCount == 2)
    #expect(network.feedforwardRates.values[2 * 950] == 90)
    #expect(network.targets.value(task: 1, row: 3, neuron: 9) == Float(network.untrained.meanCurrents[9] - 0.4))
    #expect(network.schedule == [1, 0, 0])
    #expect(network.parameters.cellNeuron(60).fixed == [10])
    let stored = try project.network(overrides: [])
    #expect(stored.fingerprint == network.fingerprint && stored.stimulus == network.stimulus)
    #expect(stored.parameters.cell == network.parameters.cell)
    #expect(try initialize().staticConnections == network.staticConnections, "random numbers follow from the seed")
    #expect(try initialize("network.seed=2").staticConnections != network.staticConnections)
  }

  /// The program itself, which has none of the plug-ins, trains and tests the network.
  @Test(arguments: TestedBackend.here) func trainsWithoutThem(_ backend: TestedBackend) async throws {
    _ = try initialize()
    let name = backend == .openCL ? "opencl" : backend.rawValue
    try await folder.reprise("train", "net", "--loops", "4", "--backend", name)
    let tasks = try folder.text("net/learning-curve.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",")[1]
    }
    #expect(tasks == ["1", "0", "0", "1"])
    try await folder.reprise("test", "net", "--trials", "1", "--backend", name)
    #expect(try folder.spikes("net/test.h5").neurons.count > 100)
    let info = try await folder.reprise("info", "net").output
    for line in [
      "[neuron] made by plug-in leaky (slowest = 12)", "120 custom neurons", "static: plug-in ring (width = 20)",
      "stimulus: plug-in steps (height = 0.5)", "targets: plug-in waves",
      "feed-forward rates: plug-in rates", "plastic connections: plug-in near", "order of tasks: plug-in order",
      "[static] made by plug-in ring (width = 20)",
    ] { #expect(info.contains(line), "\(line)") }
  }

  @Test func optionsThatNobodyAsksForAreRefused() {
    #expect(
      refusal("static.options={ width = 20, hight = 3 }")
        == "plug-in ring: option hight is not known. It has weight, width.")
    #expect(refusal("static.options={ }") == "plug-in ring: option width is missing, but must be a whole number.")
    #expect(refusal("static.options={ width = 0.5 }") == "plug-in ring: option width = 0.5 must be a whole number.")
  }

  @Test func neuronsOfAPluginAreOfNothingElse() {
    #expect(
      refusal("neuron.parameters.tau=9")
        == "neuron.plugin: \"leaky\" makes text and values of the neurons: leave out neuron.file, neuron.text and "
        + "neuron.parameters.")
    #expect(refusal("neuron.options={ slowest = 1e60 }").contains("must be a finite number"))
    #expect(refusal("neuron.model=lif").contains("neuron.plugin is not used by neuron.model = \"lif\""))
  }

  @Test func unknownNamesListThoseThatThereAre() {
    #expect(
      refusal("static.plugin=rong") == "static.plugin: \"rong\" is not known. For [static] there is \"ring\".")
    #expect(refusal("static.plugin=steps").contains("\"steps\" is not known. For [static] there is \"ring\"."))
    let twice = PluginList(plugins.plugins + [Ring()])
    #expect(refusal(by: twice).contains("there are 2 plug-ins \"ring\"; give each a name of its own."))
  }

  /// What plug-ins give passes the checks of files.
  @Test func whatTheyGiveIsChecked() {
    struct Bad: StaticConnectivityPlugin, StimulusPlugin, TargetPlugin, TaskSchedulePlugin {
      let name = "bad"
      func staticConnections(_ context: PluginContext) -> EdgeList {
        EdgeList(presynaptic: [0], postsynaptic: [500], weights: [1])
      }
      func stimulus(_ context: PluginContext) -> TaskValues {
        TaskValues(tasks: 1, rows: 1, columns: context.neuronCount) { _, _, _ in 0 }
      }
      func targets(_ context: PluginContext) -> TaskValues {
        TaskValues(tasks: 2, rows: 1, columns: context.neuronCount) { _, _, _ in 0 }
      }
      func schedule(_ context: PluginContext) -> [Int] { [2] }
    }
    let list = PluginList(plugins.plugins + [Bad()])
    func said(_ section: String) -> String {
      refusal("\(section).plugin=bad", "\(section).options={}", by: list)
    }
    #expect(said("static").contains("plug-in bad: postsynaptic[0] is 500, but"))
    #expect(said("stimulus") == "plug-in bad: there are values for 1 task(s), but the targets need 2.")
    #expect(said("targets").contains("plug-in bad: there are 1 rows of targets, but"))
    #expect(said("trial") == "plug-in bad: names task 2, but tasks are 0 to 1.")
  }

  /// In-process, as a program with plug-ins of its own would.
  @Test func aFailedPluginLeavesNothingBehind() throws {
    _ = try initialize()
    let before = folder.contents()
    #expect(!refusal("static.options={ width = 200 }").isEmpty)
    #expect(folder.contents() == before)
    let options = TrainOptions(loops: 1, threads: .exactly(1))
    #expect(try project.train(options, observer: Silent()).curve.map(\.task) == [1])
  }
}
