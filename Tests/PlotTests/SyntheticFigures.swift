// Figures of made-up data that look like real ones, so that a person can judge them too.

import Glibc
import ReprisePlot

/// A small generator (SplitMix64), so that figures are the same in every run.
struct Noise {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Uniform between 0 and 1.
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
  }

  mutating func normal() -> Double { (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform()) }
}

enum Synthetic {
  static func learningCurve(taskCount: Int, loopCount: Int) -> LearningCurveFigure {
    var noise = Noise(seed: 1)
    return LearningCurveFigure(
      points: (0..<loopCount).map { loop in
        let task = loop % taskCount
        let progress = 1 - exp(-Double(loop) / Double(loopCount) * 5)
        return LearningCurveFigure.Point(
          loop: loop, task: task,
          correlation: loop % 50 == 7 ? .nan : 0.05 + (0.85 - 0.06 * Double(task)) * progress + 0.02 * noise.normal(),
          rateHz: 4 + 3 * progress + 0.3 * Double(task) + 0.15 * noise.normal(), seconds: 2.1)
      })
  }

  static func synapticInput(panelCount: Int) -> SynapticInputFigure {
    var noise = Noise(seed: 2)
    let times = (0..<150).map { Double($0) * 0.02 - 1 }
    let panels = (0..<panelCount).map { index in
      let phase = noise.uniform() * 6
      let target = times.map { $0 < 0 ? 0.4 : 0.4 + 0.6 * sin(4 * $0 + phase) * (1 + 0.2 * Double(index % 3)) }
      let trials = (0..<20).map { _ in
        var state = 0.0
        return target.map { value in
          state = 0.9 * state + 0.12 * noise.normal()
          return value * 0.9 + state
        }
      }
      return SynapticInputFigure.Panel(
        neuron: index == 1 ? "s03_unit_1024" : "\(index * 37)", task: "\(index % 3)",
        correlation: 0.95 - 0.03 * Double(index), target: target, trials: trials)
    }
    return SynapticInputFigure(panels: panels, times: times, stimulus: -0.5...0)
  }

  static func rates(taskCount: Int, neuronCount: Int) -> RatesFigure {
    var noise = Noise(seed: 3)
    let times = (0..<100).map { 0.005 + 0.01 * Double($0) }
    let tasks = (0..<taskCount).map { task in
      var recorded: [[Double]] = []
      var model: [[Double]] = []
      for _ in 0..<neuronCount {
        let peak = pow(noise.uniform(), 1.5) * 1.1 - 0.05
        let width = 0.05 + 0.15 * noise.uniform()
        let mean = exp(0.9 + 1.1 * noise.normal())
        let fidelity = 0.6 + 0.4 * noise.uniform()
        let shape = times.map { mean * (0.3 + exp(-pow(($0 - peak) / width, 2))) }
        recorded.append(shape.map { max(0, $0 * (1 + 0.08 * noise.normal())) })
        let gain = exp(0.15 * noise.normal())
        var drift = 0.0
        model.append(
          shape.map { value in
            drift = 0.85 * drift + 0.2 * noise.normal()
            return max(0, gain * (fidelity * value + (1 - fidelity) * mean * (1 + drift)))
          })
      }
      return RatesFigure.Task(
        name: taskCount == 1 ? "" : "Task \(task): contrast_\(task)", recorded: recorded, model: model)
    }
    return RatesFigure(tasks: tasks, times: times)
  }

  static func experiment(groupCount: Int) -> ExperimentFigure {
    var noise = Noise(seed: 5)
    let times = (0..<200).map { 0.005 + 0.01 * Double($0) }
    let groups = (0..<groupCount).map { index in
      let plain = times.map { ($0 > 0.8 && $0 < 1 ? 60 : 6) + noise.normal() }
      let effect = index == 0 ? -6 : 1.5 * noise.normal()
      let perturbed = zip(times, plain).map { $0 > 1.2 && $0 < 1.6 ? max(0, $1 + effect) : $1 }
      return ExperimentFigure.Group(
        name: index == 0 ? "area=CA1" : index == 1 ? "others" : "brain_area=Area number \(index)",
        neuronCount: 100 + index, unperturbed: plain, perturbed: perturbed, rateChange: effect,
        correlationChange: index == 3 ? .nan : -0.02 * Double(index))
    }
    return ExperimentFigure(groups: groups, times: times, window: 1.2...1.6, perturbation: "Silenced")
  }

  static func fit(groupCount: Int, panelCount: Int) -> FitFigure {
    var noise = Noise(seed: 6)
    let panels = (0..<panelCount).map { panel in
      FitFigure.Panel(
        title: "Metric \(panel) (r)", isCorrelation: panel < 4,
        values: (0..<groupCount).map { group in
          (0..<50).map { _ in panel < 4 ? min(1, 0.4 + 0.2 * noise.normal()) : exp(noise.normal()) }
            + (group == 1 ? [.nan] : [])
        })
    }
    return FitFigure(panels: panels, groups: (0..<groupCount).map { "brain_area=Area \($0)" })
  }

  static func raster(neuronCount: Int) -> RasterFigure {
    var noise = Noise(seed: 4)
    var times: [Double] = []
    var neurons: [Int] = []
    for neuron in 0..<neuronCount {
      let isInhibitory = neuron >= neuronCount * 4 / 5
      let base = exp((isInhibitory ? 1.9 : 1.1) + 0.7 * noise.normal())
      for step in 0..<3000 {
        let time = Double(step)
        let drive = time > 500 && time < 1000 ? 2.2 : time >= 1000 ? 1 + 0.5 * sin(time / 120) : 1
        guard noise.uniform() < base * drive / 1000 else { continue }
        times.append(time + noise.uniform())
        neurons.append(neuron)
      }
    }
    return RasterFigure(
      times: times, neurons: neurons, isExcitatory: (0..<neuronCount).map { $0 < neuronCount * 4 / 5 },
      duration: 3000, stimulus: 500...1000)
  }
}
