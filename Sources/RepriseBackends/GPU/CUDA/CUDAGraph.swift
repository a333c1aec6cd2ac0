// Launches as a graph of CUDA: the driver prepares them once, and one call starts them all.

/// A graph of launches, each after the one before.
final class CUDAGraph: DeviceSequence {
  private let executable: CUDADriver.Handle
  private let context: CUDAContext
  /// The graph has the addresses of buffers and kernels; they live as long as it does.
  private let launches: [DeviceLaunch]

  /// Nil where the driver cannot make one; what is wrong with the device then shows in the launches themselves. The
  /// context must be current.
  init?(_ launches: [DeviceLaunch], on runtime: CUDARuntime, in context: CUDAContext) {
    guard let graph = Self.capture(launches, on: runtime, in: context) else { return nil }
    var executable: CUDADriver.Handle?
    let status = context.driver.graphInstantiate(&executable, graph, 0)
    // What was instantiated does not need it any more.
    _ = context.driver.graphDestroy(graph)
    guard status == 0, let executable else { return nil }
    (self.executable, self.context, self.launches) = (executable, context, launches)
  }

  deinit {
    guard (try? context.makeCurrent()) != nil else { return }
    _ = context.driver.streamSynchronize(context.stream)
    _ = context.driver.graphExecutableDestroy(executable)
  }

  func run() throws(DeviceError) {
    try context.makeCurrent()
    let status = context.driver.graphLaunch(executable, context.stream)
    try context.check(status, "cuGraphLaunch of \(launches.count) kernels")
  }

  /// The launches as the queue would have done them. While it captures, it does nothing.
  private static func capture(
    _ launches: [DeviceLaunch], on runtime: CUDARuntime, in context: CUDAContext
  ) -> CUDADriver.Handle? {
    // CU_STREAM_CAPTURE_MODE_THREAD_LOCAL: other threads may use the device for something else meanwhile.
    let threadLocal: Int32 = 1
    guard context.driver.captureBegin(context.stream, threadLocal) == 0 else { return nil }
    var isWhole = true
    for launch in launches {
      do throws(DeviceError) { try runtime.launch(launch) } catch {
        isWhole = false
        break
      }
    }
    // It must end in any case; a capture that went wrong ends without a graph.
    var graph: CUDADriver.Handle?
    let status = context.driver.captureEnd(context.stream, &graph)
    guard let graph else { return nil }
    guard isWhole, status == 0 else {
      _ = context.driver.graphDestroy(graph)
      return nil
    }
    return graph
  }
}
