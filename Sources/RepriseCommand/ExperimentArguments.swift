internal import ArgumentParser
internal import Reprise

/// Who is silenced or stimulated, and when.
struct ExperimentArguments: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      Neurons to silence: numbers as in 0-99,120, all, excitatory, inhibitory, trained, untrained, held_out, or a \
      condition on the recorded units as in area=CA1 or "quality>0.5"; may be repeated.
      """, valueName: "group"))
  var silence: [String] = []
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Neurons to stimulate, and what is added to their drive, as in 0-99=0.5 or area=CA1=-0.2; may be repeated.",
      valueName: "group=amplitude"))
  var stimulate: [String] = []
  @Option(
    help: ArgumentHelp(
      "When silencing and stimulation begin, as in 1200ms (default: with the learning window).", valueName: "time"))
  var from: String?
  @Option(
    help: ArgumentHelp("When they end, as in 1600ms (default: with the trial).", valueName: "time"))
  var to: String?

  func options() throws -> ExperimentOptions {
    if let from, from.hasSuffix(".h5") {
      throw ProjectError.invalidOption("--from is a time; the checkpoint to test is given as --checkpoint \(from).")
    }
    var options = ExperimentOptions()
    (options.silenced, options.stimulated) = (silence, stimulate)
    options.from = try from.map { try ConfigReader.milliseconds($0, option: "--from", allowsZero: true) }
    options.to = try to.map { try ConfigReader.milliseconds($0, option: "--to") }
    return options
  }
}

/// Whose activity is reported.
struct GroupArguments: ParsableArguments {
  @Option(
    name: .customLong("groups"), parsing: .singleValue,
    help: ArgumentHelp(
      """
      Attribute of the recorded units of which each value is a group to report, or class; may be repeated (default: \
      classes, and areas where the recording has them).
      """, valueName: "attribute"))
  var attributes: [String] = []
  @Option(
    name: .customLong("group"), parsing: .singleValue,
    help: ArgumentHelp(
      "A group to report, as in fast=0-99 or deep=\"depth>500\"; may be repeated.", valueName: "name=group"))
  var named: [String] = []

  var options: GroupOptions {
    var options = GroupOptions()
    (options.attributes, options.named) = (attributes, named)
    return options
  }
}

/// Shows what an experiment changed.
enum ExperimentScreen {
  static func show(_ experiment: Experiment) {
    for action in experiment.actions {
      let stimulus = action.amplitude.map { "Stimulated \(action.group) by \(DecimalText.short($0))" }
      let (from, to) = (experiment.window.lowerBound, experiment.window.upperBound)
      Terminal.line(
        "\(stimulus ?? "Silenced \(action.group)") from \(DecimalText.short(from)) ms to \(DecimalText.short(to)) ms")
    }
    Terminal.line("Rates in Hz before, in and after that time, and what else changed, without -> with it:")
    var table = TextTable(["group", "neurons", "before", "during", "after", "correlation", "current"])
    let (a, b) = (experiment.unperturbed, experiment.perturbed)
    for group in experiment.groups {
      let rates = TrialActivity.Period.allCases.map { change(a.rate($0, of: group), b.rate($0, of: group), 2) }
      table.add(
        [group.name, "\(group.neurons.count)"] + rates + [
          change(a.correlation(of: group), b.correlation(of: group), 3),
          change(a.current(of: group), b.current(of: group), 3),
        ])
    }
    for line in table.lines { Terminal.line("  " + line) }
  }

  private static func change(_ before: Double, _ after: Double, _ digits: Int) -> String {
    "\(Terminal.decimal(before, digits)) -> \(Terminal.decimal(after, digits))"
  }
}
