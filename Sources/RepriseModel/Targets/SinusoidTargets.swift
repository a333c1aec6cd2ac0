// Sinusoidal targets around each neuron's own mean current.
internal import RepriseCore
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension Targets {
  /// f(t) = A sin(2 pi (t - phase) / period) + mean untrained current + bias, per neuron that learns and task
  /// (docs/equations.md, T1).
  public static func sinusoids(_ parameters: Parameters, meanCurrents: [Double], threads: Int) -> Targets {
    let clock = parameters.clock
    let learners = parameters.trainedNeurons()
    let (tasks, rows, count) = (parameters.targets.taskCount, clock.rowCount, learners.count)
    var values = [Float](repeating: 0, count: tasks * rows * count)
    values.withUnsafeMutableBufferPointer { buffer in
      let out = SharedPointer(buffer.baseAddress!)
      parallelRanges(count, threads: threads) { columns in
        for task in 0..<tasks {
          for column in columns {
            let neuron = learners[column]
            let bias = targetBias(parameters, neuron: neuron, task: task)
            var stream = RandomStream(
              seed: parameters.network.seed, purpose: .targetPhase, index: neuron, trial: task)
            let phase = parameters.targets.period * stream.uniform()
            for row in stride(from: 1, through: rows, by: 1) {
              let time = clock.milliseconds(clock.step(ofRow: row))
              let wave = sin(2 * Double.pi * (time - phase) / parameters.targets.period)
              out[(task * rows + row - 1) * count + column] = Float(
                parameters.targets.amplitude * wave + meanCurrents[neuron] + bias[row - 1])
            }
          }
        }
      }
    }
    return Targets(taskCount: tasks, rowCount: rows, neurons: learners, values: values)
  }

  /// What is added to a neuron's sinusoid in each row (docs/equations.md, T2).
  private static func targetBias(_ parameters: Parameters, neuron: Int, task: Int) -> [Double] {
    let rows = parameters.clock.rowCount
    let size = parameters.targets.biasAmplitude
    switch parameters.targets.bias {
    case .none:
      return Array(repeating: 0, count: rows)
    case .ramp:
      // Flat in the first half of the window, then rising to its full height.
      return stride(from: 1, through: rows, by: 1).map { size * max(0, 2 * Double($0) / Double(rows) - 1) }
    case .ou:
      // Exact steps of a process with the stationary deviation `size` and a correlation time of 400 ms.
      var stream = RandomStream(seed: parameters.network.seed, purpose: .targetBias, index: neuron, trial: task)
      let decay = exp(-parameters.learning.interval / 400)
      var x = size * stream.normal()
      let kick = size * (1 - decay * decay).squareRoot()
      var values: [Double] = []
      for _ in 0..<rows {
        values.append(x)
        x = decay * x + kick * stream.normal()
      }
      return values
    }
  }
}
