// What a device learns with.
internal import RepriseModel

/// What gives the gain of an update.
enum GPUForm: Equatable {
  /// P.
  case matrices(GPUMatrixForm)
  /// The last updates, which stand for P: gpu/history.h.
  case history

  init(_ parameters: Parameters, groupCount: Int, deviceMemory: Int) {
    self =
      parameters.learning.memory == .history
      ? .history : .matrices(GPUMatrixForm(parameters, groupCount: groupCount, deviceMemory: deviceMemory))
  }

  var kernelNames: [String] {
    switch self {
    case .matrices(let form): form.kernelNames
    case .history: ["history_gain", "remember"]
    }
  }
}
