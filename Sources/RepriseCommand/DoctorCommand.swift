internal import ArgumentParser
internal import Reprise

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what this machine has of all that Reprise can use, and what to do about the rest.",
    discussion: """
      Lines that begin with ! are about something missing. Only what you want to
      use is needed: gnuplot for figures, CUDA and NVRTC for GPUs of NVIDIA, OpenCL
      for others.
      """)

  func run() {
    let findings = Doctor.examine()
    let width = findings.map(\.subject.count).max() ?? 0
    for finding in findings {
      let padding = String(repeating: " ", count: width - finding.subject.count)
      Terminal.line("\(finding.isFine ? " " : "!") \(finding.subject)\(padding)  \(finding.text)")
    }
  }
}
