// Connections that get rarer with distance on a ring, and a stimulus that moves around it.
import RepriseCommand
/// Neurons of both classes are spread evenly on a ring of length 1.
func place(_ neuron: Int, _ context: PluginContext) -> Double {
  let count = context.excitatoryCount
  return context.isExcitatory(neuron)
    ? Double(neuron) / Double(count) : Double(neuron - count) / Double(context.neuronCount - count)
}

struct Neighbours: StaticConnectivityPlugin {
  let name = "neighbours"

  func staticConnections(_ context: PluginContext) throws -> EdgeList {
    let (reach, weight) = (try context.options.number("reach"), try context.options.number("weight"))
    var edges = EdgeList()
    for pre in 0..<context.neuronCount {
      var random = context.random(pre)
      for post in 0..<context.neuronCount where post != pre {
        let apart = abs(place(pre, context) - place(post, context))
        guard random.uniform() < max(0, 1 - min(apart, 1 - apart) / reach) else { continue }
        edges.append(from: pre, to: post, weight: context.isExcitatory(pre) ? weight : -4 * weight)
      }
    }
    return edges
  }
}

struct MovingStep: StimulusPlugin {
  let name = "moving-step"

  func stimulus(_ context: PluginContext) throws -> TaskValues {
    let height = try context.options.number("height", default: 1)
    return TaskValues(tasks: context.taskCount, rows: 10, columns: context.neuronCount) {
      (Int(place($2, context) * 10) + $0) % 10 == $1 ? height : 0
    }
  }
}

await Reprise.main(plugins: [Neighbours(), MovingStep()])
