// The command line: options to library calls, results to text. No logic of its own.
internal import ArgumentParser
internal import Reprise

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

struct RootCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reprise",
    abstract: "Trains recurrent spiking networks to reproduce recorded neural activity.",
    discussion: """
      A network lives in a folder:

        reprise new my-network --rates recording.h5    write a commented my-network/reprise.toml
        reprise run my-network --loops 100 --trials 20 build, train, test and draw it

      or step by step with init, train, test and plot. From spike times,
      `reprise rates` makes the file of firing rates. Without a recording, try

        reprise new demo --example sequence
        reprise run demo --loops 60 --trials 10
      """,
    version: repriseVersion,
    subcommands: [
      RatesCommand.self, New.self, PlanCommand.self, Init.self, Train.self, Test.self, Plot.self, Export.self, Run.self,
      InfoCommand.self, BenchCommand.self, DoctorCommand.self, KernelsCommand.self,
    ])

  /// What `init` may ask for parts of networks.
  @TaskLocal static var plugins = PluginList()

  /// Errors of the user or the environment are one sentence each and exit with the status of their kind.
  static func runProgram() async {
    // A write that the system refuses is an error with a sentence, and a closed pipe no reason to stop training.
    for number in [SIGXFSZ, SIGPIPE] { signal(number, SIG_IGN) }
    Interruption.endsAtOnce()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let code as ExitCode {
      leave(code.rawValue)
    } catch {
      fail(error)
    }
  }

  private static func fail(_ error: any Error) -> Never {
    AtomicFile.waitIfEnding()
    guard let status = ExitStatus(error) else { exit(withError: error) }
    Terminal.error("reprise: \(error)")
    leave(status.rawValue)
  }
}

/// Exit statuses, after sysexits.h.
enum ExitStatus: Int32 {
  case usage = 64
  case data = 65
  case deviceMissing = 69
  case cannotWrite = 73
  case interrupted = 130

  /// The status of an error of the library; nil for errors of the argument parser.
  init?(_ error: any Error) {
    switch error {
    case is FileError: self = .cannotWrite
    case is BackendError, is DeviceError, is PlotError: self = .deviceMissing
    case ProjectError.invalidOption, ProjectError.unknownExample: self = .usage
    case let error as RecordingError: self = error.isUsage ? .usage : .data
    case ProjectError.tooLittleMemory, ProjectError.deviceFailed: self = .deviceMissing
    case ProjectError.tooLittleDisk: self = .cannotWrite
    case ProjectError.cannotCreateFolder, ProjectError.cannotRemove: self = .cannotWrite
    case is ProjectError, is ConfigError, is HDF5Error, is StoredFileError, is RecordedMatrixError, is TrainingError,
      is InvalidParameters, is GivenError, is CellModelError, is CellStateError:
      self = .data
    default:
      return nil
    }
  }
}

/// Ends the process; `exit` alone would mean the parser's function inside a command.
private func leave(_ status: Int32) -> Never { exit(status) }
