import RepriseModel
import Testing

@Suite struct ValidationTests {
  /// The errors after a change of the defaults, as sentences.
  private func errors(_ change: (inout Parameters) -> Void) -> [String] {
    var parameters = Parameters()
    change(&parameters)
    return parameters.validate().map(\.description)
  }

  @Test func defaultsAreValid() throws {
    #expect(Parameters().validate().isEmpty)
    try Parameters().requireValid()
  }

  @Test func everythingIsThrownTogether() {
    var parameters = Parameters()
    parameters.network.neuronCount = 1
    parameters.learning.mu = -1
    #expect { try parameters.requireValid() } throws: { error in
      (error as? InvalidParameters)?.errors.map(\.key) == ["network.N", "learning.mu"]
    }
  }

  typealias Change = @Sendable (inout Parameters) -> Void

  private static let ranges: [(Change, String)] = [
    ({ $0.network.neuronCount = 1 }, "network.N = 1 must be at least 2."),
    ({ $0.network.neuronCount = 4_000_001 }, "network.N = 4000001 must be at most 4000000."),
    ({ $0.network.neuronCount = .min }, "network.N = \(Int.min) must be at least 2."),
    ({ $0.network.excitatoryCount = -1 }, "network.N_E = -1 must be at least 0."),
    ({ $0.network.excitatoryCount = 5000 }, "network.N_E = 5000 must be at most network.N = 4096."),
    ({ $0.network.gain = 0 }, "network.g = 0.0 must be greater than 0."),
    ({ $0.network.gain = .nan }, "network.g = nan must be a finite number."),
    ({ $0.trial.timeStep = 0 }, "trial.dt = 0.0 ms must be greater than 0."),
    ({ $0.trial.stimulusOn = -1 }, "trial.stim_on = -1.0 ms must not be negative."),
    ({ $0.trial.stimulusOff = .infinity }, "trial.stim_off = inf ms must be a finite number."),
    ({ $0.trial.trainDuration = 0 }, "trial.train_duration = 0.0 ms must be greater than 0."),
    ({ $0.neuron.membraneTimeConstant = PerClass(both: 0) }, "neuron.tau_m = 0.0 ms must be greater than 0."),
    (
      { $0.neuron.membraneTimeConstant.inhibitory = -2 },
      "neuron.tau_m = -2.0 ms of inhibitory neurons must be greater than 0."
    ),
    ({ $0.neuron.threshold.excitatory = .nan }, "neuron.V_th = nan of excitatory neurons must be a finite number."),
    (
      { $0.neuron.resetPotential.inhibitory = 1 },
      "neuron.V_th = 1.0 must be greater than neuron.V_reset = 1.0, for inhibitory neurons."
    ),
    ({ $0.neuron.refractoryPeriod = -0.1 }, "neuron.t_ref = -0.1 ms must not be negative."),
    ({ $0.staticSynapses.probability = 1.1 }, "static.p = 1.1 must be between 0 and 1."),
    ({ $0.staticSynapses.inDegree = -1 }, "static.K = -1 must be at least 0."),
    ({ $0.staticSynapses.excitatoryTimeConstant = 0 }, "static.tau_syn_ex = 0.0 ms must be greater than 0."),
    ({ $0.staticSynapses.inhibitoryTimeConstant = 0 }, "static.tau_syn_in = 0.0 ms must be greater than 0."),
    (
      { $0.staticSynapses.inhibitoryWeights.excitatory = 0.75 },
      "static.J_EI = 0.75 must not be positive: inhibitory neurons have negative weights."
    ),
    (
      { $0.staticSynapses.excitatoryWeights.inhibitory = -1 },
      "static.J_IE = -1.0 must not be negative: excitatory neurons have positive weights."
    ),
    ({ $0.staticSynapses.drive.inhibitory = .infinity }, "static.X_I = inf must be a finite number."),
    ({ $0.plastic.inputsPerClass = -1 }, "plastic.L = -1 must be at least 0."),
    ({ $0.plastic.timeConstant = .shared(0) }, "plastic.tau = 0.0 ms must be greater than 0."),
    ({ $0.plastic.candidateFraction = 0 }, "plastic.frac = 0.0 must be greater than 0 and at most 1."),
    ({ $0.plastic.candidateFraction = 1.5 }, "plastic.frac = 1.5 must be greater than 0 and at most 1."),
    ({ $0.plastic.weightScale = -1 }, "plastic.weight = -1.0 must not be negative."),
    ({ $0.feedforward.count = -1 }, "feedforward.L_X = -1 must be at least 0."),
    ({ $0.feedforward.meanRate = -1 }, "feedforward.rate = -1.0 Hz must not be negative."),
    ({ $0.feedforward.relaxation = 0 }, "feedforward.relaxation = 0.0 1/ms must be greater than 0."),
    ({ $0.feedforward.sigma = -1 }, "feedforward.sigma = -1.0 Hz/sqrt(ms) must not be negative."),
    ({ $0.feedforward.smoothing = -1 }, "feedforward.smoothing = -1.0 ms must not be negative."),
    ({ $0.feedforward.weight = .nan }, "feedforward.weight = nan must be a finite number."),
    ({ $0.stimulus.mean = .nan }, "stimulus.mu = nan must be a finite number."),
    ({ $0.stimulus.relaxation = 0 }, "stimulus.b = 0.0 1/ms must be greater than 0."),
    ({ $0.stimulus.sigma = -1 }, "stimulus.sigma = -1.0 1/sqrt(ms) must not be negative."),
    ({ $0.targets.taskCount = 0 }, "targets.tasks = 0 must be at least 1."),
    ({ $0.targets.amplitude = .nan }, "targets.amplitude = nan must be a finite number."),
    ({ $0.targets.period = 0 }, "targets.period = 0.0 ms must be greater than 0."),
    ({ $0.targets.biasAmplitude = -1 }, "targets.bias_amplitude = -1.0 must not be negative."),
    ({ $0.targets.copies = 0 }, "targets.copies = 0 must be at least 1."),
    (
      { $0.targets.select = " " },
      "targets.select must be a condition such as \"split_half_r > 0.5\", or be left out."
    ),
    ({ $0.learning.lambda = 0 }, "learning.lambda = 0.0 1/ms^2 must be greater than 0."),
    ({ $0.learning.mu = -0.01 }, "learning.mu = -0.01 1/ms^2 must not be negative."),
    ({ $0.learning.interval = 0 }, "learning.every = 0.0 ms must be greater than 0."),
    ({ $0.noise.sigma = -1 }, "noise.sigma = -1.0 must not be negative."),
    ({ $0.record.window = -1 }, "record.window = -1.0 ms must not be negative."),
  ]

  @Test(arguments: ranges.indices)
  func valuesOutOfRange(_ index: Int) {
    let (change, sentence) = Self.ranges[index]
    #expect(errors(change) == [sentence])
  }

  private static let contradictions: [(Change, String)] = [
    (
      { $0.trial.stimulusOn = 1100 },
      "trial.stim_on = 1100.0 ms must not be later than trial.stim_off = 1000.0 ms."
    ),
    ({ $0.trial.stimulusOn = 800.05 }, "trial.stim_on = 800.05 ms must be a whole multiple of trial.dt = 0.1 ms."),
    (
      { $0.trial.stimulusOff = 1005 },
      "trial.stim_off = 1005.0 ms must be a whole multiple of learning.every = 10.0 ms."
    ),
    (
      { $0.trial.trainDuration = 999 },
      "trial.train_duration = 999.0 ms must be a whole multiple of learning.every = 10.0 ms."
    ),
    ({ $0.record.window = 0.25 }, "record.window = 0.25 ms must be a whole multiple of trial.dt = 0.1 ms."),
    (
      { $0.trial.trainDuration = 1e12 },
      "trial.train_duration makes 1000000001000.0 ms, which is more than 2000000000 steps of trial.dt = 0.1 ms."
    ),
    (
      { $0.neuron.refractoryPeriod = 1e300 },
      "neuron.t_ref makes 1e+300 ms, which is more than 2000000000 steps of trial.dt = 0.1 ms."
    ),
    (
      { $0.trial.trainDuration = 1e-12 },
      "trial.train_duration = 1e-12 ms must be a whole multiple of learning.every = 10.0 ms."
    ),
    (
      { $0.neuron.membraneTimeConstant.inhibitory = 0.05 },
      "neuron.tau_m = 0.05 ms must not be shorter than trial.dt = 0.1 ms."
    ),
    (
      { $0.staticSynapses.excitatoryTimeConstant = 0.05 },
      "static.tau_syn_ex = 0.05 ms must not be shorter than trial.dt = 0.1 ms."
    ),
    ({ $0.plastic.timeConstant = .shared(0.05) }, "plastic.tau = 0.05 ms must not be shorter than trial.dt = 0.1 ms."),
    ({ $0.stimulus.relaxation = 20 }, "stimulus.b = 20.0 1/ms must not exceed 1 / trial.dt = 10.0 1/ms."),
    (
      { $0.feedforward.meanRate = 20_000 },
      "feedforward.rate = 20000.0 Hz must not exceed 10000.0 Hz, one spike in each trial.dt = 0.1 ms."
    ),
    (
      { $0.staticSynapses.inDegree = 2048 },
      "static.K = 2048 must be at most 2047: every neuron projects to 2 K others, and there are N - 1 = 4095."
    ),
    (
      { $0.staticSynapses.probability = 1 },
      "static.p = 1.0 gives K = 2048, which must be at most 2047: every neuron projects to 2 K others, "
        + "and there are N - 1 = 4095. Lower static.p, or set static.K."
    ),
    (
      { $0.staticSynapses.inDegree = 0 },
      "plastic.L must be set where there are no static connections (K = 0), because its default is round(2 sqrt(K))."
    ),
    (
      { $0.plastic.inputsPerClass = 0 },
      "plastic.L = 0 leaves nothing to learn: set plastic.L or feedforward.L_X to more than 0."
    ),
    (
      {
        $0.plastic.inputsPerClass = 1025
        $0.plastic.candidateFraction = 0.5
      },
      "plastic.L = 1025 inputs per class must be drawn from floor(plastic.frac x 2048) = 1024 excitatory neurons "
        + "without itself. Use plastic.L of at most 1023, or plastic.frac of at least 0.501, or network.N of at least "
        + "4104."
    ),
    (
      { $0.network.excitatoryCount = 4090 },
      "plastic.L = 40, round(2 sqrt(K)), inputs per class must be drawn from floor(plastic.frac x 6) = 6 "
        + "inhibitory neurons without itself. Use plastic.L of at most 5, or another network.N_E."
    ),
    (
      {
        $0.feedforward.count = 3
        $0.learning.lambdaFeedforward = 0
      },
      "learning.lambda_ff = 0.0 1/ms^2 must be greater than 0."
    ),
    (
      { $0.plastic.timeConstant = .each([100, 100]) },
      "plastic.tau has 2 values but needs network.N = 4096, one for each neuron."
    ),
    (
      { $0.plastic.timeConstant = .each([100, -1]) },
      "plastic.tau = -1.0 ms of neuron 1 must be finite and greater than 0."
    ),
    (
      { $0.targets.source = .currents },
      "targets.file must name the HDF5 file that targets.source = \"currents\" reads."
    ),
    (
      { $0.targets.file = "a.h5" },
      "targets.file = \"a.h5\" is not used by targets.source = \"sinusoids\": "
        + "set the source to \"currents\" or \"rates\"."
    ),
    (
      { $0.targets.tasks = [1] },
      "targets.tasks = [1] is not used by targets.source = \"sinusoids\": "
        + "set the source to \"currents\" or \"rates\", or give the number of tasks."
    ),
    (
      {
        $0.targets.source = .rates
        $0.targets.file = "a"
        $0.targets.tasks = [0, -2]
      },
      "targets.tasks = [0, -2] must not be negative, and -2 is; the first task is 0."
    ),
    (
      {
        $0.targets.source = .rates
        $0.targets.file = "a"
        $0.targets.dataset = "psth"
      },
      "targets.file has the dataset \"psth\", which must be a path that begins with \"/\"."
    ),
    (
      {
        $0.targets.source = .rates
        $0.targets.file = "a"
        $0.staticSynapses.inDegree = 0
        $0.plastic.inputsPerClass = 64
        $0.noise.sigma = 0
      },
      "noise.sigma = 0.0 must be greater than 0: targets.source = \"rates\" needs it, "
        + "because there are no static connections."
    ),
  ]

  static let subsets: [(Change, String)] = [
    ({ $0.plastic.trained = .listed([]) }, "plastic.trained = [] must name at least one neuron, or be \"all\"."),
    (
      { $0.plastic.trained = .listed([3, 4096]) },
      "plastic.trained names neuron 4096, but the network has neurons 0 to 4095."
    ),
    (
      { $0.plastic.trained = .listed([3, -1]) },
      "plastic.trained names neuron -1, but the network has neurons 0 to 4095."
    ),
    ({ $0.plastic.trained = .listed([7, 3, 7]) }, "plastic.trained names neuron 7 twice."),
    (
      { $0.plastic.trained = .drawn(PerClass(excitatory: .count(0), inhibitory: .fraction(0))) },
      "plastic.trained leaves no neuron that learns: it must be \"all\", or name or draw at least one."
    ),
    (
      { $0.plastic.trained = .drawn(PerClass(excitatory: .count(2049), inhibitory: .count(1))) },
      "plastic.trained asks for 2049 excitatory neurons, but the network has 2048 of them."
    ),
    (
      { $0.plastic.trained = .drawn(PerClass(both: .fraction(1.5))) },
      "plastic.trained = 1.5 is a fraction, which must be between 0 and 1."
    ),
    (
      {
        $0.plastic.trained = .all(.excitatory)
        $0.plastic.pool = 4
      },
      "plastic.pool = 4 needs plastic.trained = \"all\": neurons of a pool follow one another, and all learn."
    ),
    (
      {
        $0.plastic.trained = .all(.excitatory)
        $0.plastic.senders = .trained
      },
      "plastic.L = 29, round(2 sqrt(K)), inputs per class must be drawn from floor(plastic.frac x 0) = 0 trained "
        + "inhibitory neurons without itself. Use another plastic.L = [excitatory, inhibitory], with at most 2047 and 0, "
        + "or plastic.from = \"all\"."
    ),
    (
      {
        $0.targets.source = .rates
        $0.targets.file = "a.h5"
        $0.targets.heldOutUnits = 0.1
      },
      "targets.held_out_units = 0.1 needs neurons that do not learn, but plastic.trained leaves none."
    ),
  ]

  @Test(arguments: subsets.indices) func subsetsThatCannotBe(_ index: Int) {
    let (change, wanted) = Self.subsets[index]
    #expect(errors(change) == [wanted])
  }

  static let cells: [(Change, String)] = [
    ({ $0.glif.capacitance = .shared(0) }, "glif.C = 0.0 must be greater than 0."),
    (
      { $0.glif.resistance = .each([1, 2]) },
      "glif.R has 2 values but needs network.N = 4096, one for each neuron, or "
        + "two: [excitatory, inhibitory]."
    ),
    (
      { $0.glif.threshold = .each([Double](repeating: 1, count: 4095) + [.nan]) },
      "glif.theta_inf = nan of neuron 4095 must be a finite number."
    ),
    (
      { $0.glif.threshold = .each([1, 0] + [Double](repeating: 1, count: 4094)) },
      "glif.theta_inf = 0.0 must be greater than glif.E_L = 0.0, for neuron 1."
    ),
    (
      { $0.glif.restPotential = .perClass(PerClass(excitatory: 0, inhibitory: 2)) },
      "glif.theta_inf = 1.0 must be greater than glif.E_L = 2.0, for inhibitory neurons."
    ),
    ({ $0.glif.refractoryPeriod = .shared(-1) }, "glif.t_ref = -1.0 ms must not be negative."),
    (
      { $0.glif.refractoryPeriod = .shared(1e300) },
      "glif.t_ref makes 1e+300 ms, which is more than 2000000000 steps of trial.dt = 0.1 ms."
    ),
    ({ $0.glif.resetFactor = .shared(1.5) }, "glif.f_v = 1.5 must be between -1 and 1."),
    (
      { $0.glif.spikeThresholdRate = .perClass(PerClass(excitatory: 1, inhibitory: -1)) },
      "glif.b_s = -1.0 1/ms of inhibitory neurons must not be negative."
    ),
    ({ $0.glif.afterSpikeRates[1] = .shared(0) }, "glif.asc_rate = 0.0 1/ms must be greater than 0."),
    (
      { $0.glif.afterSpikeJumps = [.shared(1)] },
      "glif.asc_rate has 2 values but needs 1, one for each current of glif.asc_amplitude."
    ),
    (
      { $0.glif.afterSpikeFactors = [.shared(1)] },
      "glif.asc_factor has 1 values but needs none, or 2, one for each current of glif.asc_amplitude."
    ),
    (
      {
        $0.glif.afterSpikeJumps = Array(repeating: .shared(1), count: 65)
        $0.glif.afterSpikeRates = Array(repeating: .shared(1), count: 65)
      }, "glif.asc_amplitude has 65 currents but must have at most 64."
    ),
    (
      {
        $0.neuron.model = .glif2
        $0.neuron.threshold = PerClass(both: 2)
      }, "neuron.V_th is not used by neuron.model = \"glif2\": set glif.theta_inf instead."
    ),
  ]

  @Test(arguments: cells.indices) func cellsOutOfRange(_ index: Int) {
    let (change, sentence) = Self.cells[index]
    #expect(errors(change) == [sentence])
  }

  @Test(arguments: contradictions.indices)
  func contradicting(_ index: Int) {
    let (change, sentence) = Self.contradictions[index]
    #expect(errors(change) == [sentence])
  }

  @Test func theIntervalIsNotShorterThanAStep() {
    #expect(
      errors { $0.learning.interval = 0.05 }.first
        == "learning.every = 0.05 ms must not be shorter than trial.dt = 0.1 ms.")
  }

  @Test func unusualButUsable() {
    let changes: [Change] = [
      {
        $0.staticSynapses.inDegree = 0
        $0.plastic.inputsPerClass = 64
      },
      {
        $0.plastic.inputsPerClass = 0
        $0.feedforward.count = 10
      },
      {
        $0.network.excitatoryCount = 4096
        $0.plastic.inputsPerClass = 0
        $0.feedforward.count = 1
      },
      { $0.learning.lambdaFeedforward = 0 },
      { $0.trial.stimulusOn = 1000 },
      {
        $0.trial.stimulusOn = 0
        $0.trial.stimulusOff = 0
      },
      { $0.neuron.refractoryPeriod = 0 },
      { $0.noise.sigma = 0 },
      {
        $0.network.neuronCount = 4_000_000
        $0.staticSynapses.inDegree = 512
      },
      { $0.plastic.timeConstant = .each([Double](repeating: 100, count: 4096)) },
      { $0.trial.timeStep = 0.05 },
      { $0.plastic.inputsPerClass = 2047 },
    ]
    for (index, change) in changes.enumerated() { #expect(errors(change).isEmpty, "\(index)") }
  }

  @Test func adviceIsSufficient() {
    var parameters = Parameters()
    parameters.plastic.inputsPerClass = 1025
    parameters.plastic.candidateFraction = 0.501
    #expect(parameters.validate().isEmpty)
    parameters.plastic.candidateFraction = 0.5
    parameters.network.neuronCount = 4104
    #expect(parameters.validate().isEmpty)
  }

  @Test func candidatesAreCountedAsWritten() {
    var parameters = Parameters()
    parameters.network.neuronCount = 200
    parameters.plastic.candidateFraction = 0.29
    #expect(parameters.candidateCount(.excitatory) == 29)
    parameters.plastic.candidateFraction = 0.2999
    #expect(parameters.candidateCount(.inhibitory) == 29)
  }
}
