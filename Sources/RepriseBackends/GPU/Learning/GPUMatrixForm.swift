// In which form a device keeps P, and what that takes of its memory.
internal import CReprise
internal import RepriseCore
internal import RepriseModel

/// How P is kept and updated on a device.
enum GPUMatrixForm: Equatable {
  /// The lower triangle in packed tiles, gpu/tiles.h.
  case tiles(LearningParameters.Precision)
  /// In full, with updates driven by spikes, gpu/events.h.
  case events(LearningParameters.Precision)

  /// With `learning.form` "auto" updates are driven by spikes where P in full leaves room for the rest.
  ///
  /// - Parameter groupCount: Presynaptic sets.
  init(_ parameters: Parameters, groupCount: Int, deviceMemory: Int) {
    let precision = parameters.learning.precision
    let events = GPUMatrixForm.events(precision)
    let n = parameters.plasticInputCount
    let fits = groupCount * events.bytesPerGroup(n) <= deviceMemory / 10 * 7
    switch parameters.learning.form {
    case .events where parameters.allowsEvents: self = events
    case .auto where parameters.allowsEvents && n >= 32 && fits: self = events
    default: self = .tiles(precision)
    }
  }

  /// Columns of rows, a multiple of 8.
  static func padded(_ n: Int) -> Int { (n + 7) / 8 * 8 }

  private static func tileCount(_ n: Int) -> Int { padded(n) / 8 * (padded(n) / 8 + 1) / 2 }

  private var precision: LearningParameters.Precision {
    switch self {
    case .tiles(let precision), .events(let precision): precision
    }
  }

  private var bytesOfElement: Int {
    switch precision {
    case .float16: 2
    case .float32: 4
    case .float64: 8
    }
  }

  /// Elements of P of a group.
  func elementCount(_ n: Int) -> Int {
    switch self {
    case .tiles: 64 * Self.tileCount(n)
    case .events: n * Self.padded(n)
    }
  }

  /// Terms that may be pending, and bytes of one of their elements.
  var rank: Int {
    switch self {
    case .tiles: Int(RP_GPU_TILE_RANK)
    case .events: Int(RP_EVENT_RANK)
    }
  }

  var bytesOfTermElement: Int {
    switch self {
    case .tiles: max(4, bytesOfElement)
    case .events: bytesOfElement
    }
  }

  /// P, pending terms, and the diagonal where it is apart.
  func bytesPerGroup(_ n: Int) -> Int {
    let diagonal = precision == .float16 ? 4 * Self.padded(n) : 0
    return bytesOfElement * elementCount(n) + bytesOfTermElement * rank * Self.padded(n) + diagonal + 4
  }

  /// What an update of a group reads and writes of P and what goes with it, on average. With events one input in 20
  /// spikes between updates, as at 5 Hz and 10 ms.
  func bytesPerUpdate(_ n: Int) -> Int {
    let (matrix, term) = (bytesOfElement * elementCount(n), bytesOfTermElement * Self.padded(n))
    // Sources, filtered spikes, and k.
    let vectors = 12 * n
    switch self {
    case .tiles: return matrix + matrix / rank + (rank + 1) * term / 2 + vectors
    case .events: return 2 * matrix / rank + matrix / 20 + (rank + 1) * term / 2 + vectors + 4 * n
    }
  }

  /// Work items of a group, at most RP_GPU_UPDATE_ITEMS.
  func items(_ n: Int, _ runtime: any DeviceRuntime) -> Int {
    switch self {
    case .tiles:
      // Each has 16 sums in local memory.
      GPUKernels.updateItems(Self.tileCount(n), most: precision == .float64 ? 128 : .max, runtime)
    case .events: GPUKernels.updateItems(n, most: .max, runtime)
    }
  }

  /// Local memory of an update, beside what the kernel declares.
  func localBytes(_ n: Int, items: Int) -> Int {
    switch self {
    case .tiles:
      max(4, bytesOfElement) * (Self.padded(n) + 16 * items) + (precision == .float16 ? 8 : 4) * Self.padded(n)
    case .events: 12 * n + 4 * ((n + 31) / 32)
    }
  }

  /// Bytes of local memory that the kernels of an update declare at most.
  static let declaredLocalBytes =
    4 * (Int(RP_GPU_UPDATE_ITEMS) + Int(RP_GPU_SUM_PARTS) + Int(RP_EVENT_RANK))
    + 8 * Int(RP_GPU_TILE_RANK) * (Int(RP_GPU_SUM_PARTS) + 1)

  /// Names of the kernels that give gains, and that apply what is pending.
  var kernelNames: [String] {
    switch self {
    case .tiles(let precision): ["tile_gain_\(precision.rawValue)", "tile_flush_\(precision.rawValue)"]
    case .events(let precision): ["event_gain_\(precision.rawValue)", "event_flush_\(precision.rawValue)"]
    }
  }

  /// Where the memory of a group holds the elements of a lower triangle by rows, and their mirror images: the same
  /// where there is none.
  func places(_ n: Int) -> (element: [Int32], mirror: [Int32]) {
    var (element, mirror): ([Int32], [Int32]) = ([], [])
    for i in 0..<n {
      for j in 0...i {
        element.append(Int32(place(i, j, n)))
        mirror.append(Int32(isMirrored(i, j) ? place(j, i, n) : place(i, j, n)))
      }
    }
    return (element, mirror)
  }

  private func isMirrored(_ i: Int, _ j: Int) -> Bool {
    if case .events = self { return true }
    return i / 8 == j / 8
  }

  private func place(_ i: Int, _ j: Int, _ n: Int) -> Int {
    switch self {
    case .events: return i * Self.padded(n) + j
    case .tiles:
      let tile = i / 8 * (i / 8 + 1) / 2 + j / 8
      return (i % 8 * Self.tileCount(n) + tile) * 8 + j % 8
    }
  }
}
