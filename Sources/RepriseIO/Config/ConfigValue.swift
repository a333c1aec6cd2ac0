// Values of a configuration file. Only this file knows the TOML library.
internal import TOMLKit

/// A TOML value, as far as a configuration can use it.
enum ConfigValue: Equatable {
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case string(String)
  case list([ConfigValue])
  case table([String: ConfigValue])
  /// A date or time, which no key takes.
  case date

  /// The value as a message shows it: as TOML text, shortened.
  var found: String {
    switch self {
    case .table: return "a table"
    case .date: return "a date or time"
    case .list(let values) where values.contains { if case .table = $0 { true } else { false } }:
      return "a list of tables"
    default:
      let text = tomlText
      return text.count > 60 ? "\(text.prefix(56)) ..." : text
    }
  }

  private var tomlText: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .string(let value): TOMLText.string(value)
    // More than a message can show would only take time.
    case .list(let values): "[\(values.prefix(30).map(\.found).joined(separator: ", "))]"
    case .table, .date: found
    }
  }
}

/// A syntax error of the TOML library.
struct TOMLSyntaxError: Error {
  let line: Int
  let column: Int?
  let text: String
}

extension ConfigValue {
  /// Parses a TOML document.
  ///
  /// - Throws: `TOMLSyntaxError`. NUL characters, which would end the text in C, must have been refused before.
  static func document(_ text: String, lines: KeyLines? = nil) throws(TOMLSyntaxError) -> [String: ConfigValue] {
    guard let breakage = (lines ?? KeyLines(text)).breakage else { return try parsed(text) }
    // The library only sees what comes before, and may find an earlier error there.
    _ = try parsed(String(decoding: text.utf8.prefix(breakage.start), as: UTF8.self))
    throw TOMLSyntaxError(line: breakage.line, column: nil, text: breakage.problem)
  }

  private static func parsed(_ text: String) throws(TOMLSyntaxError) -> [String: ConfigValue] {
    do {
      return entries(try TOMLTable(string: text))
    } catch let error as TOMLParseError {
      throw TOMLSyntaxError(
        line: error.source.begin.line, column: error.source.begin.column, text: error.description)
    } catch {
      throw TOMLSyntaxError(line: 1, column: 1, text: "\(error)")
    }
  }

  private static func entries(_ table: TOMLTable) -> [String: ConfigValue] {
    var entries: [String: ConfigValue] = [:]
    for key in table.keys {
      if let value = table[key] { entries[key] = ConfigValue(value) }
    }
    return entries
  }

  private init(_ value: any TOMLValueConvertible) {
    switch value.type {
    case .int: self = value.int.map(ConfigValue.integer) ?? .date
    case .double: self = value.double.map(ConfigValue.number) ?? .date
    case .bool: self = value.bool.map(ConfigValue.boolean) ?? .date
    case .string: self = value.string.map(ConfigValue.string) ?? .date
    case .array: self = .list((value.array.map(Array.init) ?? []).map { ConfigValue($0) })
    case .table: self = .table(value.table.map(Self.entries) ?? [:])
    case .date, .time, .dateTime: self = .date
    }
  }
}
