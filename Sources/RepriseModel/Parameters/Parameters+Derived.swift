// Quantities that follow from the parameters. Every default that depends on another parameter is here.
public import RepriseCore

extension Parameters {
  public var neuronCount: Int { network.neuronCount }
  public var excitatoryCount: Int { network.excitatoryCount ?? network.neuronCount / 2 }
  public var inhibitoryCount: Int { neuronCount - excitatoryCount }

  public func neuronClass(_ neuron: Int) -> NeuronClass {
    neuron < excitatoryCount ? .excitatory : .inhibitory
  }

  /// K.
  public var staticInDegree: Int {
    staticSynapses.inDegree ?? Int((staticSynapses.probability * Double(excitatoryCount)).rounded())
  }

  /// Number of static targets that each neuron draws, 2K; 0 where connections are given.
  public var staticOutDegree: Int { staticSynapses.given.isGiven ? 0 : 2 * staticInDegree }

  /// True if there are connections that do not learn.
  public var hasStaticConnections: Bool { staticSynapses.given.isGiven || staticInDegree > 0 }

  /// L of both classes.
  public var plasticInputsPerClass: PerClass<Int> {
    plastic.inputsPerClass ?? PerClass(both: Int((2 * Double(staticInDegree).squareRoot()).rounded()))
  }

  /// Plastic inputs of a neuron from others of the network.
  public var recurrentInputCount: Int {
    guard !plastic.given.isGiven else { return plastic.given.valueCount ?? 0 }
    return plasticInputsPerClass.excitatory + plasticInputsPerClass.inhibitory
  }

  /// Neurons of a class among which plastic inputs are looked for.
  func senderCount(_ neuronClass: NeuronClass) -> Int {
    plastic.senders == .trained ? trainedCount(neuronClass) : neurons(neuronClass).count
  }

  /// Number of neurons of a class that may be chosen as plastic inputs: floor(frac x number of senders).
  ///
  /// The small tolerance makes 0.29 of 100 neurons 29, as written, although 0.29 x 100 < 29 in binary.
  public func candidateCount(_ neuronClass: NeuronClass) -> Int {
    let size = senderCount(neuronClass)
    return min(size, Int((plastic.candidateFraction * Double(size) + 1e-9).rounded(.down)))
  }

  /// Candidates that any one neuron can draw: its pool may be among them, and is no input of its own.
  func drawableCount(_ neuronClass: NeuronClass) -> Int {
    guard !plastic.autapses, trainedCount(neuronClass) > 0 else { return candidateCount(neuronClass) }
    return max(0, candidateCount(neuronClass) - min(max(plastic.pool, 1), neurons(neuronClass).count))
  }

  /// Tasks that have feed-forward neurons of their own; 1 where all share them.
  public var feedforwardBlockCount: Int {
    guard feedforward.perTask else { return 1 }
    return targets.source == .sinusoids
      ? max(1, targets.taskCount) : targets.recordedTaskCount ?? targets.tasks?.count ?? 1
  }

  /// Feed-forward neurons of all tasks.
  public var feedforwardCount: Int { feedforward.count * feedforwardBlockCount }

  /// Feed-forward neurons that fire in trials of a task.
  public func feedforwardNeurons(ofTask task: Int) -> Range<Int> {
    let block = feedforward.perTask ? task : 0
    return (block * feedforward.count)..<((block + 1) * feedforward.count)
  }

  /// n, number of plastic inputs of a neuron that learns, feed-forward ones first.
  public var plasticInputCount: Int { feedforwardCount + recurrentInputCount }

  /// Presynaptic sets that are drawn: as many inverse correlation matrices are kept.
  public var presynapticSetCount: Int { trainsSubset || plastic.given.isGiven ? trainedCount : NeuronPools(self).count }

  /// Bytes of P in full, for updates that are driven by spikes.
  private var fullCorrelationBytes: Int {
    presynapticSetCount * plasticInputCount * ((plasticInputCount + 15) / 16 * 16)
      * (learning.precision == .float16 ? 2 : 4)
  }

  /// True if updates can be driven by spikes: all filtered spikes must decay alike.
  public var allowsEvents: Bool {
    guard learning.memory == .matrix, learning.precision != .float64 else { return false }
    if case .each = plastic.timeConstant { return false }
    return true
  }

  /// True if updates are driven by spikes. By measurement they are faster from about 30 inputs on
  /// (docs/performance.md); below, what each update costs besides P outweighs it.
  public var usesEvents: Bool {
    switch learning.form {
    case .dense: false
    case .events: allowsEvents
    case .auto: allowsEvents && plasticInputCount >= 32 && fullCorrelationBytes <= 8 << 30
    }
  }

  /// End of the trial, ms.
  public var trialDuration: Double { trial.stimulusOff + trial.trainDuration }

  /// h, updates that `learning.history` reaches back; at least 1.
  public var historyFrames: Int {
    let frames = (learning.history / learning.interval + 1e-9).rounded(.down)
    return Int(min(max(frames, 1), Double(Self.maximalHistoryFrames)))
  }

  /// The trial in integer steps.
  public var clock: StepClock {
    StepClock(
      timeStep: trial.timeStep, stimulusOn: trial.stimulusOn, stimulusOff: trial.stimulusOff,
      trainDuration: trial.trainDuration, learningInterval: learning.interval,
      refractoryPeriod: neuron.refractoryPeriod, window: record.window)
  }
}
