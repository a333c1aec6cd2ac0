// Where each neuron lies in the arrays of a backend.

/// Maps neurons 0 ..< N to slots: excitatory neurons first, padded to whole groups, then inhibitory ones, padded too.
///
/// Slots depend on N and N_E alone, so random numbers keyed by slot are the same everywhere.
public struct NeuronLayout: Sendable, Equatable {
  /// Slots come in groups of this size.
  public static let groupSize = 64

  public let neuronCount: Int
  public let excitatoryCount: Int
  /// First slot of the inhibitory neurons.
  public let inhibitoryStart: Int
  public let slotCount: Int

  public init(neuronCount: Int, excitatoryCount: Int) {
    func padded(_ count: Int) -> Int { (count + Self.groupSize - 1) / Self.groupSize * Self.groupSize }
    self.neuronCount = neuronCount
    self.excitatoryCount = excitatoryCount
    inhibitoryStart = padded(excitatoryCount)
    slotCount = inhibitoryStart + padded(neuronCount - excitatoryCount)
  }

  @inlinable public func slot(_ neuron: Int) -> Int {
    neuron < excitatoryCount ? neuron : neuron - excitatoryCount + inhibitoryStart
  }

  /// The neuron at a slot; nil for padding.
  @inlinable public func neuron(atSlot slot: Int) -> Int? {
    if slot < excitatoryCount { return slot }
    let neuron = slot - inhibitoryStart + excitatoryCount
    return slot >= inhibitoryStart && neuron < neuronCount ? neuron : nil
  }

  /// The neuron at the slot of a neuron.
  @inlinable public func neuronIndex(ofSlot slot: Int) -> Int {
    slot < inhibitoryStart ? slot : slot - inhibitoryStart + excitatoryCount
  }

  /// Neurons whose slots lie in a range.
  public func neurons(in slots: Range<Int>) -> Range<Int> {
    func firstNeuron(from slot: Int) -> Int {
      slot <= inhibitoryStart
        ? min(slot, excitatoryCount) : min(slot - inhibitoryStart + excitatoryCount, neuronCount)
    }
    return firstNeuron(from: slots.lowerBound)..<firstNeuron(from: slots.upperBound)
  }

  /// Slots of real neurons of the two classes.
  public var excitatorySlots: Range<Int> { 0..<excitatoryCount }
  public var inhibitorySlots: Range<Int> { inhibitoryStart..<(inhibitoryStart + neuronCount - excitatoryCount) }
}
