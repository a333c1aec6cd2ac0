// Which axis of a dataset is time.
internal import RepriseModel

/// A shape whose axes have a meaning.
struct RecordedAxes: Equatable {
  enum Axis {
    case row, unit, task
  }

  /// `timeFirst` or `timeLast`.
  let order: TargetParameters.AxisOrder
  let rowCount: Int
  let unitCount: Int
  let taskCount: Int
  /// Distance in elements between neighbours.
  let rowStride: Int
  let unitStride: Int
  let taskStride: Int
  /// The axis in which the dataset is read block by block.
  let leading: Axis

  /// - Parameter shape: Of two or three dimensions.
  init(_ shape: [Int], timeFirst: Bool) {
    let hasTasks = shape.count == 3
    if timeFirst {
      order = .timeFirst
      (rowCount, unitCount, taskCount) = (shape[0], shape[1], hasTasks ? shape[2] : 1)
      (rowStride, unitStride, taskStride) = (unitCount * taskCount, taskCount, 1)
      leading = .row
    } else {
      order = .timeLast
      (taskCount, unitCount, rowCount) = (hasTasks ? shape[0] : 1, shape[shape.count - 2], shape[shape.count - 1])
      (taskStride, unitStride, rowStride) = (unitCount * rowCount, rowCount, 1)
      leading = hasTasks ? .task : .unit
    }
  }

  /// The rows, units or tasks of `indices` that lie in a block of the leading axis.
  func inBlock(_ axis: Axis, _ block: Range<Int>, _ indices: [Int]) -> [(position: Int, index: Int)] {
    let all = indices.enumerated().map { (position: $0.offset, index: $0.element) }
    return axis == leading ? all.filter { block.contains($0.index) } : all
  }
}

extension RecordedSource {
  /// Decides which axis is time.
  func axes(expecting: RecordedMatrix.Expectation?) throws(RecordedMatrixError) -> RecordedAxes {
    let shape = dataset.shape
    let first = RecordedAxes(shape, timeFirst: true)
    let last = RecordedAxes(shape, timeFirst: false)
    // Rates that Reprise wrote are in the order of their axes, even where there are as many conditions as rows.
    let isOwn = (try? FileFormat.kind(of: file)) == .rates
    let order = isOwn && request.axisOrder == .auto ? .timeFirst : request.axisOrder
    guard let expecting else {
      switch order {
      case .timeFirst: return first
      case .timeLast: return last
      case .auto: return looksLikeTimeLast ? last : first
      }
    }
    var fitting =
      switch order {
      case .timeFirst: [first]
      case .timeLast: [last]
      case .auto: [first, last]
      }
    let guess = fitting.count == 1 ? fitting[0] : looksLikeTimeLast ? last : first
    fitting = fitting.filter { $0.rowCount == expecting.rowCount }
    if let count = expecting.unitCount, request.select == nil, fitting.contains(where: { $0.unitCount == count }) {
      fitting = fitting.filter { $0.unitCount == count }
    }
    guard fitting.count < 2 else { throw error(.ambiguousAxes(shape: shape, rowCount: expecting.rowCount)) }
    guard let found = fitting.first else {
      throw error(
        .wrongRows(
          found: guess.rowCount, shape: shape, isGuessed: request.axisOrder == .auto,
          binMilliseconds: binMilliseconds, needed: expecting))
    }
    return found
  }

  /// Julia writes time last; where the file has attributes of units, their number tells more than its name.
  private var looksLikeTimeLast: Bool {
    let shape = dataset.shape
    if shape.count == 2, shape[0] != shape[1] {
      let hasFirst = (try? unitAttributes(count: shape[0]))?.isEmpty == false
      let hasLast = (try? unitAttributes(count: shape[1]))?.isEmpty == false
      if hasFirst != hasLast { return hasFirst }
    }
    return request.file.hasSuffix(".jld2")
  }
}
