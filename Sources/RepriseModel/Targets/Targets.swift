// What the currents of neurons shall follow.

/// Target currents, one set per task.
public struct Targets: Sendable, Equatable {
  public let taskCount: Int
  public let rowCount: Int
  /// The neurons that have targets, in the order of the columns.
  public let neurons: NeuronSubset
  /// Recorded unit of each column, counted among the selected ones; empty where targets are of no recording.
  public let units: [UInt32]
  /// Shape [task, row, column].
  public let values: [Float]

  public init(taskCount: Int, rowCount: Int, neurons: NeuronSubset, units: [UInt32] = [], values: [Float]) {
    precondition(values.count == taskCount * rowCount * neurons.count, "targets have the wrong number of values")
    precondition(units.isEmpty || units.count == neurons.count, "a unit for each neuron that has targets")
    self.taskCount = taskCount
    self.rowCount = rowCount
    self.neurons = neurons
    self.units = units
    self.values = values
  }

  /// Targets of neurons 0 ..< `neuronCount`.
  public init(taskCount: Int, rowCount: Int, neuronCount: Int, values: [Float]) {
    self.init(taskCount: taskCount, rowCount: rowCount, neurons: .first(neuronCount), values: values)
  }

  public static let none = Targets(taskCount: 0, rowCount: 0, neurons: .none, values: [])

  /// Number of neurons that have targets.
  public var neuronCount: Int { neurons.count }

  /// All columns in row 1, 2, ... of a task.
  public func row(_ row: Int, task: Int) -> ArraySlice<Float> {
    let start = (task * rowCount + row - 1) * neuronCount
    return values[start..<(start + neuronCount)]
  }

  public func value(task: Int, row: Int, column: Int) -> Float {
    values[(task * rowCount + row - 1) * neuronCount + column]
  }

  /// - Precondition: The neuron has targets.
  public func value(task: Int, row: Int, neuron: Int) -> Float {
    guard let column = neurons.row(of: neuron) else { preconditionFailure("neuron \(neuron) has no targets") }
    return value(task: task, row: row, column: column)
  }

  /// Numbers of columns as numbers of neurons; nan for neurons that have no targets.
  public func byNeuron(_ values: [Double], neuronCount: Int) -> [Double] {
    guard neurons.count < neuronCount else { return values }
    var all = [Double](repeating: .nan, count: neuronCount)
    for (column, value) in values.enumerated() { all[neurons[column]] = value }
    return all
  }

  /// The recorded unit that a neuron stands for; nil without any.
  public func unit(of neuron: Int) -> Int? {
    guard !units.isEmpty, let column = neurons.row(of: neuron) else { return nil }
    return Int(units[column])
  }
}
