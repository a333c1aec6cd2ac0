// Which task is trained in which loop.
internal import RepriseCore
public import RepriseModel

/// The order of tasks over loops 1, 2, ...; a function of the seed, so a resumed run goes on as it would have.
public struct TaskSchedule: Sendable {
  private let order: TrialParameters.TaskOrder
  private let taskCount: Int
  private let seed: UInt64
  private let list: [Int]?

  /// The order of a network: the tasks that it was given, or those of `trial.schedule`, or `trial.task_order`.
  public init(_ network: Network) {
    self.init(
      network.parameters, taskCount: network.targets.taskCount,
      list: network.schedule ?? network.parameters.trial.schedule)
  }

  /// - Parameter list: Tasks of loops 1, 2, ..., which begin anew when all are done.
  public init(_ parameters: Parameters, taskCount: Int, list: [Int]? = nil) {
    self.list = list
    order = parameters.trial.taskOrder
    self.taskCount = max(taskCount, 1)
    seed = parameters.network.seed
  }

  public func task(ofLoop loop: Int) -> Int {
    if let list, !list.isEmpty { return list[(loop - 1) % list.count] }
    let (pass, position) = (loop - 1).quotientAndRemainder(dividingBy: taskCount)
    guard order == .random, taskCount > 1 else { return position }
    var stream = RandomStream(seed: seed, purpose: .taskOrder, index: pass)
    var tasks = Array(0..<taskCount)
    for i in 0..<(taskCount - 1) {
      tasks.swapAt(i, i + Int(stream.uniform(below: UInt32(taskCount - i))))
    }
    return tasks[position]
  }
}
