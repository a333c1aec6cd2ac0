// Checks of what is given by files and plug-ins, as far as the configuration says it.

extension Parameters {
  func checkGiven(_ check: inout ParameterCheck) {
    for (section, path) in Self.givenSources { checkSource(section, self[keyPath: path], &check) }
    if feedforward.given.isGiven || feedforward.weightFile != nil, feedforward.count == 0,
      check.passed("feedforward.L_X")
    {
      check.fail(
        "feedforward.L_X", "= 0 must be the number of feed-forward neurons whose rates or weights are given.",
        related: ["feedforward.file", "feedforward.plugin", "feedforward.weights"])
    }
    if feedforward.given.isGiven || feedforward.weightFile != nil, feedforward.perTask {
      check.fail(
        "feedforward.per_task", "= true cannot be used beside rates or weights that are given: leave out one of them.",
        related: ["feedforward.file", "feedforward.plugin", "feedforward.weights"])
    }
    if plastic.given.isGiven, plastic.trained != .all {
      check.fail(
        "plastic.trained", "cannot be set where connections are given: the neurons that they reach learn.",
        related: ["plastic.file", "plastic.plugin"])
    }
    checkDrives(&check)
    checkTargetPlugin(&check)
    checkSchedule(&check)
  }

  private func checkSource(_ section: String, _ source: GivenSource, _ check: inout ParameterCheck) {
    if let file = source.file, let plugin = source.plugin {
      check.fail(
        "\(section).plugin",
        "= \"\(plugin)\" cannot be used beside \(section).file = \"\(file)\": leave out one of them.",
        related: ["\(section).file"])
    }
    if let dataset = source.dataset, !dataset.hasPrefix("/") || dataset == "/" {
      check.fail("\(section).file", "has \"\(dataset)\", which must be a path that begins with \"/\".")
    }
    if !source.options.isEmpty, source.plugin == nil {
      check.fail(
        "\(section).options", "are those of a plug-in: name it as \(section).plugin, or leave them out.",
        related: ["\(section).plugin"])
    }
  }

  private func checkDrives(_ check: inout ParameterCheck) {
    guard let drives = staticSynapses.drives, check.passed("network.N") else { return }
    if let neuron = drives.firstIndex(where: { !$0.isFinite }) {
      check.fail("static.X", "= \(drives[neuron]) of neuron \(neuron) must be a finite number.")
    } else if drives.count != neuronCount {
      check.fail(
        "static.X", "has \(drives.count) values but needs network.N = \(neuronCount), one for each neuron.",
        related: ["network.N"])
    }
  }

  private func checkTargetPlugin(_ check: inout ParameterCheck) {
    switch (targets.source, targets.given.plugin) {
    case (.plugin, nil):
      check.fail(
        "targets.plugin", "must name the plug-in that targets.source = \"plugin\" asks.", related: ["targets.source"])
    case (.plugin, _?): break
    case (_, let name?):
      check.fail(
        "targets.plugin", "= \"\(name)\" needs targets.source = \"plugin\".", related: ["targets.source"])
    case (_, nil): break
    }
  }

  private func checkSchedule(_ check: inout ParameterCheck) {
    guard let tasks = trial.schedule else { return }
    if let plugin = trial.given.plugin {
      check.fail(
        "trial.plugin", "= \"\(plugin)\" cannot be used beside trial.schedule: leave out one of them.",
        related: ["trial.schedule"])
    }
    if let task = tasks.first(where: { $0 < 0 }) {
      check.fail("trial.schedule", "must not be negative, and \(task) is; the first task is 0.")
    } else if targets.source == .sinusoids, check.passed("targets.tasks"),
      let task = tasks.first(where: { $0 >= targets.taskCount })
    {
      check.fail(
        "trial.schedule", "names task \(task), but targets.tasks = \(targets.taskCount), and the first task is 0.",
        related: ["targets.tasks"])
    }
  }
}

extension Network {
  /// Refuses a list of tasks that names some that do not exist, or none.
  ///
  /// - Throws: ``GivenError``.
  public func requireSchedule() throws(GivenError) {
    let source = schedule == nil ? "trial.schedule" : parameters.trial.given.description ?? "schedule"
    guard let tasks = schedule ?? parameters.trial.schedule else { return }
    guard !tasks.isEmpty else { throw GivenError(source, "the list of tasks is empty, but at least one is needed.") }
    guard let task = tasks.first(where: { !(0..<targets.taskCount).contains($0) }) else { return }
    throw GivenError(source, "names task \(task), but tasks are 0 to \(targets.taskCount - 1).")
  }
}
