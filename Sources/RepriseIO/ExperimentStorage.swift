// /experiment of test.h5: what was done to which neurons, and what it changed.
internal import RepriseModel

/// Writes and reads the group `/experiment` of `test.h5` (layout in docs/file-formats.md).
enum ExperimentStorage {
  static let group = "/experiment"

  /// Both kinds of trials, in the order of their axis.
  private static func kinds(_ experiment: Experiment) -> [TrialActivity] {
    [experiment.unperturbed, experiment.perturbed]
  }

  static func write(_ experiment: Experiment, to file: HDF5File) throws {
    let (actions, perturbation) = (experiment.actions, experiment.perturbation)
    try file.write(actions.map { $0.amplitude == nil ? "silence" : "stimulate" }, to: group + "/actions/kind")
    try file.write(actions.map(\.group), to: group + "/actions/group")
    try file.write(actions.map { $0.amplitude ?? .nan }, to: group + "/actions/amplitude")
    try file.write(perturbation.silenced.map(Int64.init), to: group + "/silenced")
    try file.write(perturbation.stimulation, to: group + "/stimulation")
    let steps = perturbation.steps
    try file.setAttribute("first_step", of: group, to: Int64(steps.lowerBound))
    try file.setAttribute("last_step", of: group, to: Int64(steps.upperBound - 1))
    try file.setAttribute("from_ms", of: group, to: experiment.window.lowerBound)
    try file.setAttribute("to_ms", of: group, to: experiment.window.upperBound)
    try writeGroups(experiment, to: file)
    let neurons = experiment.perturbed.currents.count
    try file.write(
      kinds(experiment).flatMap { $0.rates.flatMap { $0 } }, to: group + "/neurons/rate_hz",
      shape: [2, 3, neurons])
    try file.write(
      kinds(experiment).flatMap(\.currents), to: group + "/neurons/current", shape: [2, neurons])
    try file.write(
      kinds(experiment).flatMap(\.correlations), to: group + "/neurons/correlation", shape: [2, neurons])
  }

  private static func writeGroups(_ experiment: Experiment, to file: HDF5File) throws {
    let groups = experiment.groups
    try file.write(groups.map(\.name), to: group + "/groups/name")
    try file.write(groups.flatMap { $0.neurons.map(Int64.init) }, to: group + "/groups/neurons")
    var end = 0
    let ends = groups.map { group -> Int64 in
      end += group.neurons.count
      return Int64(end)
    }
    try file.write(ends, to: group + "/groups/neurons_index")
    try file.write(experiment.times, to: group + "/groups/time_ms")
    try file.write(
      kinds(experiment).flatMap { $0.groupRates.flatMap { $0 } }, to: group + "/groups/rate_hz",
      shape: [2, groups.count, experiment.times.count])
  }

  /// - Returns: nil where the file holds no experiment.
  static func read(from file: HDF5File, neuronCount: Int) throws -> Experiment? {
    guard file.contains(group) else { return nil }
    let reader = ExperimentReader(file: file, neuronCount: neuronCount)
    return try reader.experiment()
  }
}

/// Reads what ``ExperimentStorage`` wrote, and refuses what contradicts itself.
private struct ExperimentReader {
  let file: HDF5File
  let neuronCount: Int

  func experiment() throws -> Experiment {
    let groups = try groups()
    let times: [Double] = try file.dataset("/experiment/groups/time_ms").read()
    let first: Int64 = try file.attribute("first_step", of: "/experiment") ?? 0
    let last: Int64 = try file.attribute("last_step", of: "/experiment") ?? -1
    let silenced: [Int64] = try file.dataset("/experiment/silenced").read()
    try check(
      first <= last + 1 && first >= 0 && silenced.allSatisfy { 0 <= $0 && $0 < neuronCount },
      "/experiment/silenced does not fit the network")
    let amplitudes: [Double] = try file.dataset("/experiment/actions/amplitude").read()
    let names = try file.dataset("/experiment/actions/group").readTexts()
    try check(names.count == amplitudes.count, "/experiment/actions has columns of unequal length")
    let from: Double = try file.attribute("from_ms", of: "/experiment") ?? 0
    let to: Double = try file.attribute("to_ms", of: "/experiment") ?? 0
    try check(from <= to, "/experiment ends before it begins")
    let activities = try activities(groups, bins: times.count)
    return Experiment(
      actions: zip(names, amplitudes).map { .init(group: $0, amplitude: $1.isNaN ? nil : $1) },
      perturbation: Perturbation(
        steps: Int(first)..<Int(last + 1), silenced: silenced.map { Int($0) },
        stimulation: try file.dataset("/experiment/stimulation").read()),
      window: from...to, groups: groups, times: times, unperturbed: activities[0], perturbed: activities[1])
  }

  private func check(_ condition: Bool, _ problem: String) throws {
    guard condition else { throw StoredFileError(file.path, .inconsistent(problem)) }
  }

  private func groups() throws -> [NeuronGroup] {
    let names = try file.dataset("/experiment/groups/name").readTexts()
    let neurons: [Int64] = try file.dataset("/experiment/groups/neurons").read()
    let ends: [Int64] = try file.dataset("/experiment/groups/neurons_index").read()
    let starts = [0] + ends.dropLast()
    try check(
      ends.count == names.count && (ends.last ?? 0) == neurons.count && zip(starts, ends).allSatisfy { $0 <= $1 }
        && neurons.allSatisfy { 0 <= $0 && $0 < neuronCount }, "/experiment/groups does not fit the network")
    return names.indices.map { index in
      NeuronGroup(names[index], neurons[Int(starts[index])..<Int(ends[index])].map { Int($0) })
    }
  }

  private func activities(_ groups: [NeuronGroup], bins: Int) throws -> [TrialActivity] {
    let rates = try values("/experiment/neurons/rate_hz", [2, 3, neuronCount])
    let currents = try values("/experiment/neurons/current", [2, neuronCount])
    let correlations = try values("/experiment/neurons/correlation", [2, neuronCount])
    let groupRates = try values("/experiment/groups/rate_hz", [2, groups.count, bins])
    func row(_ values: [Double], _ row: Int, _ length: Int) -> [Double] {
      Array(values[(row * length)..<((row + 1) * length)])
    }
    return (0..<2).map { kind in
      TrialActivity(
        rates: (0..<3).map { row(rates, 3 * kind + $0, neuronCount) }, currents: row(currents, kind, neuronCount),
        correlations: row(correlations, kind, neuronCount),
        groupRates: groups.indices.map { row(groupRates, kind * groups.count + $0, bins) })
    }
  }

  private func values(_ path: String, _ shape: [Int]) throws -> [Double] {
    let dataset = try file.dataset(path)
    try check(dataset.shape == shape, "\(path) has the wrong shape")
    return try dataset.read()
  }
}
