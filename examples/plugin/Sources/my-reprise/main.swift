// Connections that get rarer with distance on a ring, and a stimulus that moves around it.
import RepriseCommand

struct Neighbours: StaticConnectivityPlugin {
  let name = "neighbours"

  func staticConnections(_ context: PluginContext) throws -> EdgeList {
    let (count, reach) = (context.neuronCount, try context.options.number("reach", default: 0.05))
    let weight = try context.options.number("weight")
    var edges = EdgeList()
    for pre in 0..<count {
      var random = context.random(pre)
      for post in 0..<count where post != pre {
        let distance = Double(min(abs(pre - post), count - abs(pre - post))) / Double(count)
        guard random.uniform() < max(0, 1 - distance / reach) else { continue }
        edges.append(from: pre, to: post, weight: context.isExcitatory(pre) ? weight : -2 * weight)
      }
    }
    return edges
  }
}

struct MovingStep: StimulusPlugin {
  let name = "moving-step"

  func stimulus(_ context: PluginContext) throws -> TaskValues {
    let (rows, height) = (10, try context.options.number("height", default: 1))
    return TaskValues(tasks: context.taskCount, rows: rows, columns: context.neuronCount) { task, row, neuron in
      (neuron * rows / context.neuronCount + task) % rows == row ? height : 0
    }
  }
}

await Reprise.main(plugins: [Neighbours(), MovingStep()])
