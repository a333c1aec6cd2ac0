// Neurons that texts describe: what is built in, and the reference, do the same. Threads, devices, resuming and learning
// are in the tests that go through all of `NetworkVariant`.
import Foundation
import RepriseCore
import RepriseModel
import RepriseTestSupport
import RepriseTraining
import Testing

@testable import RepriseBackends

@Suite(.fewAtATime) struct CellTextTests {
  /// All that computes in single precision here.
  private func backends(_ network: Network) throws -> [(String, any Backend)] {
    var backends = try CPUKernels.available.map { name in
      (name, try CPUBackend(network: network, threads: 2, kernels: CPUKernels(named: name)) as any Backend)
    }
    if hasOpenCL { backends.append(("OpenCL", try GPUBackend.openCL(network))) }
    return backends
  }

  // MARK: What is built in

  private static let changes: [@Sendable (inout Parameters) -> Void] = [
    { _ in }, { $0.noise.model = .voltage },
    { p in
      p.noise.model = .current
      p.noise.sigma = 0.1
    },
    { p in
      p.staticSynapses.inDegree = 0
      p.noise.model = .voltage
      p.plastic.timeConstant = .each((0..<p.neuronCount).map { 40 + Double($0) })
    },
  ]

  private func expectSameBits(_ builtIn: Parameters, _ described: Parameters) throws {
    let (a, b) = (try makeNetwork(builtIn), try makeNetwork(described))
    #expect(a.untrained == b.untrained)
    #expect(a.plasticConnections == b.plasticConnections && a.targets == b.targets)
    let wanted = GPUTrace(.training, try CPUBackend(network: a, threads: 1), learns: true)
    #expect(wanted.spikes.steps.count > 100)
    for name in CPUKernels.available {
      let kernels = try CPUKernels(named: name)
      let wanted = GPUTrace(.training, try CPUBackend(network: a, threads: 1, kernels: kernels), learns: true)
      let found = GPUTrace(.training, try CPUBackend(network: b, threads: 2, kernels: kernels), learns: true)
      #expect(agree(found, wanted), "\(name)")
    }
  }

  @Test(arguments: changes.indices) func textOfLIFGivesTheBitsOfLIF(_ index: Int) throws {
    var builtIn = smallParameters()
    builtIn.neuron.membraneTimeConstant = PerClass(excitatory: 20, inhibitory: 8)
    builtIn.neuron.threshold = PerClass(excitatory: 1.2, inhibitory: 0.9)
    builtIn.neuron.resetPotential = PerClass(excitatory: 0.1, inhibitory: -0.2)
    builtIn.neuron.refractoryPeriod = 2
    Self.changes[index](&builtIn)
    var described = builtIn
    let neuron = builtIn.neuron
    described.neuron = LIFParameters()
    described.describeCells(
      "lif",
      [
        "tau_m": .perClass(neuron.membraneTimeConstant), "V_th": .perClass(neuron.threshold),
        "V_reset": .perClass(neuron.resetPotential), "t_ref": .shared(2),
      ])
    try expectSameBits(builtIn, described)
  }

  @Test(arguments: changes.indices) func textOfGLIF3GivesTheBitsOfGLIF3(_ index: Int) throws {
    var builtIn = smallParameters()
    builtIn.neuron.model = .glif3
    let capacitances = PerClassOrNeuron.each((0..<builtIn.neuronCount).map { 8 + 0.03 * Double($0) })
    builtIn.glif.capacitance = capacitances
    builtIn.glif.resistance = .shared(1.5)
    builtIn.glif.restPotential = .perClass(PerClass(excitatory: -0.2, inhibitory: 0.1))
    builtIn.glif.refractoryPeriod = .shared(2)
    Self.changes[index](&builtIn)
    var described = builtIn
    described.glif = GLIFParameters()
    described.describeCells(
      "glif3",
      [
        "C": capacitances, "R": .shared(1.5), "E_L": builtIn.glif.restPotential, "t_ref": .shared(2),
      ])
    try expectSameBits(builtIn, described)
  }

  // MARK: The reference

  /// Cells without connections in currents of their own: spikes of all backends are in the steps of the reference.
  @Test(arguments: [("adex", 800.0, 2000.0), ("izhikevich", 8, 15), ("adex-in-units-of-threshold", 1.2, 3)])
  func spikesAreThoseOfTheReference(_ example: (name: String, low: Double, high: Double)) throws {
    var parameters = Parameters()
    parameters.network.neuronCount = 130
    parameters.trial.stimulusOn = 0
    parameters.trial.stimulusOff = 0
    parameters.trial.trainDuration = 200
    parameters.describeCells(example.name, [:])
    let resistance = parameters.membraneResistance(0)
    parameters.staticSynapses.inDegree = 1
    parameters.staticSynapses.drive = PerClass(
      excitatory: example.low * resistance / 0.08, inhibitory: example.high * resistance / 0.08)
    let network = Network(parameters: parameters, staticConnections: .none(neuronCount: 130))
    var request = TrialRequest(.untrained, index: 0)
    request.recordsSpikes = true
    let wanted = Trial.run(request, on: ReferenceBackend(network: network), learns: false)
    #expect(wanted.spikeCounts.allSatisfy { $0 >= 2 })
    let cpu = try CPUBackend(network: network, threads: 1, learns: false)
    let spikes = Trial.run(request, on: cpu, learns: false).spikes
    for (name, backend) in try backends(network) {
      let found = Trial.run(request, on: backend, learns: false)
      try backend.requireNoFailure()
      #expect(agree(found.spikes, spikes), "\(name)")
      let worst = zip(found.spikeCounts, wanted.spikeCounts).map { abs(Int($0) - Int($1)) }.max()!
      #expect(worst <= 1, "\(name)")
      let late = Self.steps(found.spikes, 130).enumerated().map { neuron, steps in
        zip(steps, Self.steps(wanted.spikes, 130)[neuron]).map { abs($0 - $1) }.max() ?? 0
      }
      // Single precision shifts an upstroke, and shifts add up.
      #expect(late.max()! <= 5, "\(name)")
    }
  }

  private static func steps(_ spikes: SpikeTrain, _ count: Int) -> [[Int]] {
    var lists = [[Int]](repeating: [], count: count)
    for (step, neuron) in zip(spikes.steps, spikes.neurons) { lists[Int(neuron)].append(Int(step)) }
    return lists
  }

  // MARK: Operations

  /// What kernels, which the first names, and the reference make of an expression.
  private struct Results {
    var found: [(name: String, numbers: [Float])] = []
    var wanted: [Double] = []
  }

  /// States after one step of cells with state = expression for each, where a goes through some values. One text for
  /// all: a device compiles it, which takes seconds.
  private func results(_ expressions: [String], _ values: [Double]) throws -> [Results] {
    var parameters = Parameters()
    parameters.network.neuronCount = values.count
    parameters.staticSynapses.inDegree = 0
    parameters.plastic.inputsPerClass = 1
    parameters.neuron.model = .custom
    let text =
      ["parameter a", "state v = 0", "state one = 1", "state two = 2"]
      + expressions.indices.map { "state e\($0) = 0" }
      + ["update", "  swapped = one", "  one = two", "  two = swapped"]
      + expressions.enumerated().map { "  e\($0) = \($1)" } + ["threshold a != a", "reset", "  v = 0"]
    let model = try CellModel(text: text.joined(separator: "\n") + "\n")
    parameters.cell = CellParameters(model, values: ["a": .each(values)])
    let network = Network(parameters: parameters, staticConnections: .none(neuronCount: values.count))
    let reference = ReferenceBackend(network: network)
    var results = expressions.map { _ in Results() }
    let slots = (0..<values.count).map(network.layout.slot)
    for backend in try [reference] + backends(network).map(\.1) as [any Backend] {
      backend.beginTrial(TrialRequest(.untrained, index: 0))
      backend.advance(through: 1)
      for index in expressions.indices {
        // After v, one and two, of which the state has all but v.
        let row = (2 + index) * CellRows.stride(slots: network.layout.slotCount)
        if let cpu = backend as? CPUBackend {
          results[index].found.append((cpu.kernels.name, slots.map { cpu.state.cells[row + $0] }))
        }
        if let gpu = backend as? GPUBackend {
          let all = try #require(gpu.cells).readState(gpu.device.runtime).values
          results[index].found.append(("OpenCL", slots.map { all[row + $0] }))
        }
        if backend is ReferenceBackend { results[index].wanted = reference.state.cells[2 + index] }
      }
    }
    return results
  }

  private func expect(_ expressions: [String], _ values: [Double], within units: Double) throws {
    let results = try results(expressions, values.map { Double(Float($0)) })
    for (expression, result) in zip(expressions, results) {
      for (name, numbers) in result.found {
        #expect(numbers.map(\.bitPattern) == result.found[0].numbers.map(\.bitPattern), "\(name): \(expression)")
        var worst = 0.0
        for (number, wanted) in zip(numbers, result.wanted) {
          if wanted.isNaN || abs(wanted) > Double(Float.greatestFiniteMagnitude) {
            #expect(
              wanted.isNaN ? number.isNaN : Double(number) == (wanted > 0 ? .infinity : -.infinity), "\(expression)")
          } else {
            worst = max(worst, abs(Double(number) - wanted) / Double(max(Float(wanted).ulp, .leastNormalMagnitude)))
          }
        }
        print("\(expression), \(name): \(worst) units in the last place")
        #expect(worst <= units, "\(name): \(expression)")
      }
    }
  }

  @Test func exponentialsAndLogarithms() throws {
    var random = TestRandom(3)
    let exponents = (0..<4000).map { _ in random.uniform(-87.3...88.7) } + [0, 1, -1, 1e-30, 89, 1000, -1000]
    let small = (0..<2000).map { _ in random.uniform(-1...1) }
    try expect(["exp(a)"], exponents + small, within: 1.5)
    let positive =
      (0..<4000).map { _ in exp(random.uniform(-87...88)) } + (0..<2000).map { _ in random.uniform(0.5...2) }
    try expect(["log(a)"], positive + [1, 0, -1, 1e-45, 1e-40, 3.4e38], within: 1.5)
  }

  @Test func operationsAreRoundedOnce() throws {
    var random = TestRandom(4)
    let values = (0..<300).map { _ in random.uniform(-3...3) } + [1, -1, 0.5, 2, 1e-30, 1e30]
    let expressions = [
      "a / 3", "1 / a", "sqrt(abs(a))", "-a", "abs(a)", "min(a, 1)", "max(a, -1)", "if(a > 0, 1, 2)",
      "if(a >= 0, 1, 2)", "if(a < 0 or not (a > 1) and a != 0.5, 1, 2)", "if(a == 1, 5, 6)", "one - two + 0 * a",
      "a * 2", "a + I",
    ]
    try expect(expressions, values, within: 0.5)
  }

  // MARK: What goes wrong

  @Test(arguments: ["v / (v - v)", "exp(v * 0 + 100)", "log(-1 - v * v)"])
  func statesThatAreNoNumbersAreErrors(_ expression: String) throws {
    var parameters = smallParameters()
    parameters.neuron.model = .custom
    let text = """
      state v = 0 to 1
      state w = 0
      update
        w = \(expression)
      threshold v > 2
      reset
        v = 0
      """
    parameters.cell = CellParameters(try CellModel(text: text))
    let network = Network(parameters: parameters, staticConnections: .none(neuronCount: parameters.neuronCount))
    let all: [(String, any Backend)] = try [("reference", ReferenceBackend(network: network))] + backends(network)
    for (name, backend) in all {
      _ = Trial.run(TrialRequest(.untrained, index: 0), on: backend, learns: false)
      if name == "reference", expression.hasPrefix("exp") { continue }
      let failure = try #require(backend.failure, "\(name)")
      #expect("\(failure)".hasPrefix("The state w of neuron 0 is "), "\(failure)")
    }
  }
}
