// Backends by name, for tests that hold for every one.
internal import RepriseBackends
public import RepriseModel

/// What trains networks on this machine.
public enum TestedBackend: String, CaseIterable, Sendable {
  case reference, cpu
  /// The first OpenCL device: PoCL on the processor where there is no GPU.
  case openCL

  /// All that are here.
  public static let here: [TestedBackend] = hasOpenCL ? allCases : [.reference, .cpu]
  /// Those of single precision, which is to say all but the oracle.
  public static let fast: [TestedBackend] = here.filter { $0 != .reference }

  /// - Parameter learns: False for trials that never learn.
  public func make(_ network: Network, threads: Int = 1, learns: Bool = true) throws -> any Backend {
    switch self {
    case .reference: ReferenceBackend(network: network)
    case .cpu: try CPUBackend(network: network, threads: threads, learns: learns)
    case .openCL: try GPUBackend.openCL(network, threads: threads, learns: learns)
    }
  }
}

extension Backend {
  /// Ranges of the neurons that learn, of unequal lengths.
  public var unequalPieces: [Range<Int>] {
    let count = network.learners.count
    return [0..<1, 1..<(count / 2), (count / 2)..<count]
  }
}
