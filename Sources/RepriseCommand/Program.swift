// The whole command line, for programs that are more than a line: `import RepriseCommand` brings all of Reprise.
@_exported public import RepriseCore
@_exported public import RepriseModel

/// The program `reprise`, with plug-ins.
public enum Reprise {
  /// Does what the arguments of the process ask for, and ends the process where that fails.
  ///
  /// - Parameter plugins: What `reprise.toml` may choose by name, as in `plugin = "ring"`.
  public static func main(plugins: [any Plugin] = []) async {
    await RootCommand.$plugins.withValue(PluginList(plugins)) { await RootCommand.runProgram() }
  }
}
