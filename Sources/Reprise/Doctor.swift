// What this machine has of all that Reprise can use, and what to do about the rest.
internal import RepriseBackends
internal import RepriseCore
internal import RepriseIO

/// One thing that Reprise can use.
public struct DoctorFinding: Sendable, Equatable {
  public let subject: String
  /// False where something is missing or unusable.
  public let isFine: Bool
  /// What there is, or a sentence of what is missing and what to do.
  public let text: String

  static func fine(_ subject: String, _ text: String) -> Self { Self(subject: subject, isFine: true, text: text) }

  static func problem(_ subject: String, _ sentence: String) -> Self {
    // Errors name what they are about, and so does the subject.
    let isNamed = sentence.hasPrefix("\(subject): ")
    return Self(
      subject: subject, isFine: false, text: isNamed ? String(sentence.dropFirst(subject.count + 2)) : sentence)
  }
}

public enum Doctor {
  /// Looks at the program, the machine and what is installed, in this order.
  public static func examine() -> [DoctorFinding] {
    let program: [DoctorFinding] = [.fine("Reprise", repriseVersion), kernels(), processors(), memory()]
    let tools: [DoctorFinding] = [.fine("HDF5", HDF5Library.version), gnuplot()]
    let devices =
      list("OpenCL") { () throws(DeviceError) in try DeviceSurvey.openCLDevices() }
      + list("CUDA") { () throws(DeviceError) in try DeviceSurvey.cudaDevices() }
    return program + tools + devices + [compiler()]
  }

  private static func kernels() -> DoctorFinding {
    do throws(BackendError) {
      let chosen = try CPUKernels().name
      let others = CPUKernels.available.filter { $0 != chosen }
      let choice = others.isEmpty ? "" : "; REPRISE_KERNELS may be \(others.joined(separator: ", "))"
      return .fine("Kernels", chosen + choice)
    } catch {
      return .problem("Kernels", "\(error)")
    }
  }

  private static func processors() -> DoctorFinding {
    let machine = BenchMachine.current()
    return .fine("Processors", "\(machine.cores), \(machine.processor)")
  }

  private static func memory() -> DoctorFinding {
    let all = formatBytes(UInt64(BenchMachine.current().memoryBytes))
    let free = MachineResources.availableMemory().map { ", of which \(formatBytes(UInt64($0))) can be used" }
    return .fine("Memory", all + (free ?? ""))
  }

  private static func gnuplot() -> DoctorFinding {
    guard let said = SystemFile.firstLine(of: "gnuplot --version 2>/dev/null") else {
      return .problem(
        "gnuplot", "not found. `reprise plot` needs it: install gnuplot, on Debian and Ubuntu the package gnuplot-nox.")
    }
    return .fine("gnuplot", said.hasPrefix("gnuplot ") ? String(said.dropFirst("gnuplot ".count)) : said)
  }

  /// A line for each device of a kind.
  private static func list(
    _ kind: String, _ devices: () throws(DeviceError) -> [DeviceDescription]
  ) -> [DoctorFinding] {
    do throws(DeviceError) {
      return try devices().enumerated().map { index, device in
        let memory = formatBytes(UInt64(device.memoryBytes))
        return .fine(kind, "device \(index): \(device.name), \(memory), driver \(device.driver)")
      }
    } catch {
      return [.problem(kind, "\(error)")]
    }
  }

  private static func compiler() -> DoctorFinding {
    do throws(DeviceError) {
      return .fine("NVRTC", try DeviceSurvey.cudaCompiler())
    } catch {
      return .problem("NVRTC", "\(error)")
    }
  }
}
