// The checkpoints of a folder, and trainings that would replace them.
internal import RepriseIO
internal import RepriseModel
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension Project {
  /// The checkpoint with most loops; nil without any.
  public func latestCheckpoint() -> String? {
    numberedCheckpoints().last?.path
  }

  /// Refuses a training that would replace checkpoints of an earlier one, unless it was asked to.
  ///
  /// Nobody shall lose days of training by forgetting `--resume`.
  ///
  /// - Throws: ``ProjectError/earlierTraining(checkpoint:folder:continuing:)``, or what is wrong with the checkpoint
  ///   that `options` start from.
  public func checkEarlierTraining(_ options: TrainOptions) throws {
    guard !options.overwrites, let last = try replacedCheckpoints(options).last else { return }
    // Only numbered checkpoints can be resumed.
    let continuing = last == bestCheckpointPath ? "--from \(last)" : "--resume"
    throw ProjectError.earlierTraining(checkpoint: last, folder: folder, continuing: continuing)
  }

  func startingCheckpoint(_ start: TrainOptions.Start) throws -> String? {
    switch start {
    case .anew: return nil
    case .checkpoint(let path): return path
    case .resume:
      guard let path = latestCheckpoint() else { throw ProjectError.noCheckpoint(folder) }
      return path
    }
  }

  /// Checkpoints that do not belong to the history of a training, the latest last: if they stayed, later commands
  /// would take them for the outcome of that training.
  func replacedCheckpoints(_ options: TrainOptions) throws -> [String] {
    switch options.start {
    case .anew:
      return bestCheckpoint() + numberedCheckpoints().map(\.path)
    case .resume:
      return []
    case .checkpoint(let path):
      let done = try CheckpointFile.readContents(path).loopsDone
      // A best one that cannot be read belongs to nothing.
      let best = bestCheckpoint().filter { ((try? CheckpointFile.readContents($0).loopsDone) ?? .max) > done }
      return best + numberedCheckpoints().filter { $0.loop > done }.map(\.path)
    }
  }

  /// Mean correlation of the best checkpoint over the last loop of every task; minus infinity without one.
  ///
  /// - Parameter ignored: Checkpoints that do not count.
  /// - Throws: What is wrong with the best checkpoint, which a worse one must not replace.
  func bestCorrelation(taskCount: Int, ignoring ignored: [String]) throws -> Double {
    guard let path = bestCheckpoint().first, !ignored.contains(path) else { return -.infinity }
    return try CheckpointFile.readContents(path).curve.meanCorrelation(taskCount: taskCount) ?? -.infinity
  }

  private func bestCheckpoint() -> [String] {
    FileManager.default.fileExists(atPath: bestCheckpointPath) ? [bestCheckpointPath] : []
  }

  /// In ascending order.
  private func numberedCheckpoints() -> [(loop: Int, path: String)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpointsFolder)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("loop-"), name.hasSuffix(".h5"), let loop = Int(name.dropFirst(5).dropLast(3)) else {
        return nil
      }
      return (loop, checkpointsFolder + "/" + name)
    }
    .sorted { $0.loop < $1.loop }
  }
}

extension [LoopRecord] {
  /// Mean correlation over the last loop of every task; nil where one of these loops is missing or was not measured.
  func meanCorrelation(taskCount: Int) -> Double? {
    var latest: [Int: Double?] = [:]
    // Every task comes once in a pass over all, in any order, and the last pass may be unfinished.
    for record in suffix(2 * taskCount) { latest.updateValue(record.correlation, forKey: record.task) }
    let measured = latest.values.compactMap(\.self)
    return measured.count == taskCount ? measured.reduce(0, +) / Double(taskCount) : nil
  }
}
