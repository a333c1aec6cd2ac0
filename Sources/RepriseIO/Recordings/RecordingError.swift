// What can be wrong with spike times, their trials, and what was asked of them.

/// Spikes or trials that firing rates cannot be made from, or options that do not fit them.
public struct RecordingError: Error, Equatable, CustomStringConvertible {
  /// The file, with the dataset or line where there is one, or the option.
  public let place: String
  /// What was found there, what is needed, and what to do.
  public let sentence: String
  /// True where an option is wrong whatever the file holds.
  public let isUsage: Bool

  init(_ place: String, _ sentence: String, isUsage: Bool = false) {
    self.place = place
    self.sentence = sentence
    self.isUsage = isUsage
  }

  public var description: String { "\(place) \(sentence)" }
}

/// A count with its noun, as `1 trial` or `20 trials`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// The first of some names, and how many more there are.
func listed(_ names: [String], most: Int = 12) -> String {
  names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
}
