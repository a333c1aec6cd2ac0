// Static targets as a function of the seed: no memory, any neuron's list at any time.
package import CReprise

/// For each of `neuronCount` neurons, `degree` different others: the first images of a keyed permutation
/// (docs/equations.md, C1).
public struct DrawnTargets: Sendable, Equatable {
  public let seed: UInt64
  public let neuronCount: Int
  public let degree: Int

  /// - Parameter degree: Less than `neuronCount`.
  public init(seed: UInt64, neuronCount: Int, degree: Int) {
    precondition(degree > 0 && degree < neuronCount, "\(degree) targets among \(neuronCount) neurons")
    self.seed = seed
    self.neuronCount = neuronCount
    self.degree = degree
  }

  /// Elements that ``draw(_:into:)`` needs room for.
  public var capacity: Int { degree + 16 }

  /// Writes the targets of a neuron, in no order.
  public func draw(_ sender: Int, into out: UnsafeMutablePointer<UInt32>) {
    draw(sender, excitatoryCount: neuronCount, slotGap: 0, into: out)
  }

  /// Writes the slots of the targets of a neuron: from `excitatoryCount` on they are `slotGap` further up.
  public func draw(_ sender: Int, excitatoryCount: Int, slotGap: Int, into out: UnsafeMutablePointer<UInt32>) {
    var rule = kernelRule(excitatoryCount: excitatoryCount, slotGap: slotGap)
    Self.kernels.pointee.draw_targets(&rule, UInt32(sender), out)
  }

  /// The rule as kernels want it.
  package func kernelRule(excitatoryCount: Int, slotGap: Int) -> rp_target_rule {
    rp_target_rule_make(
      rp_random_key(seed: seed, purpose: RandomPurpose.staticConnections.rawValue, trial: 0), UInt32(neuronCount),
      UInt32(degree), UInt32(excitatoryCount), UInt32(slotGap))
  }

  private nonisolated(unsafe) static let kernels = rp_find_kernels(nil)!
}
