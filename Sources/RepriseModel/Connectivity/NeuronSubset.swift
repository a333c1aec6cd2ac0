// Some neurons of a network, and where arrays that hold these alone have each of them.

/// Neurons in ascending order. Arrays "by row" have one row for each of them, in this order.
public struct NeuronSubset: Sendable, Equatable {
  /// Neuron of each row.
  public let neurons: [UInt32]
  /// Row of each neuron up to the last one; -1: none.
  private let rows: [Int32]

  /// - Precondition: The neurons ascend.
  public init(_ neurons: [UInt32]) {
    self.neurons = neurons
    var rows = [Int32](repeating: -1, count: Int(neurons.last.map { $0 + 1 } ?? 0))
    for (row, neuron) in neurons.enumerated() {
      precondition(row == 0 || neurons[row - 1] < neuron, "neurons of a subset ascend")
      rows[Int(neuron)] = Int32(row)
    }
    self.rows = rows
  }

  public init(_ neurons: some Sequence<Int>) { self.init(neurons.map { UInt32($0) }) }

  /// Neurons 0 ..< `count`.
  public static func first(_ count: Int) -> NeuronSubset { NeuronSubset(0..<count) }

  public static let none = NeuronSubset([UInt32]())

  public var count: Int { neurons.count }
  public var isEmpty: Bool { neurons.isEmpty }

  /// The neuron of a row.
  public subscript(row: Int) -> Int { Int(neurons[row]) }

  /// nil for neurons that are not in it.
  public func row(of neuron: Int) -> Int? {
    neuron < rows.count && rows[neuron] >= 0 ? Int(rows[neuron]) : nil
  }

  public func contains(_ neuron: Int) -> Bool { row(of: neuron) != nil }

  /// Rows of those that are in a range of neurons.
  public func rows(of range: Range<Int>) -> Range<Int> {
    func firstRow(from neuron: Int) -> Int {
      var (low, high) = (0, neurons.count)
      while low < high {
        let middle = (low + high) / 2
        if Int(neurons[middle]) < neuron { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return firstRow(from: range.lowerBound)..<firstRow(from: range.upperBound)
  }

  /// Those that are not in another.
  public func subtracting(_ other: NeuronSubset) -> NeuronSubset {
    NeuronSubset(neurons.filter { !other.contains(Int($0)) })
  }
}
