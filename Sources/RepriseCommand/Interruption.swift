// Ctrl-C, and the request to end that a system sends.
internal import Reprise
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

enum Interruption {
  private nonisolated(unsafe) static var isRequested: sig_atomic_t = 0

  static var isPending: Bool { isRequested != 0 }

  /// From now on the first request ends the process, without a half-written file.
  static func endsAtOnce() {
    watch { _ in Interruption.end() }
  }

  /// From now on the first request asks for an end after the current loop, the second ends at once.
  static func endsAfterLoop() {
    watch { _ in
      if Interruption.isRequested != 0 { Interruption.end() }
      Interruption.isRequested = 1
    }
  }

  private static func watch(_ handler: @escaping @convention(c) (Int32) -> Void) {
    isRequested = 0
    // Whoever started this program may have blocked signals, and a child inherits that.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] { signal(number, handler) }
  }

  /// Only what is safe inside a signal handler.
  private static func end() {
    if AtomicFile.removeUnfinished() { _exit(130) }
  }
}
