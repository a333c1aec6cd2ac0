// Launches that happen again and again in the same order.

/// One start of a kernel, as ``DeviceRuntime`` is asked for it.
struct DeviceLaunch {
  let kernel: any DeviceKernel
  let groups: Int
  let groupSize: Int
  /// Its groups wait for one another: all of them run at the same time, or none does.
  var isCooperative = false
  let arguments: [DeviceArgument]
}

/// Launches that were prepared once. Keeps alive what they use.
protocol DeviceSequence: AnyObject {
  /// Asks for all launches, without waiting.
  func run() throws(DeviceError)
}

/// Launches one by one.
final class PlainSequence: DeviceSequence {
  private let launches: [DeviceLaunch]
  private let runtime: any DeviceRuntime

  init(_ launches: [DeviceLaunch], on runtime: any DeviceRuntime) {
    (self.launches, self.runtime) = (launches, runtime)
  }

  func run() throws(DeviceError) {
    for launch in launches { try runtime.launch(launch) }
  }
}

extension DeviceRuntime {
  func launch(_ launch: DeviceLaunch) throws(DeviceError) {
    if launch.isCooperative {
      try launchTogether(launch.kernel, groups: launch.groups, groupSize: launch.groupSize, launch.arguments)
    } else {
      try self.launch(
        launch.kernel, groups: launch.groups, groupSize: launch.groupSize, localBytes: nil, launch.arguments)
    }
  }

  // What a runtime does that has nothing better.

  func sequence(_ launches: [DeviceLaunch]) throws(DeviceError) -> any DeviceSequence {
    PlainSequence(launches, on: self)
  }

  func groupsAtOnce(_ kernel: any DeviceKernel, groupSize: Int) throws(DeviceError) -> Int { 1 }

  var multiprocessors: Int { 1 }

  func launchTogether(
    _ kernel: any DeviceKernel, groups: Int, groupSize: Int, _ arguments: [DeviceArgument]
  ) throws(DeviceError) {
    precondition(groups == 1, "\(Self.name) cannot run \(groups) groups of \(kernel.name) at the same time for sure")
    try launch(kernel, groups: groups, groupSize: groupSize, localBytes: nil, arguments)
  }
}
