// Writes parameters as a configuration file.
public import RepriseModel

/// Writes `reprise.toml`. What it writes is read back by `ConfigReader` as exactly the same parameters.
public enum ConfigTemplate {
  /// A complete, commented file: defaults are commented out, everything else is active.
  ///
  /// - Parameters:
  ///   - parameters: What the file shall say. They should be valid; else the text is not read back.
  ///   - changed: Keys, such as `network.N`, that are active although they have their default.
  ///   - folder: The folder the file will be in; paths inside it are written relative to it.
  public static func commented(
    _ parameters: Parameters, highlighting changed: Set<String> = [], folder: String = ""
  ) -> String {
    let writer = TemplateWriter(parameters: parameters, folder: folder)
    let sections = ConfigKeys.sections.map { section in
      "# \(section.documentation)\n[\(section.name)]\n\(writer.lines(of: section, changed: changed))"
    }
    return ([introduction] + sections).joined(separator: "\n")
  }

  /// Every value that is set, without comments: a record of the parameters that were used.
  public static func dump(_ parameters: Parameters, folder: String = "") -> String {
    ConfigKeys.sections.map { section in
      let lines = section.keys.compactMap { key in
        key.write(parameters, folder).map { "\(key.name) = \($0)\n" }
      }
      return "[\(section.name)]\n\(lines.joined())"
    }.joined(separator: "\n")
  }

  private static let introduction = """
    # Parameters of a Reprise network.
    #
    # Lines that begin with "# " and a key show its default; remove the "# " to change it.
    # Numbers are in the unit that the comment gives. A text may give another one: "100 us", "0.01 s", "2.5 kHz".

    """
}

private struct TemplateWriter {
  /// Values longer than this do not push the comments of their section to the right.
  private static let widestColumn = 32

  let parameters: Parameters
  let folder: String
  private let defaults = Parameters()
  /// What values are derived from where they are unset; out-of-range numbers could not be derived from.
  private let derivable: Parameters

  init(parameters: Parameters, folder: String) {
    self.parameters = parameters
    self.folder = folder
    derivable = parameters.validate().isEmpty ? parameters : Parameters()
  }

  func lines(of section: ConfigSection, changed: Set<String>) -> String {
    let rows = section.keys.map { (key: $0, text: assignment($0, changed: changed)) }
    let column = rows.map(\.text.count).filter { $0 <= Self.widestColumn }.max() ?? 0
    return rows.map { row in
      let comment = "# \(Self.comment(row.key))"
      // A list in several lines leaves no room behind it.
      if row.text.contains("\n") { return "\(comment)\n\(row.text)\n" }
      let padding = String(repeating: " ", count: max(0, column - row.text.count))
      return "\(row.text)\(padding)  \(comment)\n"
    }.joined()
  }

  private func assignment(_ key: ConfigKey, changed: Set<String>) -> String {
    guard let value = key.write(parameters, folder) else { return "# \(key.name) = \(key.unset(derivable))" }
    let isActive = value != key.write(defaults, folder) || changed.contains(key.path)
    return "\(isActive ? "" : "# ")\(key.name) = \(value)"
  }

  private static func comment(_ key: ConfigKey) -> String {
    key.unit.map { "\($0.symbol.hasPrefix("/") ? "1" : "")\($0.symbol), \(key.documentation)" } ?? key.documentation
  }
}
