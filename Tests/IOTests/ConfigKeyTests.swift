// Every key of the table: defaults, reading, writing.
import RepriseModel
import Testing

@testable import RepriseIO

/// One valid value for every key that differs from the default, with what it needs beside it.
enum KeyExamples {
  static let values: [String: String] = [
    "network.seed": "7", "network.N": "1024", "network.N_E": "2000", "network.g": "1.5",
    "trial.dt": "\"50 us\"", "trial.stim_on": "400", "trial.stim_off": "1200.0", "trial.train_duration": "\"2 s\"",
    "trial.task_order": "\"random\"", "trial.schedule": "[0, 0]", "trial.plugin": "\"order\"",
    "trial.options": "{ first = 1, rest = [2, 3.5], name = \"a b\", on = true }",
    "neuron.model": "\"glif3\"", "glif.C": "[12, 8]", "glif.R": "2", "glif.E_L": "-0.5",
    "glif.theta_inf": "[1.2, 0.9]", "glif.t_ref": "\"2 ms\"", "glif.f_v": "0.3", "glif.delta_v": "-0.1",
    "glif.b_s": "\"10 /s\"", "glif.delta_theta_s": "0.2", "glif.a_v": "0.002", "glif.b_v": "[0.01, 0.02]",
    "glif.asc_amplitude": "[-0.1, [0.2, 0.1]]", "glif.asc_rate": "[\"0.2 /ms\", [0.01, 0.02]]",
    "glif.asc_factor": "[0.5, [1, 0.9]]",
    "neuron.file": "\"\(lifCell)\"", "neuron.text": "\"\"\"\n\(smallCell)\"\"\"",
    "neuron.parameters": "{ a = 2, b = [1, 2] }", "neuron.conversion": "\"lif\"",
    "neuron.plugin": "\"leaky\"", "neuron.options": "{ a = 1 }",
    "neuron.tau_m": "[20, 10]", "neuron.V_th": "2", "neuron.V_reset": "[-0.5, 0.25]", "neuron.t_ref": "2",
    "static.p": "0.05", "static.K": "100", "static.tau_syn_ex": "4.5", "static.tau_syn_in": "5.5",
    "static.J_EE": "0.2", "static.J_IE": "1.1", "static.J_EI": "-0.8", "static.J_II": "-1.25",
    "static.X_E": "1.6", "static.X_I": "1.05",
    "plastic.L": "45", "plastic.tau": "\"100 ms\"", "plastic.frac": "0.5", "plastic.weight": "0.75",
    "plastic.pool": "2", "plastic.trained": "[3, \"10-99\"]", "plastic.from": "\"trained\"",
    "plastic.autapses": "true",
    "feedforward.per_task": "true", "feedforward.rates": "\"own\"",
    "plastic.file": "\"p.h5\"", "plastic.plugin": "\"near\"", "plastic.options": "{ a = 1 }",
    "static.X": "[\(Array(repeating: "0.5", count: 4096).joined(separator: ", "))]",
    "static.storage": "\"procedural\"", "static.file": "\"e.h5:/edges/a\"", "static.duplicates": "\"sum\"",
    "static.autapses": "true", "static.plugin": "\"ring\"", "static.options": "{ \"a b\" = 0.5 }",
    "feedforward.file": "\"f.h5\"", "feedforward.weights": "\"f.h5:/w\"", "feedforward.plugin": "\"rates\"",
    "feedforward.options": "{ a = 1 }", "stimulus.file": "\"s.h5:/s\"", "stimulus.plugin": "\"steps\"",
    "stimulus.options": "{ a = 1 }", "targets.plugin": "\"waves\"", "targets.options": "{ a = 1 }",
    "feedforward.L_X": "50", "feedforward.rate": "\"0.01 kHz\"", "feedforward.relaxation": "\"2 Hz\"",
    "feedforward.sigma": "0.3", "feedforward.smoothing": "20", "feedforward.weight": "0.125",
    "stimulus.mu": "0.1", "stimulus.b": "\"0.1 /ms\"", "stimulus.sigma": "\"0.4 /sqrt(ms)\"",
    "targets.source": "\"currents\"", "targets.tasks": "3", "targets.amplitude": "0.25", "targets.period": "500",
    "targets.bias": "\"ramp\"", "targets.bias_amplitude": "0.3", "targets.file": "\"t.h5:/a/b\"",
    "targets.axis_order": "\"time_last\"", "targets.select": "\"r > 0.5\"", "targets.copies": "2",
    "targets.map": "\"mean_rate\"", "targets.held_out_units": "0.1",
    "learning.lambda": "0.04", "learning.mu": "0", "learning.lambda_ff": "2", "learning.every": "20",
    "learning.gain": "\"prior\"", "learning.precision": "\"float16\"", "learning.memory": "\"history\"",
    "learning.form": "\"dense\"",
    "learning.history": "200.0", "learning.freeze": "true", "learning.dale": "true",
    "noise.model": "\"voltage\"", "noise.sigma": "0.5",
    "record.window": "\"0.03 s\"",
  ]
  static let lifCell =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/examples/cells/lif.cell"
  static let smallCell =
    "parameter a = 1\nparameter b = 1\nstate v = 0\nupdate\n  v = v + a * b * I\nthreshold v > 1\nreset\n  v = 0\n"
  private static let custom = ["neuron.model=custom", "neuron.text=\(TOMLText.string(smallCell))"]
  static let needed: [String: [String]] = [
    "neuron.file": ["neuron.model=custom"], "neuron.text": ["neuron.model=custom"],
    "neuron.plugin": ["neuron.model=custom"], "neuron.options": ["neuron.model=custom", "neuron.plugin=leaky"],
    "neuron.parameters": custom, "neuron.conversion": custom,
    "targets.source": ["targets.file=x.h5"], "targets.file": ["targets.source=rates"],
    "plastic.options": ["plastic.plugin=near"], "trial.options": ["trial.plugin=order"],
    "static.options": ["static.plugin=ring"],
    "feedforward.options": ["feedforward.plugin=rates", "feedforward.L_X=1"],
    "stimulus.options": ["stimulus.plugin=steps"], "feedforward.file": ["feedforward.L_X=1"],
    "feedforward.weights": ["feedforward.L_X=1"],
    "feedforward.plugin": ["feedforward.L_X=1"], "targets.plugin": ["targets.source=plugin"],
    "targets.options": ["targets.source=plugin", "targets.plugin=waves"],
    "targets.held_out_units": ["targets.source=rates", "targets.file=x.h5", "plastic.trained=excitatory"],
    "plastic.from": ["plastic.trained=0.5"],
  ]
}

@Suite struct ConfigKeyTests {
  @Test func emptyTextGivesTheDefaults() throws {
    #expect(try ConfigReader.parse(text: "") == Parameters())
    let sections = ConfigKeys.sections.map { "[\($0.name)]\n" }.joined()
    #expect(try ConfigReader.parse(text: sections) == Parameters())
  }

  @Test func keysAreUnique() {
    #expect(Set(ConfigKeys.all.map(\.path)).count == ConfigKeys.all.count)
    #expect(Set(ConfigKeys.all.map(\.path)) == Set(KeyExamples.values.keys))
  }

  @Test(arguments: ConfigKeys.all.map(\.path))
  func everyKeyCanBeSetAndWritten(_ path: String) throws {
    let key = try #require(ConfigKeys.byPath[path])
    let value = try #require(KeyExamples.values[path], "an example is missing")
    let needed = KeyExamples.needed[path] ?? []
    let text = "[\(key.section)]\n\(key.name) = \(value)\n"
    let parameters = try ConfigReader.parse(text: text, overrides: needed)
    #expect(parameters != Parameters())
    #expect(try ConfigReader.parse(text: "", overrides: needed + ["\(path)=\(value)"]) == parameters)

    let template = ConfigTemplate.commented(parameters)
    #expect(template.split(separator: "\n").contains { $0.hasPrefix("\(key.name) = ") })
    #expect(try ConfigReader.parse(text: template) == parameters)
    #expect(try ConfigReader.parse(text: ConfigTemplate.dump(parameters)) == parameters)
  }

  @Test(arguments: ConfigKeys.all.map(\.path))
  func everyKeyRefusesTables(_ path: String) throws {
    let key = try #require(ConfigKeys.byPath[path])
    // Options of plug-ins are a table of values, not of tables.
    for value in [key.name == "options" ? "{ a = { b = 1 } }" : "{ a = 1 }", "[[1]]"] {
      #expect(throws: ConfigError.self) {
        try ConfigReader.parse(text: "[\(key.section)]\n\n\(key.name) = \(value)\n")
      }
      let error = configError("[\(key.section)]\n\n\(key.name) = \(value)\n")
      #expect(error?.mistakes.first?.line == 3)
      #expect(error?.mistakes.first?.key == path)
    }
  }

  @Test func documentationIsOneShortLine() {
    for key in ConfigKeys.all {
      #expect(!key.documentation.isEmpty && !key.documentation.contains("\n"))
      #expect(key.documentation.count < 90, "\(key.path)")
    }
  }

  @Test func valuesReachTheirProperties() throws {
    let parameters = try ConfigReader.parse(
      text: """
        neuron.tau_m = [20, 10]
        static = { J_EE = 0.2, J_IE = 1.1, J_EI = -0.8, J_II = -1.25 }
        [trial]
        dt = "50 us"
        [targets]
        source = "rates"
        tasks = [2, 0]
        file = "data/psth.h5:/session/psth"
        """, folder: "runs/a")
    #expect(parameters.neuron.membraneTimeConstant == PerClass(excitatory: 20, inhibitory: 10))
    #expect(parameters.staticSynapses.excitatoryWeights == PerClass(excitatory: 0.2, inhibitory: 1.1))
    #expect(parameters.staticSynapses.inhibitoryWeights == PerClass(excitatory: -0.8, inhibitory: -1.25))
    #expect(parameters.trial.timeStep == 0.05)
    #expect(parameters.targets.tasks == [2, 0])
    #expect(parameters.targets.file == "runs/a/data/psth.h5")
    #expect(parameters.targets.dataset == "/session/psth")
  }

  @Test func perNeuronValuesComeFromAListOrADataset() throws {
    let list = try ConfigReader.parse(
      text: "network.N = 4\nplastic.L = 1\nplastic.tau = [100, \"0.2 s\", 150, 80]\nstatic.K = 0")
    #expect(list.plastic.timeConstant == .each([100, 200, 150, 80]))
    var asked: [String] = []
    let dataset = try ConfigReader.parse(
      text: "network.N = 4\nplastic.L = 1\nplastic.tau = \"tau.h5:/a/tau\"\nstatic.K = 0", folder: "/data"
    ) { reference in
      asked.append(reference)
      return [1, 2, 3, 4]
    }
    #expect(dataset.plastic.timeConstant == .each([1, 2, 3, 4]))
    #expect(asked == ["/data/tau.h5:/a/tau"])
  }

  @Test func cellsComeFromListsAndDatasets() throws {
    let text = """
      network.N = 4
      plastic.L = 1
      static.K = 0
      neuron.model = "glif3"
      [glif]
      C = [10, 11, 12, 13]
      R = "cells.h5:/R"
      asc_amplitude = [0.1, "cells.h5:/asc", [0.1, 0.2, 0.3, 0.4], [1, 2]]
      asc_rate = [1, 1, 1, 1]
      """
    let parameters = try ConfigReader.parse(text: text, overrides: ["network.N_E=2"]) { reference in
      reference == "cells.h5:/R" ? [1, 2, 3, 4] : [4, 5, 6, 7]
    }
    #expect(parameters.glif.capacitance == .each([10, 11, 12, 13]))
    #expect(parameters.glif.resistance == .each([1, 2, 3, 4]))
    #expect(
      parameters.glif.afterSpikeJumps == [
        .shared(0.1), .each([4, 5, 6, 7]), .each([0.1, 0.2, 0.3, 0.4]),
        .perClass(PerClass(excitatory: 1, inhibitory: 2)),
      ])
    // With the file gone, what was read before is used.
    let again = try ConfigReader.parse(text: text, overrides: ["network.N_E=2"], stored: parameters)
    #expect(again == parameters)
    #expect(throws: ConfigError.self) { try ConfigReader.parse(text: text) }
    for written in [ConfigTemplate.commented(parameters), ConfigTemplate.dump(parameters)] {
      #expect(try ConfigReader.parse(text: written) == parameters)
    }
  }

  @Test func emptyTextsAndListsUnset() throws {
    let text = "[targets]\nsource = \"currents\"\nfile = \"t.h5\"\ntasks = []\nselect = \"\"\n"
    let parameters = try ConfigReader.parse(text: text)
    #expect(parameters.targets.tasks == nil && parameters.targets.select == nil)
    let sinusoids = try ConfigReader.parse(text: text, overrides: ["targets.source=sinusoids", "targets.file="])
    #expect(sinusoids == Parameters())
  }
}

/// The mistakes of a text; nil if there are none.
func configError(
  _ text: String, overrides: [String] = [], resolveDataset: ConfigReader.DatasetResolver? = nil
) -> ConfigError? {
  do {
    _ = try ConfigReader.parse(text: text, overrides: overrides, resolveDataset: resolveDataset)
    return nil
  } catch {
    return error
  }
}
