// Sums of currents in bins of time, as a backend leaves them.
public import RepriseCore

/// Sums by bin and slot. The memory belongs to the backend, which uses it again in its next trial.
public struct BinSums: Sendable {
  public let layout: NeuronLayout
  public let binCount: Int
  private let memory: AlignedBuffer<Float>

  public init(_ layout: NeuronLayout, binCount: Int) {
    self.layout = layout
    self.binCount = binCount
    memory = AlignedBuffer(count: max(1, binCount) * layout.slotCount)
  }

  /// The sums of all slots in one bin.
  public func bin(_ bin: Int) -> UnsafeMutablePointer<Float> { memory.pointer + bin * layout.slotCount }

  public func value(bin: Int, neuron: Int) -> Float { self.bin(bin)[layout.slot(neuron)] }

  public func clear() { memory.fill(0) }

  /// Shape [bin, neuron]; a copy.
  public var values: [Float] {
    (0..<binCount).flatMap { bin in (0..<layout.neuronCount).map { value(bin: bin, neuron: $0) } }
  }
}
