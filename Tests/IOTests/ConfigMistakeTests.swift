// Every kind of mistake, with its sentence.
import RepriseModel
import Testing

@testable import RepriseIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct ConfigMistakeTests {
  private static let ms = "a number in ms, or a string with a number and ns, us, ms or s"

  @Test(arguments: [
    ("\n[neuron]\ntau_m = 0.0", "reprise.toml:3: neuron.tau_m = 0.0 ms must be greater than 0."),
    ("neuron.tau_m = [10, -1]", "reprise.toml:1: neuron.tau_m = -1.0 ms of inhibitory neurons must be greater than 0."),
    (
      "[neuron]\ntau_m = [1, 2, 3]",
      "reprise.toml:2: neuron.tau_m = [1, 2, 3] must be one value, or two: [excitatory, inhibitory]."
    ),
    ("[neuron]\ntaum = 1", "reprise.toml:2: neuron.taum is not a known key. Did you mean neuron.tau_m?"),
    ("[neuron]\nlambda = 1", "reprise.toml:2: neuron.lambda is not a known key. Did you mean learning.lambda?"),
    ("[record]\nfoo = 1", "reprise.toml:2: record.foo is not a known key. [record] has window."),
    ("[nueron]\ntau_m = 1\nV_th = 1", "reprise.toml:1: nueron is not a known section. Did you mean [neuron]?"),
    ("N = 3", "reprise.toml:1: N stands outside of a section. Did you mean N in [network]?"),
    ("foo = 3", "reprise.toml:1: foo stands outside of a section, and is not a known key."),
    ("network = 3", "reprise.toml:1: network is a section: write [network] once, and its keys in the lines below."),
    (
      "[[network]]\nN = 4",
      "reprise.toml:1: network is a section: write [network] once, and its keys in the lines below."
    ),
    ("[network]\nN = \"many\"", "reprise.toml:2: network.N = \"many\" must be a whole number."),
    (
      "[network]\nN = 1e3",
      "reprise.toml:2: network.N = 1000.0 must be a whole number, without decimal point and exponent."
    ),
    (
      "[network]\nseed = -1",
      "reprise.toml:2: network.seed = -1 must be a whole number from 0 to 18446744073709551615, in quotes above 9223372036854775807."
    ),
    ("[trial]\ndt = \"5 Hz\"", "reprise.toml:2: trial.dt = \"5 Hz\" is a rate; it must be \(ms)."),
    (
      "[noise]\nmodel = \"volt\"",
      "reprise.toml:2: noise.model = \"volt\" must be one of \"none\", \"voltage\", \"current\"."
    ),
    (
      "[noise]\nmodel = \"voltag\"",
      "reprise.toml:2: noise.model = \"voltag\" must be one of \"none\", \"voltage\", \"current\". Did you mean \"voltage\"?"
    ),
    (
      "[neuron]\nmodel = \"glif\"",
      "reprise.toml:2: neuron.model = \"glif\" must be one of \"lif\", \"glif1\", \"glif2\", \"glif3\", \"glif4\", "
        + "\"glif5\", \"custom\". Did you mean \"lif\"?"
    ),
    ("[learning]\nfreeze = 1", "reprise.toml:2: learning.freeze = 1 must be true or false."),
    ("[targets]\nselect = 1", "reprise.toml:2: targets.select = 1 must be a text in quotes."),
    (
      "[targets]\nselect = 1979-05-27",
      "reprise.toml:2: a number or a text in quotes is needed here; no key takes a date or time."
    ),
    ("[network]\nN = 4\n[ =3]\n", "reprise.toml:3: the name of a section must follow '['."),
    ("[neuron]\ntau_m = [1,\n}]\n", "reprise.toml:3: a list must end with ']', not '}'."),
    (
      "[network]\nN = \n[ =3]\n",
      "reprise.toml:2: not valid TOML at column 5: Error while parsing key-value pair: expected value, saw '\\n'."
    ),
    (
      "[targets]\ntasks = \"a\"",
      "reprise.toml:2: targets.tasks = \"a\" must be the number of tasks, or a list of tasks of the file such as [0, 1]."
    ),
    (
      "[targets]\nsource = \"rates\"\nfile = \"f\"\ntasks = 1",
      "reprise.toml:4: targets.tasks = 1 must be a list of tasks of the file, such as [0, 1], because targets.source = \"rates\"; the first task is 0."
    ),
    ("[targets]\nfile = \":/a\"", "reprise.toml:2: targets.file = \":/a\" must be \"FILE\" or \"FILE:/dataset\"."),
    (
      "[targets]\nsource = \"rates\"",
      "reprise.toml:2: targets.file must name the HDF5 file that targets.source = \"rates\" reads."
    ),
    (
      "[plastic]\ntau = \"a.h5:/b\"",
      "reprise.toml:2: plastic.tau = \"a.h5:/b\" names a dataset, and datasets cannot be read here; write the values."
    ),
    (
      "[trial]\nstim_on = 1100",
      "reprise.toml:2: trial.stim_on = 1100.0 ms must not be later than trial.stim_off = 1000.0 ms."
    ),
    (
      "[trial]\nstim_off = 500",
      "reprise.toml:2: trial.stim_on = 800.0 ms must not be later than trial.stim_off = 500.0 ms."
    ),
  ])
  func sentence(_ text: String, _ sentence: String) {
    #expect(configError(text)?.description == sentence)
  }

  @Test func setTwice() {
    let text = "[neuron]\ntau_m = 1\n\ntau_m = 2\n[trial]\n[neuron]\n"
    #expect(
      configError(text)?.description == """
        reprise.toml:4: neuron.tau_m is set a second time; it was set in line 2.
        reprise.toml:6: [neuron] is opened a second time; put its keys below line 1.
        """)
  }

  @Test(arguments: [
    ("[neuron]\ntau_m = \n", 2), ("[neuron\n", 1), ("\n\na b = 1", 3), ("a = \"x\ny\"", 1), ("a = [1,\n2", 2),
    ("a = {b = 1", 1), ("x = 01", 1), ("a.b = 1\n[a]\n", 2),
  ])
  func syntaxErrorsHaveALine(_ text: String, _ line: Int) throws {
    let error = try #require(configError(text, overrides: ["network.N=x"]))
    #expect(error.mistakes.count == 2)
    #expect(error.mistakes[0].line == line)
    #expect(error.mistakes[0].key == nil)
    #expect(error.mistakes[0].problem.hasPrefix("not valid TOML at column "))
    #expect(error.mistakes[1].source == "--set network.N=x")
  }

  @Test func allMistakesAreReportedInOrder() {
    let text = """
      [trial]
      dt = "x"
      stim_on = 5000
      stimoff = 3
      [learning]
      mu = -1
      [neuron]
      V_th = -1
      """
    #expect(configError(text)?.mistakes.map(\.line) == [2, 3, 4, 6, 8])
  }

  @Test func aMistakeHidesWhatFollowsFromIt() {
    // stim_off is unknown here, so nothing can be said about stim_on.
    let error = configError("[trial]\nstim_on = 2000\nstim_off = \"3 Hz\"\n")
    #expect(error?.mistakes.map(\.key) == ["trial.stim_off"])
  }

  @Test func overridesAreNamed() {
    #expect(
      configError(
        "[network]\nN = 100\n", overrides: ["network.N=1", "netwrk.N=1", "trial.dt=5 Hz", "N=4", "x", "trial.dtt=1"])?
        .description == """
          --set netwrk.N=1: netwrk.N is not a known key. Did you mean network.N?
          --set N=4: N is not a known key. Did you mean network.N?
          --set x: needs the form section.key=value.
          --set trial.dtt=1: trial.dtt is not a known key. Did you mean trial.dt?
          --set trial.dt=5 Hz: trial.dt = "5 Hz" is a rate; it must be \(Self.ms).
          --set network.N=1: network.N = 1 must be at least 2.
          """)
  }

  @Test func overridesReplaceTheFile() throws {
    let parameters = try ConfigReader.parse(
      text: "[network]\nN = 100\n[noise]\nmodel = 3\n",
      overrides: [
        "network.N=0x400", " network.g = 2 ", "noise.model=voltage", "trial.dt=50 us", "neuron.V_th=[1, 2]",
        "network.g=3", "network.seed=18446744073709551615", "learning.freeze=true",
      ])
    #expect(parameters.neuronCount == 1024)
    #expect(parameters.network.gain == 3)
    #expect(parameters.network.seed == .max)
    #expect(parameters.noise.model == .voltage)
    #expect(parameters.trial.timeStep == 0.05)
    #expect(parameters.neuron.threshold.inhibitory == 2)
    #expect(parameters.learning.isFrozen)
  }

  @Test func overridesCannotSmuggleInKeys() {
    let error = configError("", overrides: ["network.N=4\nnetwork.seed=3", "trial.dt=1\0"])
    #expect(error?.mistakes.count == 2)
    #expect(error?.description.split(separator: "\n").count == 2)
  }

  @Test func errorsOfDatasetsAreSentences() {
    struct Missing: Error, CustomStringConvertible { let description = "b.h5 has no /tau." }
    let error = configError("plastic.tau = \"b.h5:/tau\"") { _ in throw Missing() }
    #expect(error?.description == "reprise.toml:1: plastic.tau = \"b.h5:/tau\" cannot be read: b.h5 has no /tau.")
    let short = configError("[plastic]\ntau = \"b.h5:/tau\"") { _ in [1, 2] }
    #expect(
      short?.description
        == "reprise.toml:2: plastic.tau has 2 values but needs network.N = 4096, one for each neuron.")
  }

  @Test func namesAndValuesAreShortInMessages() {
    let long = String(repeating: "x", count: 10_000)
    for text in ["\(long) = 1", "network.\(long) = 1", "network.N = \"\(long)\"", "[\(long)]", "network.\"a\\nb\" = 1"]
    {
      let description = configError(text)?.description ?? ""
      #expect(!description.isEmpty && description.count < 300 && !description.contains("\n"))
    }
  }
}

@Suite struct ConfigFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    var name = Array("/tmp/reprise-config-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&name).map { String(cString: $0) })
    defer {
      unlink("\(folder)/reprise.toml")
      rmdir(folder)
    }
    try body(folder)
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let file = try #require(fopen(path, "wb"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  private func error(_ path: String) -> String? {
    do {
      _ = try ConfigReader.read(path: path)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func readsAFileAndItsRelativePaths() throws {
    try withFolder { folder in
      let path = "\(folder)/reprise.toml"
      try write(Array("\u{FEFF}targets.source = \"rates\"\r\ntargets.file = \"a.h5\"\r\n".utf8), to: path)
      let parameters = try ConfigReader.read(path: path, overrides: ["network.N=100"])
      #expect(parameters.targets.file == "\(folder)/a.h5")
      #expect(parameters.neuronCount == 100)
      let template = ConfigTemplate.commented(parameters, folder: folder)
      #expect(template.contains("file = \"a.h5\""))
      try write(Array(template.utf8), to: path)
      #expect(try ConfigReader.read(path: path) == parameters)
    }
  }

  @Test func filesThatCannotBeRead() throws {
    try withFolder { folder in
      let path = "\(folder)/reprise.toml"
      #expect(error(path) == "\(path): there is no such file.")
      #expect(
        error(folder) == "\(folder): this is a folder; name the configuration file in it, such as \(path).")
      try write([0x61, 0x0A, 0x22, 0xFF, 0x22], to: path)
      #expect(error(path) == "\(path):2: the text is not UTF-8.")
      try write([0x61, 0x3D, 0x31, 0x0A, 0x0A, 0x00, 0x21], to: path)
      #expect(error(path) == "\(path):3: NUL characters are not allowed.")
      try write(Array("a = \"\\u0000\"".utf8), to: path)
      #expect(error(path) == "\(path):1: NUL characters are not allowed.")
      #expect(error("\(path)/x") == "\(path)/x: the file cannot be read: Not a directory.")
      if geteuid() != 0 {
        chmod(path, 0)
        #expect(error(path) == "\(path): the file may not be read; change its permissions.")
      }
    }
  }
}
