// `reprise plot`: figures from what training and testing left in the folder.
internal import RepriseCore
internal import RepriseIO
internal import RepriseModel
internal import ReprisePlot
internal import RepriseTraining
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension Project {
  /// Draws what there is: the learning curve, and after a test synaptic input, rates, a raster, how well neurons follow
  /// their targets, and what an experiment changed.
  ///
  /// - Parameter test: File of the test; nil: `test.h5` in the folder.
  /// - Returns: Paths of the figures, PDF, SVG and PNG of each.
  public func plot(test: String? = nil) async throws -> [String] {
    var paths: [String] = []
    let manager = FileManager.default
    let hasCurve = manager.fileExists(atPath: learningCurvePath)
    let testPath = test ?? self.testPath
    // A file that was named must be there, or nothing is drawn.
    if test != nil { _ = try HDF5File(reading: testPath) }
    let hasTest = test != nil || manager.fileExists(atPath: testPath)
    guard hasCurve || hasTest else { throw ProjectError.nothingToPlot(folder) }
    try createFolder(figuresFolder)
    if hasCurve {
      let curve = try LearningCurveFile.read(learningCurvePath)
      paths += try await LearningCurveFigure(curve).write(to: figuresFolder, name: "learning-curve")
    }
    guard hasTest else { return paths }
    let network = try storedNetwork()
    let result = try TestFile.read(testPath, network, networkFile: networkPath)
    let source = TestFigures(network, result)
    if let figure = source.synapticInput() {
      paths += try await figure.write(to: figuresFolder, name: "synaptic-input")
    }
    if let recorded = try recordedActivity(network.parameters), network.parameters.targets.source == .rates {
      paths += try await source.rates(recorded, of: network.learners).write(to: figuresFolder, name: "rates")
      if !network.heldOutNeurons.isEmpty {
        paths += try await source.rates(recorded, of: network.heldOutNeurons).write(
          to: figuresFolder, name: "rates-held-out")
      }
    }
    paths += try await source.raster().write(to: figuresFolder, name: "raster")
    if let metrics = try TestFile.readMetrics(testPath, network) {
      paths += try await FitFigure(metrics, network).write(to: figuresFolder, name: "fit")
    }
    if let experiment = try TestFile.readExperiment(testPath, network) {
      let figure = ExperimentFigure(experiment)
      paths += try await figure.write(to: figuresFolder, name: "experiment")
    }
    return paths
  }
}

extension LearningCurveFigure {
  init(_ curve: [LoopRecord]) {
    self.init(
      points: curve.map {
        var point = Point(
          loop: $0.loop, task: $0.task, correlation: $0.correlation ?? .nan,
          rateHz: $0.subset?.trainedRate ?? $0.rate, seconds: $0.seconds)
        point.heldOutCorrelation = $0.subset?.heldOutCorrelation ?? .nan
        point.untrainedRateHz = $0.subset?.untrainedRate ?? .nan
        return point
      })
  }
}

/// Figures of a test.
struct TestFigures {
  /// Panels of the figure of synaptic inputs, and tasks shown at most.
  private static let panelCount = 12
  private static let shownTasks = 3

  private let network: Network
  private let test: TestResult
  private let clock: StepClock

  init(_ network: Network, _ test: TestResult) {
    self.network = network
    self.test = test
    clock = network.parameters.clock
  }

  private var taskCount: Int { network.targets.taskCount }
  /// Where figures have their time 0: the beginning of the learning window.
  private var origin: Double { clock.milliseconds(clock.stimulusOffStep) }
  private var stimulusSeconds: ClosedRange<Double>? {
    let on = clock.milliseconds(clock.stimulusOnStep)
    return on < origin ? ((on - origin) / 1000)...0 : nil
  }

  /// Target, trials and their median for some neurons; nil if no currents were kept.
  func synapticInput() -> SynapticInputFigure? {
    guard !test.tracedNeurons.isEmpty else { return nil }
    let tasks = min(taskCount, Self.shownTasks)
    let neurons = min(test.tracedNeurons.count, Self.panelCount / tasks)
    let panels = (0..<neurons).flatMap { position in
      (0..<tasks).map { panel(test.tracedNeurons.count * position / neurons, task: $0) }
    }
    return SynapticInputFigure(
      panels: panels, times: bins.map { (clock.milliseconds($0.upperBound) - origin) / 1000 },
      stimulus: stimulusSeconds, timeOrigin: "stimulus offset")
  }

  /// Steps over which currents are averaged: one learning interval each, from one window before the stimulus on.
  private var bins: [Range<Int>] {
    let width = clock.learningIntervalSteps
    let lead = clock.stimulusOffStep - clock.stimulusOnStep + max(clock.windowSteps, width)
    let first = max(0, (clock.stimulusOffStep - lead) / width)
    return (first..<(clock.lastStep / width)).map { ($0 * width)..<(($0 + 1) * width) }
  }

  private func panel(_ traced: Int, task: Int) -> SynapticInputFigure.Panel {
    let neuron = test.tracedNeurons[traced]
    let trials = (0..<test.trialCount).map { test.trial($0, task: task) }
    let target = bins.map { bin -> Double in
      let row = (bin.upperBound - clock.stimulusOffStep) / clock.learningIntervalSteps
      return row >= 1 && row <= clock.rowCount && network.targets.neurons.contains(neuron)
        ? Double(network.targets.value(task: task, row: row, neuron: neuron)) : .nan
    }
    let correlations = trials.map { $0.correlations[neuron] }
    return .init(
      neuron: "\(neuron)", task: taskCount > 1 ? "\(task)" : "", correlation: meanOfNumbers(correlations),
      target: target, trials: trials.map { binned($0.traces[traced]) })
  }

  private func binned(_ trace: CurrentTrace) -> [Double] {
    let values = network.staticConnections.isEmpty ? trace.plastic : trace.total
    return bins.map { bin in
      // Sample s belongs to step (s + 1) sampleSteps.
      let samples = (bin.lowerBound / clock.sampleSteps)..<min(bin.upperBound / clock.sampleSteps, values.count)
      guard !samples.isEmpty else { return .nan }
      return samples.reduce(0) { $0 + Double(values[$1]) } / Double(samples.count)
    }
  }

  /// Recorded and model rates of some neurons that have targets, in the learning window.
  func rates(_ recorded: RecordedActivity, of neurons: NeuronSubset) -> RatesFigure {
    let tasks = (0..<min(taskCount, Self.shownTasks)).map { task in
      RatesFigure.Task(
        name: taskCount > 1 ? "Task \(task)" : "", recorded: recordedRates(recorded, of: neurons, task: task),
        model: modelRates(of: neurons, task: task))
    }
    let width = clock.milliseconds(clock.learningIntervalSteps)
    return RatesFigure(
      tasks: tasks, times: (0..<clock.rowCount).map { (Double($0) + 0.5) * width / 1000 },
      timeOrigin: "stimulus offset")
  }

  private func recordedRates(_ recorded: RecordedActivity, of neurons: NeuronSubset, task: Int) -> [[Double]] {
    neurons.neurons.compactMap { network.targets.unit(of: Int($0)) }.map { unit in
      (0..<recorded.rowCount).map { row in
        Double(recorded.values[(task * recorded.rowCount + row) * recorded.unitCount + unit])
      }
    }
  }

  /// Spikes per bin over trials, smoothed over the window that targets are compared in, Hz.
  private func modelRates(of neurons: NeuronSubset, task: Int) -> [[Double]] {
    let rows = clock.rowCount
    var counts = [[Double]](repeating: Array(repeating: 0, count: rows), count: network.neuronCount)
    for repeatIndex in 0..<test.trialCount {
      let spikes = test.trial(repeatIndex, task: task).spikes
      for (step, neuron) in zip(spikes.steps, spikes.neurons) where Int(step) > clock.stimulusOffStep {
        let row = min((Int(step) - clock.stimulusOffStep - 1) / clock.learningIntervalSteps, rows - 1)
        counts[Int(neuron)][row] += 1
      }
    }
    let seconds = clock.milliseconds(clock.learningIntervalSteps) / 1000 * Double(test.trialCount)
    let half = max(0, clock.windowSteps / clock.learningIntervalSteps)
    return neurons.neurons.map { counts[Int($0)] }.map { smoothed($0, half: half).map { $0 / seconds } }
  }

  private func smoothed(_ values: [Double], half: Int) -> [Double] {
    values.indices.map { index in
      let range = max(0, index - half)...min(values.count - 1, index + half)
      return values[range].reduce(0, +) / Double(range.count)
    }
  }

  /// Spikes of the first trial of the first task.
  func raster() -> RasterFigure {
    let spikes = test.trial(0, task: 0).spikes
    return RasterFigure(
      times: spikes.steps.map { clock.milliseconds(Int($0)) }, neurons: spikes.neurons.map { Int($0) },
      isExcitatory: (0..<network.neuronCount).map { network.parameters.neuronClass($0) == .excitatory },
      duration: clock.milliseconds(clock.lastStep),
      stimulus: clock.milliseconds(clock.stimulusOnStep)...clock.milliseconds(clock.stimulusOffStep))
  }
}
