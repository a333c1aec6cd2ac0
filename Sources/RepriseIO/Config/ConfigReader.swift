// From a configuration file and overrides to parameters that can be used.
public import RepriseModel

/// Reads `reprise.toml`.
///
/// Every key may be left out; its default is that of `Parameters()`. All mistakes are found in one go.
public enum ConfigReader {
  /// Reads one value per neuron from `FILE:/dataset`, the file already resolved against the configuration's folder.
  public typealias DatasetResolver = (_ reference: String) throws -> [Double]

  /// Reads a configuration file.
  ///
  /// - Parameters:
  ///   - path: The file. Relative paths in it are relative to its folder.
  ///   - overrides: `section.key=value` each, applied in order after the file. Values are TOML, or texts
  ///     without quotes. Relative paths in them are relative to the current folder.
  ///   - resolveDataset: Reads datasets of per-neuron values; without it they are a mistake.
  ///   - stored: What the same text gave before; values of neurons are taken from there if their file is gone.
  /// - Throws: `ConfigError` with every mistake of the file and the overrides.
  public static func read(
    path: String, overrides: [String] = [], resolveDataset: DatasetResolver? = nil, stored: Parameters? = nil
  ) throws(ConfigError) -> Parameters {
    let text: String
    do {
      text = try ConfigSource.text(of: path)
    } catch {
      throw ConfigError([error])
    }
    return try parse(
      text: text, sourceName: path, folder: FilePath.folder(of: path), overrides: overrides,
      resolveDataset: resolveDataset, stored: stored)
  }

  /// Reads the text of a configuration.
  ///
  /// - Parameters:
  ///   - text: TOML; an empty text gives the defaults.
  ///   - sourceName: What messages call the text.
  ///   - folder: What relative paths are relative to; empty: the current folder.
  ///   - overrides: As for `read`.
  ///   - resolveDataset: As for `read`.
  ///   - stored: As for `read`.
  /// - Throws: `ConfigError` with every mistake of the text and the overrides.
  public static func parse(
    text: String, sourceName: String = "reprise.toml", folder: String = "", overrides: [String] = [],
    resolveDataset: DatasetResolver? = nil, stored: Parameters? = nil
  ) throws(ConfigError) -> Parameters {
    var settings = ConfigSettings()
    do {
      try ConfigSource.refuseNull(text, name: sourceName)
      settings.add(text: text, source: sourceName, folder: folder)
    } catch {
      throw ConfigError([error])
    }
    for override in overrides { settings.add(override: override) }

    var assembly = ConfigAssembly(sourceName: sourceName, settings: settings)
    assembly.read(resolveDataset, stored)
    assembly.validate()
    if !assembly.mistakes.isEmpty { throw ConfigError(assembly.sortedMistakes) }
    return assembly.parameters
  }
}

/// Parameters on their way from settings.
private struct ConfigAssembly {
  let sourceName: String
  let settings: ConfigSettings
  private(set) var parameters = Parameters()
  private(set) var mistakes: [ConfigMistake]
  private var failed: Set<String> = []

  init(sourceName: String, settings: ConfigSettings) {
    self.sourceName = sourceName
    self.settings = settings
    mistakes = settings.mistakes
  }

  mutating func read(_ resolveDataset: ConfigReader.DatasetResolver?, _ stored: Parameters?) {
    for key in ConfigKeys.all {
      guard let setting = settings.byPath[key.path] else { continue }
      let reading = ConfigKey.Reading(
        folder: setting.folder, resolveDataset: resolveDataset, stored: stored, failed: failed)
      do {
        try key.read(setting.value, &parameters, reading)
      } catch {
        mistakes.append(setting.mistake(key.path, error.text))
        failed.insert(key.path)
      }
    }
  }

  /// Adds what is wrong with the parameters as a whole, but not what may come from a value that was not read.
  mutating func validate() {
    guard settings.isComplete else { return }
    for error in parameters.validate() {
      let keys = [error.key] + error.related
      guard failed.isDisjoint(with: keys) else { continue }
      let setting = keys.compactMap { settings.byPath[$0] }.first
      mistakes.append(
        setting?.mistake(error.key, error.problem)
          ?? ConfigMistake(source: sourceName, key: error.key, problem: error.problem))
    }
  }

  /// The file's mistakes by line, then those of no line, then those of overrides.
  var sortedMistakes: [ConfigMistake] {
    func rank(_ mistake: ConfigMistake) -> (Int, Int) {
      (mistake.source == sourceName ? 0 : 1, mistake.line ?? Int.max)
    }
    return mistakes.enumerated().sorted { first, second in
      let (a, b) = (rank(first.element), rank(second.element))
      return a != b ? a < b : first.offset < second.offset
    }.map(\.element)
  }
}

extension ConfigReader {
  /// Reads a time of the command line, such as `20ms`, `0.02 s`, or a plain number of ms.
  ///
  /// - Parameters:
  ///   - option: The option's name, for the message.
  ///   - allowsZero: True where 0 is a time, too.
  /// - Returns: ms, greater than 0.
  public static func milliseconds(
    _ text: String, option: String, allowsZero: Bool = false
  ) throws(ConfigError) -> Double {
    do throws(ConfigProblem) {
      let value = Double(text).map { ConfigValue.number($0) } ?? .string(text)
      let time = try value.quantity(.milliseconds)
      guard time > 0 || allowsZero && time == 0 else { throw ConfigProblem("= \(text) must be greater than 0.") }
      return time
    } catch {
      throw ConfigError([ConfigMistake(source: "command line", key: option, problem: error.text)])
    }
  }
}
