// Keys of neurons that a text describes.
internal import RepriseModel

extension ConfigKey {
  /// A file with the text of a cell model.
  static func cellFile(_ path: String, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation) { (value, parameters, reading) throws(ConfigProblem) in
      let name = try value.text()
      guard !name.isEmpty else { return }
      let file = FilePath.resolve(name, in: reading.folder)
      // With the file gone, the text is what it was.
      if let stored = reading.stored, !stored.cell.text.isEmpty, !FilePath.exists(file) {
        parameters.cell.text = stored.cell.text
      } else {
        parameters.cell.text = try cellText(of: file, written: value)
      }
      parameters.cell.file = file
      try requireModel(parameters, "is \(value.found)")
    } write: { parameters, folder in
      parameters.cell.file.map { TOMLText.string(FilePath.relative($0, to: folder)) }
    }
  }

  /// The text itself.
  static func cellText(_ path: String, other: String, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation) { (value, parameters, _) throws(ConfigProblem) in
      let text = try value.text()
      guard !text.isEmpty else { return }
      guard parameters.cell.file == nil else {
        throw ConfigProblem("is there beside \(other): one of them is needed.")
      }
      parameters.cell.text = text
      try requireModel(parameters, "has a mistake in it")
    } write: { parameters, _ in
      parameters.cell.text.isEmpty || parameters.cell.file != nil || parameters.cell.given.isGiven
        ? nil : TOMLText.string(parameters.cell.text)
    }
  }

  private static func requireModel(_ parameters: Parameters, _ what: String) throws(ConfigProblem) {
    if let mistake = parameters.cell.mistake { throw ConfigProblem("\(what); \(mistake)") }
  }

  private static func cellText(of file: String, written: ConfigValue) throws(ConfigProblem) -> String {
    do throws(ConfigMistake) {
      let text = try ConfigSource.text(of: file)
      guard !text.allSatisfy(\.isWhitespace) else { throw ConfigMistake(source: file, problem: "the file is empty.") }
      return text
    } catch {
      throw ConfigProblem("= \(written.found) cannot be read: \(error.problem)")
    }
  }

  /// Values by name, each as `perClassOrNeuron` has them.
  static func cellValues(_ path: String, _ documentation: String) -> ConfigKey {
    ConfigKey(path, documentation, unset: { _ in "{}" }) { (value, parameters, reading) throws(ConfigProblem) in
      guard case .table(let table) = value else {
        throw ConfigProblem(value, mustBe: "a table, such as { tau_m = 10 }")
      }
      for (name, value) in table.sorted(by: { $0.key < $1.key }) {
        do throws(ConfigProblem) {
          parameters.cell.values[name] = try value.perClassOrNeuron(nil, reading) { stored in
            stored.cell.values[name] ?? .each([])
          }
        } catch {
          throw ConfigProblem("has a mistake: \(name) \(error.text)")
        }
      }
    } write: { parameters, _ in
      let values = parameters.cell.values.sorted { $0.key < $1.key }
      guard !values.isEmpty else { return nil }
      // A table within braces has one line.
      let entries = values.map { "\(TOMLText.string($0.key)) = \($0.value.tomlText.replacing("\n", with: " "))" }
      return "{ \(entries.joined(separator: ", ")) }"
    }
  }
}
