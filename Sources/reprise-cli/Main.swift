// The program without plug-ins. A program with plug-ins of its own is the same line with a list of them.
internal import RepriseCommand

@main
struct Program {
  static func main() async { await Reprise.main() }
}
