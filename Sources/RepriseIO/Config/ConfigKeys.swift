// The table of all keys. Reading, suggestions, templates and dumps follow from it.
internal import RepriseModel

/// A section of the configuration.
struct ConfigSection: Sendable {
  let name: String
  /// What it is about, one line.
  let documentation: String
  let keys: [ConfigKey]

  init(_ name: String, _ documentation: String, _ keys: [ConfigKey]) {
    self.name = name
    self.documentation = documentation
    self.keys = keys
  }
}

enum ConfigKeys {
  static let sections: [ConfigSection] = [
    network, trial, neuron, glif, staticSynapses, plastic, feedforward, stimulus, targets, learning, noise, record,
  ]

  /// Every key, in the order in which they are read.
  static let all: [ConfigKey] = sections.flatMap(\.keys)

  static let byPath: [String: ConfigKey] = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

  private static let network = ConfigSection(
    "network", "Size and seed.",
    [
      .seed("network.seed", \.network.seed, "seed of every random number"),
      .whole("network.N", \.network.neuronCount, "number of neurons"),
      .optionalWhole(
        "network.N_E", \.network.excitatoryCount, derived: { $0.excitatoryCount },
        "excitatory ones among them, which come first; if unset: floor(N / 2)"),
      .quantity("network.g", \.network.gain, "scale of static and first plastic weights and of the constant drive"),
    ])

  private static let trial = ConfigSection(
    "trial", "Time course: settle until stim_on, stimulus until stim_off, then learn for train_duration.",
    [
      .quantity("trial.dt", \.trial.timeStep, "time step", unit: .milliseconds),
      .quantity("trial.stim_on", \.trial.stimulusOn, "start of the stimulus", unit: .milliseconds),
      .quantity(
        "trial.stim_off", \.trial.stimulusOff, "its end, and start of the learning window", unit: .milliseconds),
      .quantity("trial.train_duration", \.trial.trainDuration, "length of the learning window", unit: .milliseconds),
      .choice("trial.task_order", \.trial.taskOrder, "order of the tasks"),
      .tasksInOrder(
        "trial.schedule", \.trial.schedule, "in place of it: tasks of the first loops, which then begin anew"),
    ] + plugin("trial", \.trial.given.plugin, \.trial.given.options, "makes such a list"))

  private static let neuron = ConfigSection(
    "neuron",
    "Neurons. tau_m, V_th, V_reset, t_ref: lif, or what a text lacks; all but t_ref may be [excitatory, inhibitory].",
    [
      .choice("neuron.model", \.neuron.model, "lif, [glif] or a text"),
      .cellFile("neuron.file", "custom: file with the text of the cell, docs/cell-models.md"),
      .cellText("neuron.text", other: "neuron.file", "custom: the text itself"),
      .cellValues("neuron.parameters", "custom: values by name, each as in [glif]"),
      .choice("neuron.conversion", \.cell.conversion, "custom: how rates become currents"),
      .perClass("neuron.tau_m", \.neuron.membraneTimeConstant, "membrane time constant", unit: .milliseconds),
      .perClass("neuron.V_th", \.neuron.threshold, "threshold"),
      .perClass("neuron.V_reset", \.neuron.resetPotential, "potential after a spike"),
      .quantity("neuron.t_ref", \.neuron.refractoryPeriod, "refractory period", unit: .milliseconds),
    ] + plugin("neuron", \.cell.given.plugin, \.cell.given.options, "makes text and values of custom"))

  private static let glif = ConfigSection(
    "glif",
    "GLIF neurons. A value, [excitatory, inhibitory], a list with one for each neuron, or \"FILE:/dataset\" with such.",
    [
      .perClassOrNeuron("glif.C", \.glif.capacitance, "capacitance; ms where R is 1"),
      .perClassOrNeuron("glif.R", \.glif.resistance, "membrane resistance"),
      .perClassOrNeuron("glif.E_L", \.glif.restPotential, "resting potential"),
      .perClassOrNeuron("glif.theta_inf", \.glif.threshold, "threshold without its moving parts"),
      .perClassOrNeuron("glif.t_ref", \.glif.refractoryPeriod, "refractory period", unit: .milliseconds),
      .perClassOrNeuron("glif.f_v", \.glif.resetFactor, "glif2, 4, 5: part of v - E_L that a spike leaves"),
      .perClassOrNeuron("glif.delta_v", \.glif.resetShift, "glif2, 4, 5: what a spike takes from v besides"),
      .perClassOrNeuron(
        "glif.b_s", \.glif.spikeThresholdRate, "glif2, 4, 5: decay of the threshold that spikes raise",
        unit: .perMillisecond),
      .perClassOrNeuron("glif.delta_theta_s", \.glif.spikeThresholdJump, "glif2, 4, 5: by how much they raise it"),
      .perClassOrNeuron(
        "glif.a_v", \.glif.voltageThresholdGain, "glif5: how v - E_L raises the threshold", unit: .perMillisecond),
      .perClassOrNeuron(
        "glif.b_v", \.glif.voltageThresholdRate, "glif5: decay of this part", unit: .perMillisecond),
      .lists(
        "glif.asc_amplitude", \.glif.afterSpikeJumps,
        "glif3, 4, 5: what a spike adds to each after-spike current"),
      .lists(
        "glif.asc_rate", \.glif.afterSpikeRates, "glif3, 4, 5: decay of each of them", unit: .perMillisecond),
      .lists(
        "glif.asc_factor", \.glif.afterSpikeFactors,
        "glif3, 4, 5: part of each of them that a spike leaves; if []: 1"),
    ])

  private static let staticSynapses = ConfigSection(
    "static", "Connections that do not learn, and the constant drive that balances them. J = 2 tau_m g / sqrt(K).",
    [
      .quantity("static.p", \.staticSynapses.probability, "connection probability"),
      .optionalWhole(
        "static.K", \.staticSynapses.inDegree, derived: { $0.staticInDegree },
        "excitatory (and inhibitory) inputs per neuron, 0 for none; if unset: round(p N_E)"),
      .quantity(
        "static.tau_syn_ex", \.staticSynapses.excitatoryTimeConstant, "excitatory synaptic time constant",
        unit: .milliseconds),
      .quantity(
        "static.tau_syn_in", \.staticSynapses.inhibitoryTimeConstant, "inhibitory synaptic time constant",
        unit: .milliseconds),
      .quantity("static.J_EE", \.staticSynapses.excitatoryWeights.excitatory, "weight to E from E, in units of J"),
      .quantity("static.J_IE", \.staticSynapses.excitatoryWeights.inhibitory, "weight to I from E, in units of J"),
      .quantity("static.J_EI", \.staticSynapses.inhibitoryWeights.excitatory, "weight to E from I, in units of J"),
      .quantity("static.J_II", \.staticSynapses.inhibitoryWeights.inhibitory, "weight to I from I, in units of J"),
      .quantity("static.X_E", \.staticSynapses.drive.excitatory, "drive of E, in units of 0.08 g sqrt(K)"),
      .quantity("static.X_I", \.staticSynapses.drive.inhibitory, "drive of I, in units of 0.08 g sqrt(K)"),
      .each(
        "static.X", \.staticSynapses.drives,
        "in place of both: drive of each neuron, a list or \"FILE:/dataset\""),
      .choice(
        "static.storage", \.staticSynapses.storage, "2 bytes for each connection, or none: drawn anew at each spike"),
      .datasetFile(
        "static.file", file: \.staticSynapses.given.file, dataset: \.staticSynapses.given.dataset,
        "connections with weights, as \"FILE\" or \"FILE:/group\", in place of the drawn ones"),
      .choice(
        "static.duplicates", \.staticSynapses.duplicates, "given connections between the same two neurons"),
      .flag("static.autapses", \.staticSynapses.allowsAutapses, "given connections may lead from a neuron to itself"),
    ] + plugin("static", \.staticSynapses.given.plugin, \.staticSynapses.given.options, "makes such connections"))

  private static let plastic = ConfigSection(
    "plastic", "Connections that learn.",
    [
      .trained(
        "plastic.trained", \.plastic.trained,
        "which neurons learn: \"all\", \"excitatory\", 0.2, { excitatory = 400 }, [3, \"10-19\"]"),
      .optionalWholePerClass(
        "plastic.L", \.plastic.inputsPerClass, derived: { $0.plasticInputsPerClass },
        "excitatory (and inhibitory) inputs per neuron, or [E, I]; if unset: round(2 sqrt(K))"),
      .choice("plastic.from", \.plastic.senders, "neurons that they are drawn from"),
      .flag("plastic.autapses", \.plastic.autapses, "a neuron may be an input of its own"),
      .perNeuron(
        "plastic.tau", \.plastic.timeConstant,
        "synaptic time constant; or \"FILE:/dataset\" with one value per neuron", unit: .milliseconds),
      .quantity(
        "plastic.frac", \.plastic.candidateFraction,
        "fraction of each class, the most active, that inputs are drawn from"),
      .quantity("plastic.weight", \.plastic.weightScale, "size of first weights, in units of tau_m g / sqrt(L)"),
      .whole("plastic.pool", \.plastic.pool, "neurons that share one set of inputs, and P with it"),
      .datasetFile(
        "plastic.file", file: \.plastic.given.file, dataset: \.plastic.given.dataset,
        "connections, as \"FILE\" or \"FILE:/group\", in place of the drawn ones"),
    ] + plugin("plastic", \.plastic.given.plugin, \.plastic.given.options, "makes such connections"))

  private static let feedforward = ConfigSection(
    "feedforward", "Poisson neurons that project to every neuron that learns, with weights that learn.",
    [
      .whole("feedforward.L_X", \.feedforward.count, "number of Poisson neurons"),
      .flag("feedforward.per_task", \.feedforward.perTask, "so many for each task, silent in trials of other tasks"),
      .choice("feedforward.rates", \.feedforward.rates, "rates of the neurons of different tasks"),
      .quantity("feedforward.rate", \.feedforward.meanRate, "mean of their Ornstein-Uhlenbeck rate", unit: .hertz),
      .quantity("feedforward.relaxation", \.feedforward.relaxation, "relaxation of the rate", unit: .perMillisecond),
      .quantity(
        "feedforward.sigma", \.feedforward.sigma, "noise amplitude of the rate", unit: .hertzPerRootMillisecond),
      .quantity(
        "feedforward.smoothing", \.feedforward.smoothing, "half width of the running mean of the rate",
        unit: .milliseconds),
      .quantity("feedforward.weight", \.feedforward.weight, "first weight"),
      .datasetFile(
        "feedforward.file", file: \.feedforward.given.file, dataset: \.feedforward.given.dataset,
        "rates, as \"FILE\" or \"FILE:/dataset\", in place of the process"),
      .datasetFile(
        "feedforward.weights", file: \.feedforward.weightFile, dataset: \.feedforward.weightDataset,
        "first weights, as \"FILE\" or \"FILE:/dataset\""),
    ] + plugin("feedforward", \.feedforward.given.plugin, \.feedforward.given.options, "makes such rates"))

  private static let stimulus = ConfigSection(
    "stimulus", "An Ornstein-Uhlenbeck current per neuron and task, the same in every trial.",
    [
      .quantity("stimulus.mu", \.stimulus.mean, "mean"),
      .quantity("stimulus.b", \.stimulus.relaxation, "relaxation", unit: .perMillisecond),
      .quantity("stimulus.sigma", \.stimulus.sigma, "noise amplitude", unit: .perRootMillisecond),
      .datasetFile(
        "stimulus.file", file: \.stimulus.given.file, dataset: \.stimulus.given.dataset,
        "currents, as \"FILE\" or \"FILE:/dataset\", in place of the process"),
    ] + plugin("stimulus", \.stimulus.given.plugin, \.stimulus.given.options, "makes such currents"))

  private static let targets = ConfigSection(
    "targets", "What the synaptic current of each neuron shall follow.",
    [
      .choice("targets.source", \.targets.source, "where targets come from"),
      .tasks(
        "targets.tasks", source: "targets.source",
        "sinusoids: number of tasks; files: list of tasks, from 0, [] for all"),
      .quantity("targets.amplitude", \.targets.amplitude, "sinusoids: amplitude"),
      .quantity("targets.period", \.targets.period, "sinusoids: period", unit: .milliseconds),
      .choice("targets.bias", \.targets.bias, "sinusoids: what is added to them"),
      .quantity(
        "targets.bias_amplitude", \.targets.biasAmplitude, "ou: standard deviation; ramp: height at the end"),
      .datasetFile(
        "targets.file", file: \.targets.file, dataset: \.targets.dataset,
        "HDF5 file of currents or rates, as \"FILE\" or \"FILE:/dataset\""),
      .choice("targets.axis_order", \.targets.axisOrder, "axes of the file"),
      .text("targets.select", \.targets.select, "condition on the units of the file, such as \"split_half_r > 0.5\""),
      .whole("targets.copies", \.targets.copies, "neurons for each unit of the file"),
      .choice("targets.map", \.targets.map, "which unit each neuron stands for"),
      .quantity(
        "targets.held_out_units", \.targets.heldOutUnits,
        "fraction of the units that neurons stand for which do not learn"),
    ] + plugin("targets", \.targets.given.plugin, \.targets.given.options, "makes targets, with source = \"plugin\""))

  private static let learning = ConfigSection(
    "learning", "Recursive least squares.",
    [
      .quantity("learning.lambda", \.learning.lambda, "penalty of recurrent weights", unit: .perSquareMillisecond),
      .quantity("learning.mu", \.learning.mu, "penalty of the sum of weights of one sign", unit: .perSquareMillisecond),
      .quantity(
        "learning.lambda_ff", \.learning.lambdaFeedforward, "penalty of feed-forward weights",
        unit: .perSquareMillisecond),
      .quantity("learning.every", \.learning.interval, "time between updates", unit: .milliseconds),
      .choice("learning.gain", \.learning.gain, "textbook gain, or that of TrainSpikingNet.jl since 2024"),
      .choice("learning.precision", \.learning.precision, "numbers of P; float16 halves its memory"),
      .choice(
        "learning.form", \.learning.form, "update all of P, or by inputs that spiked (twice its memory)"),
      .choice("learning.memory", \.learning.memory, "P itself, or the last filtered spikes in its place"),
      .quantity("learning.history", \.learning.history, "how far back they reach", unit: .milliseconds),
      .flag("learning.dale", \.learning.keepsSigns, "set weights to 0 whose sign is not that of the sender's class"),
      .flag("learning.freeze", \.learning.isFrozen, "do all the work of an update, but leave the weights as they are"),
    ])

  private static let noise = ConfigSection(
    "noise", "White noise on every neuron.",
    [
      .choice("noise.model", \.noise.model, "what it is added to"),
      .quantity("noise.sigma", \.noise.sigma, "amplitude, as V; also used to convert rates where K = 0"),
    ])

  private static let record = ConfigSection(
    "record", "How fits are measured.",
    [
      .quantity(
        "record.window", \.record.window, "half width of the running mean of currents", unit: .milliseconds)
    ])

  /// The keys that choose a plug-in and tell it options.
  private static func plugin(
    _ section: String, _ name: Property<String?>, _ options: Property<[String: OptionValue]>,
    _ documentation: String
  ) -> [ConfigKey] {
    [
      .text("\(section).plugin", name, "name of a plug-in that \(documentation)"),
      .options("\(section).options", options, "what it is told"),
    ]
  }
}
