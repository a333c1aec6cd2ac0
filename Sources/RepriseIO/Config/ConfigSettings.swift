// What a file and the overrides set: values with the place where each was written.

/// A value and where it was written.
struct ConfigSetting {
  let value: ConfigValue
  /// The file, or the override as it was given.
  let source: String
  let line: Int?
  /// The folder that relative paths are relative to.
  let folder: String

  func mistake(_ key: String, _ problem: String) -> ConfigMistake {
    ConfigMistake(source: source, line: line, key: key, problem: problem)
  }
}

/// The settings by key, and the mistakes that were found on the way.
struct ConfigSettings {
  private(set) var byPath: [String: ConfigSetting] = [:]
  private(set) var mistakes: [ConfigMistake] = []
  /// False after a syntax error, when nothing of a file is known.
  private(set) var isComplete = true

  /// Adds everything that a text sets.
  mutating func add(text: String, source: String, folder: String) {
    let lines = KeyLines(text)
    let document: [String: ConfigValue]
    do {
      document = try ConfigValue.document(text, lines: lines)
    } catch {
      mistakes += Self.mistakes(of: error, source: source, lines: lines)
      isComplete = false
      return
    }
    for (section, value) in document {
      let setting = ConfigSetting(value: value, source: source, line: lines.line(of: [section]), folder: folder)
      add(section: section, setting, lines: lines)
    }
  }

  private mutating func add(section name: String, _ setting: ConfigSetting, lines: KeyLines) {
    guard let section = ConfigKeys.sections.first(where: { $0.name == name }) else {
      mistakes.append(setting.mistake(Self.shown(name), UnknownName.problem(section: name, value: setting.value)))
      return
    }
    guard case .table(let entries) = setting.value else {
      mistakes.append(setting.mistake(name, "is a section: write [\(name)] once, and its keys in the lines below."))
      return
    }
    for (key, value) in entries {
      let entry = ConfigSetting(
        value: value, source: setting.source, line: lines.line(of: [name, key]) ?? setting.line,
        folder: setting.folder)
      if section.keys.contains(where: { $0.name == key }) {
        byPath["\(name).\(key)"] = entry
      } else {
        mistakes.append(entry.mistake(Self.shown("\(name).\(key)"), UnknownName.problem(key: key, in: section)))
      }
    }
  }

  /// A name as messages show it: short, and in one line whatever it contains.
  private static func shown(_ name: String) -> String {
    let isPlain = name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
    let text = isPlain ? name : TOMLText.string(name)
    return text.count > 60 ? "\(text.prefix(56)) ..." : text
  }

  /// A syntax error; or, because that is what it mostly is and can be said better, keys that are set twice.
  private static func mistakes(
    of error: TOMLSyntaxError, source: String, lines: KeyLines
  ) -> [ConfigMistake] {
    let duplicates = lines.duplicates
    guard duplicates.contains(where: { $0.entry.line == error.line }) else {
      let problem = error.column.map { "not valid TOML at column \($0): \(error.text)" } ?? error.text
      let end = problem.hasSuffix(".") ? "" : "."
      return [ConfigMistake(source: source, line: error.line, problem: problem + end)]
    }
    return duplicates.map { entry, first in
      let name = entry.path.joined(separator: ".")
      return entry.kind == .key
        ? ConfigMistake(
          source: source, line: entry.line, key: shown(name),
          problem: "is set a second time; it was set in line \(first).")
        : ConfigMistake(
          source: source, line: entry.line, key: shown("[\(name)]"),
          problem: "is opened a second time; put its keys below line \(first).")
    }
  }
}

// MARK: - Overrides

extension ConfigSettings {
  /// Adds `section.key=value`, which replaces what was set before.
  mutating func add(override text: String) {
    let source = "--set \(Self.oneLine(text))"
    guard let mark = text.firstIndex(of: "=") else {
      mistakes.append(ConfigMistake(source: source, problem: "needs the form section.key=value."))
      return
    }
    let path = Self.trimmed(text[..<mark])
    let written = Self.trimmed(text[text.index(after: mark)...])
    do {
      try ConfigSource.refuseNull(text, name: source)
    } catch {
      mistakes.append(ConfigMistake(source: source, problem: error.problem))
      return
    }
    if addEntry(of: "neuron.parameters", path, written, source) { return }
    guard ConfigKeys.byPath[path] != nil else {
      mistakes.append(ConfigMistake(source: source, key: Self.shown(path), problem: UnknownName.problem(path: path)))
      return
    }
    byPath[path] = ConfigSetting(value: Self.value(written), source: source, line: nil, folder: "")
  }

  /// Adds `table.name=value` to what a table has.
  ///
  /// - Returns: False where the path is not of that form.
  private mutating func addEntry(of table: String, _ path: String, _ written: String, _ source: String) -> Bool {
    guard path.hasPrefix(table + "."), path.count > table.count + 1 else { return false }
    var entries: [String: ConfigValue] = [:]
    if case .table(let before)? = byPath[table]?.value { entries = before }
    entries[String(path.dropFirst(table.count + 1))] = Self.value(written)
    let before = byPath[table]
    byPath[table] = ConfigSetting(
      value: .table(entries), source: before?.source ?? source, line: before?.line, folder: before?.folder ?? "")
    return true
  }

  /// The value that a text is in TOML; if it is none, the text itself, so that quotes are not needed.
  private static func value(_ text: String) -> ConfigValue {
    guard let document = try? ConfigValue.document("value = \(text)\n"), document.count == 1,
      let value = document["value"]
    else { return .string(text) }
    return value
  }

  private static func oneLine(_ text: String) -> String {
    let line = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : String($0) }.joined()
    return line.count > 60 ? "\(line.prefix(56)) ..." : line
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

// MARK: - Unknown names

/// What to say about a name that no key or section has.
enum UnknownName {
  static func problem(key: String, in section: ConfigSection) -> String {
    let names = section.keys.map(\.name)
    if let close = Suggestions.closest(to: key, among: names) {
      return "is not a known key. Did you mean \(section.name).\(close)?"
    }
    let elsewhere = ConfigKeys.all.filter { $0.name == key }.map(\.path)
    if !elsewhere.isEmpty {
      return "is not a known key. Did you mean \(elsewhere.joined(separator: " or "))?"
    }
    return "is not a known key. [\(section.name)] has \(names.joined(separator: ", "))."
  }

  static func problem(section name: String, value: ConfigValue) -> String {
    let names = ConfigKeys.sections.map(\.name)
    if case .table = value {
      if let close = Suggestions.closest(to: name, among: names) {
        return "is not a known section. Did you mean [\(close)]?"
      }
      return "is not a known section. There are \(names.map { "[\($0)]" }.joined(separator: ", "))."
    }
    let matches = ConfigKeys.all.filter { $0.name == name }.map { "\($0.name) in [\($0.section)]" }
    if !matches.isEmpty {
      return "stands outside of a section. Did you mean \(matches.joined(separator: " or "))?"
    }
    return "stands outside of a section, and is not a known key."
  }

  static func problem(path: String) -> String {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 2, let section = ConfigKeys.sections.first(where: { $0.name == parts[0] }) {
      return problem(key: parts[1], in: section)
    }
    let names = ConfigKeys.all.filter { $0.name == parts.last }.map(\.path)
    if !names.isEmpty { return "is not a known key. Did you mean \(names.joined(separator: " or "))?" }
    if let close = Suggestions.closest(to: path, among: ConfigKeys.all.map(\.path)) {
      return "is not a known key. Did you mean \(close)?"
    }
    return "is not a known key; keys have the form section.key, such as network.N."
  }
}
