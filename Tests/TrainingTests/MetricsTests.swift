// Correlations against the textbook formula, and the order of tasks.
import RepriseCore
import RepriseModel
import RepriseTestSupport
import Testing

@testable import RepriseTraining

@Suite struct MetricsTests {
  private func naive(_ a: [Double], _ b: [Double]) -> Double {
    let (x, y) = (mean(a), mean(b))
    let product = zip(a, b).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / Double(a.count)
    return product / (variance(a) * variance(b)).squareRoot()
  }

  @Test(arguments: [0, 1e3, -1e6]) func correlationOfLists(offset: Double) {
    var random = TestRandom(1)
    let a = (0..<200).map { _ in random.uniform(-1...1) }
    let b = a.map { 0.5 * $0 + random.uniform(-1...1) }
    let shifted = a.map { $0 + offset }
    #expect(abs(correlation(shifted, b) - naive(a, b)) < 1e-8)
    #expect(abs(correlation(a, a) - 1) < 1e-12)
    #expect(abs(correlation(a, a.map { -3 * $0 + 1 }) + 1) < 1e-12)
    #expect(correlation(a, Array(repeating: 2, count: 200)).isNaN)
    #expect(correlation([Double](), [Double]()).isNaN)
  }

  @Test func correlationOfEachNeuronWithItsTarget() {
    var random = TestRandom(2)
    let (tasks, rows, neurons) = (3, 20, 7)
    let values = (0..<(tasks * rows * neurons)).map { _ in random.float(-1...1) }
    let targets = Targets(taskCount: tasks, rowCount: rows, neuronCount: neurons, values: values)
    var means = (0..<(rows * neurons)).map { _ in random.float(-1...1) }
    for row in 0..<rows { means[row * neurons + 3] = 0.25 }
    for task in 0..<tasks {
      let currents = means
      let fit = TargetFit(targets, neuronCount: neurons, task: task, threads: 2) { neuron, means in
        for row in 0..<rows { means[row] = currents[row * neurons + neuron] }
      }
      let found = fit.correlations
      #expect(fit.isFinite)
      #expect(found.count == neurons)
      for neuron in 0..<neurons where neuron != 3 {
        let current = (0..<rows).map { Double(means[$0 * neurons + neuron]) }
        let target = (0..<rows).map { Double(targets.value(task: task, row: $0 + 1, neuron: neuron)) }
        #expect(abs(found[neuron] - naive(current, target)) < 1e-12)
      }
      #expect(found[3].isNaN)
    }
  }

  @Test func meanLeavesOutWhatIsNoNumber() {
    #expect(meanOfNumbers([1, .nan, 3]) == 2)
    #expect(meanOfNumbers([.nan]).isNaN)
    #expect(meanOfNumbers([]).isNaN)
  }
}

@Suite struct TaskScheduleTests {
  @Test func inTurn() {
    let schedule = TaskSchedule(Parameters(), taskCount: 3)
    #expect((1...7).map(schedule.task) == [0, 1, 2, 0, 1, 2, 0])
    #expect((1...3).map(TaskSchedule(Parameters(), taskCount: 1).task) == [0, 0, 0])
  }

  @Test(arguments: [2, 3, 10]) func randomOrderVisitsEachTaskOncePerPass(taskCount: Int) {
    var parameters = Parameters()
    parameters.trial.taskOrder = .random
    let schedule = TaskSchedule(parameters, taskCount: taskCount)
    var orders: Set<[Int]> = []
    for pass in 0..<200 {
      let order = (1...taskCount).map { schedule.task(ofLoop: pass * taskCount + $0) }
      #expect(order.sorted() == Array(0..<taskCount))
      orders.insert(order)
    }
    #expect(orders.count == (taskCount == 10 ? 200 : taskCount == 3 ? 6 : 2))
    #expect((1...50).map(schedule.task) == (1...50).map(TaskSchedule(parameters, taskCount: taskCount).task))
  }

  @Test func randomOrdersAreEquallyLikely() {
    var parameters = Parameters()
    parameters.trial.taskOrder = .random
    let schedule = TaskSchedule(parameters, taskCount: 3)
    var counts: [[Int]: Int] = [:]
    for pass in 0..<3000 { counts[(1...3).map { schedule.task(ofLoop: pass * 3 + $0) }, default: 0] += 1 }
    #expect(abs(chiSquareDeviation(Array(counts.values))) < 4.5)
  }

  @Test func orderDependsOnTheSeed() {
    var parameters = Parameters()
    parameters.trial.taskOrder = .random
    let first = TaskSchedule(parameters, taskCount: 10)
    parameters.network.seed = 2
    let second = TaskSchedule(parameters, taskCount: 10)
    #expect((1...10).map(first.task) != (1...10).map(second.task))
  }
}
