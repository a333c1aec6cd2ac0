// A subset of the neurons learns two conditions, from one configuration.
import Reprise
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct SubsetTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The example `distributed-activity` with a small population.
  private static let configuration = """
    [network]
    N = 240

    [trial]
    stim_on = 50
    stim_off = 100
    train_duration = 100

    [static]
    K = 20
    X_E = 5
    X_I = 4

    [plastic]
    trained = { excitatory = 40 }
    from = "trained"
    L = [12, 0]

    [feedforward]
    L_X = 8
    per_task = true
    rate = 40
    smoothing = 20

    [targets]
    source = "rates"
    file = "rates.h5"
    map = "mean_rate"
    held_out_units = 0.2

    [learning]
    lambda = 0.1
    mu = 0

    [record]
    window = 20
    """

  private func prepare(_ configuration: String = configuration, units: Int = 50) throws {
    try folder.createNetFolder()
    try SmallRates(units: units, tasks: 2).write(to: folder.file("net/rates.h5"))
    try folder.write(configuration, to: "net/reprise.toml")
  }

  @Test func aSubsetLearnsTwoConditions() async throws {
    try prepare()
    let made = try await folder.reprise("init", "net")
    #expect(
      made.output.contains(
        "40 neurons learn (40 excitatory, 0 inhibitory); 10 others stand for units that are held out"))
    let train = try await folder.reprise("train", "net", "--loops", "6")
    for phrase in [
      "Training 40 of 240 neurons with 28 inputs each", "untrained (Hz)  held out", "is not that of their",
    ] {
      #expect(train.output.contains(phrase))
    }
    let curve = try folder.text("net/learning-curve.csv").split(separator: "\n")
    #expect(curve[0] == "loop,task,seconds,rate_hz,correlation,trained_rate_hz,untrained_rate_hz,held_out_correlation")
    #expect(curve.count == 7 && curve.allSatisfy { $0.split(separator: ",").count == 8 })
    let test = try await folder.reprise("test", "net", "--trials", "2")
    #expect(test.output.contains("task 1: correlation") && test.output.contains("correlation of held-out units"))
    let info = try await folder.reprise("info", "net")
    #expect(info.output.contains("28 inputs per neuron that learns: 40 excitatory, 0 inhibitory"))
    #expect(info.output.contains("recurrent weights of the wrong sign"))
    try await folder.reprise("plan", "net")

    let file = try HDF5File(reading: folder.file("net/test.h5"))
    #expect(try file.dataset("/neurons/is_trained").read(as: Double.self).reduce(0, +) == 40)
    let correlations: [Double] = try file.dataset("/trials/correlation").read()
    #expect(correlations.count { !$0.isNaN } <= 4 * 50)
    let network = try HDF5File(reading: folder.file("net/network.h5"))
    #expect(try network.dataset("/plastic/presynaptic").shape == [40, 12])
    #expect(try network.dataset("/targets").shape == [2, 10, 50])
    #expect(Set(try network.dataset("/target_units").read(as: UInt32.self)).count == 50)
    if Tool.isInstalled("gnuplot") {
      try await folder.reprise("plot", "net")
      #expect(folder.exists("net/figures/rates-held-out.svg"))
    }
  }

  /// examples/distributed-activity as it is, but for the numbers of neurons, on a recording with attributes of units.
  @Test func theExampleOfDistributedActivity() async throws {
    let example =
      "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
      + "/examples/distributed-activity/reprise.toml"
    try folder.createNetFolder("small")
    try folder.write(try Data(contentsOf: URL(fileURLWithPath: example)), to: "small/reprise.toml")
    try SmallRates(rows: 40, units: 60, tasks: 2).write(
      to: folder.file("small/rates.h5"),
      more: { file in
        try file.write((0..<60).map { $0 < 40 ? "V1" : "LM" }, to: "/units/area")
      })
    try await folder.expectRefusal(
      [
        "init", "small", "--set", "network.N=300", "--set", "plastic.trained={ excitatory = 48 }", "--set",
        "static.K=30", "--set", "plastic.L=[10, 0]",
      ], code: 65,
      "targets.source = \"rates\" needs input that fluctuates", "Raise static.X_E")
    try await folder.reprise(
      "init", "small", "--set", "static.X_E=5", "--set", "static.X_I=4", "--set", "network.N=300", "--set",
      "plastic.trained={ excitatory = 48 }", "--set", "static.K=30",
      "--set", "plastic.L=[10, 0]", "--set", "feedforward.L_X=8")
    try await folder.reprise("train", "small", "--loops", "4")
    let test = try await folder.reprise("test", "small", "--trials", "2", "--silence", "untrained")
    for (group, count) in [("trained", 48), ("untrained", 252), ("held_out", 12)] {
      let rows = test.output.split(separator: "\n").map { $0.split(separator: " ").prefix(2).map { String($0) } }
      #expect(rows.contains([group, "\(count)"]), "\(test.output)")
    }
    #expect(test.output.contains("area=V1") && test.output.contains("Silenced untrained"))
  }

  /// Training that is cut goes on as if it had not been.
  @Test func resumedIsUninterrupted() async throws {
    try prepare()
    try await folder.reprise("init", "net", "--set", "learning.dale=true")
    try folder.copy("net", to: "cut")
    try await folder.reprise("train", "net", "--loops", "4", "--set", "learning.dale=true", "--threads", "1")
    let whole = try await folder.reprise("test", "net", "--trials", "1")
    #expect(whole.output.contains("class: 0.00 %"))
    let cut = ["train", "cut", "--loops", "2", "--set", "learning.dale=true", "--threads", "2"]
    #expect(try await Command.run(cut, in: folder).code == 0)
    #expect(try await Command.run(cut + ["--resume"], in: folder).code == 0)
    #expect(try folder.learned("cut/checkpoints/loop-000004.h5") == folder.learned("net/checkpoints/loop-000004.h5"))
  }

  @Test func neuronsOfAFile() async throws {
    let listed = Self.configuration.replacing(
      "trained = { excitatory = 40 }", with: "trained = \"neurons.h5:/learners\"")
    try prepare(listed)
    func write(_ neurons: [Double]) throws {
      try HDF5File.writeAtomically(to: folder.file("net/neurons.h5")) { try $0.write(neurons, to: "/learners") }
    }
    try write((20..<60).map(Double.init))
    try await folder.reprise("init", "net")
    try folder.remove("net/neurons.h5")
    try await folder.reprise("train", "net", "--loops", "1")
    try write([20.5])
    try await folder.expectRefusal(["init", "net"], code: 65, "has 20.5, which is no number of a neuron")
    try write([])
    try await folder.expectRefusal(["init", "net"], code: 65, "plastic.trained = [] must name at least one neuron")
    try write([3, 3])
    try await folder.expectRefusal(["init", "net"], code: 65, "plastic.trained names neuron 3 twice.")
    try write([240])
    try await folder.expectRefusal(["init", "net"], code: 65, "names neuron 240, but the network has neurons 0 to 239")
  }

  @Test func unitsThatDoNotFit() async throws {
    try prepare(units: 60)
    try await folder.expectRefusal(
      ["init", "net"], code: 65, "gives 60 units, 48 of them without targets.held_out_units",
      "48 neurons must learn, but plastic.trained makes it 40")
    try await folder.expectRefusal(
      ["init", "net", "--set", "plastic.pool=2"], code: 65, "plastic.pool = 2 needs plastic.trained = \"all\"")
  }
}
