// Reads numbers by task, time and neuron.
public import RepriseModel

/// Files of currents, rates and weights that are given.
public enum TaskValuesFile {
  /// What a dataset holds, and what its axes are.
  public enum Kind: String, Sendable {
    /// [task, time, neuron] or [task, neuron].
    case stimulus
    /// [task, time, neuron] or [time, neuron].
    case rates
    /// [neuron, L_X] or [L_X].
    case weights

    var axes: String {
      switch self {
      case .stimulus: "[task, time, neuron] or [task, neuron]"
      case .rates: "[task, time, neuron] or [time, neuron]"
      case .weights: "[neuron, feed-forward neuron] or [feed-forward neuron]"
      }
    }

    /// (tasks, rows, columns) of a shape.
    func shape(_ shape: [Int]) -> (tasks: Int, rows: Int, columns: Int)? {
      switch (self, shape.count) {
      case (.stimulus, 3), (.rates, 3): (shape[0], shape[1], shape[2])
      case (.stimulus, 2): (shape[0], 1, shape[1])
      case (.rates, 2), (.weights, 2): (1, shape[0], shape[1])
      case (.weights, 1): (1, 1, shape[0])
      default: nil
      }
    }
  }

  /// - Parameter dataset: nil: `/stimulus`, `/rates` or `/weights`.
  /// - Throws: ``HDF5Error``, or ``GivenError`` where the axes are others.
  public static func read(_ path: String, dataset name: String?, _ kind: Kind) throws -> TaskValues {
    let (dataset, shape) = try open(path, name, kind)
    return TaskValues(
      taskCount: shape.tasks, rowCount: shape.rows, columnCount: shape.columns, values: try dataset.read())
  }

  /// Numbers that a dataset holds, and its tasks.
  public static func size(_ path: String, dataset name: String?, _ kind: Kind) throws -> (values: Int, tasks: Int) {
    let (dataset, shape) = try open(path, name, kind)
    return (dataset.count, shape.tasks)
  }

  private static func open(
    _ path: String, _ name: String?, _ kind: Kind
  ) throws -> (HDF5Dataset, (tasks: Int, rows: Int, columns: Int)) {
    let dataset = try HDF5File(reading: path).dataset(name ?? "/" + kind.rawValue)
    guard dataset.elementType.isNumeric else {
      throw GivenError(
        "\(path):\(dataset.path)", "the dataset is of \(dataset.elementType), but numbers are needed.")
    }
    guard let shape = kind.shape(dataset.shape), shape.tasks > 0, shape.rows > 0, shape.columns > 0 else {
      throw GivenError(
        "\(path):\(dataset.path)", "the shape is \(formatShape(dataset.shape)), but \(kind.axes) is needed.")
    }
    return (dataset, shape)
  }
}
