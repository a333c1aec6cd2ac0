// Recorded rates or target currents from an HDF5 file: what is asked for, and what is got.
// Finding the dataset and its axes is in RecordedSource.swift.
internal import RepriseCore
public import RepriseModel

/// Recorded firing rates (Hz) or target currents, one row for each update of the weights.
public struct RecordedMatrix: Sendable, Equatable {
  public enum Kind: Sendable {
    case currents
    /// Firing rates in Hz, which are 0 or more.
    case rates
  }

  public let rowCount: Int
  public let neuronCount: Int
  public let taskCount: Int
  /// Shape `[taskCount, rowCount, neuronCount]`, the last running fastest.
  public let values: [Float]
  /// Time between rows as the file has it (attribute `bin_ms`), ms.
  public let binMilliseconds: Double?
  /// Index in the file, from 0, of each unit that was selected.
  public let unitIndices: [Int]
  /// The dataset that was read.
  public let datasetPath: String
  /// Attributes of the selected units.
  public let unitAttributes: [UnitAttribute]

  /// The value of one neuron in one row of one task.
  public subscript(task task: Int, row row: Int, neuron neuron: Int) -> Float {
    values[(task * rowCount + row) * neuronCount + neuron]
  }

  /// What to read.
  public struct Request: Sendable, Equatable {
    public var file: String
    /// nil: the one dataset that can be meant.
    public var dataset: String?
    public var kind: Kind
    public var axisOrder: TargetParameters.AxisOrder
    /// Condition on attributes of the units; nil: all units.
    public var select: String?
    /// Tasks of the file to use, in this order, from 0; nil: all.
    public var tasks: [Int]?

    /// - Parameter file: A path, or `PATH:/DATASET` where no dataset is given.
    public init(
      file: String, dataset: String? = nil, kind: Kind, axisOrder: TargetParameters.AxisOrder = .auto,
      select: String? = nil, tasks: [Int]? = nil
    ) {
      (self.file, self.dataset) = dataset == nil ? Self.split(file) : (file, dataset)
      self.kind = kind
      self.axisOrder = axisOrder
      self.select = select
      self.tasks = tasks
    }

    /// What the `[targets]` section asks for; nil where the targets come from no file.
    public init?(_ targets: TargetParameters) {
      guard let file = targets.file, targets.source != .sinusoids else { return nil }
      self.init(
        file: file, dataset: targets.dataset, kind: targets.source == .rates ? .rates : .currents,
        axisOrder: targets.axisOrder, select: targets.select, tasks: targets.tasks)
    }

    /// Splits `PATH:/DATASET` at the last ":/".
    static func split(_ text: String) -> (file: String, dataset: String?) {
      guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return (text, nil) }
      let dataset = text[text.index(after: colon)...]
      guard dataset.hasPrefix("/"), dataset.count > 1 else { return (text, nil) }
      return (String(text[..<colon]), String(dataset))
    }
  }

  /// The rows that the trial needs.
  public struct Expectation: Sendable, Equatable {
    public var rowCount: Int
    /// `learning.every`, ms.
    public var learningInterval: Double
    /// `trial.train_duration`, ms.
    public var trainDuration: Double
    /// Number of units where it is known; used only to tell the axes apart, and only without `select`.
    public var unitCount: Int?

    public init(rowCount: Int, learningInterval: Double, trainDuration: Double, unitCount: Int? = nil) {
      self.rowCount = rowCount
      self.learningInterval = learningInterval
      self.trainDuration = trainDuration
      self.unitCount = unitCount
    }

    /// What `parameters` need.
    public init(_ parameters: Parameters, unitCount: Int? = nil) {
      self.init(
        rowCount: parameters.clock.rowCount, learningInterval: parameters.learning.interval,
        trainDuration: parameters.trial.trainDuration, unitCount: unitCount)
    }
  }

  /// What a file has, without its values.
  public struct Summary: Sendable, Equatable {
    public let datasetPath: String
    /// Lengths of the axes in the order of C.
    public let shape: [Int]
    /// The order that was asked for or found; never `auto`.
    public let axisOrder: TargetParameters.AxisOrder
    public let rowCount: Int
    /// Units in the file.
    public let unitCount: Int
    /// Units that the selection leaves.
    public let selectedUnitCount: Int
    /// Tasks in the file.
    public let taskCount: Int
    /// Attribute `bin_ms`, ms.
    public let binMilliseconds: Double?
    /// Names of the datasets with one value for each unit, on which a selection can depend.
    public let unitAttributes: [String]
  }

  /// Reads the selected units and tasks and checks every value.
  ///
  /// - Throws: ``RecordedMatrixError``.
  public static func read(_ request: Request, expecting: Expectation) throws(RecordedMatrixError) -> RecordedMatrix {
    let source = try RecordedSource(request)
    let axes = try source.axes(expecting: expecting)
    try source.checkBin(axes, expecting)
    let units = try source.selectedUnits(axes)
    let tasks = try source.selectedTasks(axes)
    let values = try source.values(axes, units: units, tasks: tasks)
    try source.checkValues(values, axes, units: units, tasks: tasks)
    return RecordedMatrix(
      rowCount: axes.rowCount, neuronCount: units.count, taskCount: tasks.count, values: values,
      binMilliseconds: source.binMilliseconds, unitIndices: units, datasetPath: source.dataset.path,
      unitAttributes: try source.attributeValues(axes, units: units))
  }

  /// Finds out what a file has without reading its values.
  ///
  /// Without an expectation, an order of axes that is not given is guessed: from the length of datasets with one value
  /// per unit where they fit one axis of two, else time is last in Julia's `.jld2` files and first in others.
  ///
  /// - Throws: ``RecordedMatrixError``.
  public static func inspect(
    _ request: Request, expecting: Expectation? = nil
  ) throws(RecordedMatrixError) -> Summary {
    let source = try RecordedSource(request)
    let axes = try source.axes(expecting: expecting)
    let units = try source.selectedUnits(axes)
    _ = try source.selectedTasks(axes)
    return Summary(
      datasetPath: source.dataset.path, shape: source.dataset.shape, axisOrder: axes.order, rowCount: axes.rowCount,
      unitCount: axes.unitCount, selectedUnitCount: units.count, taskCount: axes.taskCount,
      binMilliseconds: source.binMilliseconds,
      unitAttributes: try source.unitAttributes(count: axes.unitCount).map { $0.name })
  }
}
