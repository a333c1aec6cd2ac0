internal import ArgumentParser
internal import Reprise

struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Compile the kernels for GPUs of NVIDIA, for machines that have no compiler.",
    discussion: """
      It needs NVRTC but no GPU. Copy the folder to the machine with the GPU, and
      name it there in the environment variable REPRISE_CUBINS. Programs on both
      machines must be of the same version.

        reprise kernels --output kernels --gpu sm_90 --gpu sm_100
        REPRISE_CUBINS=kernels reprise train my-network --loops 100 --backend cuda
      """)

  @Option(help: ArgumentHelp("Folder for the files.", valueName: "folder"), completion: .directory)
  var output: String
  @Option(
    name: .customLong("gpu"), parsing: .singleValue,
    help: ArgumentHelp(
      "Generation of GPUs: sm_80 for the A100, sm_90 for the H100 and H200, sm_100 for the B200; may be repeated.",
      valueName: "generation"))
  var generations: [String] = []

  func run() throws {
    Terminal.status("Compiling ...")
    let files = try KernelFolder.fill(output, generations: generations)
    Terminal.clearStatus()
    for file in files {
      Terminal.line(
        "Wrote \(file.path): \(file.generation), \(file.neurons) neurons, \(file.compiler); "
          + "for drivers of CUDA \(file.driver).0 and later")
    }
    Terminal.line("Where they are to run: export REPRISE_CUBINS=\(output)")
  }
}
