// The table of kernels: chooses the variant and turns a network's parameters into kernel constants.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The kernels of one instruction set.
public struct CPUKernels: @unchecked Sendable {
  let table: UnsafePointer<rp_kernels>

  public var name: String { String(cString: table.pointee.name) }

  /// - Parameter name: scalar, avx2 or avx512; nil: what `REPRISE_KERNELS` names, else the best for this processor.
  /// - Throws: ``BackendError/unknownKernels(name:available:)``.
  public init(named name: String? = nil) throws(BackendError) {
    let wanted = name ?? ProcessInfo.processInfo.environment["REPRISE_KERNELS"].flatMap { $0.isEmpty ? nil : $0 }
    guard let found = rp_find_kernels(wanted) else {
      throw .unknownKernels(name: wanted ?? "", available: Self.available)
    }
    table = found
  }

  /// Variants that this processor runs, best first.
  public static var available: [String] {
    var names: [String] = []
    while let name = rp_kernel_name(names.count) { names.append(String(cString: name)) }
    return names
  }
}

/// Why a backend cannot be made.
public enum BackendError: Error, Equatable, CustomStringConvertible {
  case unknownKernels(name: String, available: [String])
  case tooLarge(what: String, found: Int, limit: Int)

  public var description: String {
    switch self {
    case .unknownKernels(let name, let available):
      "Kernels '\(name)' are not available on this processor; REPRISE_KERNELS may be "
        + "\(available.joined(separator: ", "))."
    case .tooLarge(let what, let found, let limit):
      "\(what) is \(found), but the cpu backend can handle at most \(limit)."
    }
  }
}

extension rp_lif_constants {
  /// Kernel constants of one class of neurons; the equations are E1 to E6 and E8 of docs/equations.md.
  init(_ p: Parameters, _ c: NeuronClass) {
    self.init()
    let dt = p.trial.timeStep
    let tau = p.neuron.membraneTimeConstant[c]
    let (tauE, tauI) = (p.staticSynapses.excitatoryTimeConstant, p.staticSynapses.inhibitoryTimeConstant)
    excitatory_decay = Float(1 - dt / tauE)
    excitatory_gain = Float(p.staticWeight(from: .excitatory, onto: c) / tauE)
    inhibitory_decay = Float(1 - dt / tauI)
    inhibitory_gain = Float(p.staticWeight(from: .inhibitory, onto: c) / tauI)
    plastic_decay = Float(1 - dt / p.plastic.timeConstant.value(0))
    plastic_gain = Float(0x1p-32 / p.plastic.timeConstant.value(0))
    membrane_rate = Float(dt / tau)
    threshold = Float(p.neuron.threshold[c])
    reset = Float(p.neuron.resetPotential[c])
    baseline = Float(p.baselineCurrent(c))
    voltage_noise = Float(p.noise.sigma * (dt / tau).squareRoot())
    current_noise = Float(p.noise.sigma * (tau / dt).squareRoot())
    stimulus_decay = Float(1 - p.stimulus.relaxation * dt)
    stimulus_drift = Float(p.stimulus.relaxation * p.stimulus.mean * dt)
    stimulus_amplitude = Float(p.stimulus.sigma * dt.squareRoot())
    refractory_steps = Int32(p.clock.refractorySteps)
  }
}
